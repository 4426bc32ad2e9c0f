"""Cognito's user pools: stock moto against our emulator."""

import unittest

import jwks
from api_things import PASSWORD, client, get, pool, user
from support import PatchTest, unique


def arn_of(aws, pool_id):
    return aws.cognito_idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]["Arn"]


def described(aws, pool_id):
    return aws.cognito_idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]


class Cognito(PatchTest):
    def test_tag_user_pools(self):
        def tagged(aws):
            arn = arn_of(aws, pool(aws, UserPoolTags={"a": "1", "b": "2"}))
            aws.cognito_idp.tag_resource(ResourceArn=arn, Tags={"b": "3", "c": "4"})
            aws.cognito_idp.untag_resource(ResourceArn=arn, TagKeys=["a"])
            return aws.cognito_idp.list_tags_for_resource(ResourceArn=arn)["Tags"]

        self.assert_server_error(tagged, self.stock)
        self.assertEqual(tagged(self.ours), {"b": "3", "c": "4"})

    def test_keep_what_a_change_of_a_pool_leaves_out(self):
        def changed(aws):
            pool_id = pool(aws, UserPoolTags={"a": "1"}, UsernameConfiguration={"CaseSensitive": False})
            made = described(aws, pool_id)["LastModifiedDate"]
            aws.cognito_idp.update_user_pool(
                UserPoolId=pool_id, MfaConfiguration="ON", AutoVerifiedAttributes=["email"]
            )
            told = described(aws, pool_id)
            kept = [told.get(name) for name in ("UserPoolTags", "UsernameAttributes", "UsernameConfiguration")]
            mfa = aws.cognito_idp.get_user_pool_mfa_config(UserPoolId=pool_id)["MfaConfiguration"]
            return [*kept, mfa, told["LastModifiedDate"] > made]

        self.assertEqual(changed(self.stock), [None, None, None, "OFF", False])
        self.assertEqual(changed(self.ours), [{"a": "1"}, ["email"], {"CaseSensitive": False}, "ON", True])

    def test_change_resource_servers(self):
        def changed(aws):
            names = {"UserPoolId": pool(aws), "Identifier": "service-b"}
            scopes = [{"ScopeName": "write", "ScopeDescription": "may write"}]
            aws.cognito_idp.update_resource_server(**names, Name="B", Scopes=scopes)
            told = aws.cognito_idp.describe_resource_server(**names)["ResourceServer"]
            aws.cognito_idp.delete_resource_server(**names)
            left = aws.cognito_idp.list_resource_servers(UserPoolId=names["UserPoolId"], MaxResults=50)
            return told["Name"], [scope["ScopeName"] for scope in told["Scopes"]], left["ResourceServers"]

        self.assert_server_error(changed, self.stock)
        self.assertEqual(changed(self.ours), ("B", ["write"], []))

    def test_a_resource_server_that_there_is_not_is_not_deleted(self):
        names = {"UserPoolId": pool(self.ours), "Identifier": "other"}
        delete = self.ours.cognito_idp.delete_resource_server
        self.assert_error("ResourceNotFoundException", "other", lambda: delete(**names))

    def test_forget_what_a_change_of_a_client_leaves_out(self):
        def changed(aws):
            pool_id = pool(aws)
            names = {"UserPoolId": pool_id, "ClientId": client(aws, pool_id, RefreshTokenValidity=1)}
            told = aws.cognito_idp.update_user_pool_client(**names, ClientName="other")["UserPoolClient"]
            return told["ClientName"], told.get("CallbackURLs"), told["RefreshTokenValidity"]

        self.assertEqual(changed(self.stock), ("other", ["https://app.example.com/callback"], 1))
        self.assertEqual(changed(self.ours), ("other", None, 30))

    def test_tell_whose_domain_it_is(self):
        def account(aws):
            domain = unique("domain")
            aws.cognito_idp.create_user_pool_domain(UserPoolId=pool(aws), Domain=domain)
            return aws.cognito_idp.describe_user_pool_domain(Domain=domain)["DomainDescription"]["AWSAccountId"]

        self.assertNotEqual(account(self.stock), "123456789012")
        self.assertEqual(account(self.ours), "123456789012")

    def test_sign_with_keys_of_the_pool(self):
        def key_sets(aws):
            return [get(aws, f"{pool(aws)}/.well-known/jwks.json")[1]["keys"] for _ in range(2)]

        one, other = key_sets(self.stock)
        self.assertEqual((one, one[0]["kid"]), (other, "dummy"))
        self.assertEqual(get(self.stock, "us-east-1_missing/.well-known/jwks.json")[0], 200)
        one, other = key_sets(self.ours)
        self.assertEqual([len(one), len(other)], [1, 1])
        self.assertNotEqual(one[0]["n"], other[0]["n"])
        self.assertEqual([sorted(key) for key in one], [["alg", "e", "kid", "kty", "n", "use"]])
        status, told = get(self.ours, "us-east-1_missing/.well-known/jwks.json")
        self.assertEqual((status, told), (404, {"message": "there is no user pool us-east-1_missing"}))

    def test_tokens_of_the_api_are_signed_with_the_pools_key_too(self):
        pool_id = pool(self.ours)
        flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        units = {"AccessToken": "minutes"}
        of_client = {"ExplicitAuthFlows": flows, "AccessTokenValidity": 10, "TokenValidityUnits": units}
        client_id, name = client(self.ours, pool_id, **of_client), user(self.ours, pool_id)
        signed_in = self.ours.cognito_idp.admin_initiate_auth(
            UserPoolId=pool_id,
            ClientId=client_id,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD},
        )["AuthenticationResult"]
        claims = jwks.verified(self.ours, pool_id, signed_in["AccessToken"])
        self.assertEqual((claims["client_id"], claims["exp"] - claims["iat"]), (client_id, 600))
        self.assertEqual(signed_in["ExpiresIn"], 600)
        self.assertEqual(jwks.verified(self.ours, pool_id, signed_in["IdToken"])["aud"], client_id)


if __name__ == "__main__":
    unittest.main()
