"""Amazon SES (API version 2): identities, which are verified by the records of their domain (moto 5.2.1)."""

import json
import secrets
import string

from moto.core.utils import unix_time
from moto.route53.models import route53_backends
from moto.ses.models import EmailIdentity
from moto.ses.utils import get_arn
from moto.sesv2 import urls
from moto.sesv2.models import SESV2Backend
from moto.sesv2.responses import SESV2Response

from patching import add, replace, wrap
from refusing import Refusal, before, parameters

TOKENS, TOKEN_LENGTH = 3, 32
TOKEN_CHARACTERS = string.ascii_lowercase + string.digits
# "Easy DKIM in Amazon SES": where the records of the tokens point to.
DKIM_DOMAIN = "dkim.amazonses.com"
# "Amazon SES endpoints and quotas" (AWS General Reference): the regions whose DKIM domain names the region.
REGIONS_WITH_DKIM_DOMAIN = (
    "af-south-1",
    "ap-northeast-3",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-5",
    "ca-west-1",
    "eu-central-2",
    "eu-south-1",
    "il-central-1",
    "me-central-1",
    "us-gov-east-1",
)
DEFAULT_KEY_LENGTH = "RSA_2048_BIT"


def route_every_action():
    """Symptom (moto 5.2.1): GetAccount, PutEmailIdentityDkimSigningAttributes, event destinations and whatever else is
    below /v2/email/NAME/: HTTP 404, without a word of AWS's.
    AWS: answers all actions of its API.
    """
    urls.url_paths["{0}/v2/email/(?P<route>.+)$"] = SESV2Response.dispatch


def sign_with_easy_dkim():
    """Symptom (moto 5.2.1): an identity with DKIM attributes: "expected Timestamp to be a JSON Number, got string
    instead"; a domain has no DKIM tokens, so that there is no record to make.
    AWS: three tokens for each domain, for CNAME records; a key length of 2048 bits unless another one is asked for.
    """

    @wrap(EmailIdentity, "__init__")
    def initialise(original, identity, *arguments, **options):
        original(identity, *arguments, **options)
        identity.made_at = unix_time()
        identity.feedback_forwarding_status = True
        identity.mail_from = {"BehaviorOnMxFailure": "USE_DEFAULT_VALUE"}
        _start_signing(identity, identity.dkim_signing_attributes or {})


def _start_signing(identity, attributes):
    """Keys of the user's own (BYODKIM) have no tokens but the selector that they came with."""
    own = attributes.get("DomainSigningSelector")
    length = attributes.get("NextSigningKeyLength") or DEFAULT_KEY_LENGTH
    identity.tokens = [own] if own else [_token() for _ in range(TOKENS)]
    if identity.identity_type != "DOMAIN":
        identity.tokens = []
    identity.dkim_attributes = {
        "SigningEnabled": identity.identity_type == "DOMAIN",
        "SigningAttributesOrigin": "EXTERNAL" if own else "AWS_SES",
        "Tokens": identity.tokens,
    }
    if identity.tokens and not own:
        keys = {"CurrentSigningKeyLength": length, "LastKeyGenerationTimestamp": identity.made_at}
        identity.dkim_attributes.update(keys, NextSigningKeyLength=length)


def _token():
    return "".join(secrets.choice(TOKEN_CHARACTERS) for _ in range(TOKEN_LENGTH))


def is_verified(backend, identity):
    """A domain is when all its DKIM records are in a public hosted zone of the account, an address from the start:
    nobody here reads the mail that asks its owner.
    """
    if identity.identity_type != "DOMAIN" or identity.dkim_attributes["SigningAttributesOrigin"] == "EXTERNAL":
        return True
    domain = _dkim_domain(backend.region_name)
    wanted = {f"{token}._domainkey.{identity.email_identity}": f"{token}.{domain}" for token in identity.tokens}
    zones = route53_backends[backend.account_id][backend.partition].zones.values()
    found = {
        _host(record.name): _host(value["Value"] if isinstance(value, dict) else value)
        for zone in zones
        if not zone.private_zone
        for record in zone.rrsets
        if record.type == "CNAME"
        for value in record.records
    }
    return all(found.get(_host(name)) == value for name, value in wanted.items())


def _dkim_domain(region):
    return f"dkim.{region}.amazonses.com" if region in REGIONS_WITH_DKIM_DOMAIN else DKIM_DOMAIN


def _host(name):
    return name.lower().rstrip(".")


def find_verified(backend, address):
    """The verified identity that may send as this address: the address itself, its domain, or one above; else None."""
    known = {name.lower(): identity for name, identity in backend.core_backend.email_identities.items()}
    domain = address.lower().rsplit("@", 1)[-1]
    above = [".".join(domain.split(".")[index:]) for index in range(domain.count(".") + 1)]
    for name in (address.lower(), *above):
        if name in known and is_verified(backend, known[name]):
            return known[name]
    return None


def verify_identities_by_their_records():
    """Symptom (moto 5.2.1): a domain's DKIM status is SUCCESS at once, while it is never verified for sending.
    AWS: PENDING and not verified until the three CNAME records are there, then SUCCESS and verified.
    """

    @replace(SESV2Response, "get_email_identity")
    def get_email_identity(response):
        return json.dumps(_described(response.sesv2_backend, _identity(response)))

    @wrap(SESV2Response, "create_email_identity")
    def create_email_identity(original, response):
        original(response)
        told = _described(response.sesv2_backend, _identity(response))
        return json.dumps({name: told[name] for name in ("IdentityType", "VerifiedForSendingStatus", "DkimAttributes")})


