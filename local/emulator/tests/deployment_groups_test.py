"""What the tests of refused deployment groups share: groups that are right but for one thing."""

from codedeploy_stack import Stack
from support import PatchTest


def make(aws, change=lambda stack, request: {}):
    """Makes a group with what `change` says beside what is right."""
    stack = Stack(aws)
    stack.group(**change(stack, stack.group_request("")))


def with_pair(change):
    """A group whose pair of target groups is another."""

    def changed(stack, request):
        (pair,) = request["loadBalancerInfo"]["targetGroupPairInfoList"]
        return {"loadBalancerInfo": {"targetGroupPairInfoList": [{**pair, **change(stack, pair)}]}}

    return changed


def always(**changes):
    return lambda _stack, _request: changes


class GroupRulesTest(PatchTest):
    """`make` makes a group with what a change says beside what is right."""

    def assert_each_refused(self, cases):
        for code, words, change in cases:
            with self.subTest(words):
                self.assert_refused(code, words, make, change)
