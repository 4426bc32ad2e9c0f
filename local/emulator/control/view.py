"""The View (local/cloud/view.ts): what the data plane of this machine is to run, check and serve."""

import json

from moto.core.serialize import JSONSerializer, XFormedAttributePicker
from moto.core.utils import get_service_model
from moto.ecs.models import ecs_backends
from moto.elbv2.models import elbv2_backends
from moto.route53.models import route53_backends

from control import apis, discovery, tasks

# What a target group has when CreateTargetGroup was not told; defaults of its API page.
DEFAULT_HEALTH_CHECK_PATH = "/"
DEFAULT_MATCHER = "200"
SERVED_PROTOCOLS = ("HTTP", "HTTPS")
CONDITION_CONFIGS = {"path-pattern": "PathPatternConfig", "host-header": "HostHeaderConfig"}


class Published:
    """The view as it was last given out. Its revision goes up by one when the content changes, and only then."""

    def __init__(self):
        self.revision = 0
        self.body = b""
        self._content = None
        self._task_definitions = TaskDefinitions()

    def refresh(self):
        """Looks at everything again; true if something is different."""
        content = _content(self._task_definitions)
        if content == self._content:
            return False
        self._content = content
        self.revision += 1
        self.body = json.dumps({"revision": self.revision, **content}).encode()
        return True


def _content(task_definitions):
    backends = [backend for _, _, backend in list(ecs_backends.iter_backends())]
    tasks_here = [task for backend in backends for task in tasks.view(backend)]
    balancers = [backend for _, _, backend in list(elbv2_backends.iter_backends())]
    aliases = _aliases()
    return {
        "tasks": tasks_here,
        "taskDefinitions": task_definitions.of({task["taskDefinitionArn"] for task in tasks_here}),
        "loadBalancers": [
            _load_balancer(balancer, aliases)
            for backend in balancers
            for balancer in backend.load_balancers.values()
            if balancer.type == "application"
        ],
        "targetGroups": [
            _target_group(group)
            for backend in balancers
            for group in backend.target_groups.values()
            if group.target_type in ("instance", "ip")
        ],
        "names": discovery.names(),
        "apis": apis.apis(),
        "signIns": apis.sign_ins(),
    }


class TaskDefinitions:
    """Task definitions as DescribeTaskDefinition returns them: a revision never changes, so each is written once."""

    def __init__(self):
        operation = get_service_model("ecs").operation_model("DescribeTaskDefinition")
        self._serializer = JSONSerializer(operation, value_picker=XFormedAttributePicker())
        self._written = {}

    def of(self, arns):
        self._written = {arn: self._entry(arn) for arn in sorted(arns)}
        return {arn: written for arn, (_, written) in self._written.items()}

    def _entry(self, arn):
        region, account = arn.split(":")[3:5]
        definition = ecs_backends[account][region].describe_task_definition(arn)
        known = self._written.get(arn)
        if known and known[0] is definition:
            return known
        answer = json.loads(self._serializer.serialize({"taskDefinition": definition})["body"])
        return definition, answer["taskDefinition"]


def _aliases():
    """The names of alias records by the DNS name they point to."""
    names = {}
    for _, _, backend in list(route53_backends.iter_backends()):
        for zone in backend.zones.values():
            for record in zone.rrsets:
                if record.alias_target and record.type in ("A", "AAAA"):
                    pointed_to = _dns_name(record.alias_target["DNSName"]).removeprefix("dualstack.")
                    names.setdefault(pointed_to, set()).add(_dns_name(record.name))
    return names


def _dns_name(text):
    return text.lower().rstrip(".")


def _load_balancer(balancer, aliases):
    return {
        "arn": balancer.arn,
        "name": balancer.name,
        "dnsName": _dns_name(balancer.dns_name),
        "aliases": sorted(aliases.get(_dns_name(balancer.dns_name), ())),
        "attributes": _texts(balancer.attrs),
        "internal": balancer.scheme == "internal",
        "listeners": [
            {
                "arn": listener.arn,
                "port": int(listener.port),
                "protocol": listener.protocol,
                "rules": [_rule(rule) for rule in listener.rules.values()],
            }
            for listener in balancer.listeners.values()
            if listener.protocol in SERVED_PROTOCOLS
        ],
    }


def _rule(rule):
    return {
        "RuleArn": rule.arn,
        "Priority": str(rule.priority),
        "Conditions": [_condition(condition) for condition in rule.conditions],
        "Actions": [_action(action.data) for action in rule.actions],
        "IsDefault": rule.is_default,
    }


def _condition(condition):
    """A condition that was given by `Values` has them in its configuration too, as AWS returns it."""
    config = CONDITION_CONFIGS.get(condition["Field"])
    if config and config not in condition:
        return {**condition, config: {"Values": condition.get("Values", [])}}
    return dict(condition)


def _action(data):
    """A forward action that was given by one ARN has a ForwardConfig too, as AWS returns it."""
    if data["Type"] == "forward" and "ForwardConfig" not in data:
        return {**data, "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": data["TargetGroupArn"], "Weight": 1}]}}
    return dict(data)


def _target_group(group):
    return {
        "arn": group.arn,
        "name": group.name,
        "targetType": group.target_type,
        "healthCheck": {
            "path": group.health_check_path or DEFAULT_HEALTH_CHECK_PATH,
            "port": str(group.health_check_port),
            "intervalSeconds": int(group.health_check_interval_seconds),
            "timeoutSeconds": int(group.health_check_timeout_seconds),
            "healthyThreshold": int(group.healthy_threshold_count),
            "unhealthyThreshold": int(group.unhealthy_threshold_count),
            "matcher": (getattr(group, "matcher", None) or {}).get("HttpCode") or DEFAULT_MATCHER,
        },
        "attributes": _texts(group.attributes),
        "targets": [
            {
                "id": target["Id"],
                "port": int(target["Port"]),
                "registration": target["Registration"],
                "draining": draining,
            }
            for targets, draining in ((group.targets, False), (group.draining, True))
            for target in targets.values()
        ],
    }


def _texts(attributes):
    return {key: str(value) for key, value in attributes.items()}
