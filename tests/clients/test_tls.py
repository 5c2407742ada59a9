"""Both clients over TLS with an authority of our own, with client certificates, and what they say when it does not fit."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from assay.runtime import LuaError, new_table
from assay.runtime.client import Client, TemporalClientError, Tls
from assay.runtime.json_values import from_json
from assay.runtime.rest import AsyncClient as AsyncRestClient
from assay.runtime.rest import Client as RestClient
from assay.runtime.rest import TemporalHttpError
from assay.runtime.tables import index
from assay.runtime.temporal import client as lua_grpc
from assay.runtime.temporal import rest as lua_rest
from assay.runtime.temporal.dev_server import DevServer
from assay.runtime.temporal.worker import connected_client
from assay.runtime.temporal.worker_settings import settings_of_options
from tls_tunnel import AUTHORITY, CLIENT, CLIENT_KEY, OTHER_NAME, SERVER, tunnel

NOTHING = "WorkflowId = 'none'"


@pytest.fixture(scope="module")
def plain(server: DevServer) -> Iterator[str]:
    with tunnel(server.address) as address:
        yield address


@pytest.fixture(scope="module")
def mutual(server: DevServer) -> Iterator[str]:
    with tunnel(server.address, mutual=True) as address:
        yield address


@pytest.fixture(scope="module")
def rest(server: DevServer) -> Iterator[str]:
    with tunnel(server.http_address.removeprefix("http://")) as address:
        yield f"https://{address}"


@pytest.fixture(scope="module")
def rest_mutual(server: DevServer) -> Iterator[str]:
    with tunnel(server.http_address.removeprefix("http://"), mutual=True) as address:
        yield f"https://{address}"


# ------------------------------------------------------------------------------------------------------------------ gRPC


def refused(url: str, tls: Any, **options: Any) -> str:
    with pytest.raises(TemporalClientError) as caught:
        Client.connect(url, tls=tls, **options)
    return str(caught.value)


def test_grpc(plain: str, mutual: str) -> None:
    with Client.connect(plain, tls=Tls(ca=AUTHORITY)) as client:
        assert client.count_workflows(NOTHING).count == 0
    text = Path(AUTHORITY).read_text()
    with Client.connect(plain, tls=Tls(ca=text), api_key="any-key") as client:
        assert client.count_workflows(NOTHING).count == 0
    with Client.connect(mutual, tls=Tls(AUTHORITY, CLIENT, CLIENT_KEY)) as client:
        assert client.count_workflows(NOTHING).count == 0


def test_grpc_from_lua(plain: str, mutual: str) -> None:
    for url, files in (
        (plain, {}),
        (mutual, {"cert": CLIENT, "key": CLIENT_KEY, "server_name": "localhost"}),
    ):
        tls = {"ca": AUTHORITY, **files}
        client = lua_grpc.connect(from_json({"url": url, "tls": tls}))
        assert index(index(client, "count_workflows")(client, NOTHING), "count") == 0
        index(client, "close")(client)
    with pytest.raises(LuaError, match="connect: tls: unknown option 'cart'; did you mean 'cert'"):
        lua_grpc.connect(from_json({"url": plain, "tls": {"cart": CLIENT}}))
    with pytest.raises(LuaError, match="connect: tls must be a boolean or a table with ca, cert"):
        lua_grpc.connect(from_json({"url": plain, "tls": "yes"}))


def test_a_worker(mutual: str) -> None:
    """The same option of `temporal.worker`: the worker's client reaches the server."""
    tls = new_table({"ca": AUTHORITY, "cert": CLIENT, "key": CLIENT_KEY})
    settings = settings_of_options({"url": mutual, "task_queue": "tls", "tls": tls})

    async def count() -> int:
        client = await connected_client(settings)
        return (await client.count_workflows(NOTHING)).count

    assert asyncio.run(count()) == 0


def test_grpc_that_does_not_fit(server: DevServer, plain: str, mutual: str, tmp_path: Path) -> None:
    said = "connect: no Temporal server answers at"
    assert refused(plain, True).startswith(f"{said} {plain}: its certificate comes from an unknown")
    assert "it does not speak TLS: leave tls out" in refused(server.address, True)
    assert "it does not speak TLS" in refused(server.address, None, api_key="key")
    assert "it may want TLS or a client certificate: give tls)" in refused(plain, None)
    assert "give tls.cert and tls.key" in refused(mutual, Tls(ca=AUTHORITY))
    with tunnel(server.address, OTHER_NAME) as other:
        assert "its certificate is for another name: give tls.server_name" in refused(
            other, Tls(ca=AUTHORITY)
        )
        named = Tls(ca=AUTHORITY, server_name="temporal.test")
        Client.connect(other, tls=named).close()
    missing = str(tmp_path / "none.pem")
    assert refused(plain, Tls(ca=missing)) == (
        f"connect: tls.ca: the file {missing} cannot be read: No such file or directory"
    )
    assert "holds no private key in PEM form" in refused(plain, Tls(cert=CLIENT, key=CLIENT))
    assert "tls.key is missing" in refused(plain, Tls(cert=CLIENT))


