"""The endpoints under /_local/ (local/cloud/view.ts): the data plane of this machine gets the view, and reports."""

import json
from http import HTTPStatus
from urllib.parse import parse_qs

from moto.ecs.models import ecs_backends

import code_connections
import inbox
from control import calls, measures, sign_in, targets, tasks
from control.loop import Loop
from control.reports import Nonsense, Unknown, is_whole, validated, whole

PREFIX = "/_local/"
MAX_WAIT_SECONDS = 60
MAX_REPORT_BYTES = 10 * 1024 * 1024
MAX_MAIL_FAULTS = 1_000_000
# Sent every few seconds; what comes of them is looked at when a minute is over.
UNWATCHED = ("measures",)


def beside(application, turn):
    """The WSGI application with the control plane's endpoints beside it. `turn` is the lock that its requests take."""
    control_plane = ControlPlane(turn)

    def handle(environ, start_response):
        if environ.get("PATH_INFO", "").startswith(PREFIX):
            return control_plane(environ, start_response)
        wakes = calls.may_change_something(environ)
        try:
            return application(environ, start_response)
        finally:
            if wakes:
                control_plane.wake()

    return handle


class Refused(Exception):
    """An answer other than success."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class ControlPlane:
    def __init__(self, turn):
        self._loop = Loop(turn)
        self._endpoints = {
            "view": ("GET", self._view),
            "report": ("POST", self._report),
            "measures": ("POST", self._measures),
            "kill": ("POST", self._kill),
            "inbox": ("GET", self._inbox),
            "mail-faults": ("POST", self._mail_faults),
            "cognito/sign-in": ("POST", self._asked_of(sign_in.sign_in)),
            "cognito/tokens": ("POST", self._asked_of(sign_in.tokens)),
            "cognito/refresh": ("POST", self._asked_of(sign_in.refresh)),
            "cognito/rotate-key": ("POST", self._asked_of(sign_in.rotate_key)),
            "connections/confirm": ("POST", self._asked_of(code_connections.confirm)),
        }

    def wake(self):
        """Something may have changed."""
        self._loop.wake()

    def __call__(self, environ, start_response):
        try:
            status, body = self._answer(environ)
        except Refused as refused:
            status, body = refused.status, _message(refused)
        except Unknown as unknown:
            status, body = HTTPStatus.NOT_FOUND, _message(unknown)
        except Nonsense as nonsense:
            status, body = HTTPStatus.BAD_REQUEST, _message(nonsense)
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))] if body else []
        start_response(f"{status.value} {status.phrase}", headers)
        return [body] if body else []

    def _answer(self, environ):
        name = environ["PATH_INFO"][len(PREFIX) :]
        if name not in self._endpoints:
            known = ", ".join(PREFIX + known for known in self._endpoints)
            raise Refused(HTTPStatus.NOT_FOUND, f"{PREFIX}{name} does not exist; there are {known}")
        method, endpoint = self._endpoints[name]
        if environ["REQUEST_METHOD"] != method:
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, f"{PREFIX}{name} takes {method} only")
        try:
            return endpoint(environ)
        finally:
            if method == "POST" and name not in UNWATCHED:
                self.wake()

    def _view(self, environ):
        query = parse_qs(environ.get("QUERY_STRING", ""))
        since = whole("since", query.get("since", ["0"])[0], 2**53)
        wait = whole("wait", query.get("wait", ["0"])[0], MAX_WAIT_SECONDS)
        with self._loop.changed:
            self._loop.attach()
            published = self._loop.view
            if not self._loop.changed.wait_for(lambda: published.revision != since, wait):
                return HTTPStatus.NO_CONTENT, b""
            return HTTPStatus.OK, published.body

    def _asked_of(self, answer):
        """An endpoint that hands its JSON to a function, which answers with a status and a body."""

        def endpoint(environ):
            asked = _json(environ)
            with self._loop.changed:
                return answer(asked)

        return endpoint

    def _report(self, environ):
        report = validated(_json(environ))
        with self._loop.changed:
            for task in report["tasks"]:
                backend = _backend_of(task["arn"])
                if backend is not None:
                    tasks.report(backend, task)
            targets.report(report["targets"])
            if report["tasks"] or report["targets"]:
                self._loop.tick()
        return HTTPStatus.NO_CONTENT, b""

    def _measures(self, environ):
        measured = measures.validated(_json(environ))
        with self._loop.changed:
            measures.take(measured)
        return HTTPStatus.NO_CONTENT, b""

    def _kill(self, environ):
        name = _json(environ)
        if not isinstance(name, dict) or not isinstance(name.get("task"), str):
            raise Nonsense('the body must be {"task": ARN or id}')
        with self._loop.changed:
            task = _running(name["task"])
            if task is None:
                raise Refused(HTTPStatus.NOT_FOUND, f"no task {name['task']} runs here")
            tasks.kill(task)
            self._loop.tick()
        return HTTPStatus.NO_CONTENT, b""

    def _inbox(self, environ):
        query = parse_qs(environ.get("QUERY_STRING", ""))
        since = whole("since", query.get("since", ["0"])[0], 2**53)
        with self._loop.changed:
            mails = inbox.mails(since)
        return HTTPStatus.OK, json.dumps({"mails": mails}).encode()

    def _mail_faults(self, environ):
        faults = _json(environ)
        count = faults.get("throttle") if isinstance(faults, dict) and set(faults) == {"throttle"} else None
        if not is_whole(count) or not 0 <= count <= MAX_MAIL_FAULTS:
            raise Nonsense(
                'the body must be {"throttle": N}, where N, the number of mails to refuse, is from 0 to '
                f"{MAX_MAIL_FAULTS}"
            )
        with self._loop.changed:
            inbox.throttle(count)
        return HTTPStatus.NO_CONTENT, b""


def _json(environ):
    length = whole("Content-Length", environ.get("CONTENT_LENGTH") or "0", MAX_REPORT_BYTES)
    try:
        return json.loads(environ["wsgi.input"].read(length))
    except ValueError as error:
        raise Nonsense(f"the body is not JSON: {error}") from None


def _backend_of(arn):
    """The ECS backend of an ARN; None if nothing was ever made in its account and region."""
    region, account = arn.split(":")[3:5]
    return ecs_backends[account].get(region) if account in ecs_backends else None


def _running(name):
    """The task of an ARN or id, if the data plane has it."""
    for _, _, backend in ecs_backends.iter_backends():
        for by_arn in backend.tasks.values():
            for arn, task in by_arn.items():
                if name in (arn, task.id) and task.is_placed:
                    return task
    return None


def _message(error):
    return json.dumps({"message": str(error)}).encode()
