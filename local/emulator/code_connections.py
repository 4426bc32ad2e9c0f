"""The connections of AWS CodeConnections (formerly CodeStar connections) to GitHub and its like, which moto lacks.

Source: Developer Tools console User Guide, "Working with connections".
"""

import json
import uuid
from http import HTTPStatus

from moto.core.base_backend import BackendDict, BaseBackend

from control.reports import Nonsense, Unknown

# Both services are one: what one has made, the other shows. The prefix of an ARN is that of the service that was asked.
SERVICES = ("codeconnections", "codestar-connections")
PENDING, AVAILABLE = "PENDING", "AVAILABLE"


class Connection:
    def __init__(self, arn, account, request):
        self.arn, self.account = arn, account
        self.name, self.provider = request.get("ConnectionName"), request.get("ProviderType")
        self.host = request.get("HostArn")
        self.status = PENDING
        self.tags = {tag["Key"]: tag["Value"] for tag in request.get("Tags") or []}

    def told(self):
        told = {
            "ConnectionName": self.name,
            "ConnectionArn": self.arn,
            "ProviderType": self.provider,
            "OwnerAccountId": self.account,
            "ConnectionStatus": self.status,
        }
        return {**told, "HostArn": self.host} if self.host else told


class ConnectionsBackend(BaseBackend):
    """`connections` by ARN."""

    def __init__(self, region_name, account_id):
        super().__init__(region_name, account_id)
        self.connections = {}

    def create(self, service, request):
        arn = f"arn:{self.partition}:{service}:{self.region_name}:{self.account_id}:connection/{uuid.uuid4()}"
        self.connections[arn] = Connection(arn, self.account_id, request)
        return self.connections[arn]


connections_backends = BackendDict(ConnectionsBackend, SERVICES[1])


def find(arn):
    """The connection of an ARN, or None."""
    for _, _, backend in list(connections_backends.iter_backends()):
        if arn in backend.connections:
            return backend.connections[arn]
    return None


def confirm(asked):
    """`{"connection": ARN or name}`: what a person does in the console, once for each connection."""
    name = asked.get("connection") if isinstance(asked, dict) and set(asked) == {"connection"} else None
    if not isinstance(name, str):
        raise Nonsense('the body must be {"connection": ARN or name}')
    for _, _, backend in list(connections_backends.iter_backends()):
        for connection in backend.connections.values():
            if name in (connection.arn, connection.name):
                connection.status = AVAILABLE
                return HTTPStatus.OK, json.dumps(connection.told()).encode()
    raise Unknown(f"there is no connection {name}")
