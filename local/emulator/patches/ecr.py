"""Amazon ECR: pushes of images, lifecycle policies (moto 5.2.1)."""

import hashlib
import json

from moto.core.exceptions import ServiceException
from moto.ecr import exceptions
from moto.ecr.models import ECRBackend, Image
from moto.ecr.responses import ECRResponse

from patching import replace, wrap
from refusing import Refusal, before


class ImageTagAlreadyExistsException(ServiceException):
    code = "ImageTagAlreadyExistsException"
    # moto finds the service that an error belongs to by the module of its class.
    __module__ = exceptions.__name__


def refuse_to_move_an_immutable_tag():
    """Symptom (moto 5.2.1): PutImage of another manifest under an existing tag of an IMMUTABLE repository answers
    ImageAlreadyExistsException, which says that this very image is there already.
    AWS: ImageTagAlreadyExistsException; ImageAlreadyExistsException is for the same manifest and tag.
    """

    @wrap(ECRBackend, "put_image")
    def put_image(original, backend, repository_name, image_manifest, image_tag, *rest, **options):
        repository = backend.repositories.get(repository_name)
        if repository and repository.image_tag_mutability == "IMMUTABLE":
            _require_free_tag(repository, image_tag, image_manifest)
        return original(backend, repository_name, image_manifest, image_tag, *rest, **options)


def _require_free_tag(repository, tag, manifest):
    for image in repository.images:
        if tag in image.image_tags and image.image_manifest != manifest:
            raise ImageTagAlreadyExistsException(
                f"The image tag '{tag}' already exists in the '{repository.name}' repository and cannot be "
                "overwritten because the repository is immutable."
            )


def refuse_an_unknown_repository():
    """Symptom (moto 5.2.1): PutImage into a repository that does not exist answers HTTP 500, which SDKs retry.
    AWS: RepositoryNotFoundException.
    """

    @wrap(ECRBackend, "put_image")
    def put_image(original, backend, repository_name, *rest, **options):
        if repository_name not in backend.repositories:
            raise exceptions.RepositoryNotFoundException(repository_name, backend.account_id)
        return original(backend, repository_name, *rest, **options)


def name_images_by_their_manifest():
    """Symptom (moto 5.2.1): two images whose manifests differ but in the configuration have the same imageDigest;
    an image index gets one of a hundred random digests.
    AWS: the digest is the SHA-256 of the manifest's bytes.
    """

    @replace(Image, "_create_digest")
    def create_digest(image):
        image._image_digest = "sha256:" + hashlib.sha256(image.image_manifest.encode("utf-8")).hexdigest()


def require_lifecycle_rules_that_agree():
    """Symptom (moto 5.2.1): lifecycle policies with two rules of one priority, with the rule for any image before
    others, or with rules that select nothing are taken.
    AWS: InvalidParameterException ("Lifecycle policy properties in Amazon ECR").
    """

    @before(ECRResponse, "put_lifecycle_policy")
    def rules(_response, request):
        rules = _lifecycle_rules(request["lifecyclePolicyText"])
        priorities = [rule["rulePriority"] for rule in rules]
        last = max(priorities, default=0)
        if len(set(priorities)) < len(priorities):
            raise _invalid_lifecycle_policy("each rule must have a unique rulePriority")
        for rule in rules:
            _check_rule(rule, last)
        for status in ("any", "untagged"):
            selections = [rule["selection"] for rule in rules if rule["selection"]["tagStatus"] == status]
            if len(selections) > len({selection["countType"] for selection in selections}):
                raise _invalid_lifecycle_policy(f"two rules for tagStatus {status} of one countType")


def _lifecycle_rules(text):
    """The rules of a policy; none of one that moto refuses by itself."""
    try:
        rules = json.loads(text)["rules"]
        return rules if all(rule["rulePriority"] and rule["selection"]["tagStatus"] for rule in rules) else []
    except (ValueError, KeyError, TypeError):
        return []


def _check_rule(rule, last):
    selection = rule["selection"]
    if rule["rulePriority"] < 1:
        raise _invalid_lifecycle_policy("rulePriority must be at least 1")
    if selection["tagStatus"] == "any" and rule["rulePriority"] < last:
        raise _invalid_lifecycle_policy("the rule for tagStatus any must have the highest rulePriority")
    lists = selection.get("tagPrefixList") or selection.get("tagPatternList")
    if selection["tagStatus"] == "tagged" and not lists:
        raise _invalid_lifecycle_policy("tagStatus tagged needs a tagPatternList or a tagPrefixList")
    if selection.get("countType") == "sinceImagePushed" and selection.get("countUnit") != "days":
        raise _invalid_lifecycle_policy("countType sinceImagePushed needs the countUnit days")


def _invalid_lifecycle_policy(reason):
    return Refusal(
        "InvalidParameterException",
        "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: "
        f"'Lifecycle policy validation failure: {reason}'",
    )


PATCHES = (
    refuse_to_move_an_immutable_tag,
    refuse_an_unknown_repository,
    name_images_by_their_manifest,
    require_lifecycle_rules_that_agree,
)
