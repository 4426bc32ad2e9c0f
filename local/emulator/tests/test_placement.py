"""Task placement, capacity provider strategies and the arithmetic of managed scaling: pure functions."""

import random
import re
import unittest
from collections import Counter
from types import SimpleNamespace

from support import EMULATOR

from control import capacity, capacity_strategy, instance_sizes, placement
from control.placement import Candidate, Malformed, Needs, Unplaced

ZONE = "attribute:ecs.availability-zone"
SPREAD_ZONES = {"type": "spread", "field": ZONE}
SPREAD_INSTANCES = {"type": "spread", "field": "instanceId"}
BINPACK_MEMORY = {"type": "binpack", "field": "memory"}
DISTINCT = {"type": "distinctInstance"}
CASES = 200


def instance(name, zone="us-east-1a", cpu=2048, memory=2047, **attributes):
    attributes = {"ecs.availability-zone": zone, **attributes}
    return Candidate(f"i-{name}", f"arn:aws:ecs:us-east-1:1:container-instance/c/{name}", attributes, cpu, memory)


def fleet(zones, each):
    return [instance(f"{zone}{number}", zone) for number in range(each) for zone in zones]


def place(needs, candidates, count=1, group="service:a", **options):
    """Places so many tasks; the instance of each."""
    placed = []
    for _ in range(count):
        chosen = placement.place(needs, candidates, group, **options)
        chosen.take(needs, group)
        placed.append(chosen)
    return placed


def definition(*containers, cpu=None, memory=None, network_mode="bridge"):
    return SimpleNamespace(container_definitions=containers, cpu=cpu, memory=memory, network_mode=network_mode)


class WhatATaskNeeds(unittest.TestCase):
    def test_the_sum_of_its_containers_by_reservation_where_there_is_one(self):
        app = {"name": "app", "cpu": 256, "memory": 512, "memoryReservation": 400}
        side = {"name": "side", "cpu": 10, "memory": 100}
        self.assertEqual(placement.needs_of(definition(app, side)), Needs(266, 500))

    def test_its_own_size_where_there_is_one_in_any_notation(self):
        app = {"name": "app", "cpu": 10, "memory": 100}
        self.assertEqual(placement.needs_of(definition(app, cpu="256", memory="512")), Needs(256, 512))
        self.assertEqual(placement.needs_of(definition(app, cpu=".5 vCPU", memory="1 GB")), Needs(512, 1024))

    def test_overrides_count(self):
        app = {"name": "app", "cpu": 10, "memory": 100}
        overrides = {"containerOverrides": [{"name": "app", "cpu": 20, "memory": 200}]}
        self.assertEqual(placement.needs_of(definition(app), overrides), Needs(20, 200))
        self.assertEqual(placement.needs_of(definition(app, cpu="256", memory="512"), {"memory": "1024"}), Needs(256, 1024))

    def test_static_host_ports_in_bridge_and_every_port_in_host_mode(self):
        mappings = [{"containerPort": 53, "hostPort": 53, "protocol": "udp"}, {"containerPort": 80}, {"containerPort": 81, "hostPort": 0}]
        app = {"name": "app", "memory": 1, "portMappings": mappings}
        ports = {mode: placement.needs_of(definition(app, network_mode=mode)).ports for mode in ("bridge", "host", "awsvpc")}
        self.assertEqual(ports["bridge"], {(53, "udp")})
        self.assertEqual(ports["host"], {(53, "udp"), (80, "tcp"), (81, "tcp")})
        self.assertEqual(ports["awsvpc"], frozenset())


