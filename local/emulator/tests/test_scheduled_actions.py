"""Scheduled actions: when they set the capacities of their target, and what that does to the service."""

import unittest
from datetime import datetime, timezone

from scaled_service import ScaledTest

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc).timestamp()


class ScheduledTest(ScaledTest):
    def setUp(self):
        super().setUp()
        self.now = NOON
        self.running_service(2)
        self.register(least=1, most=4)
        self.pass_time()
        self.now = NOON + 60

    def schedule(self, schedule, name="action", capacities=(3, 5), **options):
        action = dict(zip(("MinCapacity", "MaxCapacity"), capacities))
        self.aws.application_autoscaling.put_scheduled_action(
            **self.address,
            ScheduledActionName=name,
            Schedule=schedule,
            ScalableTargetAction={key: size for key, size in action.items() if size is not None},
            **options,
        )

    def at(self, seconds):
        """So many seconds after noon."""
        self.now = NOON + seconds
        self.pass_time(0)
        self.pass_time(0)

    @property
    def bounds(self):
        described = self.aws.application_autoscaling.describe_scalable_targets(
            ServiceNamespace="ecs", ResourceIds=[self.address["ResourceId"]]
        )["ScalableTargets"][0]
        return described["MinCapacity"], described["MaxCapacity"]


class Due(ScheduledTest):
    def test_a_cron_expression(self):
        self.schedule("cron(10 12 * * ? *)")
        self.at(599)
        self.assertEqual((self.bounds, self.desired), ((1, 4), 2))
        self.at(600)
        self.assertEqual((self.bounds, self.desired), ((3, 5), 3))

    def test_it_tells_of_both_changes(self):
        self.schedule("cron(10 12 * * ? *)")
        self.at(600)
        told = [(each["Description"], each["Cause"]) for each in self.activities()]
        self.assertEqual(
            told,
            [
                ("Setting desired count to 3.", "minimum capacity was set to 3"),
                ("Setting min capacity to 3 and max capacity to 5", "scheduled action name action was triggered"),
            ],
        )

    def test_a_maximum_scales_in(self):
        self.schedule("at(2026-11-23T12:02:00)", capacities=(0, 1))
        self.at(120)
        self.assertEqual((self.bounds, self.desired), ((0, 1), 1))

    def test_only_what_it_names_is_set(self):
        self.schedule("at(2026-11-23T12:02:00)", capacities=(3,))
        self.at(120)
        self.assertEqual(self.bounds, (3, 4))

    def test_a_minimum_above_the_maximum_fails(self):
        self.schedule("at(2026-11-23T12:02:00)", capacities=(7,))
        self.at(120)
        self.assertEqual((self.bounds, self.desired), ((1, 4), 2))
        self.assertEqual(self.activities()[0]["StatusCode"], "Failed")

    def test_a_rate_counts_from_when_it_was_put_again_and_again(self):
        self.schedule("rate(5 minutes)")
        self.at(60 + 299)
        self.assertEqual(self.bounds, (1, 4))
        for time in (60 + 300, 60 + 600):
            self.register(least=1, most=4)
            self.at(time)
            self.assertEqual(self.bounds, (3, 5))

    def test_a_start_time_is_the_first_time_of_a_rate(self):
        self.schedule("rate(1 hour)", StartTime=NOON + 200)
        self.at(199)
        self.assertEqual(self.bounds, (1, 4))
        self.at(200)
        self.assertEqual(self.bounds, (3, 5))

    def test_not_before_its_start_nor_after_its_end(self):
        self.schedule("cron(* * * * ? *)", StartTime=NOON + 300, EndTime=NOON + 360)
        self.at(299)
        self.assertEqual(self.bounds, (1, 4))
        self.at(300)
        self.assertEqual(self.bounds, (3, 5))
        self.at(360)
        self.register(least=1, most=4)
        self.at(420)
        self.assertEqual(self.bounds, (1, 4))

    def test_the_time_zone(self):
        self.schedule("at(2026-11-23T13:02:00)", Timezone="Europe/Berlin")
        self.at(119)
        self.assertEqual(self.bounds, (1, 4))
        self.at(120)
        self.assertEqual(self.bounds, (3, 5))

    def test_a_time_that_is_over_never_comes(self):
        self.schedule("at(2026-11-23T12:00:30)")
        self.at(86400)
        self.assertEqual(self.bounds, (1, 4))

    def test_what_was_missed_is_made_up_for_once(self):
        self.schedule("cron(* * * * ? *)")
        self.at(3600)
        self.assertEqual(len(self.activities()), 2)

    def test_a_changed_action_goes_by_its_new_schedule(self):
        self.schedule("cron(10 12 * * ? *)")
        self.schedule("cron(20 12 * * ? *)")
        self.at(600)
        self.assertEqual(self.bounds, (1, 4))
        self.at(1200)
        self.assertEqual(self.bounds, (3, 5))

    def test_suspended_it_does_nothing(self):
        self.register(least=1, most=4, SuspendedState={"ScheduledScalingSuspended": True})
        self.schedule("at(2026-11-23T12:02:00)")
        self.at(120)
        self.assertEqual(self.bounds, (1, 4))

    def test_one_that_is_deleted_does_nothing(self):
        self.schedule("at(2026-11-23T12:02:00)")
        self.aws.application_autoscaling.delete_scheduled_action(**self.address, ScheduledActionName="action")
        self.at(120)
        self.assertEqual(self.bounds, (1, 4))


class Faster(ScheduledTest):
    time_scale = 60.0

    def test_their_clock_goes_as_many_times_as_fast_from_the_start(self):
        shown = datetime.fromtimestamp(self.started + 60 * (self.now - self.started) + 60, timezone.utc)
        self.schedule(shown.strftime("at(%Y-%m-%dT%H:%M:%S)"))
        self.pass_time(0.9)
        self.assertEqual(self.bounds, (1, 4))
        self.pass_time(0.2)
        self.assertEqual(self.bounds, (3, 5))

    @property
    def started(self):
        from control import waits

        return waits.started


if __name__ == "__main__":
    unittest.main()
