"""Pushes of images, lifecycle policies: stock moto against our emulator."""

import hashlib
import json
import unittest

from support import PatchTest, unique

MEDIA_TYPE = "application/vnd.oci.image.manifest.v1+json"


def manifest(configuration):
    layers = [{"digest": "sha256:" + "0" * 64, "size": 1, "mediaType": "application/vnd.oci.image.layer.v1.tar"}]
    return json.dumps({"mediaType": MEDIA_TYPE, "config": {"digest": configuration, "size": 1}, "layers": layers})


def repository(aws, mutability="IMMUTABLE"):
    name = unique("repository")
    aws.ecr.create_repository(repositoryName=name, imageTagMutability=mutability)
    return name


def push(aws, name, tag, configuration):
    return aws.ecr.put_image(repositoryName=name, imageTag=tag, imageManifest=manifest(configuration))["image"]


class Tags(PatchTest):
    def test_refuse_to_move_an_immutable_tag(self):
        self.assert_error("ImageAlreadyExistsException", "already exists", push_two_under_one_tag, self.stock)
        self.assert_error(
            "ImageTagAlreadyExistsException",
            "cannot be overwritten because the repository is immutable.",
            push_two_under_one_tag,
            self.ours,
        )

    def test_the_same_image_again_is_known(self):
        name = repository(self.ours)
        push(self.ours, name, "1.0.0", "one")
        self.assert_error("ImageAlreadyExistsException", "already exists", push, self.ours, name, "1.0.0", "one")

    def test_other_tags_and_mutable_repositories_take_the_push(self):
        name = repository(self.ours)
        push(self.ours, name, "1.0.0", "one")
        push(self.ours, name, "1.0.1", "two")
        tags = [image["imageTag"] for image in self.ours.ecr.list_images(repositoryName=name)["imageIds"]]
        self.assertEqual(sorted(tags), ["1.0.0", "1.0.1"])
        mutable = repository(self.ours, "MUTABLE")
        push(self.ours, mutable, "latest", "one")
        push(self.ours, mutable, "latest", "two")

    def test_refuse_an_unknown_repository(self):
        self.assert_server_error(push, self.stock, "nowhere", "1.0.0", "one")
        self.assert_error(
            "RepositoryNotFoundException", "'nowhere' does not exist", push, self.ours, "nowhere", "1.0.0", "one"
        )


def push_two_under_one_tag(aws):
    name = repository(aws)
    push(aws, name, "1.0.0", "one")
    push(aws, name, "1.0.0", "two")


class Digests(PatchTest):
    def test_name_images_by_their_manifest(self):
        one, two = digests_of_two_images(self.stock)
        self.assertEqual(one, two)
        one, two = digests_of_two_images(self.ours)
        self.assertEqual(one, "sha256:" + hashlib.sha256(manifest("one").encode()).hexdigest())
        self.assertNotEqual(one, two)


def digests_of_two_images(aws):
    name = repository(aws)
    for tag, configuration in (("1", "one"), ("2", "two")):
        push(aws, name, tag, configuration)
    described = aws.ecr.describe_images(repositoryName=name, imageIds=[{"imageTag": "1"}, {"imageTag": "2"}])
    return [image["imageDigest"] for image in sorted(described["imageDetails"], key=lambda image: image["imageTags"])]


def lifecycle_rule(priority=1, **selection):
    selection = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 3, **selection}
    return {"rulePriority": priority, "description": "keep a few", "selection": selection, "action": {"type": "expire"}}


def put_lifecycle_policy(aws, *rules):
    aws.ecr.put_lifecycle_policy(
        repositoryName=repository(aws), lifecyclePolicyText=json.dumps({"rules": rules}, indent=4)
    )


class LifecyclePolicies(PatchTest):
    def test_require_lifecycle_rules_that_agree(self):
        untagged = {"tagStatus": "untagged"}
        refused = (
            ("each rule must have a unique rulePriority", [lifecycle_rule(1, **untagged), lifecycle_rule(1)]),
            ("tagStatus any must have the highest rulePriority", [lifecycle_rule(1), lifecycle_rule(2, **untagged)]),
            ("tagged needs a tagPatternList or a tagPrefixList", [lifecycle_rule(tagStatus="tagged")]),
            ("two rules for tagStatus untagged", [lifecycle_rule(1, **untagged), lifecycle_rule(2, **untagged)]),
            ("sinceImagePushed needs the countUnit days", [lifecycle_rule(countType="sinceImagePushed")]),
            ("rulePriority must be at least 1", [lifecycle_rule(-1)]),
        )
        for message, rules in refused:
            with self.subTest(message):
                self.assert_refused(
                    "InvalidParameterException", message, lambda aws: put_lifecycle_policy(aws, *rules)
                )

    def test_rules_of_every_kind_are_taken(self):
        old = {"countType": "sinceImagePushed", "countUnit": "days"}
        put_lifecycle_policy(
            self.ours,
            lifecycle_rule(1, tagStatus="tagged", tagPatternList=["v*"]),
            lifecycle_rule(2, tagStatus="untagged", **old),
            lifecycle_rule(3),
        )


if __name__ == "__main__":
    unittest.main()
