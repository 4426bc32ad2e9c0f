"""Tags: stock moto against our emulator."""

import unittest

from support import FARGATE, PatchTest, unique

TAG = {"Key": "aws:mine", "Value": "x"}


class Tags(PatchTest):
    def test_refuse_reserved_tag_keys(self):
        words = "aws: prefixed tag key names are not allowed for external use."
        for code, act in (
            ("ValidationError", lambda aws: aws.load_balancer(Tags=[TAG])),
            ("InvalidParameterException", lambda aws: aws.task_definition(**FARGATE, tags=[lower(TAG)])),
            ("InvalidParameterException", tag_log_group),
            ("InvalidTagParameterException", tag_repository),
        ):
            self.assert_refused(code, words, act)

    def test_ec2_has_words_of_its_own(self):
        def tag_vpc(aws):
            aws.ec2.create_tags(Resources=[aws.network.vpc], Tags=[TAG])

        def tag_new_vpc(aws):
            aws.ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=[{"ResourceType": "vpc", "Tags": [TAG]}])

        for act in (tag_vpc, tag_new_vpc):
            self.assert_refused("InvalidParameterValue", "Tag keys starting with 'aws:' are reserved", act)

    def test_aws_within_a_key_is_taken(self):
        self.ours.ec2.create_tags(Resources=[self.ours.network.vpc], Tags=[{"Key": "my:aws:key", "Value": "x"}])


def lower(tag):
    return {"key": tag["Key"], "value": tag["Value"]}


def tag_log_group(aws):
    aws.logs.create_log_group(logGroupName=unique("group"), tags={TAG["Key"]: TAG["Value"]})


def tag_repository(aws):
    aws.ecr.create_repository(repositoryName=unique("repository"), tags=[TAG])


if __name__ == "__main__":
    unittest.main()
