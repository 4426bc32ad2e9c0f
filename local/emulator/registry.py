"""The registry on this machine that serves the emulated ECR's images, if there is one."""

address = None
"""`HOST:PORT`, or None: then repositories have the names that they have on AWS, and nothing answers to them."""
