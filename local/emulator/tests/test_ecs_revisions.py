"""Revisions of task definitions: stock moto against our emulator."""

import datetime
import unittest

from support import PatchTest, unique


class Listing(PatchTest):
    def test_list_revisions_in_order(self):
        def newest_first(aws):
            family = unique("family")
            for _ in range(11):
                aws.task_definition(family=family)
            pages = aws.ecs.get_paginator("list_task_definitions").paginate(
                familyPrefix=family, sort="DESC", PaginationConfig={"PageSize": 4}
            )
            return [[int(arn.rsplit(":", 1)[1]) for arn in page["taskDefinitionArns"]] for page in pages]

        self.assertEqual(newest_first(self.stock), [[*range(1, 12)]])
        self.assertEqual(newest_first(self.ours), [[11, 10, 9, 8], [7, 6, 5, 4], [3, 2, 1]])

    def test_a_page_has_a_hundred_at_most(self):
        def page_of_101(aws):
            aws.ecs.list_task_definitions(maxResults=101)

        self.assert_refused("InvalidParameterException", "maxResults has to be from 1 to 100.", page_of_101)


class Provenance(PatchTest):
    def test_tell_who_registered_a_revision(self):
        def told(aws):
            arn = aws.task_definition(family=unique("family"))
            aws.ecs.deregister_task_definition(taskDefinition=arn)
            revision = aws.ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]
            return revision.get("registeredAt"), revision.get("registeredBy"), revision.get("deregisteredAt")

        self.assertEqual(told(self.stock), (None, None, None))
        registered, caller, deregistered = told(self.ours)
        self.assertEqual(caller, "arn:aws:sts::123456789012:user/moto")
        now = datetime.datetime.now(datetime.timezone.utc)
        for time in (registered, deregistered):
            self.assertLess(abs(now - time), datetime.timedelta(minutes=1))

    def test_what_is_active_was_not_deregistered(self):
        arn = self.ours.task_definition(family=unique("family"))
        self.assertNotIn("deregisteredAt", self.ours.ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"])


if __name__ == "__main__":
    unittest.main()
