"""The course of a blue/green deployment to Amazon ECS: what CodeDeploy does next, and what it returns to.

Sources: CodeDeploy User Guide, "What happens during an Amazon ECS deployment", "Redeploy and roll back a deployment",
"Troubleshoot Amazon ECS deployment issues". Blue is the PRIMARY task set when the deployment begins, green the one that
it makes. No task of blue is stopped before all traffic is green's and the wait for it is over.
"""

from moto.cloudwatch.models import cloudwatch_backends
from moto.codedeploy.models import codedeploy_backends

from control import circuit_breaker, clock, codedeploy, deployment_events, replacement, shifting, task_sets, traffic, waits
from control.codedeploy import Fault
from control.faults import told_once

# CodeDeploy waits for an hour until all of green is healthy; not so long here, however short its minutes are.
HEALTHY_WITHIN_MINUTES = 60
HEALTHY_WITHIN_AT_LEAST_SECONDS = 300
NEVER_HEALTHY = (
    "The deployment timed out while waiting for the replacement task set to become healthy. This time out period is "
    "60 minutes."
)
NOT_CONTINUED = (
    "The deployment timed out while waiting for a notification to continue. This time out period is {} minutes."
)
ALARMED = (
    "One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected "
    "deployments have been stopped. Activated alarms: {}"
)
NOT_BEHIND = (
    "The ELB could not be updated due to the following error: Primary taskset target group must be behind listener {}"
)
NO_PAIR = "The target groups of the deployment group must exist, and one must be the ECS service's."
SERVICE_GONE = "The ECS service {} of cluster {} is not active."

ON_FAILURE, ON_ALARM, ON_REQUEST = "DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"


def tick(backend, now):
    """A step of each deployment that is not at its end, for the services of an ECS backend."""
    found = codedeploy_backends.get(backend.account_id, {}).get(backend.region_name)
    for deployment in list(found.deployments.values()) if found else ():
        if deployment.is_ongoing:
            with told_once(f"a step of deployment {deployment.deployment_id}"):
                Course(backend, found, deployment).step()
    for deployment in list(found.deployments.values()) if found else ():
        deployment_events.of_codedeploy(backend, deployment)


def is_under_way(backend):
    """Whether a deployment is not at its end."""
    found = codedeploy_backends.get(backend.account_id, {}).get(backend.region_name)
    return any(deployment.is_ongoing for deployment in found.deployments.values()) if found else False


def stop(backend, deployments, deployment, roll_back):
    """StopDeployment; `roll_back` None: as the deployment group says."""
    course = Course(backend, deployments, deployment)
    if roll_back is None:
        roll_back = deployment.rolls_back_on(ON_REQUEST)
    course.give_up(codedeploy.STOPPED, "MANUAL_STOP", "The deployment was manually stopped.", roll_back)


