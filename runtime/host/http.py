"""The global `http`: requests from Lua tables, answers as `{status, body, headers}`.

An HTTP error status is a normal answer; no answer at all is a Lua error that names method, host and path (never user, query or
headers) and the reason: refused, no answer in time, a broken connection, a certificate that is not accepted, more than 10
redirects, the activity was canceled. In the answer `status` is an integer, `body` the bytes after decompression, `headers` has
lower-case names; values of headers that came several times are joined by `, `.

A table as `body` is sent as JSON with its content type, a string or a number as it is. Fields of `opts`, all optional:

- `headers`: a table; values are strings or numbers.
- `query`: a table of fields that are added to the URL; values are strings, numbers, booleans or lists of them.
- `timeout`: seconds for the whole request, redirects and the last byte included; 30 when not given.
- `follow_redirects`: true when not given. Headers that hold secrets do not follow to another host.
- `verify`: `false` accepts any certificate, a path names a file with certificate authorities to accept in place of the system's
  (which are also those of the variables SSL_CERT_FILE and SSL_CERT_DIR).
- `cert`: the client's certificate: the path of a PEM file with certificate and key, or `{certificate, key}`.
- `body`: for functions that have no argument for it.

Connections are kept open for 15 seconds in a pool that all activities of a worker share. Proxies are those of HTTP_PROXY,
HTTPS_PROXY, ALL_PROXY and NO_PROXY, never for the machine itself (localhost). Cookies are not kept.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .. import json_values
from ..errors import LuaError, library, library_error
from ..json_values import JsonError
from ..numbers import format_number
from ..stdlib.arguments import ABSENT, check_string
from ..strings import from_bytes, from_text, to_bytes, to_text
from ..values import LuaTable, truthy, type_name
from .options import check_option_names, optional_table
from .secrets import public_url
from .waiting import canceled_error, waiting

if TYPE_CHECKING:
    from .http_client import Answer, Trust

DEFAULT_TIMEOUT = 30.0
"""Seconds for a whole request, from the connection to the last byte of the answer."""

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")

OPTION_NAMES = ("body", "cert", "follow_redirects", "headers", "query", "timeout", "verify")


@library("http.get")
def get(url: Any = ABSENT, opts: Any = None, *_: Any) -> LuaTable:
    """`http.get(url, opts?)`: asks for what is at the URL. Gives `{status, body, headers}`. Error: there was no answer."""
    return _request("http.get", "GET", check_string(1, url), None, opts, 2)


@library("http.post")
def post(url: Any = ABSENT, body: Any = None, opts: Any = None, *_: Any) -> LuaTable:
    """`http.post(url, body, opts?)`: sends `body`. Gives `{status, body, headers}`. Error: there was no answer."""
    return _request("http.post", "POST", check_string(1, url), body, opts, 3)


@library("http.put")
def put(url: Any = ABSENT, body: Any = None, opts: Any = None, *_: Any) -> LuaTable:
    """`http.put(url, body, opts?)`: sends `body`. Gives `{status, body, headers}`. Error: there was no answer."""
    return _request("http.put", "PUT", check_string(1, url), body, opts, 3)


@library("http.patch")
def patch(url: Any = ABSENT, body: Any = None, opts: Any = None, *_: Any) -> LuaTable:
    """`http.patch(url, body, opts?)`: sends `body`. Gives `{status, body, headers}`. Error: there was no answer."""
    return _request("http.patch", "PATCH", check_string(1, url), body, opts, 3)


@library("http.delete")
def delete(url: Any = ABSENT, opts: Any = None, *_: Any) -> LuaTable:
    """`http.delete(url, opts?)`: asks to remove what is there. Gives `{status, body, headers}`. Error: there was no answer."""
    return _request("http.delete", "DELETE", check_string(1, url), None, opts, 2)


@library("http.request")
def request(method: Any = ABSENT, url: Any = ABSENT, opts: Any = None, *_: Any) -> LuaTable:
    """`http.request(method, url, opts?)`: any method, such as `"HEAD"`; the body is `opts.body`. Gives
    `{status, body, headers}`. Error: there was no answer."""
    name = check_string(1, method).upper()
    if not name.isascii() or not name.isalpha():
        raise library_error("http.request: the method must be a word like GET")
    return _request("http.request", name, check_string(2, url), None, opts, 3)


def _request(
    function: str, method: str, url: str, body: Any, opts: Any, opts_number: int
) -> LuaTable:
    options = optional_table(opts_number, opts)
    check_option_names(function, options, OPTION_NAMES)
    content, content_type = _body(function, body if body is not None else options["body"])
    headers = _headers(function, options["headers"])
    if content_type and not any(name.lower() == b"content-type" for name, _ in headers):
        headers.append((b"Content-Type", content_type))
    address = _with_query(function, _url(function, url), options["query"])
    seconds = _timeout(function, options["timeout"])
    redirects = options["follow_redirects"]

    from . import http_client, http_network

    prepared = http_client.Prepared(
        method=method,
        url=address,
        headers=tuple(headers),
        body=content,
        seconds=seconds,
        follow_redirects=redirects is None or truthy(redirects),
        trust=_trust(function, options),
    )
    try:
        with waiting():
            return _response(http_client.send(prepared))
    except http_network.RequestCanceled:
        raise canceled_error(function) from None
    except http_client.TransportError as error:
        raise library_error(f"{function}: {from_text(str(error))}") from None


def close() -> None:
    """Closes all connections of the process, as happens at its end; the next request makes new ones."""
    from . import http_client

    http_client.close()


def _response(answer: Answer) -> LuaTable:
    headers = LuaTable({name: from_bytes(value) for name, value in answer.headers.items()})
    return LuaTable({"status": answer.status, "body": from_bytes(answer.body), "headers": headers})


# ---------------------------------------------------------------------------------------------------------------- options


def _wrong(function: str, option: str, wanted: str, value: Any) -> LuaError:
    return library_error(f"{function}: {option} must be {wanted}, got {type_name(value)}")


def _url(function: str, url: str) -> str:
    scheme, separator, rest = url.strip().partition("://")
    if not separator or scheme.lower() not in ("http", "https"):
        raise library_error(f"{function}: the URL must start with http:// or https://")
    if not rest or rest[0] in "/?#":
        raise library_error(f"{function}: the URL '{public_url(url)}' has no host")
    return to_text(url.strip())


def _body(function: str, body: Any) -> tuple[bytes | None, bytes]:
    """The bytes of a body and the content type that goes with it."""
    if body is None:
        return None, b""
    if isinstance(body, LuaTable):
        try:
            return to_bytes(json_values.encode(body, "body")), b"application/json"
        except JsonError as error:
            raise library_error(f"{function}: {error.value}") from None
    if type(body) in (str, int, float):
        return to_bytes(_text(body)), b""
    raise _wrong(function, "the body", "a string or a table", body)


def _text(value: Any) -> str:
    return value if type(value) is str else format_number(value)


def _headers(function: str, headers: Any) -> list[tuple[bytes, bytes]]:
    if headers is None:
        return []
    if not isinstance(headers, LuaTable):
        raise _wrong(function, "opts.headers", "a table", headers)
    fields = []
    for name, value in headers.items():
        if type(name) is not str or not _HEADER_NAME.fullmatch(name):
            raise library_error(f"{function}: '{name}' is no name of a header")
        if type(value) not in (str, int, float):
            raise _wrong(function, f"the header '{name}'", "a string", value)
        text = _text(value).strip()
        if _CONTROL.search(text):
            raise library_error(f"{function}: the header '{name}' has a control character")
        fields.append((to_bytes(name), to_bytes(text)))
    return fields


def _with_query(function: str, url: str, query: Any) -> str:
    """`url` with the fields of `query` added; the value of a field may be a list."""
    if query is None:
        return url
    if not isinstance(query, LuaTable):
        raise _wrong(function, "opts.query", "a table", query)
    pairs = []
    for name, value in query.items():
        if type(name) is not str:
            raise _wrong(function, "a name in opts.query", "a string", name)
        for item in value.values() if isinstance(value, LuaTable) else (value,):
            if type(item) is bool:
                item = "true" if item else "false"
            if type(item) not in (str, int, float):
                raise _wrong(function, f"opts.query.{name}", "a string or a number", item)
            pairs.append(
                f"{quote(to_bytes(name), safe='')}={quote(to_bytes(_text(item)), safe='')}"
            )
    if not pairs:
        return url
    address, hash_sign, fragment = url.partition("#")
    separator = "&" if "?" in address else "?"
    return f"{address}{separator}{'&'.join(pairs)}{hash_sign}{fragment}"


def _timeout(function: str, timeout: Any) -> float:
    if timeout is None:
        return DEFAULT_TIMEOUT
    if type(timeout) not in (int, float):
        raise _wrong(function, "opts.timeout", "a number of seconds", timeout)
    if not 0 < timeout <= 1e6:
        raise library_error(f"{function}: opts.timeout must be more than 0 seconds")
    return float(timeout)


def _trust(function: str, options: LuaTable) -> Trust:
    from .http_client import Trust

    verify = True if options["verify"] is None else options["verify"]
    if type(verify) is not bool and type(verify) is not str:
        raise _wrong(function, "opts.verify", "true, false or a path", verify)
    certificate = options["cert"]
    if certificate is None:
        paths = []
    else:
        paths = list(certificate.values()) if isinstance(certificate, LuaTable) else [certificate]
    if not all(type(path) is str for path in paths) or len(paths) > 2:
        raise _wrong(function, "opts.cert", "a path or {certificate, key}", certificate)
    files = tuple(to_text(path) for path in paths)
    for path in (*files, *([to_text(verify)] if type(verify) is str else [])):
        if not os.path.isfile(path):
            raise library_error(f"{function}: there is no file '{from_text(path)}'")
    return Trust(to_text(verify) if type(verify) is str else verify, files)
