"""What the tests of API Gateway and Cognito share: pools, clients, APIs and what they need."""

import datetime
import json
import urllib.error
import urllib.request

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from support import unique

SECONDS = 20
SCOPE = "service-b/read"
CODE_FLOW = {
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthScopes": ["openid", "email", SCOPE],
    "CallbackURLs": ["https://app.example.com/callback"],
}
PASSWORD = "Correct-horse-7"


def pool(aws, **options):
    request = {"PoolName": unique("pool"), "UsernameAttributes": ["email"], **options}
    made = aws.cognito_idp.create_user_pool(**request)["UserPool"]["Id"]
    scopes = [{"ScopeName": "read", "ScopeDescription": "may read"}]
    aws.cognito_idp.create_resource_server(UserPoolId=made, Identifier="service-b", Name="b", Scopes=scopes)
    return made


def client(aws, pool_id, **options):
    request = {"ClientName": unique("client"), **CODE_FLOW, **options}
    return aws.cognito_idp.create_user_pool_client(UserPoolId=pool_id, **request)["UserPoolClient"]["ClientId"]


def user(aws, pool_id, email="ann@example.com"):
    """Somebody who has signed up, with `PASSWORD`."""
    verified = [{"Name": "email_verified", "Value": "true"}]
    aws.cognito_idp.admin_create_user(UserPoolId=pool_id, Username=email, UserAttributes=verified)
    aws.cognito_idp.admin_set_user_password(UserPoolId=pool_id, Username=email, Password=PASSWORD, Permanent=True)
    return email


def http_api(aws, **options):
    return aws.apigatewayv2.create_api(Name=unique("api"), ProtocolType="HTTP", **options)["ApiId"]


def authorizer(aws, api_id, pool_id, *clients, **options):
    issuer = f"https://cognito-idp.us-east-1.amazonaws.com/{pool_id}"
    jwt = {"Issuer": issuer, "Audience": list(clients)}
    request = {"AuthorizerType": "JWT", "Name": "jwt", "JwtConfiguration": jwt, **options}
    request.setdefault("IdentitySource", ["$request.header.Authorization"])
    return aws.apigatewayv2.create_authorizer(ApiId=api_id, **request)["AuthorizerId"]


def integration(aws, api_id, **options):
    """One that leads to a URL, unless it is told of something else."""
    request = {"IntegrationType": "HTTP_PROXY", "IntegrationMethod": "ANY", "IntegrationUri": "http://example.com"}
    return aws.apigatewayv2.create_integration(ApiId=api_id, **{**request, **options})["IntegrationId"]


def private(aws, listener=None, link=None):
    """The options of an integration by a VPC link."""
    options = {"ConnectionType": "VPC_LINK", "IntegrationUri": listener or aws.listener(aws.load_balancer())}
    return {**options, "ConnectionId": link or vpc_link(aws), "PayloadFormatVersion": "1.0"}


def vpc_link(aws, **options):
    request = {"Name": unique("link"), "SubnetIds": aws.network.subnets, "SecurityGroupIds": [aws.network.group]}
    return aws.apigatewayv2.create_vpc_link(**{**request, **options})["VpcLinkId"]


def route(aws, api_id, key="GET /finance", **options):
    return aws.apigatewayv2.create_route(ApiId=api_id, RouteKey=key, **options)["RouteId"]


def certificate(aws, name, issued=True):
    """Of a name; imported ones are issued at once."""
    if not issued:
        return aws.acm.request_certificate(DomainName=name, ValidationMethod="DNS")["CertificateArn"]
    pem, key = self_signed(name)
    return aws.acm.import_certificate(Certificate=pem, PrivateKey=key)["CertificateArn"]


def self_signed(name):
    """(certificate, key) in PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    return made.public_bytes(encoding), key.private_bytes(encoding, *plain)


def rest_api(aws):
    """(id of the API, id of its resource /users)."""
    made = aws.apigateway.create_rest_api(name=unique("rest"))["id"]
    root = aws.apigateway.get_resources(restApiId=made)["items"][0]["id"]
    return made, aws.apigateway.create_resource(restApiId=made, parentId=root, pathPart="users")["id"]


def method(aws, api_id, resource, name="GET", **options):
    request = {"authorizationType": "NONE", **options}
    aws.apigateway.put_method(restApiId=api_id, resourceId=resource, httpMethod=name, **request)
    return {"restApiId": api_id, "resourceId": resource, "httpMethod": name}


def proxied(aws, of_method, uri="http://example.com/users"):
    proxy = {"type": "HTTP_PROXY", "integrationHttpMethod": "GET", "uri": uri}
    aws.apigateway.put_integration(**of_method, **proxy)


def stage(aws, api_id):
    deployment = aws.apigateway.create_deployment(restApiId=api_id)["id"]
    aws.apigateway.create_stage(restApiId=api_id, stageName="live", deploymentId=deployment)
    return deployment


def post(aws, path, body):
    """(status, JSON) of the control plane's answer."""
    return answer(urllib.request.Request(f"{aws.url}/_local/{path}", data=json.dumps(body).encode(), method="POST"))


def get(aws, path):
    return answer(urllib.request.Request(f"{aws.url}/{path}"))


def answer(request):
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answered:
            return answered.status, json.loads(answered.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())
