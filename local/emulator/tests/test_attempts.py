"""A call of an SDK is carried out once, however often it is sent."""

import contextlib
import io
import unittest
import uuid
from unittest import mock

import support
from support import unique

import attempts


class Answering(unittest.TestCase):
    def setUp(self):
        self.calls = []
        self.status = "200 OK"
        self.attempts = attempts.Attempts(self.application)

    def application(self, _environ, start_response):
        self.calls.append(self.status)
        start_response(self.status, [("X-Call", str(len(self.calls)))])
        return [b"a", b"nswer"]

    def send(self, invocation):
        environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/", **({attempts.INVOCATION: invocation} if invocation else {})}
        begun = []
        with contextlib.redirect_stderr(io.StringIO()) as said:
            body = b"".join(self.attempts(environ, lambda *given: begun.extend(given)))
        self.said = said.getvalue()
        return (*begun, body)

    def test_the_second_attempt_gets_the_answer_of_the_first_and_that_is_told(self):
        first, said_first = self.send("one"), self.said
        self.assertEqual((self.send("one"), len(self.calls)), (first, 1))
        self.assertEqual((said_first, self.said), ("", "answered once more: POST / 200 OK\n"))

    def test_a_refusal_is_an_answer_too(self):
        self.status = "400 Bad Request"
        self.assertEqual((self.send("one"), len(self.calls)), (self.send("one"), 1))

    def test_what_failed_on_our_side_is_tried_again(self):
        self.status = "500 Internal Server Error"
        self.send("one")
        self.status = "200 OK"
        self.assertEqual((self.send("one")[0], len(self.calls)), ("200 OK", 2))

    def test_other_calls_and_those_of_no_sdk_are_carried_out_each_time(self):
        for invocation in ("one", "two", None, None):
            self.send(invocation)
        self.assertEqual(len(self.calls), 4)

    def test_it_forgets_the_oldest_answers_and_keeps_no_long_one(self):
        with mock.patch.object(attempts, "KEPT_ANSWERS", 2):
            for invocation in ("one", "two", "three", "one"):
                self.send(invocation)
        self.assertEqual(len(self.calls), 4)
        with mock.patch.object(attempts, "LONGEST_ANSWER_BYTES", 3):
            for _ in range(2):
                self.send("long")
        self.assertEqual(len(self.calls), 6)


class Revoking(support.PatchTest):
    def test_a_rule_that_is_revoked_by_two_attempts_was_there(self):
        invocation = str(uuid.uuid4())

        def attempt(request, **_):
            request.headers["amz-sdk-invocation-id"] = invocation

        ec2 = self.ours.client("ec2")
        group = ec2.create_security_group(GroupName=unique("group"), Description="tasks", VpcId=self.ours.network.vpc)
        ec2.meta.events.register("before-send.ec2.RevokeSecurityGroupEgress", attempt)
        everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
        for _ in range(2):
            ec2.revoke_security_group_egress(GroupId=group["GroupId"], IpPermissions=everything)
        invocation = str(uuid.uuid4())
        with self.assertRaises(support.ClientError) as caught:
            ec2.revoke_security_group_egress(GroupId=group["GroupId"], IpPermissions=everything)
        self.assertEqual(caught.exception.response["Error"]["Code"], "InvalidPermission.NotFound")
