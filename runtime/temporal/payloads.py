"""What the SDK's payload converter gives, as Lua values: JSON by the rules of `json_values`, binary payloads as Lua strings."""

from __future__ import annotations

from typing import Any

from .. import json_values


def from_json(value: Any) -> Any:
    """A decoded payload as a Lua value. Bytes, which the SDK sends as a binary payload, are what a Lua string is."""
    if type(value) is bytes:
        return value.decode("latin-1")
    return json_values.from_json(value)
