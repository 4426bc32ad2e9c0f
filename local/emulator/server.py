#!/usr/bin/env python3
"""The AWS emulator: moto's server with our patches on top, on the loopback interface.

usage: python3 local/emulator/server.py [--port N] [--registry HOST:PORT] [--mysql HOST:PORT[,HOST:PORT...]]
       [--codedeploy-minute SECONDS] [--time-scale N] [--exit-with-parent] [--verbose]

Prints one line, `ready http://127.0.0.1:PORT`, when it accepts requests. Ends at once with status 0 on SIGTERM or
SIGINT. Faults of use (another moto than the pinned one, a port in use) are told on stderr with status 2.
"""

import argparse
import io
import os
import re
import signal
import socket
import sys
import threading
from importlib import metadata
from pathlib import Path

sys.dont_write_bytecode = True

HOST = "127.0.0.1"
REQUIREMENTS = Path(__file__).resolve().parent / "requirements.txt"
INSTALL_COMMAND = "python3 -m pip install -r local/emulator/requirements.txt"
USAGE_FAULT = 2

# Answers of which a client has all as soon as it has any.
LARGEST_PIECE_BYTES = 64 * 1024

MOTO_SETTINGS = {
    # Without it AttachRolePolicy of an AWS managed policy answers NoSuchEntity.
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
    # Seconds until a DNS-validated certificate is issued; moto's own default is 60.
    "MOTO_ACM_VALIDATION_WAIT": "2",
    # Lets the provider's SDK inside moto (boto3) never ask the instance metadata address.
    "AWS_EC2_METADATA_DISABLED": "true",
}


class UsageError(Exception):
    """Something the caller has to change; the message says what and how."""


def main(arguments=None):
    end_on_signals()
    options = parse_arguments(arguments)
    if options.exit_with_parent:
        end_with_stdin()
    try:
        require_pinned_moto()
        configure_moto()
        listener = listen(options.port)
    except UsageError as error:
        print(f"emulator: {error}", file=sys.stderr)
        return USAGE_FAULT
    serve(listener, options)
    return 0


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(prog="server.py", description="AWS emulator (moto with patches) on 127.0.0.1")
    parser.add_argument("--port", type=port_number, default=0, help="TCP port; 0 (the default) takes a free one")
    parser.add_argument("--registry", type=host_and_port, help="HOST:PORT that serves the images of the emulated ECR")
    parser.add_argument(
        "--mysql",
        type=hosts_and_ports,
        default=(),
        metavar="HOST:PORT[,HOST:PORT...]",
        help="the servers that the emulated RDS instances of MySQL are, one each",
    )
    parser.add_argument(
        "--codedeploy-minute", type=seconds, default=1.0, metavar="SECONDS", help="how long CodeDeploy's minutes take"
    )
    parser.add_argument(
        "--time-scale",
        type=time_scale,
        default=1.0,
        metavar="N",
        help="how many minutes of CloudWatch and Application Auto Scaling pass in one",
    )
    parser.add_argument("--exit-with-parent", action="store_true", help="end when stdin closes")
    parser.add_argument("--verbose", action="store_true", help="log each request to stderr")
    return parser.parse_args(arguments)


def port_number(text):
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"must be a whole number from 0 to 65535, but is {text!r}")
    return int(text)


def seconds(text):
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number <= 60:
        raise argparse.ArgumentTypeError(f"must be a number of seconds above 0, at most 60, but is {text!r}")
    return number


def time_scale(text):
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 1 <= number <= 600:
        raise argparse.ArgumentTypeError(f"must be a number from 1 to 600, but is {text!r}")
    return number


def host_and_port(text):
    if not re.fullmatch(r"[A-Za-z0-9.-]+:[0-9]{1,5}", text):
        raise argparse.ArgumentTypeError(f"must be HOST:PORT, such as 127.0.0.1:5000, but is {text!r}")
    return text


def hosts_and_ports(text):
    given = tuple(host_and_port(each) for each in text.split(","))
    if len(set(given)) < len(given):
        raise argparse.ArgumentTypeError(f"must name each server once, for each is an instance of its own: {text!r}")
    return given


def end_on_signals():
    """Ends without waiting for requests in flight: the state is in memory and dies with the process anyway."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))


def end_with_stdin():
    """The parent holds the other end of stdin: when it is gone, however it went, stdin closes."""

    def wait():
        try:
            while os.read(sys.stdin.fileno(), 4096):
                pass
        finally:
            os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


def require_pinned_moto():
    needed = pinned_version()
    try:
        found = metadata.version("moto")
    except metadata.PackageNotFoundError:
        raise UsageError(f"moto is not installed; needed is {needed}: {INSTALL_COMMAND}") from None
    if found != needed:
        raise UsageError(f"moto {found} is installed; needed is {needed}: {INSTALL_COMMAND}")


def pinned_version():
    lines = [line.strip() for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines()]
    return next(line for line in lines if line.startswith("moto")).split("==")[1]


def configure_moto():
    """Sets what we rely on, and drops every other MOTO_ setting of the caller's shell: it would change answers."""
    for name in [name for name in os.environ if name.startswith("MOTO_")]:
        del os.environ[name]
    os.environ.update(MOTO_SETTINGS)


def listen(port):
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError as error:
        raise UsageError(
            f"port {port} of {HOST} cannot be used ({error.strerror}); give another one, or --port 0 for a free one"
        ) from None
    return listener


def serve(listener, options):
    port = listener.getsockname()[1]
    os.environ["MOTO_PORT"] = str(port)
    try:
        server = make_server(listener, options)
    except ImportError as error:
        print(f"emulator: a package that moto's server needs is missing ({error}): {INSTALL_COMMAND}", file=sys.stderr)
        sys.exit(USAGE_FAULT)
    print(f"ready http://{HOST}:{port}", flush=True)
    server.serve_forever()


def make_server(listener, options):
    """moto is imported only here: its settings are read from the environment at import."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug import serving

    import attempts
    import database
    import layer
    import registry
    from control import http, waits

    registry.address = options.registry
    database.servers = options.mysql
    waits.minute_seconds = options.codedeploy_minute
    waits.time_scale = options.time_scale
    layer.apply()

    class RequestHandler(serving.WSGIRequestHandler):
        """Sends an answer as one piece. In two, the AWS SDK of Go loses it now and then: it closes the connection when the
        head is there before the goroutine that sent the request has noticed that it is done, as happens where an answer
        takes a millisecond (aws/aws-sdk-go-v2#2737). Symptom: `decomposing response: read tcp ...: use of closed network
        connection`, two of them in four thousand calls of an `npm start`.
        """

        wbufsize = LARGEST_PIECE_BYTES

        def handle_expect_100(self):
            expected = super().handle_expect_100()
            # Nothing else comes from us before the client has sent its body.
            self.wfile.flush()
            return expected

        def log(self, kind, message, *arguments):
            if options.verbose:
                super().log(kind, message, *arguments)

    turn = threading.Lock()
    moto = attempts.Attempts(DomainDispatcherApplication(create_backend_app))
    application = http.beside(one_at_a_time(moto, turn), turn)
    port = listener.getsockname()[1]
    return serving.make_server(
        HOST, port, application, threaded=True, request_handler=RequestHandler, fd=listener.fileno()
    )


def one_at_a_time(application, turn):
    """moto keeps its state in plain dictionaries that no lock guards, and Terraform sends ten requests at a time:
    requests take turns. The body is read before the turn, so that a slow client delays nobody.
    """

    def handle(environ, start_response):
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if length:
            environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(length))
        with turn:
            return application(environ, start_response)

    return handle


if __name__ == "__main__":
    sys.exit(main())
