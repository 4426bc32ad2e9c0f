"""What Cognito refuses: stock moto against our emulator."""

import unittest

from api_things import SCOPE, client, pool
from support import PatchTest, unique

INVALID, FLOW = "InvalidParameterException", "InvalidOAuthFlowException"
MINUTES = {"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "minutes"}


def domain(aws, pool_id, name=None):
    name = name or unique("domain")
    aws.cognito_idp.create_user_pool_domain(UserPoolId=pool_id, Domain=name)
    return name


class Rules(PatchTest):
    def assert_client_refused(self, code, message, **options):
        """At the creation and at a change."""
        self.assert_refused(code, message, lambda aws: client(aws, pool(aws), **options))
        pool_id = pool(self.ours)
        names = {"UserPoolId": pool_id, "ClientId": client(self.ours, pool_id)}
        update = self.ours.cognito_idp.update_user_pool_client
        self.assert_error(code, message, lambda: update(**names, **options))

    def test_require_scopes_that_there_are(self):
        for scope in ("service-b/write", "service-a/read", "Cognito"):
            with self.subTest(scope):
                message = f"Invalid scope requested: {scope}"
                self.assert_client_refused("ScopeDoesNotExistException", message, AllowedOAuthScopes=["openid", scope])
        client(self.ours, pool(self.ours), AllowedOAuthScopes=["openid", "profile", SCOPE])

    def test_require_urls_that_are_safe(self):
        for url, message in (
            ("http://app.example.com/", "http://app.example.com/ cannot use the HTTP protocol."),
            ("app.example.com", "app.example.com is not a valid redirect URI."),
            ("https:///callback", "https:///callback is not a valid redirect URI."),
            ("https://app.example.com/#a", "must not have a fragment"),
        ):
            with self.subTest(url):
                self.assert_client_refused(INVALID, message, CallbackURLs=[url])
        self.assert_refused(INVALID, "cannot use", lambda aws: client(aws, pool(aws), LogoutURLs=["http://a.example"]))
        default = {"DefaultRedirectURI": "https://other.example.com/"}
        self.assert_client_refused(INVALID, "is not one of the callback URLs", **default)
        local = ["http://localhost:8000/a", "http://127.0.0.1/a", "http://[::1]:1/a", "myapp://callback"]
        client(self.ours, pool(self.ours), CallbackURLs=local)

    def test_require_flows_that_make_sense(self):
        nothing = {"AllowedOAuthFlowsUserPoolClient": True, "AllowedOAuthFlows": []}
        self.assert_client_refused(FLOW, "AllowedOAuthFlows and AllowedOAuthScopes", **nothing)
        self.assert_refused(FLOW, "CallbackUrls can not be empty", lambda aws: client(aws, pool(aws), CallbackURLs=[]))
        machine = {"AllowedOAuthFlows": ["client_credentials"], "CallbackURLs": [], "AllowedOAuthScopes": [SCOPE]}
        self.assert_refused(FLOW, "does not have a client secret", lambda aws: client(aws, pool(aws), **machine))
        both = {"AllowedOAuthFlows": ["code", "client_credentials"], "GenerateSecret": True}
        self.assert_refused(FLOW, "can not be selected along with", lambda aws: client(aws, pool(aws), **both))
        pool_id = pool(self.ours)
        names = {"UserPoolId": pool_id, "ClientId": client(self.ours, pool_id, **machine, GenerateSecret=True)}
        self.ours.cognito_idp.update_user_pool_client(**names, **machine)

    def test_require_validities_that_there_are(self):
        for options, message in (
            ({"AccessTokenValidity": 4}, "AccessTokenValidity is 240 seconds"),
            ({"IdTokenValidity": 1441}, "IdTokenValidity is 86460 seconds"),
            ({"RefreshTokenValidity": 59}, "RefreshTokenValidity is 3540 seconds"),
            ({"RefreshTokenValidity": 60, "AccessTokenValidity": 61}, "Refresh token validity must be longer"),
        ):
            with self.subTest(message):
                hour = {"AccessTokenValidity": 60, "IdTokenValidity": 60, "RefreshTokenValidity": 60}
                self.assert_client_refused(INVALID, message, TokenValidityUnits=MINUTES, **{**hour, **options})
        hour = {"AccessTokenValidity": 5, "IdTokenValidity": 60, "RefreshTokenValidity": 60}
        client(self.ours, pool(self.ours), TokenValidityUnits=MINUTES, **hour)

    def test_require_a_domain_of_its_own(self):
        def twice(aws):
            domain(aws, pool(aws), name=domain(aws, pool(aws)))

        self.assert_refused(INVALID, "Domain already associated with another user pool.", twice)
        for word in ("aws", "amazon", "cognito"):
            message = f"Domain cannot contain reserved word: {word}"
            self.assert_refused(INVALID, message, lambda aws, word=word: domain(aws, pool(aws), unique(f"my-{word}")))

        def second(aws):
            pool_id = pool(aws)
            domain(aws, pool_id)
            domain(aws, pool_id)

        self.assert_refused(INVALID, "UserPool already has a domain configured.", second)

    def test_keep_pools_that_are_protected_or_in_use(self):
        def protected(aws):
            aws.cognito_idp.delete_user_pool(UserPoolId=pool(aws, DeletionProtection="ACTIVE"))

        self.assert_refused(INVALID, "deletion protection is activated", protected)

        def with_a_domain(aws):
            pool_id = pool(aws)
            domain(aws, pool_id)
            aws.cognito_idp.delete_user_pool(UserPoolId=pool_id)

        self.assert_refused(INVALID, "It has a domain configured that should be deleted first.", with_a_domain)
        self.ours.cognito_idp.delete_user_pool(UserPoolId=pool(self.ours))

    def test_sensitive_values_are_not_repeated(self):
        pool_id = pool(self.ours)
        act = self.ours.cognito_idp.admin_set_user_password
        with self.assertRaises(self.ours.cognito_idp.exceptions.InvalidParameterException) as caught:
            act(UserPoolId=pool_id, Username="ann@example.com", Password=" secret" * 60, Permanent=True)
        message = caught.exception.response["Error"]["Message"]
        self.assertIn("Value at 'password' failed to satisfy constraint", message)
        self.assertNotIn("secret", message)


if __name__ == "__main__":
    unittest.main()
