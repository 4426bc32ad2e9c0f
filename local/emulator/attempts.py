"""Attempts: what an SDK does when the answer to a request is lost on its way, as happens between busy processes.

Symptom: a deployment that is right fails with `revoking default IPv4 egress rule for Security Group (...):
InvalidPermission.NotFound`: the first attempt did it, the second found nothing left to do.
"""

import sys
from collections import OrderedDict

# The same for all attempts of one call ("Request compression and retries" of the SDKs' reference), a UUID.
INVOCATION = "HTTP_AMZ_SDK_INVOCATION_ID"
# An SDK gives up long before so many other calls have been answered. Their answers are short: of long ones none is kept.
KEPT_ANSWERS = 2000
LONGEST_ANSWER_BYTES = 64 * 1024


class Attempts:
    """A WSGI application in which every call is carried out once: a further attempt gets the answer of the first. One that
    failed on our side (5xx) is not over, and is carried out again. Requests have to take turns.
    """

    def __init__(self, application):
        self._application = application
        self._answers = OrderedDict()

    def __call__(self, environ, start_response):
        invocation = environ.get(INVOCATION)
        if invocation is None:
            return self._application(environ, start_response)
        if invocation not in self._answers:
            return self._carry_out(invocation, environ, start_response)
        status, headers, body = self._answers[invocation]
        print(f"answered once more: {environ['REQUEST_METHOD']} {environ['PATH_INFO']} {status}", file=sys.stderr)
        start_response(status, headers)
        return [body]

    def _carry_out(self, invocation, environ, start_response):
        begun = []

        def begin(status, headers, *exception):
            begun[:] = [status, list(headers)]
            return start_response(status, headers, *exception)

        given = self._application(environ, begin)
        try:
            body = b"".join(given)
        finally:
            if hasattr(given, "close"):
                given.close()
        if not begun[0].startswith("5") and len(body) <= LONGEST_ANSWER_BYTES:
            self._answers[invocation] = (*begun, body)
            if len(self._answers) > KEPT_ANSWERS:
                self._answers.popitem(last=False)
        return [body]
