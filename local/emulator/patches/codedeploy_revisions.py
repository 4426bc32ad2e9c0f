"""AWS CodeDeploy: the revisions that are deployed, which for Amazon ECS are AppSpec files (moto 5.2.1)."""

import hashlib
import json

from moto.codedeploy.responses import CodeDeployResponse
from moto.s3.models import s3_backends

from control.codedeploy import Deployment
from patches.codedeploy import no_application
from patching import add
from refusing import Refusal, parameters

# The types of revisions that hold the AppSpec file itself, each with its part of the RevisionLocation.
STRINGS = {"AppSpecContent": "appSpecContent", "String": "string"}
PLAIN_BUNDLES = ("YAML", "JSON")


def appspec_of(response, revision):
    """The text of the AppSpec file; None if it is not where the revision says."""
    if not revision:
        raise Refusal("RevisionRequiredException", "RevisionLocation must be specified")
    kind = revision.get("revisionType")
    if kind in STRINGS:
        return _given_content(revision.get(STRINGS[kind]) or {})
    location = revision.get("s3Location") or {}
    if kind != "S3" or location.get("bundleType") not in PLAIN_BUNDLES:
        raise Refusal(
            "InvalidRevisionException",
            "A revision for the ECS compute platform must be AppSpecContent, or an object in S3 with the bundle type "
            f"{' or '.join(PLAIN_BUNDLES)}.",
        )
    bucket = s3_backends[response.current_account]["aws"].buckets.get(location.get("bucket"))
    found = bucket.keys.get(location.get("key")) if bucket else None
    return found.value.decode() if found else None


def _given_content(given):
    content = given.get("content")
    if not content:
        raise Refusal("InvalidRevisionException", "The content of the AppSpec file must be specified.")
    if given.get("sha256") not in (None, _sha256(content)):
        raise Refusal("InvalidRevisionException", "The sha256 is not that of the content.")
    return content


def hashed(revision, content):
    """The revision with the hash by which GetApplicationRevision finds it."""
    part = STRINGS.get(revision["revisionType"])
    return {**revision, part: {"content": content, "sha256": _sha256(content)}} if part else revision


def _sha256(content):
    return hashlib.sha256(content.encode()).hexdigest()


def get_application_revisions():
    """Symptom (moto 5.2.1): GetApplicationRevision is not implemented: HTTP 500.
    AWS: the content of an AppSpec file by its hash.
    """

    @add(CodeDeployResponse, "get_application_revision")
    def get_application_revision(response):
        request, backend = parameters(response), response.codedeploy_backend
        application, revision = request.get("applicationName"), request.get("revision") or {}
        if application not in backend.applications:
            raise no_application(application)
        part = STRINGS.get(revision.get("revisionType"))
        wanted = (revision.get(part) or {}).get("sha256")
        for deployment in reversed(list(backend.deployments.values())):
            known = deployment.settings["revision"].get(part) if isinstance(deployment, Deployment) else None
            if known and deployment.application_name == application and known["sha256"] == wanted:
                return json.dumps({"applicationName": application, "revision": deployment.settings["revision"]})
        raise Refusal("RevisionDoesNotExistException", f"No revision found for application {application}")


PATCHES = (get_application_revisions,)
