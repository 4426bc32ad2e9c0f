"""What the tests of mail share: identities and their records, configuration sets, topics, and the inbox."""

import json
import urllib.request

from support import unique

ACCOUNT = "123456789012"


def create_identity(aws, **options):
    """The name of a new domain."""
    name = f"{unique('domain')}.test"
    aws.sesv2.create_email_identity(EmailIdentity=name, **options)
    return name


def identity(aws, name):
    return aws.sesv2.get_email_identity(EmailIdentity=name)


def verify(aws, name, count=3, private=False, domain="dkim.amazonses.com"):
    """Makes the DKIM records of the domain, or so many of them, in a new hosted zone."""
    place = {"VPC": {"VPCId": aws.network.vpc, "VPCRegion": "us-east-1"}, "HostedZoneConfig": {"PrivateZone": True}}
    options = place if private else {}
    zone = aws.route53.create_hosted_zone(Name=name, CallerReference=unique("zone"), **options)["HostedZone"]["Id"]
    tokens = identity(aws, name)["DkimAttributes"]["Tokens"][:count]
    changes = [
        {"Action": "CREATE", "ResourceRecordSet": _record(f"{token}._domainkey.{name}", f"{token}.{domain}")}
        for token in tokens
    ]
    aws.route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})


def _record(name, value):
    return {"Name": name, "Type": "CNAME", "TTL": 300, "ResourceRecords": [{"Value": value}]}


def verified_identity(aws):
    name = create_identity(aws)
    verify(aws, name)
    return name


def configuration_set(aws, **options):
    name = unique("mail")
    aws.sesv2.create_configuration_set(ConfigurationSetName=name, **options)
    return name


def topic(aws, *statements, **attributes):
    """The ARN of a new topic, with a policy of these statements where there are any."""
    arn = aws.sns.create_topic(Name=unique("topic"), Attributes=attributes)["TopicArn"]
    if statements:
        policy = json.dumps({"Statement": [{"Action": "sns:Publish", "Resource": arn, **each} for each in statements]})
        aws.sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)
    return arn


def allowing(**condition):
    """A statement that lets Amazon SES publish."""
    statement = {"Effect": "Allow", "Principal": {"Service": "ses.amazonaws.com"}}
    return {**statement, "Condition": {"StringEquals": condition}} if condition else statement


def send(aws, sender, **options):
    content = {"Simple": {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "you"}}}}
    request = {"FromEmailAddress": sender, "Destination": {"ToAddresses": ["you@example.org"]}, "Content": content}
    return aws.sesv2.send_email(**{**request, **options})["MessageId"]


def inbox(aws, since=0):
    with urllib.request.urlopen(f"{aws.url}/_local/inbox?since={since}", timeout=30) as answer:
        return json.load(answer)["mails"]


def newest_id(aws):
    return max((mail["id"] for mail in inbox(aws)), default=0)
