"""What KMS refuses of key policies: our emulator against stock moto, which takes it."""

import json
import unittest

from support import PatchTest

ROOT = "arn:aws:iam::123456789012:root"
REFUSED = "MalformedPolicyDocumentException"


def policy(principal=None, **statement):
    account = {"Effect": "Allow", "Principal": principal or {"AWS": ROOT}, "Action": "kms:*", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [{**account, **statement}]})


def create(aws, document):
    return aws.kms.create_key(Policy=document)["KeyMetadata"]["KeyId"]


class Keys(PatchTest):
    def test_keep_keys_within_reach(self):
        locked = "The new key policy will not allow you to update the key policy in the future."
        service = {"Service": "cloudwatch.amazonaws.com"}
        foreign = {"AWS": "arn:aws:iam::210987654321:root"}
        for document in (policy(Action="kms:Decrypt"), policy(service), policy(foreign), policy(Effect="Deny")):
            self.assert_refused(REFUSED, locked, create, document)
        self.assert_refused(REFUSED, "Policy is not a valid policy document", create, "no JSON")
        nobody = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:*"}]})
        self.assert_refused(REFUSED, "invalid principals", create, nobody)
        key = create(self.ours, policy(Action=["kms:Decrypt", "kms:Put*"]))
        put = self.ours.kms.put_key_policy
        change = {"KeyId": key, "PolicyName": "default", "Policy": policy(service)}
        self.assert_error(REFUSED, locked, lambda: put(**change))
        put(**{**change, "Policy": policy("*")})


if __name__ == "__main__":
    unittest.main()
