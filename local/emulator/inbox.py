"""The mails that this emulator has delivered: those of Amazon SES, and of Amazon SNS to e-mail subscriptions."""

from control import clock

# The newest so many are kept; an emulator that runs for long has memory left.
KEPT = 20_000

_mails = []
_next_id = 1


class Faults:
    """What is to go wrong with the next mails."""

    throttled = 0


def deliver(message_id, sender, subject, *, to=(), cc=(), bcc=(), text=None, html=None, **told):
    """Puts a mail into the inbox. `told`: headers and tags, by name, and configuration_set."""
    global _next_id
    _mails.append(
        {
            "id": _next_id,
            "messageId": message_id,
            "time": clock.timestamp().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "from": sender,
            "to": list(to),
            "cc": list(cc),
            "bcc": list(bcc),
            "subject": subject,
            "text": text,
            "html": html,
            "headers": dict(told.get("headers") or {}),
            "tags": dict(told.get("tags") or {}),
            "configurationSet": told.get("configuration_set"),
        }
    )
    _next_id += 1
    del _mails[:-KEPT]


def mails(since=0):
    """The mails whose id is above `since`, oldest first."""
    return [mail for mail in _mails if mail["id"] > since]


def throttle(count):
    """The next so many are refused as too many at a time."""
    Faults.throttled = count


def is_throttled():
    """Whether this mail is one of those to refuse; each is counted once."""
    if not Faults.throttled:
        return False
    Faults.throttled -= 1
    return True
