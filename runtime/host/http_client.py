"""The HTTP client behind the global `http`: one per process, made when it is first needed, shared by all threads.

`send` takes a prepared request and gives the whole answer. Connections are kept in pools, one pool for each way to verify
servers and each proxy. Cookies are not kept: what one activity was sent is nothing to the next one. Imported by `http.py` at
the first request, as httpx is slow to import.
"""

from __future__ import annotations

import logging
import os
import ssl
import sys
import threading
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import ip_address
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from . import lifetime
from .http_network import LimitedBackend, RequestCanceled, spending
from .secrets import is_secret_name, public_url

MAX_REDIRECTS = 10
_is_ours: ContextVar[bool] = ContextVar("http_is_ours", default=False)
"""Whether the request under way comes from Lua code, not from another user of httpx in this process."""

_logger = logging.getLogger("assay.http")
_KEPT_CONNECTIONS = 100
_KEPT_SECONDS = 15.0


class TransportError(Exception):
    """No answer came; the message says why, without secrets."""


@dataclass(frozen=True, slots=True)
class Trust:
    """How servers are verified and what the client shows: `verify` is a flag or the path of a file with certificate
    authorities, `certificate` the paths of a client certificate and its key (or both in one file).
    """

    verify: bool | str = True
    certificate: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request as it goes out; `seconds` are for all of it, redirects included."""

    method: str
    url: str
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes | None
    seconds: float
    follow_redirects: bool
    trust: Trust


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `headers` have lower-case names, repeated ones are joined by commas; `body` is decompressed."""

    status: int
    headers: dict[str, bytes]
    body: bytes


def send(prepared: Prepared) -> Answer:
    """Sends a request and reads the whole answer, whatever its status. Raises `TransportError` when there is none,
    `RequestCanceled` when the activity was canceled."""
    try:
        with spending(prepared.seconds):
            token = _is_ours.set(True)
            try:
                return _send(prepared)
            finally:
                _is_ours.reset(token)
    except RequestCanceled:
        raise
    except httpcore.TimeoutException:
        raise _no_answer(prepared, f"no answer within {prepared.seconds:g} s") from None
    except httpx.TooManyRedirects:
        raise _no_answer(prepared, f"more than {MAX_REDIRECTS} redirects") from None
    except _FAILURES as error:
        raise _no_answer(prepared, reason_of(error)) from None


def _no_answer(prepared: Prepared, reason: str) -> TransportError:
    return TransportError(f"{prepared.method} {public_url(prepared.url)}: {reason}")


_FAILURES = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
    OSError,
    UnicodeError,
)


def _send(prepared: Prepared) -> Answer:
    client = _client(prepared.trust)
    request = client.build_request(
        prepared.method, prepared.url, headers=list(prepared.headers), content=prepared.body
    )
    for _ in range(MAX_REDIRECTS + 1):
        response = client.send(request)
        following = response.next_request
        if following is None or not prepared.follow_redirects:
            if _logger.isEnabledFor(logging.DEBUG):
                where = f"{request.method} {public_url(str(request.url))}"
                _logger.debug("%s: %d", where, response.status_code)
            return _answer(response)
        if _origin(following.url) != _origin(request.url):
            # httpx keeps all but Authorization; the headers of an API token have many names.
            for name in [name for name in following.headers if is_secret_name(name)]:
                del following.headers[name]
        request = following
    raise httpx.TooManyRedirects("too many redirects", request=request)


def _answer(response: httpx.Response) -> Answer:
    headers: dict[str, bytes] = {}
    for raw_name, value in response.headers.raw:
        name = raw_name.decode("latin-1").lower()
        headers[name] = headers[name] + b", " + value if name in headers else value
    return Answer(response.status_code, headers, response.content)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return (url.scheme, url.host, url.port)


