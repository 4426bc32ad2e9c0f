"""What CloudWatch refuses of alarms: our emulator against stock moto, which takes it."""

import unittest

from support import PatchTest, unique


def put_alarm(aws, **options):
    aws.cloudwatch.put_metric_alarm(
        **{
            "AlarmName": unique("alarm"),
            "Namespace": "AWS/RDS",
            "MetricName": "CPUUtilization",
            "Statistic": "Average",
            "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": 80,
            "EvaluationPeriods": 5,
            "Period": 60,
            **options,
        }
    )


class Alarms(PatchTest):
    def test_require_periods_that_cloudwatch_keeps(self):
        for message, options in (
            ("The parameter Period must be 10, 20, 30 or a multiple of 60", {"Period": 45}),
            ("Metrics cannot be checked across more than 86400 seconds", {"Period": 300, "EvaluationPeriods": 289}),
            ("Metrics cannot be checked across more than 604800 seconds", {"Period": 86400, "EvaluationPeriods": 8}),
            ("DatapointsToAlarm must be less than or equal", {"DatapointsToAlarm": 6}),
        ):
            self.assert_refused("ValidationError", message, lambda aws, given=options: put_alarm(aws, **given))
        put_alarm(self.ours, Period=10, DatapointsToAlarm=5)
        put_alarm(self.ours, Period=86400, EvaluationPeriods=7)


if __name__ == "__main__":
    unittest.main()