def _identity(response):
    name = response._get_param("EmailIdentity")
    known = response.sesv2_backend.core_backend.email_identities
    if name not in known:
        raise Refusal("NotFoundException", f"Email identity {name} does not exist.")
    return known[name]


def _described(backend, identity):
    verified = is_verified(backend, identity)
    signs = identity.identity_type == "DOMAIN"
    status = "SUCCESS" if verified else "PENDING"
    told = {
        "IdentityType": identity.identity_type,
        "FeedbackForwardingStatus": identity.feedback_forwarding_status,
        "VerifiedForSendingStatus": verified,
        "DkimAttributes": {**identity.dkim_attributes, "Status": status if signs else "NOT_STARTED"},
        "MailFromAttributes": identity.mail_from,
        "Policies": identity.policies,
        "Tags": backend.list_tags_for_resource(arn_of(backend, identity.email_identity)),
        "ConfigurationSetName": identity.configuration_set_name,
        "VerificationStatus": status,
        "VerificationInfo": {},
    }
    return {name: value for name, value in told.items() if value is not None}


def arn_of(backend, identity):
    return get_arn(backend, "ses", f"identity/{identity}")


def tag_identities_by_their_arn():
    """Symptom (moto 5.2.1): the tags that an identity is created with are those of `email-identity/NAME`, which is
    nobody's ARN: every plan adds them again.
    AWS: the ARN is that of `identity/NAME`.
    """

    @wrap(SESV2Backend, "create_email_identity")
    def create_email_identity(original, backend, email_identity, tags, *arguments, **options):
        made = original(backend, email_identity, None, *arguments, **options)
        if tags:
            backend.tag_resource(arn_of(backend, email_identity), tags)
        return made


def change_identities():
    """Symptom (moto 5.2.1): PutEmailIdentityDkimSigningAttributes, PutEmailIdentityDkimAttributes,
    PutEmailIdentityConfigurationSetAttributes, PutEmailIdentityFeedbackAttributes and
    PutEmailIdentityMailFromAttributes: HTTP 404.
    AWS: changes the identity; another key length begins with new tokens.
    """

    @add(SESV2Response, "put_email_identity_dkim_signing_attributes")
    def signing(response):
        identity, request = _identity(response), parameters(response)
        _start_signing(identity, request.get("SigningAttributes") or {})
        told = _described(response.sesv2_backend, identity)["DkimAttributes"]
        return json.dumps({"DkimStatus": told["Status"], "DkimTokens": identity.tokens})

    @add(SESV2Response, "put_email_identity_dkim_attributes")
    def dkim(response):
        _identity(response).dkim_attributes["SigningEnabled"] = bool(parameters(response).get("SigningEnabled"))
        return "{}"

    @add(SESV2Response, "put_email_identity_configuration_set_attributes")
    def configuration_set(response):
        _identity(response).configuration_set_name = parameters(response).get("ConfigurationSetName")
        return "{}"

    @add(SESV2Response, "put_email_identity_feedback_attributes")
    def feedback(response):
        enabled = bool(parameters(response).get("EmailForwardingEnabled"))
        _identity(response).feedback_forwarding_status = enabled
        return "{}"

    @add(SESV2Response, "put_email_identity_mail_from_attributes")
    def mail_from(response):
        request, identity = parameters(response), _identity(response)
        identity.mail_from = {"BehaviorOnMxFailure": request.get("BehaviorOnMxFailure") or "USE_DEFAULT_VALUE"}
        if request.get("MailFromDomain"):
            identity.mail_from.update(MailFromDomain=request["MailFromDomain"], MailFromDomainStatus="PENDING")
        return "{}"


def refuse_a_second_identity_of_a_name():
    """Symptom (moto 5.2.1): a second identity of a name takes the place of the first, with other tokens.
    AWS: AlreadyExistsException.
    """

    @before(SESV2Response, "create_email_identity")
    def name(response, request):
        name = request.get("EmailIdentity") or ""
        if name in response.sesv2_backend.core_backend.email_identities:
            raise Refusal("AlreadyExistsException", f"Email identity {name} already exist.")


def require_a_configuration_set_of_an_identity():
    """Symptom (moto 5.2.1): an identity may have a default configuration set that does not exist.
    AWS: NotFoundException.
    """

    @before(SESV2Response, "create_email_identity", "put_email_identity_configuration_set_attributes")
    def configuration_set(response, request):
        name = request.get("ConfigurationSetName")
        if name and name not in response.sesv2_backend.core_backend.config_sets:
            raise Refusal("NotFoundException", f"Configuration set <{name}> does not exist.")


def delete_identities():
    """Symptom (moto 5.2.1): the deletion of an identity that does not exist passes.
    AWS: NotFoundException.
    """

    @replace(SESV2Response, "delete_email_identity")
    def delete_email_identity(response):
        identity = _identity(response)
        backend = response.sesv2_backend
        del backend.core_backend.email_identities[identity.email_identity]
        backend.core_backend.tagger.delete_all_tags_for_resource(arn_of(backend, identity.email_identity))
        return "{}"


PATCHES = (
    route_every_action,
    sign_with_easy_dkim,
    verify_identities_by_their_records,
    tag_identities_by_their_arn,
    change_identities,
    refuse_a_second_identity_of_a_name,
    require_a_configuration_set_of_an_identity,
    delete_identities,
)
