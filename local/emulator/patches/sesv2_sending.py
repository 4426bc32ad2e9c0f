"""Amazon SES: sending, into the inbox of this machine (moto 5.2.1)."""

import base64
import binascii
import email
import email.policy
import json
import re
from email.utils import getaddresses

from moto.ses.models import SESBackend
from moto.ses.utils import get_random_message_id
from moto.sesv2.responses import SESV2Response

import inbox
import mail_addresses
import mail_events
from patches import sesv2
from patches.sesv2_configuration_sets import named
from patching import add, replace, wrap
from refusing import Refusal, before

MOST_RECIPIENTS = 50
MOST_TAGS = 50
KINDS = ("ToAddresses", "CcAddresses", "BccAddresses")
# "MessageTag" of the API reference.
TAG = re.compile(r"[A-Za-z0-9_.@-]{1,256}")
# What Amazon SES writes itself, or has parameters for.
OWN_HEADERS = (
    "bcc",
    "cc",
    "content-transfer-encoding",
    "content-type",
    "date",
    "dkim-signature",
    "from",
    "message-id",
    "mime-version",
    "reply-to",
    "return-path",
    "sender",
    "subject",
    "to",
)


def deliver_to_the_inbox():
    """Symptom (moto 5.2.1): of a mail sent by SendEmail of version 2 nothing is kept but one of its bodies; headers,
    tags and the configuration set are dropped, and a mail of a template: HTTP 500.
    AWS: delivers it. Here: into the inbox of this machine (GET /_local/inbox); templates are refused.
    """

    @replace(SESV2Response, "send_email")
    def send_email(response):
        request, backend = json.loads(response.body or "{}"), response.sesv2_backend
        mail = _simple(request) if "Simple" in (request.get("Content") or {}) else _raw(request)
        if inbox.is_throttled():
            raise Refusal("TooManyRequestsException", "Maximum sending rate exceeded.")
        message_id = get_random_message_id()
        tags = {tag["Name"]: tag["Value"] for tag in request.get("EmailTags") or []}
        configuration_set = _configuration_set(backend, request, mail["sender"])
        name = configuration_set and configuration_set.configuration_set_name
        inbox.deliver(message_id, **mail, tags=tags, configuration_set=name)
        backend.core_backend.sent_message_count += len(_recipients(mail))
        if configuration_set:
            told = {"messageId": message_id, "source": mail["sender"], "destination": _recipients(mail)}
            event_tags = {tag: [value] for tag, value in {"ses:configuration-set": name, **tags}.items()}
            mail_events.publish(backend, configuration_set, {**told, "tags": event_tags})
        return json.dumps({"MessageId": message_id})


def _simple(request):
    content, destination = request["Content"]["Simple"], request.get("Destination") or {}
    body = content.get("Body") or {}
    return {
        "sender": request.get("FromEmailAddress"),
        "subject": content["Subject"]["Data"],
        **{kind: destination.get(parameter) or [] for kind, parameter in zip(("to", "cc", "bcc"), KINDS)},
        "text": (body.get("Text") or {}).get("Data"),
        "html": (body.get("Html") or {}).get("Data"),
        "headers": {header["Name"]: header["Value"] for header in content.get("Headers") or []},
    }


def _raw(request):
    """A MIME message; the parameters of the request go before what it says of sender and recipients."""
    try:
        data = base64.b64decode(request["Content"]["Raw"]["Data"], validate=True)
    except (KeyError, TypeError, binascii.Error):
        raise _bad("The content must have exactly one of Simple and Raw.") from None
    message = email.message_from_bytes(data, policy=email.policy.default)
    destination = request.get("Destination") or {}
    to, cc, bcc = (_addresses(message, name) for name in ("To", "Cc", "Bcc"))
    given = [destination.get(parameter) or [] for parameter in KINDS]
    to, cc, bcc = given if any(given) else (to, cc, bcc)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    return {
        "sender": request.get("FromEmailAddress") or str(message["From"] or ""),
        "subject": str(message["Subject"] or ""),
        "to": to,
        "cc": cc,
        "bcc": bcc,
        "text": text and text.get_content(),
        "html": html and html.get_content(),
        "headers": {name: str(value) for name, value in message.items() if name.lower() not in OWN_HEADERS},
    }


def _addresses(message, header):
    return [address for _, address in getaddresses([str(value) for value in message.get_all(header) or []])]


def _recipients(mail):
    return [mail_addresses.address(address) for kind in ("to", "cc", "bcc") for address in mail[kind]]


def _configuration_set(backend, request, sender):
    """The one that the request names, else the default one of the sender's identity; None if there is neither."""
    identity = sesv2.find_verified(backend, mail_addresses.address(sender))
    name = request.get("ConfigurationSetName") or identity.configuration_set_name
    return named(backend, name) if name else None


def require_a_verified_sender():
    """Symptom (moto 5.2.1): the sender's identity need not be verified, as long as it exists.
    AWS: MessageRejected. A verified domain stands for the domains below it.
    """

    @before(SESV2Response, "send_email")
    def sender(response, request):
        mail = _mail(request)
        address = mail_addresses.address(mail["sender"] or "")
        if not mail["sender"]:
            raise _bad("The sender (FromEmailAddress) must be specified.")
        _require_address(mail["sender"])
        if sesv2.find_verified(response.sesv2_backend, address) is None:
            raise Refusal(
                "MessageRejected",
                "Email address is not verified. The following identities failed the check in region "
                f"{response.region.upper()}: {address}",
            )


