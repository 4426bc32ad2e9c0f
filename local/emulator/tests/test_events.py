"""What EventBridge refuses of targets: our emulator against stock moto, which takes it."""

import unittest

from support import PatchTest, unique

PIPELINE = "arn:aws:codepipeline:us-east-1:123456789012:shop"
TOPIC = "arn:aws:sns:us-east-1:123456789012:alarms"
ROLE = "arn:aws:iam::123456789012:role/events"


def put_targets(aws, *targets):
    name = unique("rule")
    aws.events.put_rule(Name=name, EventPattern='{"source": ["aws.ecr"]}')
    aws.events.put_targets(Rule=name, Targets=list(targets))
    return name


class Targets(PatchTest):
    def test_require_a_role_where_events_start_something(self):
        message = f"RoleArn is required for target {PIPELINE}."
        self.assert_refused("ValidationException", message, put_targets, {"Id": "1", "Arn": PIPELINE})
        put_targets(self.ours, {"Id": "1", "Arn": PIPELINE, "RoleArn": ROLE}, {"Id": "2", "Arn": TOPIC})

    def test_limit_the_targets_of_a_rule(self):
        six = [{"Id": str(number), "Arn": TOPIC} for number in range(6)]
        message = "The requested resource exceeds the maximum number allowed."
        self.assert_refused("LimitExceededException", message, put_targets, *six)
        name = put_targets(self.ours, *six[:5])
        put = self.ours.events.put_targets
        put(Rule=name, Targets=six[:1])
        self.assert_error("LimitExceededException", message, lambda: put(Rule=name, Targets=six[5:]))


if __name__ == "__main__":
    unittest.main()
