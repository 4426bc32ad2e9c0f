"""Which requests to the AWS APIs only look, and which may change what the control plane has to do."""

import io
import re
from urllib.parse import parse_qs

# How operations begin that return something and change nothing.
LOOKS = ("BatchCheck", "BatchGet", "Describe", "Discover", "Filter", "Get", "Head", "List")
# What agents send all the time, and no tick looks at before its time.
UNWATCHED = ("PutLogEvents", "PutMetricData")
FORM = "application/x-www-form-urlencoded"
CBOR_PATH = re.compile(r"/service/\w+/operation/(\w+)$")


def may_change_something(environ):
    """Whether a request does more than look, by its operation; where it names none (REST), by its method.

    Leaves the body to be read once more.
    """
    operation = _operation(environ)
    if operation is None:
        return environ["REQUEST_METHOD"] not in ("GET", "HEAD", "OPTIONS")
    return not operation.startswith(LOOKS) and operation not in UNWATCHED


def _operation(environ):
    """As the protocols of AWS name it: JSON in a header, the query protocol in a form, CBOR in the path."""
    target = environ.get("HTTP_X_AMZ_TARGET")
    if target:
        return target.rpartition(".")[2]
    in_path = CBOR_PATH.search(environ.get("PATH_INFO", ""))
    if in_path:
        return in_path[1]
    named = parse_qs(_form(environ) or environ.get("QUERY_STRING", "")).get("Action")
    return named[0] if named else None


def _form(environ):
    if not environ.get("CONTENT_TYPE", "").startswith(FORM):
        return ""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return body.decode(errors="replace")