class Strategies(unittest.TestCase):
    def test_spread_over_zones_then_instances(self):
        placed = place(Needs(1, 1), fleet("ab", 2), 4, strategies=[SPREAD_ZONES, SPREAD_INSTANCES])
        self.assertEqual(Counter(one.instance_id for one in placed), {"i-a0": 1, "i-b0": 1, "i-a1": 1, "i-b1": 1})

    def test_spread_counts_tasks_of_the_same_group_only(self):
        candidates = fleet("ab", 1)
        place(Needs(1, 1), candidates[:1], 5, group="service:other")
        self.assertEqual(place(Needs(1, 1), candidates, group="service:a", strategies=[SPREAD_ZONES])[0].instance_id, "i-a0")

    def test_binpack_takes_the_fullest_that_has_room(self):
        candidates = [instance("empty"), instance("full", memory=500), instance("half", memory=1000)]
        self.assertEqual(place(Needs(1, 600), candidates, strategies=[BINPACK_MEMORY])[0].instance_id, "i-half")
        candidates[0].cpu = 100
        self.assertEqual(
            place(Needs(1, 1), candidates, strategies=[{"type": "binpack", "field": "CPU"}])[0].instance_id, "i-empty"
        )

    def test_the_first_strategy_comes_first(self):
        candidates = [instance("a", "a", memory=100), instance("b", "b"), instance("c", "b", memory=100)]
        place(Needs(0, 0), candidates[:1])
        self.assertEqual(place(Needs(1, 1), candidates, strategies=[SPREAD_ZONES, BINPACK_MEMORY])[0].instance_id, "i-c")
        self.assertEqual(place(Needs(1, 1), candidates, strategies=[BINPACK_MEMORY, SPREAD_ZONES])[0].instance_id, "i-c")

    def test_random_is_random(self):
        chances = iter([0.5, 0.1, 0.9])
        chosen = place(Needs(1, 1), fleet("abc", 1), strategies=[{"type": "random"}], chance=lambda: next(chances))
        self.assertEqual(chosen[0].instance_id, "i-b0")

    def test_what_is_no_strategy_is_refused(self):
        for wrong in ({"type": "binpack", "field": "colour"}, {"type": "spread"}, {"type": "stack"}, {"type": "random", "field": "x"}):
            with self.assertRaisesRegex(Malformed, "Invalid placement strategy"):
                placement.check([], [wrong])
        placement.check([], [SPREAD_ZONES, SPREAD_INSTANCES, BINPACK_MEMORY, {"type": "random"}])


class Constraints(unittest.TestCase):
    def test_distinct_instance(self):
        candidates = fleet("ab", 1)
        place(Needs(1, 1), candidates, 2, constraints=[DISTINCT])
        with self.assertRaises(Unplaced) as caught:
            place(Needs(1, 1), candidates, constraints=[DISTINCT])
        self.assertEqual(
            {failure["reason"] for failure in caught.exception.failures},
            {"DistinctInstance placement constraint unsatisfied."},
        )

    def test_expressions(self):
        attributes = {"ecs.instance-type": "t3.small", "stack": "prod"}
        met = {
            "attribute:ecs.instance-type == t3.small": True,
            "attribute:ecs.instance-type == 'm5.large'": False,
            "attribute:ecs.instance-type != m5.large": True,
            "attribute:stack in [prod, test]": True,
            "attribute:stack not_in [prod]": False,
            "attribute:stack exists": True,
            "attribute:stack !exists": False,
            "attribute:stack == prod and attribute:colour !exists": True,
            "attribute:stack == prod and attribute:colour exists": False,
        }
        self.assertEqual({text: placement.expression(text)(attributes) for text in met}, met)

    def test_what_is_not_understood_is_refused(self):
        for wrong in ("", "stack == prod", "attribute:stack =~ p.*", "attribute:stack ==", "not (attribute:a == b)",
                      "attribute:a == b or attribute:a == c)", "attribute:stack exists now"):
            with self.subTest(wrong), self.assertRaisesRegex(Malformed, "Invalid memberOf expression"):
                placement.check([{"type": "memberOf", "expression": wrong}], [])
        with self.assertRaisesRegex(Malformed, "Invalid placement constraint type 'sameInstance'"):
            placement.check([{"type": "sameInstance"}], [])


class NoRoom(unittest.TestCase):
    def unplaced(self, needs, candidates, **options):
        with self.assertRaises(Unplaced) as caught:
            place(needs, candidates, **options)
        return caught.exception

    def test_there_is_no_instance(self):
        unplaced = self.unplaced(Needs(1, 1), [], among="capacity provider")
        self.assertEqual(
            unplaced.reason,
            "was unable to place a task because no container instance met all of its requirements. "
            "Reason: No Container Instances were found in your capacity provider. "
            "For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.",
        )
        self.assertEqual(unplaced.failures, [])

    def test_each_instance_says_what_it_lacks(self):
        ports = instance("ports")
        ports.ports.add((80, "tcp"))
        candidates = [instance("memory", memory=10, cpu=10), instance("cpu", cpu=10), ports, instance("zone", "us-east-1b")]
        unplaced = self.unplaced(Needs(100, 100, frozenset({(80, "tcp")})), candidates, zones=["us-east-1a"])
        self.assertEqual(
            [failure["reason"] for failure in unplaced.failures],
            ["RESOURCE:MEMORY", "RESOURCE:CPU", "RESOURCE:PORTS", "LOCATION"],
        )
        self.assertIn("The closest matching container-instance cpu has insufficient CPU units available.", unplaced.reason)

    def test_the_same_port_of_another_protocol_is_free(self):
        taken = instance("a")
        taken.ports.add((53, "tcp"))
        self.assertEqual(place(Needs(1, 1, frozenset({(53, "udp")})), [taken]), [taken])


