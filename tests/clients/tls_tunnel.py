"""TLS in front of a server that speaks none: what it decrypts goes to the server as it is, HTTP and gRPC alike.

The certificates are signed by an authority of their own, whose key is gone; they are for these tests only.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CERTIFICATES = Path(__file__).with_name("certificates")
AUTHORITY = str(CERTIFICATES / "authority.pem")
SERVER = str(CERTIFICATES / "server.pem")
"""For localhost and 127.0.0.1."""
OTHER_NAME = str(CERTIFICATES / "other_name.pem")
"""For temporal.test only."""
CLIENT = str(CERTIFICATES / "client.pem")
CLIENT_KEY = str(CERTIFICATES / "client_key.pem")


@contextmanager
def tunnel(target: str, certificate: str = SERVER, *, mutual: bool = False) -> Iterator[str]:
    """The address, "127.0.0.1:port", behind which is `target`; with `mutual` clients need a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.set_alpn_protocols(["h2", "http/1.1"])
    if mutual:
        context.load_verify_locations(AUTHORITY)
        context.verify_mode = ssl.CERT_REQUIRED
    host, _, port = target.rpartition(":")
    loop = asyncio.new_event_loop()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # asyncio logs what a handler raises, its cancellation at the end too.
        with contextlib.suppress(asyncio.CancelledError):
            inner_reader, inner_writer = await asyncio.open_connection(host, int(port))
            await asyncio.gather(_copy(reader, inner_writer), _copy(inner_reader, writer))

    listening = loop.run_until_complete(asyncio.start_server(serve, "127.0.0.1", 0, ssl=context))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield f"127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        asyncio.run_coroutine_threadsafe(_end(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


async def _end() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
