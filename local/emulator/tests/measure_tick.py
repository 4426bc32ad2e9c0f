"""Prints the milliseconds that a tick of the control plane takes (the median) with so many tasks running at rest."""

import os
import statistics
import sys
import threading
import time

import support
from fake_agent import FakeAgent

sys.path.insert(0, str(support.EMULATOR))

import server

TICKS = 50
PER_SERVICE = 10


def main(count):
    server.configure_moto()
    listener = server.listen(0)
    emulator = server.make_server(listener, verbose=False)
    threading.Thread(target=emulator.serve_forever, daemon=True).start()
    aws = support.Aws(f"http://127.0.0.1:{listener.getsockname()[1]}")
    with FakeAgent(aws.url) as agent:
        for _ in range(count // PER_SERVICE):
            make_service(aws)
        while len(agent.running()) < count:
            time.sleep(0.05)
        time.sleep(1)
    print(statistics.median(milliseconds_of_ticks()))
    sys.stdout.flush()
    os._exit(0)


def make_service(aws):
    group = aws.served_target_group("ip")
    aws.service(
        aws.cluster("FARGATE"),
        desiredCount=PER_SERVICE,
        taskDefinition=aws.task_definition(**support.FARGATE),
        capacityProviderStrategy=[{"capacityProvider": "FARGATE", "weight": 1}],
        networkConfiguration=aws.awsvpc(),
        loadBalancers=[{"targetGroupArn": group, "containerName": "app", "containerPort": 5000}],
    )


def milliseconds_of_ticks():
    from control import clock, loop, view

    published = view.Published()
    published.refresh()
    for _ in range(TICKS):
        begun = time.thread_time()
        loop.tick(clock.now())
        published.refresh()
        yield (time.thread_time() - begun) * 1000


if __name__ == "__main__":
    main(int(sys.argv[1]))
