"""Amazon EventBridge: what AWS's services tell of themselves goes to the rules of the default bus, and from them to
their targets. Of those, topics are told here; moto tells queues, log groups and other buses.

Sources: EventBridge User Guide, "Amazon EventBridge input transformation", "Using resource-based policies".
"""

import json
import re
import uuid

from moto.events.models import events_backends

import topics
from control import clock
from control.faults import told_once

SERVICE = "events.amazonaws.com"
PATH_STEP = re.compile(r"\.([\w-]+)|\[(\d+)\]|\['([^']+)'\]")
VARIABLE = re.compile(r"<([\w.-]+)>")


def put(backend, source, detail_type, detail, resources):
    """Tells the rules of the backend's account and region."""
    events = events_backends[backend.account_id][backend.region_name]
    event = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": source,
        "account": backend.account_id,
        "time": clock.now(),
        "region": backend.region_name,
        "resources": list(resources),
        "detail": detail,
        "ingestion-time": clock.now(),
    }
    for rule in list(events.event_buses["default"].rules.values()):
        # What tells of itself goes on, whether the rule's targets are there or not.
        with told_once(f"telling the targets of the rule {rule.name}"):
            rule.send_to_targets(event)


def tell_topic(rule, target, event):
    """Publishes to the topic that is a target, if its policy lets EventBridge."""
    region = target["Arn"].split(":")[3]
    topic = topics.find(rule.account_id, region, target["Arn"])
    if topic and topics.hindrance(topic, SERVICE, rule.arn) is None:
        topics.publish(topic, message(target, shown(event)))


def shown(event):
    """As targets see it: moto has its times as numbers."""
    time = event["time"]
    if isinstance(time, (int, float)):
        time = clock.text(time)
    return {name: value for name, value in event.items() if name != "ingestion-time"} | {"time": time}


def message(target, event):
    """The text that a target gets of an event: all of it, a part, what the target always gets, or a template."""
    if target.get("Input") is not None:
        return target["Input"]
    if target.get("InputPath"):
        return json.dumps(found_at(target["InputPath"], event))
    transformer = target.get("InputTransformer")
    return _filled(transformer, event) if transformer else json.dumps(event)


def _filled(transformer, event):
    """Variables stand in quotes for their text, elsewhere for their JSON; one that finds nothing stands for nothing."""
    paths = transformer.get("InputPathsMap") or {}
    values = {name: found_at(path, event) for name, path in paths.items()}
    values["aws.events.event.json"] = event
    template, filled, end = transformer["InputTemplate"], [], 0
    for found in VARIABLE.finditer(template):
        value = values.get(found[1])
        in_quotes = template[: found.start()].replace('\\"', "").count('"') % 2 == 1
        filled += [template[end : found.start()], _text(value) if in_quotes else _json(value)]
        end = found.end()
    return "".join([*filled, template[end:]])


def _text(value):
    text = value if isinstance(value, str) else _json(value)
    return json.dumps(text)[1:-1] if isinstance(value, str) else text.replace('"', '\\"')


def _json(value):
    return "" if value is None else json.dumps(value)


def found_at(path, event):
    """What a JSON path such as `$.detail.state` or `$.resources[0]` leads to; None if to nothing."""
    found = event
    for name, index, quoted in PATH_STEP.findall(path.removeprefix("$")):
        if index:
            found = found[int(index)] if isinstance(found, list) and int(index) < len(found) else None
        else:
            found = found.get(name or quoted) if isinstance(found, dict) else None
    return found
