"""Amazon ECR: what is told of images, and which manifests are taken (moto 5.2.1)."""

import copy
import hashlib
import json

from moto.ecr import exceptions
from moto.ecr.models import ECRBackend, Image
from moto.ecr.responses import ECRResponse

from patching import add, replace, wrap
from refusing import Refusal, before, parameters


def require_a_manifest():
    """Symptom (moto 5.2.1): PutImage of what is no JSON answers HTTP 500, and takes any imageDigest for the manifest's.
    AWS: InvalidParameterException; ImageDigestDoesNotMatchException.
    """

    @before(ECRResponse, "put_image")
    def manifest(_response, request):
        text = request["imageManifest"]
        if not isinstance(_parsed(text), dict):
            raise Refusal(
                "InvalidParameterException",
                "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'",
            )
        digest = "sha256:" + hashlib.sha256(text.encode("utf-8")).hexdigest()
        if request.get("imageDigest", digest) != digest:
            raise Refusal(
                "ImageDigestDoesNotMatchException",
                f"The image digest '{request['imageDigest']}' does not match the digest of the manifest, '{digest}'",
            )


def _parsed(manifest):
    try:
        return json.loads(manifest)
    except ValueError:
        return None


def require_the_images_of_an_index():
    """Symptom (moto 5.2.1): an image index (manifest list) is taken whose images were never pushed.
    AWS: ReferencedImagesNotFoundException.
    """

    @before(ECRResponse, "put_image")
    def images(response, request):
        repository = response.ecr_backend.repositories.get(request["repositoryName"])
        if not repository:
            return
        known = {image.get_image_digest() for image in repository.images}
        wanted = [descriptor["digest"] for descriptor in _parsed(request["imageManifest"]).get("manifests", [])]
        missing = [digest for digest in wanted if digest not in known]
        if missing:
            raise Refusal(
                "ReferencedImagesNotFoundException",
                f"Images with digests '[{', '.join(missing)}]' required for pushing image into repository with name "
                f"'{repository.name}' in the registry with id '{repository.registry_id}' do not exist",
            )


def keep_the_tags_of_an_image_pushed_by_its_digest():
    """Symptom (moto 5.2.1): PutImage of an image that is there, without a tag, is taken, and its newest tag forgotten.
    AWS: ImageAlreadyExistsException, "there were no changes to the manifest or image tag after the last push".
    """

    @wrap(ECRBackend, "put_image")
    def put_image(original, backend, repository_name, image_manifest, image_tag, *rest, **options):
        repository = backend.repositories.get(repository_name)
        for image in repository.images if repository and image_tag is None else ():
            if image.image_manifest == image_manifest:
                raise exceptions.ImageAlreadyExistsException(
                    repository_name, repository.registry_id, image.get_image_digest(), "null"
                )
        return original(backend, repository_name, image_manifest, image_tag, *rest, **options)


def keep_the_image_that_a_tag_leaves():
    """Symptom (moto 5.2.1): an image whose only tag is moved to another image is deleted.
    AWS: it stays, untagged.
    """

    @wrap(ECRBackend, "put_image")
    def put_image(original, backend, repository_name, *rest, **options):
        repository = backend.repositories.get(repository_name)
        former = list(repository.images) if repository else []
        pushed = original(backend, repository_name, *rest, **options)
        for index, image in enumerate(former):
            if image not in repository.images:
                image.image_tags, image.image_tag = [], None
                repository.images.insert(index, image)
        return pushed


def weigh_an_image_with_its_layers():
    """Symptom (moto 5.2.1): imageSizeInBytes is the size of the image's configuration, and an image index has none.
    AWS: of configuration and layers; of an index, the largest of its images.
    """

    @replace(Image, "get_image_size_in_bytes")
    def size(image):
        manifest = json.loads(image.image_manifest)
        if "layers" not in manifest:
            return getattr(image, "largest_size_in_bytes", None)
        return sum(part.get("size", 0) for part in (manifest.get("config", {}), *manifest["layers"]))

    @wrap(ECRBackend, "put_image")
    def put_image(original, backend, repository_name, *rest, **options):
        pushed = original(backend, repository_name, *rest, **options)
        digests = {descriptor["digest"] for descriptor in json.loads(pushed.image_manifest).get("manifests", [])}
        images = backend.repositories[repository_name].images
        sizes = [image.get_image_size_in_bytes() or 0 for image in images if image.get_image_digest() in digests]
        pushed.largest_size_in_bytes = max(sizes, default=0)
        return pushed


def tell_the_artifact_media_type():
    """Symptom (moto 5.2.1): DescribeImages lacks artifactMediaType.
    AWS: the manifest's artifactType, else the media type of its configuration.
    """

    @add(Image, "artifact_media_type")
    @property
    def artifact_media_type(image):
        manifest = json.loads(image.image_manifest)
        return manifest.get("artifactType") or manifest.get("config", {}).get("mediaType")


def get_the_image_that_is_asked_for():
    """Symptom (moto 5.2.1): BatchGetImage tells the newest tag of an image, not the one that was asked for, finds images by
    tag that have another digest than asked for, and reports a missing digest as the tag "null".
    AWS: the imageId that was asked for.
    """

    @wrap(ECRBackend, "batch_get_image")
    def batch_get_image(original, backend, repository_name, registry_id=None, image_ids=None):
        answer = original(backend, repository_name, registry_id, image_ids)
        images = backend.repositories[repository_name].images
        answer.update(images=[], failures=[])
        for wanted in image_ids:
            found = next((image for image in images if _is(image, wanted)), None)
            if found:
                answer["images"].append(_as_asked_for(found, wanted))
            else:
                failure = {"failureCode": "ImageNotFound", "failureReason": "Requested image not found"}
                answer["failures"].append({"imageId": wanted, **failure})
        return answer


def _is(image, wanted):
    tag, digest = wanted.get("imageTag"), wanted.get("imageDigest")
    return bool(tag or digest) and (not tag or tag in image.image_tags) and digest in (None, image.get_image_digest())


def _as_asked_for(image, wanted):
    shown = copy.copy(image)
    shown.image_tag = wanted.get("imageTag") or next(reversed(image.image_tags), None)
    return shown


def select_images_by_tag_status():
    """Symptom (moto 5.2.1): ListImages and DescribeImages ignore the filter tagStatus.
    AWS: the images that have a tag, or have none.
    """

    for action, key in (("list_images", "imageIds"), ("describe_images", "imageDetails")):
        _filter(action, key)


def _filter(action, key):
    @wrap(ECRResponse, action)
    def filtered(original, response):
        answer = original(response)
        status = (parameters(response).get("filter") or {}).get("tagStatus", "ANY")
        answer.result[key] = [shown for shown in answer.result[key] if status in ("ANY", _tag_status(shown))]
        return answer


def _tag_status(shown):
    """Of an entry of a list, or of an image that is described, which has no `image_tags` where it has none."""
    tagged = shown["imageTag"] if isinstance(shown, dict) else hasattr(shown, "image_tags")
    return "TAGGED" if tagged else "UNTAGGED"


PATCHES = (
    require_the_images_of_an_index,
    require_a_manifest,
    keep_the_image_that_a_tag_leaves,
    weigh_an_image_with_its_layers,
    keep_the_tags_of_an_image_pushed_by_its_digest,
    tell_the_artifact_media_type,
    get_the_image_that_is_asked_for,
    select_images_by_tag_status,
)
