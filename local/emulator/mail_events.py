"""What Amazon SES tells of a mail: an event for each thing that becomes of it, to the destinations that ask for it.

Source: Amazon SES Developer Guide, "Contents of event data that Amazon SES publishes to Amazon SNS", "Using the mailbox
simulator". Only the addresses of the mailbox simulator bounce and complain; every other mail arrives.
"""

import json
import uuid

import topics
from control import clock

SIMULATOR = "simulator.amazonses.com"
BOUNCED = {
    "bounce": ("Permanent", "General", "5.1.1", "smtp; 550 5.1.1 user unknown"),
    "ooto": ("Transient", "General", "5.3.0", "smtp; out of the office"),
    "suppressionlist": ("Permanent", "Suppressed", "5.1.1", "Amazon SES has suppressed sending to this address"),
}


def publish(backend, configuration_set, mail):
    """`mail`: its messageId, source, destination and tags, as the events have them."""
    timestamp = clock.timestamp().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    mail = {**mail, "timestamp": timestamp, "sendingAccountId": backend.account_id}
    for kind, told in _events(mail["destination"], timestamp):
        event = {"eventType": kind, "mail": mail, **told}
        for destination in configuration_set.event_destinations.values():
            if destination["Enabled"] and kind.upper() in destination["MatchingEventTypes"]:
                _deliver(backend, destination, event)


def _deliver(backend, destination, event):
    """Other destinations than topics take their events to where nobody looks here."""
    arn = (destination.get("SnsDestination") or {}).get("TopicArn")
    topic = arn and topics.find(backend.account_id, backend.region_name, arn)
    if topic:
        topics.publish(topic, json.dumps(event), subject="Amazon SES Email Event Notification")


def _events(destination, timestamp):
    yield "Send", {"send": {}}
    bounced = [address for address in destination if _simulated(address) in BOUNCED]
    arrived = [address for address in destination if address not in bounced]
    complained = [address for address in arrived if _simulated(address) == "complaint"]
    if arrived:
        yield "Delivery", {"delivery": {"timestamp": timestamp, "recipients": arrived, "processingTimeMillis": 0}}
    for address in bounced:
        yield "Bounce", {"bounce": _bounce(address, timestamp)}
    if complained:
        yield "Complaint", {"complaint": _complaint(complained, timestamp)}


def _bounce(address, timestamp):
    kind, sub_kind, status, code = BOUNCED[_simulated(address)]
    recipient = {"emailAddress": address, "action": "failed", "status": status, "diagnosticCode": code}
    told = {"bounceType": kind, "bounceSubType": sub_kind, "bouncedRecipients": [recipient]}
    return {**told, "timestamp": timestamp, "feedbackId": str(uuid.uuid4())}


def _complaint(addresses, timestamp):
    recipients = [{"emailAddress": address} for address in addresses]
    told = {"complainedRecipients": recipients, "complaintFeedbackType": "abuse"}
    return {**told, "timestamp": timestamp, "feedbackId": str(uuid.uuid4())}


def _simulated(address):
    """What the mailbox simulator does with mails to this address; labels (`bounce+1@...`) are the sender's own."""
    name, _, domain = address.lower().rpartition("@")
    return name.split("+")[0] if domain == SIMULATOR else None
