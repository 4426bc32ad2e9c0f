"""Amazon ECR: pushes of images (moto 5.2.1)."""

import hashlib

from moto.core.exceptions import ServiceException
from moto.ecr import exceptions
from moto.ecr.models import ECRBackend, Image

from patching import replace, wrap


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


PATCHES = (refuse_to_move_an_immutable_tag, refuse_an_unknown_repository, name_images_by_their_manifest)
