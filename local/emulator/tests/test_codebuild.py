"""CodeBuild's projects: stock moto against our emulator."""

import unittest

from support import PatchTest, unique

ROLE = "arn:aws:iam::123456789012:role/build"
ENVIRONMENT = {"type": "LINUX_CONTAINER", "computeType": "BUILD_GENERAL1_SMALL", "image": "aws/codebuild/standard:7.0"}
FROM_GITHUB = {
    "source": {"type": "GITHUB", "location": "https://example.com/a.git"},
    "artifacts": {"type": "S3", "location": "bucket"},
}
IN_A_PIPELINE = {"source": {"type": "CODEPIPELINE"}, "artifacts": {"type": "CODEPIPELINE"}}
REFUSED = "InvalidInputException"


def create(aws, **options):
    request = {"name": unique("check"), "serviceRole": ROLE, "environment": ENVIRONMENT, **FROM_GITHUB, **options}
    return aws.codebuild.create_project(**request)["project"]


def described(aws, project):
    return aws.codebuild.batch_get_projects(names=[project["name"]])["projects"][0]


class Projects(PatchTest):
    def test_take_projects_for_pipelines(self):
        message = "Project source location is required"
        self.assert_error(REFUSED, message, lambda: create(self.stock, **IN_A_PIPELINE))
        project = create(self.ours, **IN_A_PIPELINE)
        self.assertEqual(described(self.ours, project)["source"], {"type": "CODEPIPELINE"})
        self.assert_error(REFUSED, message, lambda: create(self.ours, source={"type": "GITHUB"}))

    def test_take_every_environment(self):
        def lambda_environment(aws):
            create(aws, environment={**ENVIRONMENT, "type": "ARM_LAMBDA_CONTAINER", "computeType": "BUILD_LAMBDA_1GB"})

        self.assert_error(REFUSED, "Invalid type provided", lambda_environment, self.stock)
        lambda_environment(self.ours)
        bogus = {**ENVIRONMENT, "computeType": "BUILD_HUGE"}
        self.assert_error(REFUSED, "enum value set", lambda: create(self.ours, environment=bogus))

    def test_keep_what_a_project_says(self):
        variables = [{"name": "SYSTEM", "value": "shop"}]
        options = {"encryptionKey": "key", "concurrentBuildLimit": 2, "environment": {**ENVIRONMENT}}
        options["environment"]["environmentVariables"] = variables

        def told(aws):
            project = described(aws, create(aws, **options))
            variable = project["environment"]["environmentVariables"][0]
            limits = [
                project.get("concurrentBuildLimit"),
                project["timeoutInMinutes"],
                project["queuedTimeoutInMinutes"],
            ]
            return project["encryptionKey"], limits, variable.get("type")

        key, limits, kind = told(self.stock)
        self.assertEqual((key == "key", limits, kind), (False, [None, 0, 0], None))
        self.assertEqual(told(self.ours), ("key", [2, 60, 480], "PLAINTEXT"))

    def test_change_projects(self):
        def change(aws):
            project = create(aws, description="old", concurrentBuildLimit=2)
            aws.codebuild.update_project(name=project["name"], description="new", concurrentBuildLimit=-1)
            return described(aws, project)

        self.assert_server_error(change, self.stock)
        changed = change(self.ours)
        self.assertEqual((changed["description"], "concurrentBuildLimit" in changed), ("new", False))
        self.assertEqual(changed["source"], FROM_GITHUB["source"])
        missing = {"name": unique("missing"), "description": "d"}
        update = self.ours.codebuild.update_project
        self.assert_error("ResourceNotFoundException", "Project cannot be found", lambda: update(**missing))

    def test_delete_projects_by_arn(self):
        def left(aws):
            project = create(aws)
            aws.codebuild.delete_project(name=project["arn"])
            return project["name"] in aws.codebuild.list_projects()["projects"]

        self.assertEqual((left(self.stock), left(self.ours)), (True, False))

    def test_keep_pipelines_to_themselves(self):
        mixed = {**IN_A_PIPELINE, "artifacts": {"type": "S3", "location": "bucket"}}
        with_location = {**mixed, "source": {"type": "CODEPIPELINE", "location": "somewhere"}}
        self.assert_refused(REFUSED, "if and only if", lambda aws: create(aws, **with_location))
        self.assert_error(REFUSED, "if and only if", lambda: create(self.ours, **mixed))

    def test_builds_have_the_time_that_the_api_model_says(self):
        for member, minutes in (("timeoutInMinutes", 4), ("timeoutInMinutes", 2161), ("queuedTimeoutInMinutes", 481)):
            options = {member: minutes}
            self.assert_refused(REFUSED, f"at '{member}'", lambda aws, given=options: create(aws, **given))


if __name__ == "__main__":
    unittest.main()
