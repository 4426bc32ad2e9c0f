"""Pushes of images: stock moto against our emulator."""

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


if __name__ == "__main__":
    unittest.main()
