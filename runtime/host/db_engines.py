"""Connections to databases: one pool for each address, made at the first `db.connect`, shared by all threads of the process.

In: a URL as users write it. Out: SQLAlchemy engines in autocommit mode. Pools outlive `db.close`, so that an activity which
connects anew each time it runs gets a connection that is open already; they are closed when the process ends, or when its last
worker does.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote, unquote

from . import lifetime
from .db_statement import Dialect

if TYPE_CHECKING:
    from sqlalchemy import Engine

CONNECT_SECONDS: Final = 10
"""How long making a connection may take."""

DEFAULT_POOL_SIZE: Final = 20
"""How many connections to one database a process has at most, unless `pool_size` says otherwise."""

_DIALECTS = {
    "postgres": Dialect.POSTGRESQL,
    "postgresql": Dialect.POSTGRESQL,
    "mysql": Dialect.MYSQL,
    "mariadb": Dialect.MYSQL,
    "sqlite": Dialect.SQLITE,
}
_DRIVERS = {Dialect.POSTGRESQL: "postgresql+psycopg", Dialect.MYSQL: "mysql+pymysql"}
_PACKAGES = {
    "sqlalchemy": ("databases need", "db"),
    "psycopg": ("PostgreSQL needs", "db"),
    "pymysql": ("MySQL needs", "mysql"),
}


class AddressError(Exception):
    """A URL that no database can be reached with, or a package that is missing; the message has no secrets."""


@dataclass(frozen=True, slots=True)
class Database:
    """A database and the pool of connections to it."""

    engine: Engine
    dialect: Dialect
    is_private: bool
    """Whether it goes away when it is closed: a database in memory."""


_databases: dict[tuple[str, int], Database] = {}
_lock = threading.Lock()


def database(url: str, pool_size: int = DEFAULT_POOL_SIZE) -> Database:
    """The database at `url`, with at most `pool_size` connections. Nothing is connected yet. Raises `AddressError`."""
    scheme, separator, rest = url.partition(":")
    dialect = _DIALECTS.get(scheme.lower())
    if dialect is None or not separator:
        raise AddressError("the URL must start with postgres://, mysql:// or sqlite:")
    if dialect is Dialect.SQLITE and _is_memory(rest):
        return Database(_memory_engine(), dialect, True)
    with _lock:
        key = (url, pool_size)
        if key not in _databases:
            if dialect is Dialect.SQLITE:
                engine = _file_engine(rest, pool_size)
            else:
                engine = _server_engine(_DRIVERS[dialect] + separator + rest, pool_size)
            _databases[key] = Database(engine, dialect, False)
        return _databases[key]


def close() -> None:
    """Closes the connections that are not in use; those in use are closed when they are given back. A next
    `db.connect` makes new ones."""
    with _lock:
        for found in _databases.values():
            found.engine.dispose()
        _databases.clear()


def _forget() -> None:
    for found in _databases.values():
        found.engine.dispose(close=False)
    _databases.clear()


lifetime.register(close)
if hasattr(os, "register_at_fork"):
    # A child must not write into connections that it shares with its parent.
    os.register_at_fork(after_in_child=_forget)


# ---------------------------------------------------------------------------------------------------------------- engines


def _create(url: Any, **settings: Any) -> Engine:
    try:
        from sqlalchemy import create_engine
        from sqlalchemy.exc import ArgumentError

        try:
            return create_engine(url, isolation_level="AUTOCOMMIT", **settings)
        except (ArgumentError, ValueError):
            raise AddressError("the URL is malformed") from None
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        need, extra = _PACKAGES.get(package, ("databases need", "db"))
        raise AddressError(
            f"{need} the package {package}: pip install 'assay-compile[{extra}]'"
        ) from None


def _server_engine(url: str, pool_size: int) -> Engine:
    if "://" not in url:
        raise AddressError("the URL must look like postgres://user:password@host:port/database")
    return _create(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=CONNECT_SECONDS,
        pool_pre_ping=True,
        pool_use_lifo=True,
        connect_args={"connect_timeout": CONNECT_SECONDS},
    )


def _is_memory(rest: str) -> bool:
    path, _, query = rest.partition("?")
    return (
        path in ("", "//", ":memory:", "//:memory:")
        or dict(parse_qsl(query)).get("mode") == "memory"
    )


def _memory_engine() -> Engine:
    """A database in memory lives in its one connection: whoever needs it waits for it."""
    return _sqlite_engine("file::memory:", 1)


def _file_engine(rest: str, pool_size: int) -> Engine:
    """`sqlite:path` and `sqlite://path` are relative, `sqlite:///path` is absolute, as in other URLs with an empty host."""
    path, _, query = rest.removeprefix("//").partition("?")
    if path.startswith("/"):
        path = f"/{path.lstrip('/')}"
    return _sqlite_engine(f"file:{quote(unquote(path))}{f'?{query}' if query else ''}", pool_size)


def _sqlite_engine(address: str, pool_size: int) -> Engine:
    """`address` is SQLite's own form of URL, which has the options of "SQLite: Uniform Resource Identifiers"."""

    def connect() -> Any:
        import sqlite3

        return sqlite3.connect(address, uri=True, check_same_thread=False)

    return _create(
        "sqlite://",
        creator=connect,
        poolclass=_queue_pool(),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=CONNECT_SECONDS,
    )


def _queue_pool() -> Any:
    try:
        from sqlalchemy.pool import QueuePool
    except ModuleNotFoundError:
        return None
    return QueuePool
