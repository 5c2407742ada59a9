"""Stopping a statement that runs in another thread: called when its activity is canceled.

Sources: psycopg `Connection.cancel_safe`, Python's `sqlite3.Connection.interrupt`, MySQL manual 15.7.8.4 (KILL).
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

from .db_engines import Database
from .db_statement import Dialect

_SECONDS: Final = 5.0


def interrupt(database: Database, driver_connection: Any) -> None:
    """Asks the database to stop what `driver_connection` runs. Does nothing when it runs nothing, or cannot be asked."""
    # Whatever goes wrong here, the statement goes on and ends by itself; there is nobody to tell.
    with suppress(Exception):
        if database.dialect is Dialect.SQLITE:
            driver_connection.interrupt()
        elif database.dialect is Dialect.POSTGRESQL:
            driver_connection.cancel_safe(timeout=_SECONDS)
        else:
            _kill_query(database, driver_connection.thread_id())


def _kill_query(database: Database, thread_number: int) -> None:
    dialect = database.engine.dialect
    arguments, options = dialect.create_connect_args(database.engine.url)
    with_timeout = {**options, "connect_timeout": _SECONDS}
    connection = dialect.connect(*arguments, **with_timeout)
    try:
        connection.cursor().execute(f"KILL QUERY {int(thread_number)}")
    finally:
        connection.close()
