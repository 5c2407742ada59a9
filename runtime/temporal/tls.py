"""TLS of gRPC connections: files (or PEM text) in, the SDK's configuration out. Shared by the client and the worker.

SDK: `temporalio.service.TLSConfig`. Each mistake is an error here, since the SDK only says that it cannot connect.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

from temporalio.service import TLSConfig

_PEM_MARK: Final = "-----BEGIN "


class TlsProblem(Exception):
    """The TLS settings cannot be used; the message says what to change, in one line."""


@dataclass(frozen=True, slots=True)
class Tls:
    """How to encrypt a connection. `ca` (the authorities that the server's certificate must come from; the system's when None),
    `cert` and `key` (the client's own, for mTLS) are each the path of a PEM file, or PEM text. `server_name` is the name in the
    server's certificate where it is another one than the address says.
    """

    ca: str | None = None
    cert: str | None = None
    key: str | None = field(default=None, repr=False)
    server_name: str | None = None


TlsSetting: TypeAlias = bool | Tls | TLSConfig | None
"""True: with the system's authorities. None: on when there is an API key."""


def tls_config(setting: TlsSetting) -> bool | TLSConfig | None:
    """What the SDK takes for `setting`. Raises `TlsProblem` for a file that cannot be read or is no PEM file."""
    if not isinstance(setting, Tls):
        return setting
    if (setting.cert is None) != (setting.key is None):
        missing = "key" if setting.key is None else "cert"
        raise TlsProblem(f"tls.{missing} is missing: a client certificate needs both cert and key")
    return TLSConfig(
        server_root_ca_cert=_pem("ca", setting.ca, "CERTIFICATE"),
        domain=setting.server_name,
        client_cert=_pem("cert", setting.cert, "CERTIFICATE"),
        client_private_key=_pem("key", setting.key, "PRIVATE KEY"),
    )


def _pem(option: str, value: str | None, content: str) -> bytes | None:
    if value is None:
        return None
    if _PEM_MARK in value:
        shown, text = "the text", value.encode()
    else:
        shown = f"the file {value}"
        try:
            text = Path(value).read_bytes()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise TlsProblem(f"tls.{option}: {shown} cannot be read: {reason}") from None
    if _PEM_MARK.encode() not in text or f"{content}-----".encode() not in text:
        raise TlsProblem(f"tls.{option}: {shown} holds no {content.lower()} in PEM form")
    return text
