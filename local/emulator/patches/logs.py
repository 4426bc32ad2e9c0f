"""Amazon CloudWatch Logs: retention, batches, and reading a stream to its end (moto 5.2.1)."""

from moto.logs.exceptions import InvalidParameterException
from moto.logs.models import LogStream
from moto.logs.responses import LogsResponse

from patching import replace, wrap
from refusing import Refusal, before

# "PutRetentionPolicy" of the API reference.
RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
# "PutLogEvents" of the API reference: all messages in UTF-8, and 26 bytes for each event.
BATCH_MAX_BYTES = 1_048_576
EVENT_OVERHEAD_BYTES = 26
BATCH_MAX_MILLISECONDS = 24 * 60 * 60 * 1000
# No limit of AWS's: the emulator keeps everything in memory, and its log streams would grow for ever.
EVENTS_KEPT = 10_000
PAGE_MAX = 10_000


def require_a_retention_that_aws_offers():
    """Symptom (moto 5.2.1): a retention of 31 days is taken.
    AWS: InvalidParameterException.
    """

    @before(LogsResponse, "put_retention_policy")
    def retention(_response, request):
        days = request.get("retentionInDays")
        if days not in RETENTION_DAYS:
            raise InvalidParameterException(
                constraint=f"Member must satisfy enum value set: [{', '.join(map(str, RETENTION_DAYS))}]",
                parameter="retentionInDays",
                value=days,
            )


def limit_batches_of_events():
    """Symptom (moto 5.2.1): a batch of more than 1 MiB, or of events more than a day apart, is taken.
    AWS: InvalidParameterException.
    """

    @before(LogsResponse, "put_log_events")
    def batch(_response, request):
        events = request.get("logEvents") or []
        size = sum(len(event["message"].encode("utf-8")) + EVENT_OVERHEAD_BYTES for event in events)
        if size > BATCH_MAX_BYTES:
            raise Refusal(
                "InvalidParameterException", f"Upload too large: {size} bytes exceeds limit of {BATCH_MAX_BYTES}"
            )
        times = [event["timestamp"] for event in events]
        if times and max(times) - min(times) > BATCH_MAX_MILLISECONDS:
            raise Refusal(
                "InvalidParameterException",
                "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
            )


def keep_the_newest_events():
    """Symptom (moto 5.2.1): a log stream grows until the emulator has no memory left.
    AWS: keeps all events for the retention of their group. Here a stream keeps its newest 10,000.
    """

    @wrap(LogStream, "put_log_events")
    def put_log_events(original, stream, log_events):
        token = original(stream, log_events)
        del stream.events[:-EVENTS_KEPT]
        return token


def read_streams_by_place():
    """Symptom (moto 5.2.1): the tokens of GetLogEvents count the events that are there, so that a reader misses some
    once old ones are gone (`keep_the_newest_events`); an event at the very end of the time asked for is returned.
    AWS: a token names a place in the stream, and at the end of the stream the token that was given comes back; events
    at `endTime` are left out.
    """

    @replace(LogStream, "get_log_events")
    def get_log_events(stream, start_time, end_time, limit, next_token, start_from_head):
        direction, place = _read(next_token)
        events = [event for event in stream.events if _is_between(event.timestamp, start_time, end_time)]
        if direction == "f":
            page = [event for event in events if event.event_id > place][: limit or PAGE_MAX]
        elif direction == "b":
            page = [event for event in events if event.event_id < place][-(limit or PAGE_MAX) :]
        else:
            page = events[: limit or PAGE_MAX] if start_from_head else events[-(limit or PAGE_MAX) :]
        first, last = (page[0].event_id, page[-1].event_id) if page else _ends(stream, direction, place)
        shown = [event.to_response_dict() for event in sorted(page, key=lambda event: event.timestamp)]
        return shown, _token("b", first), _token("f", last)


def _read(token):
    """A token's direction and place; events have numbers in the order in which they arrive."""
    direction, _, place = (token or "").partition("/")
    if token is None:
        return None, None
    if direction not in ("f", "b") or not place.lstrip("-").isdecimal():
        raise InvalidParameterException("The specified nextToken is invalid.")
    return direction, int(place)


def _ends(stream, direction, place):
    """The places before and behind nothing: where the reader stands, or, without a token, the end of the stream."""
    if direction:
        return place, place
    newest = stream.events[-1].event_id if stream.events else -1
    return newest + 1, newest


def _token(direction, place):
    return f"{direction}/{place:056d}"


def _is_between(timestamp, start, end):
    return (not start or timestamp >= start) and (not end or timestamp < end)


PATCHES = (
    require_a_retention_that_aws_offers,
    limit_batches_of_events,
    keep_the_newest_events,
    read_streams_by_place,
)
