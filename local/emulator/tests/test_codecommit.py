"""CodeCommit's repositories: stock moto against our emulator."""

import json
import unittest

from support import PatchTest, unique


def create(aws, **options):
    name = unique("deployment")
    return aws.codecommit.create_repository(**{"repositoryName": name, **options})["repositoryMetadata"]


def described(aws, name):
    return aws.codecommit.get_repository(repositoryName=name)["repositoryMetadata"]


def as_sent(client, act):
    """The JSON of an answer, which boto3 reads more leniently than the provider's SDK."""
    bodies = []
    client.meta.events.register("before-parse.*.*", lambda response_dict, **_: bodies.append(response_dict["body"]))
    act()
    return json.loads(bodies[-1])


class Repositories(PatchTest):
    def test_tell_times_as_numbers(self):
        def times(aws):
            client, name = aws.client("codecommit"), create(aws)["repositoryName"]
            told = as_sent(client, lambda: client.get_repository(repositoryName=name))["repositoryMetadata"]
            return [type(told[member]) for member in ("creationDate", "lastModifiedDate")]

        self.assertEqual(times(self.stock), [str, str])
        self.assertEqual(times(self.ours), [float, float])

    def test_keep_the_key_of_a_repository(self):
        self.assertNotIn("kmsKeyId", create(self.stock, kmsKeyId="key"))
        made = create(self.ours, kmsKeyId="key")
        self.assertEqual((made["kmsKeyId"], described(self.ours, made["repositoryName"])["kmsKeyId"]), ("key", "key"))

    def test_tag_repositories(self):
        def tags(aws):
            arn = create(aws, tags={"a": "1", "b": "2"})["Arn"]
            aws.codecommit.tag_resource(resourceArn=arn, tags={"c": "3"})
            aws.codecommit.untag_resource(resourceArn=arn, tagKeys=["a"])
            return aws.codecommit.list_tags_for_resource(resourceArn=arn)["tags"]

        self.assert_server_error(tags, self.stock)
        self.assertEqual(tags(self.ours), {"b": "2", "c": "3"})

    def test_change_repositories(self):
        def change(aws):
            old, new = create(aws)["repositoryName"], unique("renamed")
            aws.codecommit.update_repository_description(repositoryName=old, repositoryDescription="new")
            aws.codecommit.update_repository_name(oldName=old, newName=new)
            return old, described(aws, new)

        self.assert_server_error(change, self.stock)
        old, changed = change(self.ours)
        self.assertEqual(changed["repositoryDescription"], "new")
        for member in ("Arn", "cloneUrlHttp", "cloneUrlSsh"):
            self.assertTrue(changed[member].endswith(changed["repositoryName"]), changed[member])
        names = [listed["repositoryName"] for listed in self.ours.codecommit.list_repositories()["repositories"]]
        self.assertEqual((old in names, changed["repositoryName"] in names), (False, True))

    def test_require_a_repository_name(self):
        for refused in ("a" * 101, "deployment.git", "größe"):
            self.assert_refused(
                "InvalidRepositoryNameException",
                "The repository name is not valid.",
                lambda aws, name=refused: create(aws, repositoryName=name),
            )


if __name__ == "__main__":
    unittest.main()
