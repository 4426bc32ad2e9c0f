"""Report groups of CodeBuild: stock moto against our emulator."""

import unittest
from functools import partial

from support import PatchTest, unique

NO_EXPORT = {"exportConfigType": "NO_EXPORT"}
EXPORT = {"exportConfigType": "S3", "s3Destination": {"bucket": "reports", "path": "tests"}}


def create(aws, name=None, **options):
    request = {"name": name or unique("reports"), "type": "TEST", "exportConfig": NO_EXPORT, **options}
    return aws.codebuild.create_report_group(**request)["reportGroup"]


class ReportGroups(PatchTest):
    def test_keep_report_groups(self):
        self.assert_server_error(create, self.stock)
        group = create(self.ours, tags=[{"key": "a", "value": "b"}])
        arn = group["arn"]
        self.assertEqual(arn, f"arn:aws:codebuild:us-east-1:123456789012:report-group/{group['name']}")
        self.ours.codebuild.update_report_group(arn=arn, exportConfig=EXPORT)
        described = self.ours.codebuild.batch_get_report_groups(reportGroupArns=[arn, f"{arn}-other"])
        (told,) = described["reportGroups"]
        self.assertEqual((told["type"], told["tags"]), ("TEST", [{"key": "a", "value": "b"}]))
        self.assertEqual(told["exportConfig"]["s3Destination"], {**EXPORT["s3Destination"], "packaging": "NONE"})
        self.assertEqual(described["reportGroupsNotFound"], [f"{arn}-other"])
        self.assertIn(arn, self.ours.codebuild.list_report_groups()["reportGroups"])
        self.assertEqual(self.ours.codebuild.list_reports_for_report_group(reportGroupArn=arn)["reports"], [])
        self.ours.codebuild.delete_report_group(arn=arn)
        self.assertNotIn(arn, self.ours.codebuild.list_report_groups()["reportGroups"])
        delete = self.ours.codebuild.delete_report_group
        self.assert_error("ResourceNotFoundException", "does not exist", lambda: delete(arn=arn))

    def test_groups_that_codebuild_refuses(self):
        name = create(self.ours)["name"]
        for options, code, message in (
            ({"name": name}, "ResourceAlreadyExistsException", "Report group already exists"),
            ({"name": "a b"}, "InvalidInputException", "Invalid report group name: a b"),
            ({"type": "LINT"}, "InvalidInputException", "Member must satisfy enum value set"),
            ({"exportConfig": {"exportConfigType": "S3"}}, "InvalidInputException", "the bucket of the S3 destination"),
            ({"exportConfig": {**EXPORT, **NO_EXPORT}}, "InvalidInputException", "NO_EXPORT has no S3 destination"),
        ):
            self.assert_error(code, message, partial(create, self.ours, **options))


if __name__ == "__main__":
    unittest.main()
