"""Payloads on the wire of the HTTP API: JSON values in and out.

They go out in the full form, `{metadata: {encoding}, data}` with base64 values: the API's shorthand takes an object with
fields of these names for a payload. Answers are asked for in the full form too, and get a field `decoded` beside what the
server sent.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any, Final

_JSON_ENCODINGS: Final = ("json/plain", "json/protobuf")
_PAYLOAD_FIELDS: Final = frozenset({"metadata", "data", "externalPayloads"})
_UNKNOWN: Final = object()
"""The value of a payload that cannot be decoded here, such as an encrypted one."""


def encoded(value: Any) -> dict[str, Any]:
    """The payload for a JSON value, or for bytes, which go as a binary payload.

    Raises ValueError or TypeError for what JSON cannot hold (NaN, objects)."""
    if isinstance(value, bytes | bytearray):
        return _payload("binary/plain", bytes(value))
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    return _payload("json/plain", text.encode())


def _payload(encoding: str, data: bytes) -> dict[str, Any]:
    return {"metadata": {"encoding": _base64(encoding.encode())}, "data": _base64(data)}


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def add_decoded(answer: Any) -> None:
    """Gives each payload in `answer` the field `decoded`, its value, and each list of payloads `decoded`, the list of their
    values. In place. A binary payload is bytes; what cannot be decoded has no such field, and is None in a list.
    """
    waiting = [answer]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            if _is_payload(value):
                _add(value)
                continue
            payloads = value.get("payloads")
            if isinstance(payloads, list) and all(map(_is_payload, payloads)):
                for payload in payloads:
                    _add(payload)
                value["decoded"] = [payload.get("decoded") for payload in payloads]
                continue
            waiting.extend(value.values())


def _is_payload(value: Any) -> bool:
    if not isinstance(value, dict) or not value.keys() <= _PAYLOAD_FIELDS:
        return False
    metadata = value.get("metadata")
    return isinstance(metadata, dict) and isinstance(metadata.get("encoding"), str)


def _add(payload: dict[str, Any]) -> None:
    value = _value(payload)
    if value is not _UNKNOWN:
        payload["decoded"] = value


def _value(payload: dict[str, Any]) -> Any:
    try:
        encoding = base64.b64decode(payload["metadata"]["encoding"]).decode()
        data = base64.b64decode(payload.get("data", ""))
        if encoding == "binary/null":
            return None
        if encoding == "binary/plain":
            return data
        return json.loads(data) if encoding in _JSON_ENCODINGS else _UNKNOWN
    except (binascii.Error, UnicodeDecodeError, ValueError, TypeError, RecursionError):
        return _UNKNOWN
