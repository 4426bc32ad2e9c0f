"""AWS CodeBuild: report groups (moto 5.2.1 has none)."""

import copy
import json
import re
import time

from moto.codebuild.exceptions import InvalidInputException, ResourceAlreadyExistsException, ResourceNotFoundException
from moto.codebuild.models import CodeBuildBackend
from moto.codebuild.responses import CodeBuildResponse

from patching import add, wrap
from refusing import parameters

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{1,127}")
MOST_DESCRIBED = 100


def keep_report_groups():
    """Symptom (moto 5.2.1): CreateReportGroup, BatchGetReportGroups, UpdateReportGroup, ListReportGroups and
    DeleteReportGroup: HTTP 500.
    AWS: keeps them, with where their raw data is exported to.
    """

    @wrap(CodeBuildBackend, "__init__")
    def initialise(original, backend, *arguments, **options):
        original(backend, *arguments, **options)
        backend.report_groups = {}

    @add(CodeBuildResponse, "create_report_group")
    def create(response):
        request, groups = parameters(response), response.codebuild_backend.report_groups
        name = request["name"]
        if not NAME.fullmatch(name):
            raise InvalidInputException(f"Invalid report group name: {name}")
        arn = f"arn:{response.partition}:codebuild:{response.region}:{response.current_account}:report-group/{name}"
        if arn in groups:
            raise ResourceAlreadyExistsException(f"Report group already exists: {arn}")
        now = round(time.time(), 3)
        groups[arn] = {"arn": arn, "name": name, "type": request["type"], "created": now, "status": "ACTIVE"}
        return _keep(groups[arn], request)

    @add(CodeBuildResponse, "update_report_group")
    def update(response):
        request = parameters(response)
        return _keep(_group(response, request["arn"]), request)

    @add(CodeBuildResponse, "batch_get_report_groups")
    def batch_get(response):
        arns, groups = parameters(response)["reportGroupArns"], response.codebuild_backend.report_groups
        if len(arns) > MOST_DESCRIBED:
            raise InvalidInputException(f"At most {MOST_DESCRIBED} report groups can be described at a time.")
        found = [groups[arn] for arn in arns if arn in groups]
        missing = [arn for arn in arns if arn not in groups]
        return json.dumps({"reportGroups": found, "reportGroupsNotFound": missing})

    @add(CodeBuildResponse, "list_report_groups")
    def list_groups(response):
        return json.dumps({"reportGroups": list(response.codebuild_backend.report_groups)})

    @add(CodeBuildResponse, "delete_report_group")
    def delete(response):
        arn = parameters(response)["arn"]
        _group(response, arn)
        del response.codebuild_backend.report_groups[arn]
        return "{}"

    @add(CodeBuildResponse, "list_reports_for_report_group")
    def list_reports(response):
        """Nothing builds here, so nothing reports."""
        _group(response, parameters(response)["reportGroupArn"])
        return json.dumps({"reports": []})


def _group(response, arn):
    groups = response.codebuild_backend.report_groups
    if arn not in groups:
        raise ResourceNotFoundException(f"Report group {arn} does not exist")
    return groups[arn]


def _keep(group, request):
    given = {name: copy.deepcopy(request[name]) for name in ("exportConfig", "tags") if name in request}
    _require_export(given.get("exportConfig") or {})
    group.update(given, lastModified=round(time.time(), 3))
    export = group.setdefault("exportConfig", {"exportConfigType": "NO_EXPORT"})
    if export.get("s3Destination"):
        export["s3Destination"].setdefault("packaging", "NONE")
    return json.dumps({"reportGroup": group})


def _require_export(config):
    destination = config.get("s3Destination") or {}
    if config.get("exportConfigType") == "S3" and not destination.get("bucket"):
        raise InvalidInputException("Invalid report group export: the bucket of the S3 destination is missing")
    if config.get("exportConfigType") == "NO_EXPORT" and destination:
        raise InvalidInputException("Invalid report group export: NO_EXPORT has no S3 destination")


PATCHES = (keep_report_groups,)