def reason_of(error: BaseException) -> str:
    """Why there was no answer, in one line: the words of the operating system where they are the cause."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"the server's certificate is not accepted: {cause.verify_message}"
        if isinstance(cause, ssl.SSLError) and cause.reason:
            return f"TLS: {cause.reason.replace('_', ' ').lower()}"
        if isinstance(cause, ConnectionRefusedError):
            return "connection refused"  # asyncio has other words
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror[:1].lower() + cause.strerror[1:]
        cause = cause.__cause__ or cause.__context__
    return str(error) or type(error).__name__


# ------------------------------------------------------------------------------------------------------------ connections

_clients: dict[Trust, httpx.Client] = {}
_lock = threading.Lock()


def _keep_quiet() -> None:
    """httpx logs every URL, with user and query, at the level that production has; httpcore logs headers when debugging."""
    for name in ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy"):
        logging.getLogger(name).addFilter(_is_not_ours)


def _is_not_ours(record: logging.LogRecord) -> bool:
    return not _is_ours.get()


_keep_quiet()


def _client(trust: Trust) -> httpx.Client:
    client = _clients.get(trust)
    if client is None:
        with _lock:
            client = _clients.get(trust)
            if client is None:
                client = _clients[trust] = httpx.Client(
                    transport=Transport(tls_context(trust)),
                    headers={"user-agent": "assay-compile"},
                    cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
                    timeout=None,
                    trust_env=False,
                )
    return client


def close() -> None:
    """Closes all connections; the next request makes new ones."""
    with _lock:
        for client in _clients.values():
            client.close()
        _clients.clear()


lifetime.register(close)


def tls_context(trust: Trust) -> ssl.SSLContext:
    """The system's rules: its certificate authorities, or those that SSL_CERT_FILE and SSL_CERT_DIR name."""
    if isinstance(trust.verify, str):
        context = ssl.create_default_context(cafile=trust.verify)
    else:
        context = ssl.create_default_context()
        paths = ssl.get_default_verify_paths()
        if paths.cafile is None and paths.capath is None:
            # A machine without certificate authorities (a slim container): those that came with httpx.
            import certifi

            context.load_verify_locations(cafile=certifi.where())
    if trust.verify is False:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if trust.certificate:
        context.load_cert_chain(*trust.certificate)
    return context


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class Transport(httpx.BaseTransport):
    """httpx over pools of httpcore with our sockets; proxies are those of the environment, looked up for each request."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        self.tls_context = tls
        self._pools: dict[str, httpcore.ConnectionPool] = {}
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        response = self._pool(_proxy(url.scheme, url.host)).handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(response.status, headers=response.headers, stream=_Body(response))

    def close(self) -> None:
        with self._lock:
            for pool in self._pools.values():
                pool.close()
            self._pools.clear()

    def _pool(self, proxy: str) -> httpcore.ConnectionPool:
        with self._lock:
            if proxy not in self._pools:
                self._pools[proxy] = self._make_pool(proxy)
            return self._pools[proxy]

    def _make_pool(self, proxy: str) -> httpcore.ConnectionPool:
        return httpcore.ConnectionPool(
            ssl_context=self.tls_context,
            proxy=_proxy_settings(proxy) if proxy else None,
            max_connections=None,
            max_keepalive_connections=_KEPT_CONNECTIONS,
            keepalive_expiry=_KEPT_SECONDS,
            network_backend=LimitedBackend(),
        )


_ONLY_VARIABLES = sys.platform not in ("darwin", "win32")
"""Whether proxies can be set by variables only; the others have system settings, too."""
_PROXY_VARIABLES = {
    scheme: (f"{scheme}_proxy", f"{scheme.upper()}_PROXY", "all_proxy", "ALL_PROXY")
    for scheme in ("http", "https")
}


def _proxy(scheme: str, host: str) -> str:
    """The address of the proxy for a request, "" for none: the usual variables HTTPS_PROXY, ALL_PROXY, NO_PROXY, ..."""
    # Looking at a few names is far cheaper than at the whole environment, which urllib does.
    if _ONLY_VARIABLES and not any(name in os.environ for name in _PROXY_VARIABLES.get(scheme, ())):
        return ""
    # With REQUEST_METHOD set we are a CGI program, where HTTP_PROXY comes from the client (CVE-2016-5385); urllib knows.
    proxies = getproxies()
    proxy = proxies.get(scheme) or proxies.get("all") or ""
    if not proxy or _is_loopback(host) or proxy_bypass(host):
        return ""
    return proxy if "://" in proxy else f"http://{proxy}"


def _is_loopback(host: str) -> bool:
    """A proxy would reach itself under these names, not us."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _proxy_settings(proxy: str) -> httpcore.Proxy:
    address = httpx.URL(proxy)
    bare = address.copy_with(userinfo=b"")
    auth = (address.username, address.password) if address.userinfo else None
    return httpcore.Proxy(str(bare), auth=auth)


if hasattr(os, "register_at_fork"):
    # A child must not write into connections that it shares with its parent.
    os.register_at_fork(after_in_child=_clients.clear)
