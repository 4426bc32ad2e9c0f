"""The MySQL servers on this machine that the emulated RDS instances of MySQL are, if there are any."""

servers = ()
"""`HOST:PORT` of each; empty: then instances have the endpoints that they have on AWS, and nothing answers there."""


def free(taken):
    """The first server that is not among the taken ones; None if there is none."""
    return next((server for server in servers if server not in taken), None)
