"""Connecting to a Temporal server, with errors in plain words. Used by the worker's command line and by the Lua client."""

from __future__ import annotations

import asyncio
import atexit
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from temporalio.client import Client
from temporalio.envconfig import ClientConfigProfile
from temporalio.service import RetryConfig, TLSConfig

DEFAULT_NAMESPACE: Final = "default"
CONNECT_TIMEOUT: Final = timedelta(seconds=10)

EXIT_PAUSE_SECONDS: Final = 0.1

_ADDRESS = re.compile(r"(?:[^\s:/\[\]]+|\[[0-9a-fA-F:.]+\]):([0-9]{1,5})")


class ConnectionProblem(Exception):
    """The server cannot be reached as asked; the message says what to change, in one line."""


class SettingsProblem(ConnectionProblem):
    """What the settings say cannot be right, whatever the server."""


@dataclass(frozen=True)
class ConnectionSettings:
    """Where the server is and as whom to come. `tls` None: on when there is an API key."""

    address: str
    namespace: str = DEFAULT_NAMESPACE
    api_key: str | None = field(default=None, repr=False)
    tls: bool | TLSConfig | None = field(default=None, repr=False)
    metadata: Mapping[str, str] | None = field(default=None, repr=False)
    identity: str | None = None


def with_environment(
    settings: ConnectionSettings, environment: Mapping[str, str] = os.environ
) -> ConnectionSettings:
    """`settings` with what the TEMPORAL_* variables say instead (address, namespace, API key, TLS files, gRPC metadata).

    A configuration file of the SDK counts when TEMPORAL_CONFIG_FILE or TEMPORAL_PROFILE asks for it. Raises `ConnectionProblem`.
    """
    wants_file = bool({"TEMPORAL_CONFIG_FILE", "TEMPORAL_PROFILE"} & set(environment))
    return replace(settings, **_environment_fields(environment, disable_file=not wants_file))


def settings_from_environment(
    given: Mapping[str, Any],
    profile: str | None = None,
    config_file: str | None = None,
    environment: Mapping[str, str] = os.environ,
) -> ConnectionSettings:
    """The settings of a client: fields of `ConnectionSettings` that are `given`, the others from a profile of
    the SDK's configuration
    file and the TEMPORAL_* variables, when a profile or file is named or the address is not given.

    What is written next to an address is all that counts for it: an API key of the environment is not sent to a server that
    the environment does not name. Raises `ConnectionProblem`.
    """
    found: dict[str, Any] = {}
    if "address" not in given or profile is not None or config_file is not None:
        found = _environment_fields(environment, profile=profile, config_file=config_file)
    found.update(given)
    if "address" not in found:
        raise SettingsProblem(
            'url is required, such as "localhost:7233" (or set TEMPORAL_ADDRESS, or name a profile that has an address)'
        )
    return ConnectionSettings(**found)


def _environment_fields(
    environment: Mapping[str, str],
    *,
    profile: str | None = None,
    config_file: str | None = None,
    disable_file: bool = False,
) -> dict[str, Any]:
    source = None if config_file is None else Path(config_file)
    try:
        loaded = ClientConfigProfile.load(
            profile,
            config_source=source,
            disable_file=disable_file,
            override_env_vars=dict(environment),
        )
        found: dict[str, Any] = dict(loaded.to_client_connect_config())
    except (RuntimeError, OSError, ValueError) as error:
        where = "the TEMPORAL_* settings" if source is None else f"the settings in {source}"
        raise SettingsProblem(f"{where} cannot be used: {error}") from error
    names = {"target_host": "address", "rpc_metadata": "metadata"}
    return {names.get(name, name): value for name, value in found.items()}


def checked_address(address: str) -> str:
    """`address` if it is "host:port", else raises `ConnectionProblem` saying what is wrong with it."""
    if "://" in address:
        scheme, _, rest = address.partition("://")
        raise SettingsProblem(
            f"the address must be host:port without {scheme}://, such as {rest.rstrip('/') or 'localhost:7233'}"
        )
    match = _ADDRESS.fullmatch(address)
    if match is None or not 0 < int(match[1]) < 65536:
        raise SettingsProblem(
            f"the address must be host:port, such as localhost:7233, not {address!r}"
        )
    return address


async def connect(
    settings: ConnectionSettings,
    timeout: timedelta = CONNECT_TIMEOUT,
    retries: RetryConfig | None = None,
) -> Client:
    """A connected client. Raises `ConnectionProblem` that names the address when nothing answers there within `timeout`."""
    address = checked_address(settings.address)
    outlive_threads_of_the_sdk()
    try:
        # The SDK's own timeout is for the TCP connection only.
        async with asyncio.timeout(timeout.total_seconds()):
            return await Client.connect(
                address,
                namespace=settings.namespace,
                api_key=settings.api_key,
                tls=settings.tls,
                rpc_metadata=settings.metadata or {},
                identity=settings.identity,
                connect_timeout=timeout,
                retry_config=retries,
            )
    except (RuntimeError, ValueError, TimeoutError) as error:
        raise ConnectionProblem(
            f"no Temporal server answers at {address}: {_reason(error, settings)}"
        ) from None


@cache
def outlive_threads_of_the_sdk() -> None:
    """Keeps the process from ending in the instant after an answer of the SDK.

    Its native thread that brought the answer may still be letting go of the interpreter; a process that ends just then
    crashes (measured with 1.35: one in seven of those that only connect, none in 120 with a pause).
    """
    atexit.register(time.sleep, EXIT_PAUSE_SECONDS)


_REASONS: Final = (
    (
        ("ConnectionRefused", "Connection refused"),
        "connection refused (is it running, and is this its gRPC port?)",
    ),
    (("dns error", "failed to lookup"), "the host name is unknown"),
    (
        ("UnknownIssuer", "SelfSigned", "CaUsedAsEndEntity"),
        "its certificate comes from an unknown authority: give tls.ca",
    ),
    (("NotValidForName",), "its certificate is for another name: give tls.server_name"),
    (("Expired", "NotValidYet"), "its certificate is not valid at this time"),
    (("CertificateRequired",), "it wants a client certificate: give tls.cert and tls.key"),
    (
        ("InvalidContentType",),
        "it does not speak TLS: leave tls out (an api_key turns it on; tls = false keeps it off)",
    ),
    (("FRAME_SIZE_ERROR",), "it speaks HTTP, not gRPC: the gRPC port is another one, usually 7233"),
    (("Unimplemented",), "it is no Temporal frontend"),
    (
        ("Unauthenticated", "PermissionDenied"),
        "access refused: check api_key and the client certificate",
    ),
)
"""What the SDK's messages mean, by the words they hold (rustls and tonic name the error kinds)."""

_CLOSED_EARLY = (
    "broken pipe",
    "BrokenPipe",
    "connection closed",
    "ConnectionReset",
    "UnexpectedEof",
    "not connected",
)


def _reason(error: Exception, settings: ConnectionSettings) -> str:
    text = str(error)
    for words, reason in _REASONS:
        if any(word in text for word in words):
            return reason
    encrypted = settings.tls or (settings.tls is None and settings.api_key is not None)
    if any(word in text for word in _CLOSED_EARLY):
        hint = "give tls.cert and tls.key" if encrypted else "give tls"
        return f"it closed the connection (it may want TLS or a client certificate: {hint})"
    if (
        isinstance(error, TimeoutError)
        or "imed out" in text
        or "imeout" in text
        or "deadline" in text
    ):
        return "it did not answer in time"
    shown = " ".join(text.split())[:300]
    return shown if settings.api_key is None else shown.replace(settings.api_key, "***")
