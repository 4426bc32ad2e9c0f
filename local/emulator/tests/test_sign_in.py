"""What the sign-in pages of this machine ask of the emulated Cognito, and what the view tells them."""

import unittest

import jwks
from api_things import CODE_FLOW, PASSWORD, SCOPE, client, get, pool, post, user
from support import ours


class SignIn(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.aws = ours()
        cls.pool = pool(cls.aws)
        cls.client = client(cls.aws, cls.pool)
        cls.user = user(cls.aws, cls.pool)

    def ask(self, what, **asked):
        return post(self.aws, f"cognito/{what}", {"pool": self.pool, "client": self.client, **asked})

    def sign_in(self, name, password=PASSWORD):
        status, told = self.ask("sign-in", username=name, password=password)
        return status, told.get("reason")

    def tokens(self, *scopes, **options):
        return self.ask("tokens", username=self.user, scopes=list(scopes), **options)

    def claims(self, token):
        return jwks.verified(self.aws, self.pool, token)

    def test_who_knows_the_password_signs_in(self):
        found = self.aws.cognito_idp.admin_get_user(UserPoolId=self.pool, Username=self.user)
        answer = self.ask("sign-in", username=self.user, password=PASSWORD)
        self.assertEqual(answer, (200, {"username": found["Username"]}))

    def test_nobody_else_does(self):
        self.assertEqual(self.sign_in(self.user, "wrong"), (401, "NotAuthorizedException"))
        self.assertEqual(self.sign_in("nobody@example.com"), (401, "NotAuthorizedException"))
        disabled = {"UserPoolId": self.pool, "Username": user(self.aws, self.pool, "off@example.com")}
        self.aws.cognito_idp.admin_disable_user(**disabled)
        self.assertEqual(self.sign_in("off@example.com"), (401, "NotAuthorizedException"))

    def test_a_user_without_a_password_of_their_own_is_told_so(self):
        of_pool = {"UserPoolId": self.pool}
        new = {"Username": "new@example.com", "TemporaryPassword": PASSWORD}
        self.aws.cognito_idp.admin_create_user(**of_pool, **new)
        self.assertEqual(self.sign_in("new@example.com"), (401, "NewPasswordRequired"))
        self.assertEqual(self.sign_in("new@example.com", "wrong"), (401, "NotAuthorizedException"))
        reset = {**of_pool, "Username": user(self.aws, self.pool, "reset@example.com")}
        self.aws.cognito_idp.admin_reset_user_password(**reset)
        self.assertEqual(self.sign_in("reset@example.com"), (401, "PasswordResetRequiredException"))
        signed_up = {"ClientId": self.client, "Username": "up@example.com", "Password": PASSWORD}
        self.aws.cognito_idp.sign_up(**signed_up)
        self.assertEqual(self.sign_in("up@example.com"), (401, "UserNotConfirmedException"))

    def test_an_access_token_has_the_claims_of_cognito(self):
        status, told = self.tokens(SCOPE)
        self.assertEqual((status, sorted(told)), (200, ["access_token", "expires_in", "refresh_token", "token_type"]))
        claims = self.claims(told["access_token"])
        self.assertEqual((told["token_type"], told["expires_in"]), ("Bearer", claims["exp"] - claims["iat"]))
        self.assertEqual(claims["iss"], f"https://cognito-idp.us-east-1.amazonaws.com/{self.pool}")
        named = [claims[name] for name in ("client_id", "token_use", "scope", "version")]
        self.assertEqual(named, [self.client, "access", SCOPE, 2])
        self.assertNotIn("aud", claims)
        self.assertEqual(claims["sub"], claims["username"])

    def test_an_id_token_comes_with_openid(self):
        _, told = self.tokens("openid", "email", nonce="n-1")
        claims = self.claims(told["id_token"])
        named = [claims[name] for name in ("aud", "token_use", "email", "email_verified", "nonce")]
        self.assertEqual(named, [self.client, "id", self.user, True, "n-1"])
        _, told = self.tokens("openid")
        self.assertNotIn("email", self.claims(told["id_token"]))

    def test_without_scopes_a_user_gets_all_of_the_client(self):
        _, told = self.tokens()
        self.assertEqual(self.claims(told["access_token"])["scope"].split(), CODE_FLOW["AllowedOAuthScopes"])

    def test_what_the_client_may_not_have_is_refused(self):
        self.assertEqual(self.tokens("profile"), (400, {"error": "invalid_scope"}))
        self.assertEqual(self.ask("tokens", username="nobody", scopes=[]), (400, {"error": "invalid_grant"}))

    def test_the_clients_validity_is_that_of_its_tokens(self):
        minutes = {"TokenValidityUnits": {"AccessToken": "minutes"}, "AccessTokenValidity": 10}
        other = client(self.aws, self.pool, **minutes)
        _, told = self.tokens(SCOPE, client=other)
        self.assertEqual(told["expires_in"], 600)

    def test_a_refresh_token_gives_new_tokens(self):
        _, first = self.tokens("openid", SCOPE)
        status, told = self.ask("refresh", refresh_token=first["refresh_token"])
        self.assertEqual((status, "refresh_token" in told), (200, False))
        before, after = self.claims(first["access_token"]), self.claims(told["access_token"])
        same = ("sub", "scope", "auth_time", "origin_jti", "client_id")
        self.assertEqual([after[name] for name in same], [before[name] for name in same])
        self.assertNotEqual(after["jti"], before["jti"])
        self.assertIn("id_token", told)

    def test_a_refresh_token_of_nobody_or_of_another_client_gives_none(self):
        refused = (400, {"error": "invalid_grant"})
        self.assertEqual(self.ask("refresh", refresh_token="made-up"), refused)
        _, told = self.tokens(SCOPE)
        other = client(self.aws, self.pool)
        self.assertEqual(self.ask("refresh", client=other, refresh_token=told["refresh_token"]), refused)

    def test_a_sign_out_ends_refresh_tokens(self):
        _, told = self.tokens(SCOPE)
        self.aws.cognito_idp.admin_user_global_sign_out(UserPoolId=self.pool, Username=self.user)
        # moto 5.2.1 signs out by the name that it is given, not by that of the user.
        found = self.aws.cognito_idp.admin_get_user(UserPoolId=self.pool, Username=self.user)["Username"]
        self.aws.cognito_idp.admin_user_global_sign_out(UserPoolId=self.pool, Username=found)
        answer = self.ask("refresh", refresh_token=told["refresh_token"])
        self.assertEqual(answer, (400, {"error": "invalid_grant"}))

    def test_a_rotated_key_leaves_former_tokens_valid(self):
        _, old = self.tokens(SCOPE)
        known = {key["kid"] for key in get(self.aws, f"{self.pool}/.well-known/jwks.json")[1]["keys"]}
        status, told = post(self.aws, "cognito/rotate-key", {"pool": self.pool})
        now = {key["kid"] for key in get(self.aws, f"{self.pool}/.well-known/jwks.json")[1]["keys"]}
        self.assertEqual((status, now - known), (200, {told["kid"]}))
        self.assertTrue(known < now)
        _, new = self.tokens(SCOPE)
        for answered in (old, new):
            self.assertEqual(self.claims(answered["access_token"])["client_id"], self.client)

    def test_nonsense_and_unknown_names_are_refused(self):
        for what, asked, status, message in (
            ("sign-in", {"pool": "us-east-1_x", "username": "a", "password": "b"}, 404, "there is no user pool us-"),
            ("tokens", {"client": "other", "username": "a"}, 404, f"the user pool {self.pool} has no client other"),
            ("tokens", {"username": "a", "scopes": "openid"}, 400, '"scopes" must be a list of texts'),
            ("tokens", {"username": "a", "nonce": 1}, 400, '"nonce" must be a text'),
            ("sign-in", {"username": "a"}, 400, "the texts pool, client, username, password"),
            ("refresh", {"refresh_token": 1}, 400, "the texts pool, client, refresh_token"),
        ):
            with self.subTest(message):
                answered, told = self.ask(what, **asked)
                self.assertEqual(answered, status)
                self.assertIn(message, told["message"])


if __name__ == "__main__":
    unittest.main()
