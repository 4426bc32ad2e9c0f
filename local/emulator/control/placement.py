"""Which container instance a task goes to.

Source: ECS Developer Guide, "How Amazon ECS places tasks on container instances".
Everything here is pure: instances come in as `Candidate`s, the answer is one of them, or `Unplaced` with ECS's words.
"""

import random
import re
from collections import Counter
from dataclasses import dataclass, field

# Units and MiB that a text stands for in a task definition: "1 vCPU", "0.5 GB".
UNITS = {"vcpu": 1024, "gb": 1024}
CLAUSES = [
    re.compile(r"^attribute:(?P<name>[\w.:/-]+)\s+" + rest)
    for rest in (
        r"(?P<operator>==|!=)\s*(?P<value>'[^',]*'|[^\s'\[\](),]+)$",
        r"(?P<operator>in|not_in)\s*\[(?P<value>[^\[\]()]+)\]$",
        r"(?P<operator>!?exists)(?P<value>)$",
    )
]
# Source: "Amazon ECS API failure reasons".
SHORTAGES = {
    "RESOURCE:MEMORY": "has insufficient memory available",
    "RESOURCE:CPU": "has insufficient CPU units available",
    "RESOURCE:PORTS": "is already using a port required by your task",
    "LOCATION": "is in another Availability Zone than your subnets",
    "ATTRIBUTE": "is missing an attribute required by your task",
    "MemberOf placement constraint unsatisfied.": "does not satisfy a memberOf placement constraint",
    "DistinctInstance placement constraint unsatisfied.": "already runs a task of the same group",
}


@dataclass(frozen=True)
class Needs:
    """What a task takes of an instance: CPU units, MiB, and static host ports as (port, protocol)."""

    cpu: int
    memory: int
    ports: frozenset = frozenset()


@dataclass
class Candidate:
    """A container instance that takes tasks. `tasks` counts those that it has, by group."""

    instance_id: str
    arn: str
    attributes: dict
    cpu: int
    memory: int
    ports: set = field(default_factory=set)
    tasks: Counter = field(default_factory=Counter)

    def take(self, needs, group):
        self.cpu -= needs.cpu
        self.memory -= needs.memory
        self.ports |= needs.ports
        self.tasks[group] += 1


class Unplaced(Exception):
    """No instance takes the task. `reason` is the end of a service event, `failures` are those that RunTask returns;
    when there are none, `why` is its error.
    """

    def __init__(self, why, failures=(), placed=()):
        self.why = why
        self.reason = (
            f"was unable to place a task because no container instance met all of its requirements. Reason: {why} "
            "For more information, see the Troubleshooting section of the Amazon ECS Developer Guide."
        )
        self.failures = list(failures)
        self.placed = list(placed)
        super().__init__(self.reason)


class Malformed(Exception):
    """A placement constraint or strategy that ECS would refuse, or that is more than the emulator understands."""


def needs_of(definition, overrides=None):
    """What a task of the revision takes. The task's own size counts where there is one, else its containers' sum;
    of a container's memory the reservation, which is what ECS subtracts where both are given.
    """
    containers = overridden(definition.container_definitions, overrides)
    sizes = {**{"cpu": definition.cpu, "memory": definition.memory}, **_given(overrides or {}, "cpu", "memory")}
    cpu = sizes["cpu"] or sum(int(container.get("cpu") or 0) for container in containers)
    memory = sizes["memory"] or sum(
        int(container.get("memoryReservation") or container.get("memory") or 0) for container in containers
    )
    return Needs(number(cpu), number(memory), _static_ports(definition.network_mode, containers))


def overridden(containers, overrides):
    """The container definitions with the container overrides of a task laid over them."""
    by_name = {override.get("name"): override for override in (overrides or {}).get("containerOverrides") or []}
    return [{**container, **by_name.get(container.get("name"), {})} for container in containers]


def _given(values, *names):
    return {name: values[name] for name in names if values.get(name)}


def number(text):
    """CPU units or MiB of what a task definition says: 256, "256", "1 vCPU", "0.5 GB"."""
    amount, _, unit = str(text).strip().partition(" ")
    return int(float(amount) * UNITS.get(unit.strip().lower(), 1))


def _static_ports(network_mode, containers):
    if network_mode not in ("bridge", "host"):
        return frozenset()
    mappings = [mapping for container in containers for mapping in container.get("portMappings") or []]
    ports = [
        (mapping.get("hostPort") or (mapping.get("containerPort") if network_mode == "host" else 0), protocol(mapping))
        for mapping in mappings
    ]
    return frozenset((port, name) for port, name in ports if port)


def protocol(mapping):
    return mapping.get("protocol") or "tcp"


def place(
    needs, candidates, group, *, constraints=(), strategies=(), zones=None, among="cluster", chance=random.random
):
    """The candidate that a task of the group goes to.

    `zones`: Availability Zones that the task's subnets are in, where it has subnets. `among`: what the candidates are
    of, for the message. Raises Unplaced. The candidates stay as they are: `take` is the caller's.
    """
    if not candidates:
        raise Unplaced(f"No Container Instances were found in your {among}.")
    refusals = [(candidate, shortages(needs, candidate, group, constraints, zones)) for candidate in candidates]
    fitting = [candidate for candidate, short in refusals if not short]
    if not fitting:
        raise _unplaced(refusals)
    return min(fitting, key=lambda candidate: _rank(candidate, candidates, group, strategies, chance))