def _mail(request):
    return _simple(request) if "Simple" in (request.get("Content") or {}) else _raw(request)


def require_a_configuration_set_that_sends():
    """Symptom (moto 5.2.1): mails are sent with a configuration set that does not exist, or whose sending is paused.
    AWS: NotFoundException, SendingPausedException.
    """

    @before(SESV2Response, "send_email")
    def configuration_set(response, request):
        name = request.get("ConfigurationSetName")
        if name and not named(response.sesv2_backend, name).options["SendingOptions"]["SendingEnabled"]:
            raise Refusal("SendingPausedException", f"Email sending has been disabled for configuration set <{name}>.")


def require_recipients_that_there_may_be():
    """Symptom (moto 5.2.1): mails go to nobody, and to addresses that are none.
    AWS: BadRequestException; so for more than 50 recipients.
    """

    @before(SESV2Response, "send_email")
    def recipients(_response, request):
        mail = _mail(request)
        given = [address for kind in ("to", "cc", "bcc") for address in mail[kind]]
        if not given:
            raise _bad("The message must have at least one recipient.")
        if len(given) > MOST_RECIPIENTS:
            raise _bad(f"Recipient count exceeds {MOST_RECIPIENTS}.")
        for address in given:
            _require_address(address)


def _require_address(text):
    fault = mail_addresses.fault(text)
    if fault:
        raise _bad(fault)


def require_content_that_can_be_sent():
    """Symptom (moto 5.2.1): a mail may have no body (HTTP 500), tags with any characters, one twice, and headers that
    Amazon SES writes itself.
    AWS: BadRequestException.
    """

    @before(SESV2Response, "send_email")
    def content(_response, request):
        parts = [name for name in ("Simple", "Raw", "Template") if (request.get("Content") or {}).get(name)]
        if len(parts) != 1:
            raise _bad("The content must have exactly one of Simple, Raw and Template.")
        if parts == ["Template"]:
            raise _bad("Templates are not supported by this emulator, only Simple and Raw are.")
        if parts == ["Simple"]:
            _require_simple(request["Content"]["Simple"])
        _require_tags(request.get("EmailTags") or [])


def _require_simple(content):
    body, subject = content.get("Body") or {}, (content.get("Subject") or {}).get("Data")
    if not any((body.get(part) or {}).get("Data") for part in ("Text", "Html")):
        raise _bad("The body must have a text or an HTML part.")
    if not isinstance(subject, str):
        raise _bad("The subject must be specified.")
    if any(character in subject for character in "\r\n"):
        raise _bad("The subject contains a line break.")
    names = [header["Name"].lower() for header in content.get("Headers") or []]
    for name in names:
        if name in OWN_HEADERS or name.startswith("x-ses-"):
            raise _bad(f"The header {name} cannot be given in Headers: Amazon SES writes it.")
    if len(set(names)) < len(names):
        raise _bad("Each header can be given once.")


def _require_tags(tags):
    if len(tags) > MOST_TAGS:
        raise _bad(f"Message tag count exceeds {MOST_TAGS}.")
    for tag in tags:
        for part in ("Name", "Value"):
            if not TAG.fullmatch(tag.get(part) or ""):
                raise _bad(
                    f"Invalid email tag {part.lower()} <{tag.get(part) or ''}>: it must have 1 to 256 ASCII letters, "
                    "numbers, underscores, dashes, periods and at signs."
                )
    if len({tag["Name"] for tag in tags}) < len(tags):
        raise _bad("Each message tag can be given once.")


def show_the_account():
    """Symptom (moto 5.2.1): GetAccount: HTTP 404.
    AWS: what the account may send. Here it is out of the sandbox: it may send to everybody.
    """

    @add(SESV2Response, "get_account")
    def get_account(response):
        sent = response.sesv2_backend.core_backend.sent_message_count
        return json.dumps(
            {
                "DedicatedIpAutoWarmupEnabled": False,
                "EnforcementStatus": "HEALTHY",
                "ProductionAccessEnabled": True,
                "SendingEnabled": True,
                "SendQuota": {"Max24HourSend": 50_000.0, "MaxSendRate": 14.0, "SentLast24Hours": float(sent)},
                "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
            }
        )


def deliver_mails_of_version_1():
    """Symptom (moto 5.2.1): of mails sent by the API's version 1 nothing is to be seen, and the sender need not be
    verified.
    AWS: MessageRejected, or delivers them.
    """

    @wrap(SESBackend, "send_email")
    def send_email(original, backend, source, subject, body, destinations):
        if sesv2.find_verified(_Version1(backend), mail_addresses.address(source)) is None:
            raise Refusal("MessageRejected", f"Email address is not verified: {source}")
        made = original(backend, source=source, subject=subject, body=body, destinations=destinations)
        backend.sent_messages.remove(made)
        to, cc, bcc = (destinations.get(kind, []) for kind in KINDS)
        inbox.deliver(made.id, source, subject, to=to, cc=cc, bcc=bcc, text=body)
        return made


class _Version1:
    """A backend of version 1 as the functions of version 2 take it."""

    def __init__(self, backend):
        self.core_backend = backend
        self.account_id, self.region_name, self.partition = backend.account_id, backend.region_name, backend.partition


def _bad(message):
    return Refusal("BadRequestException", message)


PATCHES = (
    deliver_to_the_inbox,
    require_a_verified_sender,
    require_a_configuration_set_that_sends,
    require_recipients_that_there_may_be,
    require_content_that_can_be_sent,
    show_the_account,
    deliver_mails_of_version_1,
)
