"""Deployments of CodeDeploy to Amazon ECS, as GetDeployment and GetDeploymentTarget return them.

Sources: API_DeploymentInfo, API_ECSTarget, API_RollbackInfo. What becomes of one is decided in `control.blue_green`.
"""

import random
import string

from control import clock, lifecycle, waits

CREATED, IN_PROGRESS, READY = "Created", "InProgress", "Ready"
SUCCEEDED, FAILED, STOPPED = "Succeeded", "Failed", "Stopped"
ONGOING = (CREATED, IN_PROGRESS, READY)
ALL_AT_ONCE = {"type": "AllAtOnce"}
ROLLBACK_CONFIG = "CodeDeployDefault.ECSAllAtOnce"
# What the status of a deployment means for its only target, the service.
TARGET_STATUSES = {CREATED: "Pending", STOPPED: "Failed"}
SHOWN_OF_GROUP = ("deploymentStyle", "blueGreenDeploymentConfiguration", "loadBalancerInfo")


class Fault(Exception):
    """Fails a deployment: `Fault(error code, message)`, as errorInformation tells it."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code, self.message = code, message


class Deployment:
    """One deployment of a deployment group; `group` is what GetDeploymentGroup returned when it was created.

    :param routing: the TrafficRoutingConfig of the deployment configuration
    :param settings: what CreateDeployment was given: `deploymentConfigName`, `revision`, `description`,
        `autoRollbackConfiguration`, `overrideAlarmConfiguration`
    :param content: the text of the AppSpec file; None if it is not where the revision says
    :param check: raises a ServiceException for a task set that ECS refuses
    """

    def __init__(self, group, routing, settings, content, check=None, creator="user"):
        self.deployment_id = "d-" + "".join(random.choices(string.ascii_uppercase + string.digits, k=9))
        self.group, self.routing, self.settings, self.creator = group, routing, settings, creator
        self.content, self.check = content, check
        self.status, self.error, self.rollback = CREATED, None, None
        self.created_at, self.started_at, self.ended_at = clock.now(), None, None
        self.lifecycle = lifecycle.Lifecycle()
        # For control.blue_green: what is done next, and since when it waits for that.
        self.stage, self.stage_since = None, self.created_at
        self.blue = self.green = None
        self.green_percent = 0
        self.waits_for_termination = False

    @property
    def is_ongoing(self):
        return self.status in ONGOING

    @property
    def application_name(self):
        return self.group["applicationName"]

    @property
    def deployment_group_name(self):
        return self.group["deploymentGroupName"]

    @property
    def cluster_name(self):
        return self.group["ecsServices"][0]["clusterName"]

    @property
    def service_name(self):
        return self.group["ecsServices"][0]["serviceName"]

    @property
    def pair(self):
        """The two target groups and their listeners: a TargetGroupPairInfo."""
        return self.group["loadBalancerInfo"]["targetGroupPairInfoList"][0]

    @property
    def alarms(self):
        """Names of the alarms that stop it."""
        given = self.settings.get("overrideAlarmConfiguration") or self.group.get("alarmConfiguration") or {}
        return [alarm["name"] for alarm in given.get("alarms") or []] if given.get("enabled") else []

    @property
    def ready_wait_minutes(self):
        """How long it waits for ContinueDeployment before production traffic shifts; None: it does not wait."""
        option = self.group["blueGreenDeploymentConfiguration"].get("deploymentReadyOption") or {}
        return option.get("waitTimeInMinutes", 0) if option.get("actionOnTimeout") == "STOP_DEPLOYMENT" else None

    @property
    def bake_seconds(self):
        termination = self.group["blueGreenDeploymentConfiguration"]["terminateBlueInstancesOnDeploymentSuccess"]
        return waits.minutes(termination.get("terminationWaitTimeInMinutes", 0))

    def rolls_back_on(self, event):
        given = self.settings.get("autoRollbackConfiguration") or self.group.get("autoRollbackConfiguration") or {}
        return bool(given.get("enabled")) and event in (given.get("events") or [])

    def enter(self, stage):
        self.stage, self.stage_since = stage, clock.now()

    def start(self):
        self.status, self.started_at = IN_PROGRESS, clock.now()

    def end(self, status, code=None, message=None):
        self.status, self.ended_at = status, clock.now()
        self.stage, self.waits_for_termination = None, False
        if code:
            self.error = {"code": code, "message": message}
        if status != SUCCEEDED:
            self.lifecycle.fail()

    def shown(self):
        """A DeploymentInfo."""
        info = {
            "applicationName": self.application_name,
            "deploymentGroupName": self.deployment_group_name,
            "deploymentConfigName": self.settings["deploymentConfigName"],
            "deploymentId": self.deployment_id,
            "revision": without_content(self.settings["revision"]),
            "status": self.status,
            "errorInformation": self.error,
            "createTime": self.created_at,
            "startTime": self.started_at,
            "completeTime": self.ended_at,
            "description": self.settings.get("description"),
            "creator": self.creator,
            "ignoreApplicationStopFailures": False,
            "autoRollbackConfiguration": self.settings.get("autoRollbackConfiguration")
            or self.group.get("autoRollbackConfiguration"),
            "updateOutdatedInstancesOnly": False,
            "rollbackInfo": self.rollback,
            "instanceTerminationWaitTimeStarted": self.waits_for_termination,
            "fileExistsBehavior": "DISALLOW",
            "deploymentStatusMessages": [],
            "computePlatform": "ECS",
            "overrideAlarmConfiguration": self.settings.get("overrideAlarmConfiguration"),
            **{name: self.group.get(name) for name in SHOWN_OF_GROUP},
        }
        return {name: value for name, value in info.items() if value is not None}

    @property
    def target_id(self):
        return f"{self.cluster_name}:{self.service_name}"

    def target(self, service_arn):
        """A DeploymentTarget: the ECS service."""
        target = {
            "deploymentId": self.deployment_id,
            "targetId": self.target_id,
            "targetArn": service_arn,
            "lastUpdatedAt": self.lifecycle.updated_at,
            "lifecycleEvents": self.lifecycle.listed(),
            "status": TARGET_STATUSES.get(self.status, self.status),
            "taskSetsInfo": self._task_sets(),
        }
        return {"deploymentTargetType": "ECSTarget", "ecsTarget": target}

    def _task_sets(self):
        labelled = (("Blue", self.blue, 100 - self.green_percent), ("Green", self.green, self.green_percent))
        return [_task_set(label, task_set, weight) for label, task_set, weight in labelled if task_set]


def _task_set(label, task_set, weight):
    return {
        "identifer": task_set.id,
        "desiredCount": task_set.computed_desired_count,
        "pendingCount": task_set.pending_count,
        "runningCount": task_set.running_count,
        "status": task_set.status,
        "trafficWeight": float(weight),
        "targetGroup": {"name": task_set.target_group.split("/")[-2]},
        "taskSetLabel": label,
    }


def without_content(revision):
    """GetDeployment: the content of an AppSpec file is always null; GetApplicationRevision has it."""
    kept = dict(revision)
    for name in ("appSpecContent", "string"):
        if name in kept:
            kept[name] = {key: value for key, value in kept[name].items() if key != "content"}
    return kept
