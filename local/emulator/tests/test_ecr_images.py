"""What is told of images, and which manifests are taken: stock moto against our emulator."""

import hashlib
import json
import unittest

from support import PatchTest, unique

DOCKER = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_CONFIGURATION = "application/vnd.docker.container.image.v1+json"
OCI = "application/vnd.oci.image.manifest.v1+json"
OCI_CONFIGURATION = "application/vnd.oci.image.config.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"


def digest_of(text):
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def manifest(content="one", media_type=DOCKER, configuration=DOCKER_CONFIGURATION, **more):
    """As the docker client writes it: indented, so that its bytes are not those of another JSON text."""
    described = {
        "schemaVersion": 2,
        "mediaType": media_type,
        "config": {"mediaType": configuration, "size": 1469, "digest": digest_of(content)},
        "layers": [{"mediaType": "layer", "size": size, "digest": digest_of(f"{content} {size}")} for size in (31, 500)],
        **more,
    }
    return json.dumps(described, indent=3)


def index(*manifests):
    described = [{"mediaType": OCI, "size": len(text), "digest": digest_of(text)} for text in manifests]
    return json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": described}, indent=3)


def repository(aws):
    name = unique("repository")
    aws.ecr.create_repository(repositoryName=name)
    return name


def push(aws, name, text, tag=None, **options):
    request = {"repositoryName": name, "imageManifest": text, **({"imageTag": tag} if tag else {}), **options}
    return aws.ecr.put_image(**request)["image"]


def described(aws, name, **options):
    return aws.ecr.describe_images(repositoryName=name, **options)["imageDetails"]


def got(aws, name, **image_id):
    answer = aws.ecr.batch_get_image(repositoryName=name, imageIds=[image_id])
    return answer["images"], answer["failures"]


class Pushes(PatchTest):
    def test_require_a_manifest(self):
        self.assert_server_error(lambda aws: push(aws, repository(aws), "{", "1"), self.stock)
        for text in ("{", "[]", '"text"'):
            arguments = (push, self.ours, repository(self.ours), text, "1")
            self.assert_error("InvalidParameterException", "'Invalid JSON syntax'", *arguments)
        self.assert_refused(
            "ImageDigestDoesNotMatchException",
            f"does not match the digest of the manifest, '{digest_of(manifest())}'",
            lambda aws: push(aws, repository(aws), manifest(), "1", imageDigest=digest_of("other")),
        )
        push(self.ours, repository(self.ours), manifest(), "1", imageDigest=digest_of(manifest()))

    def test_require_the_images_of_an_index(self):
        self.assert_refused(
            "ReferencedImagesNotFoundException",
            f"Images with digests '[{digest_of(manifest())}]' required for pushing image into repository",
            lambda aws: push(aws, repository(aws), index(manifest()), "1"),
        )

    def test_keep_the_tags_of_an_image_pushed_by_its_digest(self):
        def push_again(aws):
            name = repository(aws)
            push(aws, name, manifest(), "1")
            push(aws, name, manifest())
            return got(aws, name, imageDigest=digest_of(manifest()))

        push_again(self.stock)
        self.assert_error("ImageAlreadyExistsException", "already exists", push_again, self.ours)

    def test_keep_the_image_that_a_tag_leaves(self):
        def move_a_tag(aws):
            name = repository(aws)
            for content in ("one", "two"):
                push(aws, name, manifest(content), "latest")
            return [(image["imageDigest"], image.get("imageTags")) for image in described(aws, name)]

        self.assertEqual(len(move_a_tag(self.stock)), 1)
        former, newest = digest_of(manifest("one")), digest_of(manifest("two"))
        self.assertEqual(move_a_tag(self.ours), [(former, None), (newest, ["latest"])])

    def test_a_tag_that_leaves_an_image_with_others_leaves_it_those(self):
        name = repository(self.ours)
        for content, tag in (("one", "a"), ("one", "b"), ("two", "b")):
            push(self.ours, name, manifest(content), tag)
        self.assertEqual([image["imageTags"] for image in described(self.ours, name)], [["a"], ["b"]])


