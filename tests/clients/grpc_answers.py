"""A gRPC server that answers every call with one status: for what a development server never says (access refused, too busy).

HTTP/2 as far as that takes: headers that come in are not read, those that go out are literals without compression
(RFC 9113, RFC 7541 section 6.2.2).
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_DATA, _HEADERS, _SETTINGS, _PING = 0, 1, 4, 6
_ACK, _END_STREAM, _END_HEADERS = 1, 1, 4
_OK = 0


@contextmanager
def answering(status: int, message: str = "", *, first: int = _OK) -> Iterator[str]:
    """The address of the server. `first` is the status of the first call on a connection, by which the SDK asks what the server
    can do; without an answer (-1) the call is never answered."""
    listening = socket.create_server(("127.0.0.1", 0))
    connections: list[socket.socket] = []

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listening.accept()
                connections.append(connection)
                threading.Thread(
                    target=_serve, args=(connection, status, message, first), daemon=True
                ).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for each in connections:
            each.close()


def _serve(connection: socket.socket, status: int, message: str, first: int) -> None:
    with contextlib.suppress(OSError, EOFError):
        _read(connection, len(_PREFACE))
        connection.sendall(_frame(_SETTINGS, 0, 0, b""))
        while True:
            length, kind, flags, stream = _header(connection)
            payload = _read(connection, length)
            if kind == _SETTINGS and not flags & _ACK:
                connection.sendall(_frame(_SETTINGS, _ACK, 0, b""))
            elif kind == _PING and not flags & _ACK:
                connection.sendall(_frame(_PING, _ACK, 0, payload))
            elif kind == _HEADERS:
                answer = first if stream == 1 else status
                if answer == _OK:
                    connection.sendall(_empty_message(stream))
                elif answer > _OK:
                    connection.sendall(_status(stream, answer, message))


def _header(connection: socket.socket) -> tuple[int, int, int, int]:
    data = _read(connection, 9)
    length = int.from_bytes(data[:3], "big")
    return length, data[3], data[4], int.from_bytes(data[5:], "big") & 0x7FFFFFFF


def _empty_message(stream: int) -> bytes:
    start = _fields({":status": "200", "content-type": "application/grpc"})
    end = _fields({"grpc-status": "0"})
    return (
        _frame(_HEADERS, _END_HEADERS, stream, start)
        + _frame(_DATA, 0, stream, bytes(5))
        + _frame(_HEADERS, _END_STREAM | _END_HEADERS, stream, end)
    )


def _status(stream: int, status: int, message: str) -> bytes:
    start = {":status": "200", "content-type": "application/grpc", "grpc-status": str(status)}
    fields = _fields({**start, "grpc-message": message})
    return _frame(_HEADERS, _END_STREAM | _END_HEADERS, stream, fields)


def _fields(fields: dict[str, str]) -> bytes:
    return b"".join(b"\0" + _text(name) + _text(value) for name, value in fields.items())


def _text(text: str) -> bytes:
    data = text.encode()
    assert len(data) < 127
    return bytes([len(data)]) + data


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return (
        len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload
    )


def _read(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = connection.recv(count - len(data))
        if not part:
            raise EOFError
        data += part
    return data
