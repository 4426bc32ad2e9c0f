"""Policy documents: stock moto against our emulator."""

import json
import unittest

from support import PatchTest, unique


def trust(**changes):
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}
    return document({**statement, **changes})


def permission(**changes):
    return document({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", **changes})


def document(statement):
    kept = {key: value for key, value in statement.items() if value is not None}
    return json.dumps({"Version": "2012-10-17", "Statement": [kept]})


def role(aws, policy):
    name = unique("role")
    aws.iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy)
    return name


def put(aws, *policies):
    name = role(aws, trust())
    for number, policy in enumerate(policies):
        aws.iam.put_role_policy(RoleName=name, PolicyName=f"policy-{number}", PolicyDocument=policy)


class Documents(PatchTest):
    def test_require_a_trust_policy(self):
        refused = (
            ("Syntax errors in policy.", "nobody"),
            ("Missing required field Principal", trust(Principal=None)),
            ('Invalid principal in policy: "SERVICE":"ecs-tasks"', trust(Principal={"Service": "ecs-tasks"})),
            ("Has prohibited field Resource.", trust(Resource="*")),
            ("can only be sts:AssumeRole", trust(Action="s3:GetObject")),
        )
        for message, policy in refused:
            with self.subTest(message):
                self.assert_refused("MalformedPolicyDocument", message, lambda aws, policy=policy: role(aws, policy))

    def test_trust_in_services_and_accounts_is_taken(self):
        condition = {"ArnLike": {"aws:SourceArn": "arn:aws:ecs:us-east-1:123456789012:*"}}
        for principal in ({"Service": ["ecs-tasks.amazonaws.com", "ec2.amazonaws.com"]}, {"AWS": "123456789012"}):
            role(self.ours, trust(Principal=principal, Condition=condition))

    def test_require_permissions_without_a_principal(self):
        refused = (
            ("Policy document should not specify a principal.", permission(Principal="*")),
            ("Statement IDs (SID) must be alpha-numeric.", permission(Sid="read it")),
        )
        for message, policy in refused:
            self.assert_refused("MalformedPolicyDocument", message, lambda aws, policy=policy: put(aws, policy))

    def test_limit_the_inline_policies_of_a_role(self):
        half = permission(Resource=[f"arn:aws:s3:::bucket-{number}/*" for number in range(200)])

        def two(aws):
            put(aws, half, half)

        message = "Maximum policy size of 10240 bytes exceeded for role role-"
        self.assert_refused("LimitExceeded", message, two, status=409)
        put(self.ours, half)


if __name__ == "__main__":
    unittest.main()