def test_grpc_from_a_profile(mutual: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK's own configuration file, and what is given next to it."""
    file = tmp_path / "temporal.toml"
    file.write_text(
        f'[profile.secure]\naddress = "{mutual}"\nnamespace = "from-file"\n'
        f'[profile.secure.tls]\nserver_ca_cert_path = "{AUTHORITY}"\n'
        f'client_cert_path = "{CLIENT}"\nclient_key_path = "{CLIENT_KEY}"\n'
    )
    with Client.connect(profile="secure", config_file=str(file), namespace="default") as client:
        assert client.count_workflows(NOTHING).count == 0
        assert "namespace 'default'" in repr(client)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(file))
    monkeypatch.setenv("TEMPORAL_PROFILE", "secure")
    with Client.connect() as client:
        assert "namespace 'from-file'" in repr(client)
    connected = lua_grpc.connect(new_table({"profile": "secure"}))
    index(connected, "close")()
    with pytest.raises(LuaError, match=r"connect: the settings in .* cannot be used: "):
        lua_grpc.connect(from_json({"profile": "none", "config_file": str(file)}))


def test_the_environment_does_not_reach_servers_it_does_not_name(
    server: DevServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_API_KEY", "only-for-the-cloud")
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "elsewhere")
    with Client.connect(server.address) as client:
        assert "namespace 'default'" in repr(client)
        assert client.count_workflows(NOTHING).count == 0
    monkeypatch.delenv("TEMPORAL_API_KEY")
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
    with Client.connect() as client:
        assert "namespace 'elsewhere'" in repr(client)


# ------------------------------------------------------------------------------------------------------------------ REST


def test_rest(rest: str, rest_mutual: str, tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_text(Path(CLIENT_KEY).read_text() + Path(CLIENT).read_text())
    for url, options in (
        (rest, {"ca": AUTHORITY}),
        (rest, {"verify": AUTHORITY}),
        (rest, {"verify": False}),
        (rest_mutual, {"ca": AUTHORITY, "cert": (CLIENT, CLIENT_KEY)}),
        (rest_mutual, {"verify": False, "cert": str(both)}),
    ):
        with RestClient(url, **options) as client:  # type: ignore[arg-type]  # a table of options
            assert client.health() is True
            assert client.workflows.list(query=NOTHING)["executions"] == []

        async def go(url: str = url, options: Any = options) -> None:
            async with AsyncRestClient(url, **options) as client:
                assert await client.health() is True

        asyncio.run(go())


def test_rest_from_lua(rest: str, rest_mutual: str) -> None:
    for url, options in (
        (rest, {"ca": AUTHORITY}),
        (rest, {"verify": AUTHORITY}),
        (rest, {"verify": False}),
        (rest_mutual, {"ca": AUTHORITY, "cert": [CLIENT, CLIENT_KEY]}),
    ):
        client = lua_rest.client(url, from_json(options))
        assert index(client, "health")(client) is True
        index(client, "close")(client)
    for options, said in (
        ({"verify": 1}, "client: verify must be a string, got 1"),
        ({"cert": [CLIENT]}, "client: cert must be a path or {certificate, key}"),
        ({"ca": "none.pem"}, "client: ca: there is no file none.pem"),
        ({"ca": AUTHORITY, "verify": False}, "ca says whom to trust: leave verify out"),
        ({"cert": [CLIENT, SERVER]}, "holds no usable PEM"),
    ):
        with pytest.raises(LuaError) as caught:
            lua_rest.client(rest, from_json(options))
        assert said in str(caught.value)


def test_rest_that_does_not_fit(server: DevServer, rest: str, rest_mutual: str) -> None:
    def said(url: str, **options: Any) -> str:
        with pytest.raises(TemporalHttpError) as caught, RestClient(url, **options) as client:
            client.system_info()
        return str(caught.value)

    assert "the server's certificate is not accepted: unable to get local issuer" in said(rest)
    assert "it may want a client certificate: cert" in said(rest_mutual, ca=AUTHORITY)
    assert "give ca, the authority that it comes from" in said(rest)
    assert "it speaks no TLS: try http://" in said(server.http_address.replace("http", "https"))
    assert "HTTP" in said(rest.replace("https", "http"))
    with tunnel(server.http_address.removeprefix("http://"), OTHER_NAME) as other:
        assert "IP address mismatch" in said(f"https://{other}", ca=AUTHORITY)
