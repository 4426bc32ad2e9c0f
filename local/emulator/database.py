"""The MySQL server on this machine that the emulated RDS instances of MySQL are, if there is one."""

address = None
"""`HOST:PORT`, or None: then instances have the endpoints that they have on AWS, and nothing answers there."""
