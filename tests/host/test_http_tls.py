"""The global `http` over TLS with certificates of a test authority: whom it trusts, and what it shows of itself."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from assay.runtime import LuaTable, sequence
from assay.runtime.errors import LuaError
from assay.runtime.host import http

from .certificates import Authority
from .conftest import Handler, QuietServer, running

_StartServer = Callable[..., str]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """The authority that the servers' certificates are from."""
    return Authority(tmp_path, "authority")


@pytest.fixture
def start(authority: Authority) -> Iterator[_StartServer]:
    """Starts a server with the given certificate, which may ask for one of its clients; gives its address."""
    with ExitStack() as stack:

        def start_server(certificate: tuple[Path, Path], clients: Authority | None = None) -> str:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            if clients is not None:
                context.verify_mode = ssl.CERT_REQUIRED
                context.load_verify_locations(clients.path)
            server = QuietServer(("127.0.0.1", 0), Handler)
            server.socket = context.wrap_socket(server.socket, server_side=True)
            stack.enter_context(running(server))
            return f"https://localhost:{server.server_port}"

        yield start_server
        http.close()


def status(url: str, **options: Any) -> int:
    """The status of the answer."""
    return int(http.get(f"{url}/status/200", LuaTable(options))["status"])


def failure(url: str, **options: Any) -> str:
    """The error without an answer."""
    with pytest.raises(LuaError) as caught:
        http.get(f"{url}/status/200", LuaTable(options))
    return str(caught.value)


def test_only_the_given_authorities_are_trusted(
    start: _StartServer, authority: Authority, tmp_path: Path
) -> None:
    url = start(authority.certificate("server"))
    assert status(url, verify=str(authority.path)) == 200
    assert status(url.replace("localhost", "127.0.0.1"), verify=str(authority.path)) == 200
    assert status(url, verify=False) == 200
    stranger = Authority(tmp_path, "stranger")
    for message in (failure(url), failure(url, verify=str(stranger.path))):
        assert message.startswith(
            f"http.get: GET {url}/status/200: the server's certificate is not accepted: "
        )
    assert "TLS: no certificate or crl found" in failure(url, verify=str(tmp_path / "server.key"))


def test_the_systems_authorities_can_be_named_by_a_variable(
    start: _StartServer, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = start(authority.certificate("server"))
    http.close()
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    assert status(url) == 200


def test_expired_certificates(start: _StartServer, authority: Authority) -> None:
    url = start(authority.certificate("server", days=-1))
    message = failure(url, verify=str(authority.path))
    assert message.endswith("the server's certificate is not accepted: certificate has expired")


def test_client_certificates(start: _StartServer, authority: Authority, tmp_path: Path) -> None:
    clients = Authority(tmp_path, "clients")
    url = start(authority.certificate("server"), clients)
    certificate, key = clients.certificate("client")
    trusted = {"verify": str(authority.path)}
    assert status(url, **trusted, cert=sequence(str(certificate), str(key))) == 200
    both = tmp_path / "both.pem"
    both.write_bytes(certificate.read_bytes() + key.read_bytes())
    assert status(url, **trusted, cert=str(both)) == 200
    assert failure(url, **trusted).startswith(f"http.get: GET {url}/status/200: ")
    other_certificate, other_key = authority.certificate("other")
    wrong = sequence(str(other_certificate), str(other_key))
    assert failure(url, **trusted, cert=wrong).startswith(f"http.get: GET {url}/status/200: ")
    mixed = sequence(str(certificate), str(other_key))
    assert "TLS: key values mismatch" in failure(url, **trusted, cert=mixed)
    assert failure(url, cert=str(tmp_path / "none")) == (
        f"http.get: there is no file '{tmp_path / 'none'}'"
    )
