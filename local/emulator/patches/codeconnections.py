"""AWS CodeConnections (CodeStar connections): the service itself, which moto lacks (moto 5.2.1)."""

import json
import re

from moto import backend_index, backends
from moto.core.responses import ActionResult, BaseResponse, EmptyResult

import code_connections
from code_connections import ConnectionsBackend, connections_backends
from patching import replace, wrap
from refusing import Refusal, before

NAME = "codeconnections"
HOST = re.compile(r"https?://(codeconnections|codestar-connections)\.(.+)\.amazonaws\.com")


class ConnectionsResponse(BaseResponse):
    """Answers both services; their APIs are the same."""

    def __init__(self):
        super().__init__(service_name=NAME)

    @property
    def connections(self):
        return connections_backends[self.current_account][self.region].connections

    @property
    def request(self):
        return json.loads(self.body or "{}")

    def create_connection(self):
        service = NAME if NAME in self.headers["X-Amz-Target"].lower() else code_connections.SERVICES[1]
        backend = connections_backends[self.current_account][self.region]
        made = backend.create(service, self.request)
        return ActionResult({"ConnectionArn": made.arn, "Tags": self.request.get("Tags") or []})

    def get_connection(self):
        return ActionResult({"Connection": self._found("ConnectionArn").told()})

    def list_connections(self):
        request = self.request
        wanted = {"provider": request.get("ProviderTypeFilter"), "host": request.get("HostArnFilter")}
        found = [
            connection.told()
            for connection in self.connections.values()
            if all(value is None or getattr(connection, name) == value for name, value in wanted.items())
        ]
        return ActionResult({"Connections": found})

    def delete_connection(self):
        del self.connections[self._found("ConnectionArn").arn]
        return EmptyResult()

    def list_tags_for_resource(self):
        tags = self._found("ResourceArn").tags
        return ActionResult({"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]})

    def tag_resource(self):
        self._found("ResourceArn").tags.update({tag["Key"]: tag["Value"] for tag in self.request["Tags"]})
        return EmptyResult()

    def untag_resource(self):
        tags = self._found("ResourceArn").tags
        for key in self.request["TagKeys"]:
            tags.pop(key, None)
        return EmptyResult()

    def _found(self, member):
        arn = self.request.get(member)
        if arn not in self.connections:
            raise Refusal("ResourceNotFoundException", f"Connection {arn} not found")
        return self.connections[arn]


def keep_connections():
    """Symptom (moto 5.2.1): CreateConnection and its like: HTTP 404 or 500, of a service that moto does not know.
    AWS: a connection is PENDING until somebody has confirmed it in the console.
    """
    backend_index.backend_url_patterns.append((NAME, HOST))

    @replace(ConnectionsBackend, "flask_paths")
    @property
    def flask_paths(_backend):
        return {"/": ConnectionsResponse.dispatch}

    @wrap(backends, "get_backend")
    def get_backend(original, name):
        return connections_backends if name == NAME else original(name)


def require_a_provider_that_there_is():
    """Symptom (moto 5.2.1): there are no connections, so none is to a provider that does not exist, or to one of one's
    own without a host.
    AWS: InvalidInputException; ResourceNotFoundException for a host that does not exist.
    """

    @before(ConnectionsResponse, "create_connection")
    def provider(_response, request):
        kind, host = request.get("ProviderType"), request.get("HostArn")
        if bool(kind) == bool(host):
            raise Refusal("InvalidInputException", "Exactly one of ProviderType and HostArn must be given.")
        if host:
            raise Refusal("ResourceNotFoundException", f"Host {host} not found")


PATCHES = (keep_connections, require_a_provider_that_there_is)