class Course:
    """What there is to do for one deployment at one time."""

    def __init__(self, backend, deployments, deployment):
        self.backend, self.deployments, self.deployment = backend, deployments, deployment
        self.service = backend.services.get(f"{deployment.cluster_name}:{deployment.service_name}")
        self.elbv2 = traffic.backend_of(backend)

    def step(self):
        stages = {
            None: self._begin,
            "clear": self._clear,
            "install": self._install,
            "ready": self._wait_for_a_person,
            "shift": self._shift,
            "bake": self._bake,
            "return": self._end_rollback,
        }
        try:
            self._require_service()
            if self.deployment.stage != "return" and self._is_alarmed():
                return
            stages[self.deployment.stage]()
        except Fault as fault:
            self._fail(fault.code, fault.message)

    def _require_service(self):
        if self.service is None or self.service.status != "ACTIVE":
            names = self.deployment.service_name, self.deployment.cluster_name
            raise Fault("INVALID_ECS_SERVICE", SERVICE_GONE.format(*names))

    def _is_alarmed(self):
        alarms = cloudwatch_backends[self.backend.account_id][self.backend.region_name].alarms
        names = self.deployment.alarms
        active = [name for name in names if name in alarms and alarms[name].state_value == "ALARM"]
        if active:
            told = ALARMED.format(" ".join(f"<{name}>" for name in active))
            self.give_up(codedeploy.STOPPED, "ALARM_ACTIVE", told, self.deployment.rolls_back_on(ON_ALARM))
        return bool(active)

    # BeforeInstall, Install: the replacement task set.

    def _begin(self):
        deployment = self.deployment
        deployment.start()
        deployment.lifecycle.succeed("BeforeInstall")
        deployment.lifecycle.begin("Install")
        deployment.blue = task_sets.primary(self.service)
        self._require_listeners()
        # Names the target group of green, too: it is health-checked from now on.
        self._divide(0)
        replacement.settings(self.backend, self.service, deployment, self._idle_group())
        # A stopped deployment leaves its task set, whose target group is needed.
        for task_set in self.service.task_sets:
            if task_set.status == "ACTIVE":
                task_set.drain()
        deployment.enter("clear")

    def _clear(self):
        idle = [item for item in self.service.task_sets if item.target_group == self._idle_group()]
        if not idle:
            deployment = self.deployment
            settings = replacement.settings(self.backend, self.service, deployment, self._idle_group())
            deployment.green = task_sets.add(self.service, deployment.deployment_id, settings)
            deployment.enter("install")

    def _pair(self):
        """ARNs of the two target groups."""
        groups = [traffic.group_named(self.elbv2, group["name"]) for group in self.deployment.pair["targetGroups"]]
        arns = [group.arn for group in groups if group]
        if len(arns) < 2 or self.deployment.blue.target_group not in arns:
            raise Fault("ELASTIC_LOAD_BALANCING_INVALID", NO_PAIR)
        return arns

    def _idle_group(self):
        return next(arn for arn in self._pair() if arn != self.deployment.blue.target_group)

    @property
    def _production(self):
        return self.deployment.pair["prodTrafficRoute"]["listenerArns"]

    @property
    def _test(self):
        return (self.deployment.pair.get("testTrafficRoute") or {}).get("listenerArns") or []

    def _require_listeners(self):
        blue = self.deployment.blue.target_group
        for arn in self._production:
            if not traffic.forwards_to(self.elbv2, arn, blue):
                raise Fault("ELASTIC_LOAD_BALANCING_INVALID", NOT_BEHIND.format(arn))
        for arn in self._test:
            if not any(traffic.forwards_to(self.elbv2, arn, group) for group in self._pair()):
                raise Fault("ELASTIC_LOAD_BALANCING_INVALID", NOT_BEHIND.format(arn))

    def _install(self):
        green = self.deployment.green
        too_late = clock.now() - self.deployment.stage_since > max(
            waits.minutes(HEALTHY_WITHIN_MINUTES), HEALTHY_WITHIN_AT_LEAST_SECONDS
        )
        if too_late or green.failed_tasks >= circuit_breaker.threshold(green.computed_desired_count):
            raise Fault("TIMEOUT", NEVER_HEALTHY)
        if green.is_steady:
            self._allow_test_traffic()

    # AllowTestTraffic, and the wait for a person.

    def _allow_test_traffic(self):
        deployment = self.deployment
        deployment.lifecycle.succeed("Install", "AfterInstall")
        if self._test:
            traffic.point(self.elbv2, self._test, self._pair(), deployment.green.target_group)
            deployment.lifecycle.succeed("AllowTestTraffic", "AfterAllowTestTraffic")
        else:
            deployment.lifecycle.skip("AllowTestTraffic", "AfterAllowTestTraffic")
        if deployment.ready_wait_minutes is None:
            self._allow_traffic()
        else:
            deployment.status = codedeploy.READY
            deployment.enter("ready")

    def _wait_for_a_person(self):
        most = self.deployment.ready_wait_minutes
        if clock.now() - self.deployment.stage_since >= waits.minutes(most):
            roll_back = self.deployment.rolls_back_on(ON_FAILURE)
            self.give_up(codedeploy.STOPPED, "TIMEOUT", NOT_CONTINUED.format(most), roll_back)

    def continue_deployment(self):
        """ContinueDeployment: the wait that there is, is over."""
        if self.deployment.stage == "ready":
            self.deployment.status = codedeploy.IN_PROGRESS
            self._allow_traffic()
        else:
            self._terminate_blue()

    # AllowTraffic: the shift, the wait, and the end of blue.

    def _allow_traffic(self):
        self.deployment.lifecycle.succeed("BeforeAllowTraffic")
        self.deployment.lifecycle.begin("AllowTraffic")
        self.deployment.enter("shift")

    def _shift(self):
        deployment = self.deployment
        minutes = (clock.now() - deployment.stage_since) / waits.minutes(1)
        percent = shifting.percent(deployment.routing, minutes)
        self._divide(percent)
        if percent == shifting.ALL:
            deployment.lifecycle.succeed("AllowTraffic", "AfterAllowTraffic")
            task_sets.promote(self.service, deployment.green)
            deployment.waits_for_termination = True
            deployment.enter("bake")

    def _divide(self, green_percent):
        """Gives green this share of the production traffic, and blue the rest."""
        self.deployment.green_percent = green_percent
        blue = self.deployment.blue.target_group
        green = self._idle_group()
        weights = {green: green_percent, blue: shifting.ALL - green_percent}
        traffic.weigh(self.elbv2, self._production, weights)

    def _bake(self):
        if clock.now() - self.deployment.stage_since >= self.deployment.bake_seconds:
            self._terminate_blue()

    def _terminate_blue(self):
        self.deployment.blue.drain()
        self.deployment.end(codedeploy.SUCCEEDED)

    # Failures, stops and rollbacks.

    def _fail(self, code, message):
        if self.deployment.status == codedeploy.CREATED:
            self.deployment.start()
        self.give_up(codedeploy.FAILED, code, message, self.deployment.rolls_back_on(ON_FAILURE))

    def give_up(self, status, code, message, roll_back):
        """Ends the deployment where it is; a rollback is a deployment of its own, where there is something to undo."""
        deployment = self.deployment
        deployment.end(status, code, message)
        is_there = self.service is not None and self.service.status == "ACTIVE"
        if roll_back and deployment.green and is_there:
            self._roll_back()

    def _roll_back(self):
        undone = self.deployment
        settings = {**undone.settings, "deploymentConfigName": codedeploy.ROLLBACK_CONFIG}
        rollback = codedeploy.Deployment(
            undone.group, codedeploy.ALL_AT_ONCE, settings, undone.content, creator="codeDeployRollback"
        )
        self.deployments.deployments[rollback.deployment_id] = rollback
        failed, returned = undone.deployment_id, rollback.deployment_id
        undone.rollback = {
            "rollbackDeploymentId": returned,
            "rollbackMessage": f"Deployment {failed} terminated. Automatic rollback is triggered with a DeploymentId "
            f"{returned}.",
        }
        rollback.rollback = {
            "rollbackTriggeringDeploymentId": failed,
            "rollbackMessage": f"Deployment {returned} is triggered to roll back deployment {failed}.",
        }
        course = Course(self.backend, self.deployments, rollback)
        try:
            course.return_to_blue(undone)
        except Fault as fault:
            rollback.end(codedeploy.FAILED, fault.code, fault.message)

    def return_to_blue(self, undone):
        """Begins a rollback: both listeners forward to blue again, blue is PRIMARY, and green goes."""
        rollback = self.deployment
        rollback.start()
        rollback.blue, rollback.green = undone.blue, undone.green
        rollback.lifecycle.skip("BeforeInstall", "Install", "AfterInstall")
        self._divide(0)
        traffic.point(self.elbv2, self._test, self._pair(), undone.blue.target_group)
        if undone.green.status == "PRIMARY":
            task_sets.promote(self.service, undone.blue)
        rollback.lifecycle.succeed("AllowTestTraffic", "AfterAllowTestTraffic", "BeforeAllowTraffic")
        rollback.lifecycle.succeed("AllowTraffic", "AfterAllowTraffic")
        undone.green.drain()
        undone.green_percent = 0
        rollback.enter("return")

    def _end_rollback(self):
        if self.deployment.green not in self.service.task_sets:
            self.deployment.end(codedeploy.SUCCEEDED)
