"""CloudWatch Logs: stock moto against our emulator."""

import time
import unittest

from support import PatchTest, unique

from patches.logs import EVENTS_KEPT


class Stream:
    """A log stream that events are written to, and what a reader sees of it."""

    def __init__(self, aws):
        self.logs = aws.logs
        self.names = {"logGroupName": unique("group"), "logStreamName": "stream"}
        self.logs.create_log_group(logGroupName=self.names["logGroupName"])
        self.logs.create_log_stream(**self.names)
        self.written = 0

    def write(self, count=1, at=None):
        now = at or int(time.time() * 1000)
        numbers = range(self.written, self.written + count)
        events = [{"timestamp": now, "message": str(number)} for number in numbers]
        self.logs.put_log_events(**self.names, logEvents=events)
        self.written += count

    def read(self, **options):
        answer = self.logs.get_log_events(**self.names, startFromHead=True, **options)
        return [event["message"] for event in answer["events"]], answer["nextForwardToken"], answer["nextBackwardToken"]


class Groups(PatchTest):
    def test_require_a_retention_that_aws_offers(self):
        def keep_for(aws, days):
            stream = Stream(aws)
            aws.logs.put_retention_policy(logGroupName=stream.names["logGroupName"], retentionInDays=days)

        message = "Value '31' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [1, 3,"
        self.assert_refused("InvalidParameterException", message, keep_for, 31)
        for days in (1, 365, 3653):
            keep_for(self.ours, days)


class Batches(PatchTest):
    def test_limit_batches_of_events(self):
        def too_large(aws):
            stream = Stream(aws)
            event = {"timestamp": int(time.time() * 1000), "message": "é" * 262_144}
            aws.logs.put_log_events(**stream.names, logEvents=[event] * 2)

        def too_long(aws):
            stream = Stream(aws)
            now = int(time.time() * 1000)
            times = (now - 25 * 60 * 60 * 1000, now)
            aws.logs.put_log_events(**stream.names, logEvents=[{"timestamp": at, "message": "x"} for at in times])

        message = "Upload too large: 1048628 bytes exceeds limit of 1048576"
        self.assert_refused("InvalidParameterException", message, too_large)
        self.assert_refused("InvalidParameterException", "cannot span more than 24 hours", too_long)

    def test_events_in_order_of_time_only(self):
        stream = Stream(self.ours)
        now = int(time.time() * 1000)
        events = [{"timestamp": at, "message": "x"} for at in (now, now - 1)]
        self.assert_error(
            "InvalidParameterException",
            "must be in chronological order",
            lambda: self.ours.logs.put_log_events(**stream.names, logEvents=events),
        )


class Reading(PatchTest):
    def test_keep_the_newest_events(self):
        def kept(aws):
            stream = Stream(aws)
            for _ in range(3):
                stream.write(EVENTS_KEPT // 2)
            pages = [stream.read()]
            while pages[-1][0]:
                pages.append(stream.read(nextToken=pages[-1][1]))
            return [message for page in pages for message in page[0]]

        self.assertEqual(len(kept(self.stock)), EVENTS_KEPT * 3 // 2)
        self.assertEqual(kept(self.ours), [str(number) for number in range(EVENTS_KEPT // 2, EVENTS_KEPT * 3 // 2)])

    def test_read_streams_by_place(self):
        def read_before_the_last(aws):
            stream = Stream(aws)
            now = int(time.time() * 1000)
            for at in (now, now + 10, now + 20):
                stream.write(at=at)
            return stream.read(startTime=now + 10, endTime=now + 20)[0]

        self.assertEqual(read_before_the_last(self.stock), ["1", "2"])
        self.assertEqual(read_before_the_last(self.ours), ["1"])

    def test_a_reader_that_comes_back_misses_nothing(self):
        stream = Stream(self.ours)
        messages, token, _ = stream.read()
        self.assertEqual(messages, [])
        stream.write(3)
        messages, token, _ = stream.read(nextToken=token)
        self.assertEqual(messages, ["0", "1", "2"])
        self.assertEqual(stream.read(nextToken=token)[:2], ([], token))
        stream.write(EVENTS_KEPT - 1)
        messages, token, _ = stream.read(nextToken=token)
        self.assertEqual((messages[0], messages[-1], len(messages)), ("3", str(EVENTS_KEPT + 1), EVENTS_KEPT - 1))
        self.assertEqual(stream.read(nextToken=token)[:2], ([], token))

    def test_pages_lead_forward_and_back(self):
        stream = Stream(self.ours)
        stream.write(5)
        first, forward, _ = stream.read(limit=2)
        second, forward, backward = stream.read(limit=2, nextToken=forward)
        self.assertEqual((first, second), (["0", "1"], ["2", "3"]))
        self.assertEqual(stream.read(limit=2, nextToken=forward)[0], ["4"])
        self.assertEqual(stream.read(limit=9, nextToken=backward)[0], ["0", "1"])
        newest = self.ours.logs.get_log_events(**stream.names, limit=2)["events"]
        self.assertEqual([event["message"] for event in newest], ["3", "4"])

    def test_a_tailer_finds_streams_and_filters_events(self):
        stream = Stream(self.ours)
        stream.write(3)
        group = stream.names["logGroupName"]
        described = self.ours.logs.describe_log_streams(logGroupName=group, orderBy="LastEventTime", descending=True)
        self.assertEqual([one["logStreamName"] for one in described["logStreams"]], ["stream"])
        self.assertIn("lastEventTimestamp", described["logStreams"][0])
        found = self.ours.logs.filter_log_events(logGroupName=group, logStreamNamePrefix="str")
        self.assertEqual([event["message"] for event in found["events"]], ["0", "1", "2"])
        self.assertNotIn("nextToken", found)


if __name__ == "__main__":
    unittest.main()
