"""A data plane without processes: it asks for the view, and reports tasks as running and targets as healthy, or not.

What becomes of a task is told by the tag of its image:

| tag | the task |
|---|---|
| `exit` | starts and exits with code 1 |
| `sick` | runs, and its targets are never healthy |
| `missing` | cannot be started: its image does not exist |
| `slow` | is pending until `let_start` |
| anything else | runs and is healthy |
"""

import contextlib
import hashlib
import itertools
import json
import threading
import urllib.error
import urllib.request

POLL_SECONDS = 0.02
EXITED = {"stopCode": "EssentialContainerExited", "stoppedReason": "Essential container in task exited"}


class FakeAgent:
    """Use as a context manager: the thread that polls ends with it. `failure` holds what ended it early."""

    def __init__(self, url):
        self.url = url
        self.view = {"revision": 0, "tasks": [], "taskDefinitions": {}, "targetGroups": []}
        # What it was asked to run, in order, and what it stopped.
        self.started = []
        self.stopped = []
        # As long as it is set, draining targets are not reported as drained, and stopping tasks not as stopped.
        self.hold_draining = False
        self.hold_stopping = False
        # The most tasks that ran at a time.
        self.most_running = 0
        self.failure = None
        self._allowed = set()
        self._running = {}
        self._reported_targets = {}
        self._sick = set()
        self._lock = threading.Lock()
        self._ports = itertools.count(32768)
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._step()
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._thread.join()
        if self.failure:
            raise self.failure

    @contextlib.contextmanager
    def pause(self):
        """While it lasts, the agent does nothing."""
        with self._lock:
            yield

    def running(self):
        """ARNs of the tasks that run."""
        with self._lock:
            return list(self._running)

    def crash(self, arn, code=137):
        """The task dies by itself."""
        with self._lock:
            task = self._running.pop(arn)
            self._report([_stopped(task, code, **EXITED)])

    def sicken(self, arn):
        """The targets of the task fail their health checks from now on."""
        self._sick.add(arn)

    def let_start(self, arn):
        """A `slow` task starts."""
        self._allowed.add(arn)

    def _run(self):
        while not self._end.wait(POLL_SECONDS):
            try:
                self._step()
            except Exception as failure:
                self.failure = failure
                return

    def _step(self):
        with self._lock:
            self.view = get_view(self.url, since=self.view["revision"]) or self.view
            reports = [report for task in self.view["tasks"] for report in self._act_on(task)]
            self.most_running = max(self.most_running, len(self._running))
            self._forget_targets_that_are_gone()
            targets = [
                report
                for group in self.view["targetGroups"]
                for target in group["targets"]
                for report in self._check(group["arn"], target)
            ]
            self._report(reports, targets)

    def _forget_targets_that_are_gone(self):
        groups = self.view["targetGroups"]
        there = {_key(group["arn"], target) for group in groups for target in group["targets"]}
        self._reported_targets = {key: state for key, state in self._reported_targets.items() if key in there}

    def _act_on(self, task):
        arn = task["arn"]
        if task["desired"] != "run":
            if not self.hold_stopping or task["desired"] == "kill":
                yield self._stop(task)
        elif arn not in self._running and arn not in self.stopped:
            yield from self._start(task)

    def _stop(self, task):
        started = self._running.pop(task["arn"], None) or self._started(task, [])
        self.stopped.append(task["arn"])
        if task["desired"] == "kill":
            return _stopped(started, 137, **EXITED)
        return _stopped(started, 143)

    def _start(self, task):
        definition = self.view["taskDefinitions"][task["taskDefinitionArn"]]
        tag = definition["containerDefinitions"][0]["image"].rsplit(":", 1)[1]
        if tag == "slow" and task["arn"] not in self._allowed:
            return
        self.started.append(task["arn"])
        if tag == "missing":
            self.stopped.append(task["arn"])
            yield {
                **_stopped(self._started(task, []), None),
                "stopCode": "TaskFailedToStart",
                "stoppedReason": "CannotPullContainerError: the image does not exist",
            }
            return
        started = self._started(task, definition["containerDefinitions"])
        if tag == "sick":
            self._sick.add(task["arn"])
        yield started
        if tag == "exit":
            self.stopped.append(task["arn"])
            yield _stopped(started, 1, **EXITED)
        else:
            self._running[task["arn"]] = started

    def _started(self, task, containers):
        return {
            "arn": task["arn"],
            "lastStatus": "RUNNING",
            "address": loopback_of(task.get("instanceId") or task["arn"].rsplit("/", 1)[1]),
            "instanceId": task.get("instanceId"),
            "containers": [
                {"name": container["name"], "runtimeId": "1", "ports": [*self._bound(container)]}
                for container in containers
            ],
        }

    def _bound(self, container):
        for mapping in container.get("portMappings", []):
            host_port = mapping.get("hostPort") or next(self._ports)
            yield {"containerPort": mapping["containerPort"], "hostPort": host_port}

    def _check(self, group, target):
        key = _key(group, target)
        if target["draining"]:
            state = "draining" if self.hold_draining else "drained"
        else:
            state = "unhealthy" if self._task_behind(target) in self._sick else "healthy"
        if state != "draining" and self._reported_targets.get(key) != state:
            self._reported_targets[key] = state
            reason = {"reason": "Target.Timeout", "description": "Request timed out"} if state == "unhealthy" else {}
            place = {name: target[name] for name in ("id", "port", "registration")}
            yield {"targetGroupArn": group, **place, "state": state, **reason}

    def _task_behind(self, target):
        for arn, task in self._running.items():
            ports = [port["hostPort"] for container in task["containers"] for port in container["ports"]]
            if target["id"] in (task["address"], task["instanceId"]) and target["port"] in ports:
                return arn
        return None

    def _report(self, tasks, targets=()):
        if tasks or targets:
            post(self.url, "report", {"tasks": list(tasks), "targets": list(targets)})


def _key(group, target):
    return group, target["id"], target["port"], target["registration"]


def loopback_of(name):
    """As local/cloud/loopback.ts: one address of the loopback network for one name."""
    first, second, third = hashlib.sha256(name.encode()).digest()[:3]
    return f"127.{first % 254 + 1}.{second}.{third % 254 + 1}"


def get_view(url, since=0, wait=0):
    """The view; None if it is still the one that the caller has."""
    with urllib.request.urlopen(f"{url}/_local/view?since={since}&wait={wait}", timeout=30) as answer:
        return json.load(answer) if answer.status == 200 else None


def post(url, endpoint, body):
    """Status and message of a POST to /_local/."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(f"{url}/_local/{endpoint}", data=data, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, None
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())["message"]


def _stopped(task, exit_code, **why):
    code = {} if exit_code is None else {"exitCode": exit_code}
    containers = [{**container, **code, "ports": []} for container in task["containers"]]
    return {**task, "lastStatus": "STOPPED", "containers": containers, **why}
