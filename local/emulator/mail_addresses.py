"""What texts are addresses of mail, in the words in which Amazon SES says that one is none."""

import re
from email.utils import parseaddr

LOCAL_PART = re.compile(r"[!-?A-\[\]-~]{1,64}")
DOMAIN = re.compile(r"(?=.{1,255}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.IGNORECASE)


def fault(text):
    """What is wrong with an address, which may have a name before it (`Shop <shop@example.com>`); None: nothing."""
    name, at, domain = address(text).rpartition("@")
    if any(ord(character) < ord(" ") for character in text):
        return "Address contains control or whitespace"
    if not at or not domain:
        return "Missing final '@domain'"
    if not LOCAL_PART.fullmatch(name):
        return "Local address contains control or whitespace, or is longer than 64 characters"
    if not DOMAIN.fullmatch(domain):
        return "Domain contains illegal character"
    return None


def address(text):
    """The address itself, without the name before it."""
    return parseaddr(text)[1]
