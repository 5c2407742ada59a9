"""Connecting to a Temporal server, with errors in plain words. Used by the worker's command line and by the Lua client."""

from __future__ import annotations

import atexit
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import Any, Final

from temporalio.client import Client
from temporalio.envconfig import ClientConfigProfile
from temporalio.service import TLSConfig

DEFAULT_NAMESPACE: Final = "default"
CONNECT_TIMEOUT: Final = timedelta(seconds=10)

EXIT_PAUSE_SECONDS: Final = 0.1

_ADDRESS = re.compile(r"(?:[^\s:/\[\]]+|\[[0-9a-fA-F:.]+\]):([0-9]{1,5})")


class ConnectionProblem(Exception):
    """The server cannot be reached as asked; the message says what to change, in one line."""


@dataclass(frozen=True)
class ConnectionSettings:
    """Where the server is and as whom to come. `tls` None: on when there is an API key."""

    address: str
    namespace: str = DEFAULT_NAMESPACE
    api_key: str | None = None
    tls: bool | TLSConfig | None = None
    metadata: Mapping[str, str] | None = None
    identity: str | None = None


def with_environment(
    settings: ConnectionSettings, environment: Mapping[str, str] = os.environ
) -> ConnectionSettings:
    """`settings` with what the TEMPORAL_* variables say instead (address, namespace, API key, TLS files, gRPC metadata).

    A configuration file of the SDK counts when TEMPORAL_CONFIG_FILE or TEMPORAL_PROFILE asks for it. Raises `ConnectionProblem`.
    """
    wants_file = bool({"TEMPORAL_CONFIG_FILE", "TEMPORAL_PROFILE"} & set(environment))
    try:
        profile = ClientConfigProfile.load(
            disable_file=not wants_file, override_env_vars=dict(environment)
        )
        found: dict[str, Any] = dict(profile.to_client_connect_config())
    except (RuntimeError, OSError, ValueError) as error:
        raise ConnectionProblem(f"the TEMPORAL_* settings cannot be used: {error}") from error
    names = {"target_host": "address", "rpc_metadata": "metadata"}
    return replace(settings, **{names.get(name, name): value for name, value in found.items()})


def checked_address(address: str) -> str:
    """`address` if it is "host:port", else raises `ConnectionProblem` saying what is wrong with it."""
    if "://" in address:
        scheme, _, rest = address.partition("://")
        raise ConnectionProblem(
            f"the address must be host:port without {scheme}://, such as {rest.rstrip('/') or 'localhost:7233'}"
        )
    match = _ADDRESS.fullmatch(address)
    if match is None or not 0 < int(match[1]) < 65536:
        raise ConnectionProblem(
            f"the address must be host:port, such as localhost:7233, not {address!r}"
        )
    return address


async def connect(settings: ConnectionSettings) -> Client:
    """A connected client. Raises `ConnectionProblem` that names the address when nothing answers there."""
    address = checked_address(settings.address)
    _outlive_threads_of_the_sdk()
    try:
        return await Client.connect(
            address,
            namespace=settings.namespace,
            api_key=settings.api_key,
            tls=settings.tls,
            rpc_metadata=settings.metadata or {},
            identity=settings.identity,
            connect_timeout=CONNECT_TIMEOUT,
        )
    except RuntimeError as error:
        raise ConnectionProblem(
            f"no Temporal server answers at {address}: {_reason(error)}"
        ) from error


@cache
def _outlive_threads_of_the_sdk() -> None:
    """Keeps the process from ending in the instant after an answer of the SDK.

    Its native thread that brought the answer may still be letting go of the interpreter; a process that ends just then
    crashes (measured with 1.35: one in seven of those that only connect, none in 120 with a pause).
    """
    atexit.register(time.sleep, EXIT_PAUSE_SECONDS)


def _reason(error: RuntimeError) -> str:
    text = str(error)
    if "Connection refused" in text or "ConnectionRefused" in text:
        return "connection refused"
    if "dns error" in text or "failed to lookup" in text:
        return "the host name is unknown"
    if "imed out" in text or "imeout" in text or "deadline" in text:
        return "it did not answer in time"
    return " ".join(text.split())[:300]
