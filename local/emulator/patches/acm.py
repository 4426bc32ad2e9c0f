"""AWS Certificate Manager: what RequestCertificate refuses (moto 5.2.1)."""

from moto.acm.responses import AWSCertificateManagerResponse

from refusing import Refusal, before

# "AWS Certificate Manager certificate characteristics and limitations".
FIRST_NAME_MAX = 64


def limit_the_first_name_of_a_certificate():
    """Symptom (moto 5.2.1): a certificate for a name of more than 64 characters: HTTP 500.
    AWS: ValidationException.
    """

    @before(AWSCertificateManagerResponse, "request_certificate")
    def first_name(_response, request):
        name = request["DomainName"]
        if len(name) > FIRST_NAME_MAX:
            raise Refusal(
                "ValidationException",
                f"The first domain name '{name}' is longer than {FIRST_NAME_MAX} characters: it would not fit into the "
                "common name of the certificate.",
            )


PATCHES = (limit_the_first_name_of_a_certificate,)