def shortages(needs, candidate, group, constraints=(), zones=None):
    """Everything that keeps the task from the candidate, as the failure reasons of the API."""
    checks = (
        ("RESOURCE:MEMORY", needs.memory <= candidate.memory),
        ("RESOURCE:CPU", needs.cpu <= candidate.cpu),
        ("RESOURCE:PORTS", not needs.ports & candidate.ports),
        ("LOCATION", zones is None or candidate.attributes.get("ecs.availability-zone") in zones),
    )
    return [reason for reason, met in checks if not met] + [
        reason for constraint in constraints for reason in _unsatisfied(constraint, candidate, group)
    ]


def _unsatisfied(constraint, candidate, group):
    if constraint["type"] == "distinctInstance":
        return ["DistinctInstance placement constraint unsatisfied."] if candidate.tasks[group] else []
    satisfied = expression(constraint.get("expression", ""))(candidate.attributes)
    return [] if satisfied else ["MemberOf placement constraint unsatisfied."]


def _unplaced(refusals):
    closest, short = min(refusals, key=lambda refusal: len(refusal[1]))
    name = closest.arn.split("/")[-1]
    why = f"The closest matching container-instance {name} {SHORTAGES[short[0]]}."
    return Unplaced(why, [{"arn": candidate.arn, "reason": reasons[0]} for candidate, reasons in refusals])


def _rank(candidate, candidates, group, strategies, chance):
    """The lower the better; each strategy decides what those before it leave open."""
    return [_score(candidate, candidates, group, strategy, chance) for strategy in strategies]


def _score(candidate, candidates, group, strategy, chance):
    if strategy["type"] == "random":
        return chance()
    if strategy["type"] == "binpack":
        return getattr(candidate, strategy["field"].lower())
    value = spread_value(candidate, strategy["field"])
    return sum(other.tasks[group] for other in candidates if spread_value(other, strategy["field"]) == value)


def spread_value(candidate, name):
    """What the candidate has of the field that a spread strategy names: its id, or the value of an attribute."""
    if name in ("instanceId", "host"):
        return candidate.instance_id
    return candidate.attributes.get(name.removeprefix("attribute:"))


def check(constraints, strategies):
    """Raises Malformed for what cannot be followed. Source: API_PlacementConstraint, API_PlacementStrategy."""
    for constraint in constraints:
        kind = constraint.get("type")
        if kind not in ("distinctInstance", "memberOf"):
            raise Malformed(f"Invalid placement constraint type {kind!r}: distinctInstance or memberOf.")
        if kind == "memberOf":
            expression(constraint.get("expression", ""))
    for strategy in strategies:
        _check_strategy(strategy.get("type"), strategy.get("field") or "")


def _check_strategy(kind, name):
    fields = {"random": name == "", "binpack": name.lower() in ("cpu", "memory")}
    fields["spread"] = name in ("instanceId", "host") or name.startswith("attribute:")
    if not fields.get(kind):
        raise Malformed(
            f"Invalid placement strategy {kind!r} with field {name!r}: spread by instanceId or attribute:NAME, "
            "binpack by cpu or memory, or random."
        )


def expression(text):
    """A memberOf expression as a function of an instance's attributes. Of the cluster query language only clauses
    about attributes are understood, joined by `and`; for the rest: Malformed.
    """
    clauses = [_clause(clause.strip()) for clause in re.split(r"\s+and\s+", text.strip())]
    return lambda attributes: all(clause(attributes) for clause in clauses)


def _clause(text):
    match = next(filter(None, (pattern.match(text) for pattern in CLAUSES)), None)
    if match is None:
        raise Malformed(
            f"Invalid memberOf expression {text!r}: the emulator understands attribute:NAME followed by == VALUE, "
            "!= VALUE, in [VALUE, ...], not_in [VALUE, ...], exists or !exists, joined by and."
        )
    name, values = match["name"], [value.strip().strip("'") for value in match["value"].split(",")]
    return {
        "==": lambda attributes: attributes.get(name) in values,
        "in": lambda attributes: attributes.get(name) in values,
        "!=": lambda attributes: attributes.get(name) not in values,
        "not_in": lambda attributes: attributes.get(name) not in values,
        "exists": lambda attributes: name in attributes,
        "!exists": lambda attributes: name not in attributes,
    }[match["operator"]]


def instances_needed(tasks, fresh):
    """How many fresh instances the tasks, [(needs, group, constraints)], fill, each on the first where it fits.
    `fresh()` is the choice of instances that the next may be. What fits on none of them, not even alone, counts for
    nothing: no number of instances would help.
    """
    opened = []
    for needs, group, constraints in tasks:
        fitting = _first_fitting(needs, opened, group, constraints)
        if fitting is None:
            fitting = _first_fitting(needs, fresh(), group, constraints)
            if fitting is None:
                continue
            opened.append(fitting)
        fitting.take(needs, group)
    return len(opened)


def _first_fitting(needs, candidates, group, constraints):
    return next((one for one in candidates if not shortages(needs, one, group, constraints)), None)
