"""The process: how it starts, what it refuses, how it ends."""

import json
import os
import signal
import socket
import subprocess
import tempfile
import textwrap
import threading
import time
import unittest
from pathlib import Path
from urllib.request import urlopen

import support
from support import SERVER, Aws, PatchTest, environment, sys

COMMAND = [sys.executable, str(SERVER)]
SECONDS = 30


def run(*arguments, **extra_environment):
    """Runs the server to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environment(**extra_environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )


class ProcessTest(unittest.TestCase):
    def start(self, *arguments, **options):
        process = subprocess.Popen(
            [*COMMAND, *arguments], env=environment(), stdout=subprocess.PIPE, text=True, **options
        )
        self.addCleanup(end, process)
        line = process.stdout.readline()
        self.assertRegex(line, r"^ready http://127\.0\.0\.1:\d+\n$")
        return process, line.split()[1]


def end(process):
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream:
            stream.close()


class Start(ProcessTest):
    def test_it_says_ready_once_it_accepts_and_nothing_else(self):
        process, url = self.start(stderr=subprocess.PIPE, stdin=subprocess.PIPE)
        self.assertEqual(Aws(url).sts.get_caller_identity()["Account"], "123456789012")
        process.terminate()
        self.assertEqual((process.stdout.read(), process.stderr.read()), ("", ""))

    def test_verbose_logs_requests_to_stderr(self):
        process, url = self.start("--verbose", stderr=subprocess.PIPE)
        Aws(url).sts.get_caller_identity()
        process.terminate()
        self.assertIn('"POST / HTTP/1.1" 200', process.stderr.read())

    def test_it_listens_on_loopback_only(self):
        process, url = self.start()
        port = int(url.rsplit(":", 1)[1])
        self.assertEqual(listening_addresses(process.pid, port), ["127.0.0.1"])

    def test_a_given_port_is_taken(self):
        port = free_port()
        self.assertEqual(self.start("--port", str(port))[1], f"http://127.0.0.1:{port}")

    def test_settings_of_the_shell_do_not_reach_moto(self):
        server = support.Server([*COMMAND, "--exit-with-parent"], MOTO_ECS_NEW_ARN="false", MOTO_PORT="1")
        self.addCleanup(server.stop)
        aws = Aws(server.url)
        cluster = aws.cluster()
        service = aws.service(cluster, taskDefinition=aws.task_definition(), launchType="EC2")
        self.assertIn(f":service/{cluster}/", service["serviceArn"])

    def test_policies_of_aws_can_be_attached(self):
        aws = support.ours()
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        aws.iam.create_role(RoleName="execution", AssumeRolePolicyDocument=trust)
        policy = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
        aws.iam.attach_role_policy(RoleName="execution", PolicyArn=policy)


def listening_addresses(pid, port):
    """The local addresses that listen on the port; from a connection attempt where /proc does not tell."""
    table = Path(f"/proc/{pid}/net/tcp")
    if not table.exists():
        return [address for address in ("127.0.0.1", own_address()) if connects(address, port)]
    rows = [line.split() for line in table.read_text(encoding="ascii").splitlines()[1:]]
    listening = [row[1].split(":") for row in rows if row[3] == "0A"]
    return [address_of(address) for address, number in listening if int(number, 16) == port]


def address_of(hexadecimal):
    return socket.inet_ntoa(bytes.fromhex(hexadecimal)[::-1])


def own_address():
    return socket.gethostbyname(socket.gethostname())


def connects(address, port):
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((address, port)) == 0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Refusals(ProcessTest):
    def test_another_moto_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            information = Path(folder) / "moto-4.2.0.dist-info"
            information.mkdir()
            (information / "METADATA").write_text("Metadata-Version: 2.1\nName: moto\nVersion: 4.2.0\n")
            refused = run(PYTHONPATH=folder)
        self.assertEqual((refused.returncode, refused.stdout), (2, ""))
        self.assertEqual(
            refused.stderr,
            "emulator: moto 4.2.0 is installed; needed is 5.2.1: "
            "python3 -m pip install -r local/emulator/requirements.txt\n",
        )

    def test_a_missing_moto_is_refused(self):
        # -S: without the folder in which packages are installed
        command = [sys.executable, "-S", str(SERVER)]
        bare = {name: value for name, value in environment().items() if name != "PYTHONPATH"}
        refused = subprocess.run(command, env=bare, capture_output=True, text=True, timeout=SECONDS)
        self.assertEqual((refused.returncode, refused.stdout), (2, ""))
        self.assertEqual(
            refused.stderr,
            "emulator: moto is not installed; needed is 5.2.1: "
            "python3 -m pip install -r local/emulator/requirements.txt\n",
        )

    def test_a_missing_package_of_the_server_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "flask_cors.py").write_text("raise ImportError(\"No module named 'flask_cors'\")\n")
            refused = run(PYTHONPATH=folder)
        self.assertEqual((refused.returncode, refused.stdout), (2, ""))
        self.assertIn("emulator: a package that moto's server needs is missing (No module named", refused.stderr)
        self.assertIn("python3 -m pip install -r local/emulator/requirements.txt", refused.stderr)

    def test_a_port_in_use_is_refused(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            refused = run("--port", str(port))
        self.assertEqual((refused.returncode, refused.stdout), (2, ""))
        self.assertEqual(
            refused.stderr,
            f"emulator: port {port} of 127.0.0.1 cannot be used (Address already in use); "
            "give another one, or --port 0 for a free one\n",
        )

    def test_a_port_that_is_no_port_is_refused(self):
        for given in ("65536", "-1", "http"):
            refused = run(f"--port={given}")
            self.assertEqual((refused.returncode, refused.stdout), (2, ""))
            self.assertIn(f"must be a whole number from 0 to 65535, but is '{given}'", refused.stderr)

    def test_a_minute_of_no_length_is_refused(self):
        for text in ("0", "-1", "61", "nan", "long"):
            with self.subTest(text):
                refused = run("--codedeploy-minute", text)
                self.assertEqual(refused.returncode, 2)
                words = f"must be a number of seconds above 0, at most 60, but is '{text}'"
                self.assertIn(words, refused.stderr)

    def test_a_time_scale_that_is_none_is_refused(self):
        for text in ("0", "0.5", "601", "nan", "fast"):
            with self.subTest(text):
                refused = run("--time-scale", text)
                self.assertEqual((refused.returncode, refused.stdout), (2, ""))
                self.assertIn(f"must be a number from 1 to 600, but is '{text}'", refused.stderr)

    def test_a_registry_without_a_port_is_refused(self):
        for given in ("127.0.0.1", "http://127.0.0.1:5000", "127.0.0.1:http"):
            refused = run(f"--registry={given}")
            self.assertEqual((refused.returncode, refused.stdout), (2, ""))
            self.assertIn(f"must be HOST:PORT, such as 127.0.0.1:5000, but is '{given}'", refused.stderr)


    def test_mysql_servers_are_told_apart(self):
        for given, message in (
            ("127.0.0.1:5123,", "must be HOST:PORT, such as 127.0.0.1:5000, but is ''"),
            ("127.0.0.1:5123,127.0.0.1", "but is '127.0.0.1'"),
            ("127.0.0.1:5123,127.0.0.1:5123", "must name each server once"),
        ):
            refused = run(f"--mysql={given}")
            self.assertEqual((refused.returncode, refused.stdout), (2, ""))
            self.assertIn(message, refused.stderr)


class End(ProcessTest):
    def test_signals_end_it_with_status_0(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            process, _ = self.start()
            process.send_signal(number)
            self.assertEqual(process.wait(SECONDS), 0)

    def test_a_request_in_flight_does_not_delay_the_end(self):
        process, url = self.start()
        with socket.create_connection(("127.0.0.1", int(url.rsplit(":", 1)[1]))) as client:
            client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
            time.sleep(0.2)
            process.terminate()
            self.assertEqual(process.wait(SECONDS), 0)

    def test_it_ends_when_stdin_closes(self):
        process, _ = self.start("--exit-with-parent", stdin=subprocess.PIPE)
        process.stdin.close()
        self.assertEqual(process.wait(SECONDS), 0)

    def test_without_the_option_a_closed_stdin_does_not_end_it(self):
        process, url = self.start(stdin=subprocess.DEVNULL)
        Aws(url).sts.get_caller_identity()
        self.assertIsNone(process.poll())

    def test_it_ends_with_a_parent_that_is_killed(self):
        parent = subprocess.Popen(
            [sys.executable, "-c", PARENT, *COMMAND], env=environment(), stdout=subprocess.PIPE, text=True
        )
        self.addCleanup(end, parent)
        port = int(parent.stdout.readline().rsplit(":", 1)[1])
        self.assertTrue(connects("127.0.0.1", port))
        parent.kill()
        deadline = time.monotonic() + SECONDS
        while connects("127.0.0.1", port):
            self.assertLess(time.monotonic(), deadline, "the emulator outlives its parent")
            time.sleep(0.05)


PARENT = textwrap.dedent(
    """
    import subprocess, sys, time
    command = [*sys.argv[1:], "--exit-with-parent"]
    emulator = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    print(emulator.stdout.readline(), end="", flush=True)
    time.sleep(600)
    """
)


IDENTITY = b"Action=GetCallerIdentity&Version=2011-06-15"
IDENTITY_END = b"</GetCallerIdentityResponse>"
PIECE_BYTES = 64 * 1024


# Of struct tcp_info in linux/tcp.h: tcpi_data_segs_in.
DATA_SEGMENTS_IN = 152


def pieces_received(client):
    information = client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, DATA_SEGMENTS_IN + 4)
    return int.from_bytes(information[DATA_SEGMENTS_IN:], sys.byteorder)


def head_of(body, *headers):
    lines = [
        "POST / HTTP/1.1",
        "Host: sts.us-east-1.amazonaws.com",
        "Authorization: AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/sts/aws4_request",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        *headers,
        "",
    ]
    return "".join(f"{line}\r\n" for line in lines).encode()


class Requests(PatchTest):
    def test_a_slow_client_delays_nobody(self):
        port = int(self.ours.url.rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port)) as slow:
            slow.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
            time.sleep(0.2)
            self.ours.sts.get_caller_identity()

    def test_requests_at_once_all_register(self):
        family = support.unique("family")
        threads = [
            threading.Thread(target=lambda: Aws(self.ours.url).task_definition(family=family)) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        revisions = self.ours.ecs.list_task_definitions(familyPrefix=family)["taskDefinitionArns"]
        self.assertEqual([arn.split(":")[-1] for arn in revisions], [str(number) for number in range(1, 9)])

    def test_an_answer_comes_as_one_piece(self):
        with self.connection() as client:
            client.sendall(head_of(IDENTITY) + IDENTITY)
            with client.makefile("rb") as answer:
                self.assertIn(IDENTITY_END, answer.read())
            self.assertEqual(pieces_received(client), 1)

    def test_a_client_that_waits_with_its_body_is_told_to_send_it(self):
        with self.connection() as client:
            client.sendall(head_of(IDENTITY, "Expect: 100-continue"))
            self.assertEqual(client.recv(PIECE_BYTES), b"HTTP/1.1 100 Continue\r\n\r\n")
            client.sendall(IDENTITY)
            self.assertIn(IDENTITY_END, client.recv(PIECE_BYTES))

    def connection(self):
        return socket.create_connection(("127.0.0.1", int(self.ours.url.rsplit(":", 1)[1])), timeout=SECONDS)

    def test_the_emulator_can_be_reset(self):
        server = support.Server([*COMMAND, "--exit-with-parent"])
        self.addCleanup(server.stop)
        aws = Aws(server.url)
        aws.cluster()
        with urlopen(f"{server.url}/moto-api/reset", data=b"", timeout=SECONDS):
            self.assertEqual(aws.ecs.list_clusters()["clusterArns"], [])


if __name__ == "__main__":
    unittest.main()