class Properties(unittest.TestCase):
    """Many random fleets and tasks; the seed is fixed, so that a failure comes back."""

    def test_no_instance_is_ever_over_committed(self):
        chance = random.Random(1)
        for _ in range(CASES):
            candidates = [
                instance(str(number), chance.choice("abc"), chance.randint(0, 4096), chance.randint(0, 4096))
                for number in range(chance.randint(0, 5))
            ]
            capacities = {one.instance_id: (one.cpu, one.memory) for one in candidates}
            taken = {one.instance_id: [] for one in candidates}
            for _ in range(chance.randint(1, 30)):
                needs = Needs(chance.randint(0, 1024), chance.randint(1, 1024), random_ports(chance))
                try:
                    chosen = place(needs, candidates, strategies=random_strategies(chance), chance=chance.random)[0]
                    taken[chosen.instance_id].append(needs)
                except Unplaced:
                    self.assertFalse(any(fits(needs, *capacities[name], held) for name, held in taken.items()))
            for name, (cpu, memory) in capacities.items():
                self.assertTrue(fits(Needs(0, 0), cpu, memory, taken[name]))
                ports = [port for needs in taken[name] for port in needs.ports]
                self.assertEqual(len(ports), len(set(ports)))

    def test_spread_is_even_within_one_where_there_is_room(self):
        chance = random.Random(2)
        for _ in range(CASES):
            candidates = fleet("abc"[: chance.randint(1, 3)], chance.randint(1, 4))
            count = chance.randint(1, 40)
            placed = place(Needs(1, 1), candidates, count, strategies=[SPREAD_ZONES, SPREAD_INSTANCES])
            for name in (ZONE, "instanceId"):
                per_value = Counter({placement.spread_value(one, name): 0 for one in candidates})
                per_value.update(placement.spread_value(one, name) for one in placed)
                self.assertLessEqual(max(per_value.values()) - min(per_value.values()), 1)

    def test_binpack_opens_an_instance_only_when_no_other_has_room(self):
        chance = random.Random(3)
        for _ in range(CASES):
            candidates = fleet("ab", 4)
            for _ in range(chance.randint(1, 30)):
                needs = Needs(0, chance.randint(1, 900))
                used = [one for one in candidates if one.tasks]
                try:
                    chosen = placement.place(needs, candidates, "g", strategies=[BINPACK_MEMORY])
                except Unplaced:
                    break
                if chosen not in used:
                    self.assertFalse([one for one in used if one.memory >= needs.memory])
                chosen.take(needs, "g")

    def test_the_instances_that_are_said_to_be_needed_do_take_the_tasks(self):
        chance = random.Random(4)
        for _ in range(CASES):
            tasks = [(Needs(chance.randint(0, 2500), chance.randint(1, 2500)), "g", []) for _ in range(chance.randint(1, 12))]
            needed = placement.instances_needed(tasks, lambda: [instance("new")])
            possible = [needs for needs, _, _ in tasks if needs.cpu <= 2048 and needs.memory <= 2047]
            opened = [instance(str(number)) for number in range(needed)]
            for needs in possible:
                place(needs, opened)
            self.assertGreaterEqual(needed, -(-sum(needs.memory for needs in possible) // 2047))
            self.assertLessEqual(needed, len(possible))

    def test_a_base_is_filled_whatever_the_weight(self):
        items = [{"capacityProvider": "a", "base": 2, "weight": 0}, {"capacityProvider": "b", "weight": 1}]
        counts = Counter()
        for _ in range(5):
            counts[capacity_strategy.provider_for_next(items, counts)] += 1
        self.assertEqual(counts, {"a": 2, "b": 3})

    def test_base_and_weights_divide_the_tasks(self):
        chance = random.Random(5)
        for _ in range(CASES):
            items = [{"capacityProvider": name, "weight": chance.randint(0, 5), "base": 0} for name in "abc"[: chance.randint(1, 3)]]
            items[0].update(base=chance.randint(0, 5), weight=items[0]["weight"] or 1)
            counts = Counter()
            for number in range(1, 40):
                counts[capacity_strategy.provider_for_next(items, counts)] += 1
                base = min(items[0]["base"], number)
                weights = sum(item["weight"] for item in items)
                for index, item in enumerate(items):
                    share = (number - base) * item["weight"] / weights + (base if index == 0 else 0)
                    self.assertLess(abs(counts[item["capacityProvider"]] - share), 2)
                self.assertGreaterEqual(counts["a"], base)


def random_ports(chance):
    return frozenset((chance.choice((80, 443, 8080)), "tcp") for _ in range(chance.choice((0, 0, 0, 1, 2))))


def random_strategies(chance):
    return chance.sample([SPREAD_ZONES, SPREAD_INSTANCES, BINPACK_MEMORY, {"type": "random"}], chance.randint(0, 3))


def fits(needs, cpu, memory, held):
    taken = {port for one in held for port in one.ports}
    return (
        sum(one.cpu for one in held) + needs.cpu <= cpu
        and sum(one.memory for one in held) + needs.memory <= memory
        and not taken & needs.ports
    )


class Needed(unittest.TestCase):
    def test_what_fits_on_no_instance_starts_none(self):
        tasks = [(Needs(0, 4000), "g", []), (Needs(0, 1000), "g", [])]
        self.assertEqual(placement.instances_needed(tasks, lambda: [instance("new")]), 1)

    def test_distinct_instances_need_one_each(self):
        tasks = [(Needs(1, 1), "g", [DISTINCT])] * 3
        self.assertEqual(placement.instances_needed(tasks, lambda: [instance("new")]), 3)

    def test_a_constraint_on_the_zone_is_met_by_an_instance_of_that_zone(self):
        only_b = {"type": "memberOf", "expression": "attribute:ecs.availability-zone == b"}
        fresh = lambda: [instance("a", "a"), instance("b", "b")]  # noqa: E731
        self.assertEqual(placement.instances_needed([(Needs(1, 1), "g", [only_b])], fresh), 1)


class ManagedScaling(unittest.TestCase):
    def size(self, running=0, busy=0, needed=0, target=100, step=(1, 10000), most=10):
        scaling = {"targetCapacity": target, "minimumScalingStepSize": step[0], "maximumScalingStepSize": step[1]}
        return capacity.grown_size(running, busy, needed, scaling, most)

    def test_it_grows_by_what_the_waiting_tasks_need(self):
        self.assertEqual(self.size(running=2, busy=2, needed=3), 5)

    def test_nothing_that_waits_grows_nothing(self):
        self.assertEqual(self.size(running=2, busy=1), 2)

    def test_idle_instances_that_cannot_take_the_tasks_are_no_help(self):
        self.assertEqual(self.size(running=2, busy=0, needed=1), 3)

    def test_a_target_below_100_keeps_instances_to_spare(self):
        self.assertEqual(self.size(running=0, needed=2, target=50), 4)
        self.assertEqual(self.size(running=2, busy=2, target=66), 4)

    def test_steps_and_the_most_instances_bound_it(self):
        self.assertEqual(self.size(needed=5, step=(1, 2)), 2)
        self.assertEqual(self.size(needed=1, step=(3, 10)), 3)
        self.assertEqual(self.size(needed=5, most=4), 4)
        self.assertEqual(self.size(running=5, busy=5, needed=1, most=4), 5)


class InstanceSizes(unittest.TestCase):
    def test_they_are_those_of_the_configuration(self):
        table = (EMULATOR.parents[1] / "config" / "instance-types.test.ts").read_text(encoding="utf-8")
        rows = re.findall(r'\["([\w.]+)", (\d+), (\d+)\]', table)
        self.assertGreater(len(rows), 5)
        for instance_type, vcpu, memory in rows:
            self.assertEqual(instance_sizes.registered(instance_type), (int(vcpu) * 1024, int(memory) - 1), instance_type)

    def test_the_architecture_is_that_of_the_processor(self):
        self.assertEqual([instance_sizes.architecture(name) for name in ("t3.small", "t4g.small")], ["x86_64", "arm64"])


if __name__ == "__main__":
    unittest.main()
