"""What must not be seen in logs and error messages: which names stand for secrets, and URLs without them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_SECRET_NAME = re.compile(
    r"token|secret|passw|pwd|api[-_]?key|private[-_]?key|access[-_]?key|auth|cookie|credential|signature|^key$",
    re.IGNORECASE,
)
_PARTS_OF_HARMLESS_NAMES = re.compile(r"author(?!iz)|authority", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_LONG = re.compile(r"[A-Za-z0-9_:=~-]{20,}")
MASK = "***"


def is_secret_name(name: str) -> bool:
    """Whether a field or header of this name holds a secret: PRIVATE-TOKEN, password, Authorization, api_key, ..."""
    return bool(_SECRET_NAME.search(_PARTS_OF_HARMLESS_NAMES.sub("", name)))


def public_url(url: str) -> str:
    """`url` for people to read: without user, query and fragment, and with `***` for parts of the path that look like
    a key (webhook addresses are secrets)."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return MASK
    if ":" in host:
        host = f"[{host}]"
    path = "/".join(map(_public_segment, parts.path.split("/")))
    return f"{parts.scheme}://{host}{port}{path}"


def _public_segment(segment: str) -> str:
    if not _LONG.fullmatch(segment) or _UUID.fullmatch(segment):
        return segment
    has_digit = any(character.isdigit() for character in segment)
    mixed_case = segment.lower() != segment and segment.upper() != segment
    return MASK if has_digit or mixed_case else segment
