"""What moto keeps of everything that it ever made: stock moto against our emulator."""

import gc
import json
import unittest
import weakref
from urllib.request import urlopen

from control_test import ControlTest, fargate_task
from support import STOCK_SERVER, Aws, PatchTest, Server, sys, unique

from control import tasks


def kept(aws, service, model, name):
    """How many objects of this name moto keeps of a model."""
    with urlopen(f"{aws.url}/moto-api/data.json", timeout=30) as answer:
        models = json.load(answer)[service][model]
    return len([item for item in models if item["name"] == name])


def deleted_log_group(aws):
    name = unique("group")
    aws.logs.create_log_group(logGroupName=name)
    aws.logs.delete_log_group(logGroupName=name)
    return name


class Kept(PatchTest):
    def test_forget_what_is_gone(self):
        # The page fails with HTTP 500 on a server that has seen more.
        server = Server([sys.executable, "-c", STOCK_SERVER])
        self.addCleanup(server.stop)
        stock = Aws(server.url)
        self.assertEqual(kept(stock, "logs", "LogGroup", deleted_log_group(stock)), 1)
        self.assertEqual(kept(self.ours, "logs", "LogGroup", deleted_log_group(self.ours)), 0)

    def test_objects_of_s3_are_known_for_a_reset(self):
        bucket, key = unique("bucket"), unique("key")
        self.ours.s3.create_bucket(Bucket=bucket)
        self.ours.s3.put_object(Bucket=bucket, Key=key, Body=b"1")
        self.assertEqual(kept(self.ours, "s3", "FakeKey", key), 1)


class Tasks(ControlTest):
    def test_old_tasks_take_no_memory(self):
        cluster, definition = self.aws.cluster(), fargate_task(self.aws)
        request = {"launchType": "FARGATE", "networkConfiguration": self.aws.awsvpc()}
        known = []
        for _ in range(tasks.STOPPED_TASKS_KEPT + 10):
            self.now += 1
            ran = self.run_task(cluster, taskDefinition=definition, **request)
            known.append(weakref.ref(self.task(ran["tasks"][0]["taskArn"])))
            self.report(ran["tasks"][0]["taskArn"], "STOPPED", exit_code=0)
        self.pass_time()
        gc.collect()
        self.assertEqual(sum(task() is not None for task in known), tasks.STOPPED_TASKS_KEPT)


if __name__ == "__main__":
    unittest.main()
