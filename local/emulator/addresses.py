"""What texts are addresses and CIDR blocks."""

import ipaddress


def is_block(text):
    """A CIDR block, also one with bits set beyond its prefix."""
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return "/" in text


def is_ipv4(text):
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True