class Descriptions(PatchTest):
    def test_weigh_an_image_with_its_layers(self):
        def size(aws):
            name = repository(aws)
            push(aws, name, manifest(), "1")
            return described(aws, name)[0]["imageSizeInBytes"]

        self.assertEqual((size(self.stock), size(self.ours)), (1469, 1469 + 31 + 500))

    def test_an_index_weighs_as_much_as_the_largest_of_its_images(self):
        name = repository(self.ours)
        small, large = manifest("small", layers=[]), manifest("large")
        for text in (small, large):
            push(self.ours, name, text)
        push(self.ours, name, index(small, large), "1")
        image = described(self.ours, name, imageIds=[{"imageTag": "1"}])[0]
        self.assertEqual(image["imageSizeInBytes"], 2000)
        self.assertEqual(image["imageManifestMediaType"], INDEX)
        self.assertNotIn("artifactMediaType", image)

    def test_tell_the_artifact_media_type(self):
        def media_types(aws, text):
            name = repository(aws)
            push(aws, name, text, "1")
            image = described(aws, name)[0]
            return image["imageManifestMediaType"], image.get("artifactMediaType")

        self.assertEqual(media_types(self.stock, manifest()), (DOCKER, None))
        self.assertEqual(media_types(self.ours, manifest()), (DOCKER, DOCKER_CONFIGURATION))
        oci = manifest(media_type=OCI, configuration=OCI_CONFIGURATION)
        self.assertEqual(media_types(self.ours, oci), (OCI, OCI_CONFIGURATION))
        self.assertEqual(media_types(self.ours, manifest(artifactType="text/x-chart")), (DOCKER, "text/x-chart"))

    def test_get_the_image_that_is_asked_for(self):
        def twice_tagged(aws):
            name = repository(aws)
            for tag in ("first", "second"):
                push(aws, name, manifest(), tag)
            return name

        def tag_of(aws):
            (image,), _ = got(aws, twice_tagged(aws), imageTag="first")
            return image["imageId"]["imageTag"]

        self.assertEqual((tag_of(self.stock), tag_of(self.ours)), ("second", "first"))

        other = {"imageTag": "first", "imageDigest": digest_of("other")}
        self.assertEqual(len(got(self.stock, twice_tagged(self.stock), **other)[0]), 1)
        for wanted in (other, {"imageDigest": digest_of("other")}, {"imageTag": "third"}):
            failure = {"failureCode": "ImageNotFound", "failureReason": "Requested image not found"}
            missing = got(self.ours, twice_tagged(self.ours), **wanted)
            self.assertEqual(missing, ([], [{"imageId": wanted, **failure}]))

    def test_a_manifest_keeps_its_bytes(self):
        oci = manifest(media_type=OCI)
        for text in (manifest(), oci, index(oci)):
            name = repository(self.ours)
            push(self.ours, name, oci)
            pushed = got(self.ours, name, imageDigest=digest_of(oci))[0][0]
            self.assertEqual((pushed["imageManifest"], pushed["imageId"]), (oci, {"imageDigest": digest_of(oci)}))
            if text != oci:
                push(self.ours, name, text, "1")
                pushed = got(self.ours, name, imageTag="1")[0][0]
                self.assertEqual(pushed["imageManifest"], text)
                self.assertEqual(pushed["imageManifestMediaType"], json.loads(text)["mediaType"])
                self.assertEqual(pushed["imageId"], {"imageDigest": digest_of(text), "imageTag": "1"})

    def test_a_manifest_without_media_type_has_the_one_it_is_pushed_with(self):
        name = repository(self.ours)
        text = json.dumps({"schemaVersion": 2, "config": {"size": 1, "digest": digest_of("c")}, "layers": []})
        pushed = push(self.ours, name, text, "1", imageManifestMediaType=OCI)
        self.assertEqual((pushed["imageManifest"], pushed["imageManifestMediaType"]), (text, OCI))

    def test_select_images_by_tag_status(self):
        def selected(aws, status):
            name = repository(aws)
            push(aws, name, manifest("one"), "1")
            push(aws, name, manifest("two"))
            options = {"repositoryName": name, "filter": {"tagStatus": status}}
            listed = aws.ecr.list_images(**options)["imageIds"]
            details = aws.ecr.describe_images(**options)["imageDetails"]
            return [image.get("imageTag") for image in listed], [image.get("imageTags") for image in details]

        self.assertEqual(selected(self.stock, "TAGGED"), (["1", None], [["1"], None]))
        self.assertEqual(selected(self.ours, "TAGGED"), (["1"], [["1"]]))
        self.assertEqual(selected(self.ours, "UNTAGGED"), ([None], [None]))
        self.assertEqual(selected(self.ours, "ANY"), (["1", None], [["1"], None]))


if __name__ == "__main__":
    unittest.main()
