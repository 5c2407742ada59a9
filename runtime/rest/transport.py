"""Sending a request of the REST client: `Request` in, `Reply` or `NoAnswer` out, blocking and with asyncio.

The blocking one uses the sockets of the global `http`: a limit for the whole request, which also ends when the activity
that it belongs to is canceled. Proxies and certificate authorities are those of the environment.
"""

from __future__ import annotations

import asyncio
import os
import ssl
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpcore
import httpx

from ..host.http_client import Transport as LimitedTransport
from ..host.http_client import Trust, reason_of
from ..host.http_client import tls_context as trusted_context
from ..host.http_network import RequestCanceled, spending
from . import advice
from .exchange import Failure, NoAnswer, Reply, Request

_NOT_SENT = (
    *(httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout, httpcore.ProxyError),
    *(httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError),
)
_TIMED_OUT = (httpcore.TimeoutException, httpx.TimeoutException, TimeoutError)
_FAILURES = (
    RequestCanceled,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.TimeoutException,
    httpcore.UnsupportedProtocol,
    httpx.HTTPError,
    httpx.InvalidURL,
    OSError,
    UnicodeError,
)
_NO_HTTP = (httpcore.RemoteProtocolError, httpx.RemoteProtocolError)
_CLOSED = NoAnswer(Failure.CANCELED, "the client is closed")
_NO_COOKIES = DefaultCookiePolicy(allowed_domains=[])


class Sender:
    """Sends with a pool of connections of its own; may be used by several threads.

    Requests go to httpx's transport: the cookies, redirects and authentication of its client would be a quarter of the time.
    """

    def __init__(self, url: str, trust: Trust) -> None:
        self._transport = LimitedTransport(tls_context(url, trust))
        self._is_closed = False

    def send(self, request: Request) -> Reply | NoAnswer:
        """Sends and reads the whole answer, whatever its status."""
        if self._is_closed:
            return _CLOSED
        try:
            sent = httpx.Request(
                request.method, request.url, headers=request.headers, content=request.content
            )
            with spending(request.seconds):
                response = self._transport.handle_request(sent)
                response.request = sent  # named by the errors of a body that cannot be decoded
                try:
                    content = response.read()
                finally:
                    response.close()
        except _FAILURES as error:
            return _no_answer(error, request)
        return Reply(response.status_code, content)

    def close(self) -> None:
        """Closes all connections; nothing can be sent after that."""
        self._is_closed = True
        self._transport.close()


class AsyncSender:
    """The same for asyncio; belongs to the event loop that uses it first."""

    def __init__(self, url: str, trust: Trust) -> None:
        self._client = httpx.AsyncClient(
            verify=tls_context(url, trust), cookies=CookieJar(_NO_COOKIES), timeout=None
        )

    async def send(self, request: Request) -> Reply | NoAnswer:
        """Sends and reads the whole answer, whatever its status."""
        if self._client.is_closed:
            return _CLOSED
        # httpx counts a timeout for each read anew; asyncio's is for the whole request.
        try:
            async with asyncio.timeout(request.seconds):
                response = await self._client.request(
                    request.method,
                    request.url,
                    headers=dict(request.headers),
                    content=request.content,
                )
        except _FAILURES as error:
            return _no_answer(error, request)
        return Reply(response.status_code, response.content)

    async def close(self) -> None:
        """Closes all connections; nothing can be sent after that."""
        await self._client.aclose()


def checked_trust(verify: bool | str, ca: str | None, cert: str | tuple[str, str] | None) -> Trust:
    """How servers are verified, and what the client shows them. Raises ValueError that says what to write instead."""
    if ca is not None and verify is not True:
        raise ValueError("ca says whom to trust: leave verify out")
    files = () if cert is None else (cert,) if isinstance(cert, str) else tuple(cert)
    if len(files) > 2:
        raise ValueError("cert must be the path of a PEM file, or those of certificate and key")
    for option, path in (("ca", ca), ("verify", verify), *(("cert", path) for path in files)):
        if isinstance(path, str) and not os.path.isfile(path):
            raise ValueError(f"{option}: there is no file {path}")
    return Trust(verify if ca is None else ca, files)


def tls_context(url: str, trust: Trust) -> ssl.SSLContext:
    """The context for connections to `url`. Reading the certificate authorities takes longer than a call, so http does without:
    redirects are not followed, and with an empty list every https server is refused. Raises ValueError for a file that holds none.
    """
    if not url.startswith("https"):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        return trusted_context(trust)
    except (ssl.SSLError, OSError) as error:
        files = [path for path in (trust.verify, *trust.certificate) if isinstance(path, str)]
        raise ValueError(f"{' or '.join(files)} holds no usable PEM: {error}") from None


def _no_answer(error: BaseException, request: Request) -> NoAnswer:
    if isinstance(error, RequestCanceled):
        return NoAnswer(Failure.CANCELED, "stopped because the activity was canceled")
    if isinstance(error, _NOT_SENT):
        reason = advice.for_connection(f"cannot connect: {reason_of(error)}")
        if isinstance(error, httpcore.TimeoutException | httpx.TimeoutException):
            reason = f"cannot connect within {request.seconds:.3g} s (check the address)"
        return NoAnswer(Failure.NOT_SENT, reason)
    if isinstance(error, _TIMED_OUT):
        return NoAnswer(Failure.TIMED_OUT, f"no answer within {request.seconds:.3g} s")
    encrypted = request.url.startswith("https")
    hint = " (it may want a client certificate: cert)" if encrypted else ""
    if isinstance(error, _NO_HTTP):
        hint = hint or (
            " (the gRPC port speaks no HTTP: the HTTP API has a port of its own, often 7243, "
            "which a development server gets with --http-port)"
        )
        return NoAnswer(Failure.DROPPED, f"this is no HTTP answer: {reason_of(error)}{hint}")
    return NoAnswer(Failure.DROPPED, f"the connection broke: {reason_of(error)}{hint}")
