"""The global `db`: SQL on PostgreSQL, MySQL and SQLite, for activities and scripts.

URLs are `postgres://user:password@host:port/database` (also `postgresql://`), `mysql://...`, and for SQLite `sqlite:path`,
`sqlite:///absolute/path` or `sqlite::memory:`; what stands after `?` goes to the driver (`?sslmode=require`). Needed are
`pip install 'assay-compile[db]'` (SQLite and PostgreSQL), for MySQL `'assay-compile[mysql]'`.

Parameters are written `$1`, `$2`, ... on every database and always bound, never put into the text. `params` is a list of
them; `nil` (a hole) and `json.null` are NULL, a table is sent as JSON text, `db.bytes(data)` as bytes, any other string as text,
which has to be UTF-8.

Columns become: integers integers (as strings beyond 64 bits), `real` and `double` floats, exact numbers (`numeric`) integers
or floats, or strings of digits where a float would lose some; text and bytes strings; booleans booleans (on SQLite and MySQL
integers); NULL nil; JSON the value that `json.parse` gives (on SQLite text); arrays lists; dates and times text as ISO 8601
writes it (`2026-01-31T08:00:00.5`, with a time zone always in UTC: `2026-01-31T08:00:00+00:00`); intervals seconds; everything else
text.

Each statement is a transaction of its own, unless it runs in `db.transaction`. Connections are kept in a pool, 20 for a URL at
most, and closed when the worker ends; statements of one `conn` may run on different ones, so settings of a session belong into the
URL. A statement under way is stopped when its activity is canceled. No error message holds the password, the statement or
its values (a database may quote one that it refuses).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from ..errors import library, library_error
from ..stdlib.arguments import ABSENT, check_integer, check_string, type_error
from ..strings import from_text, to_bytes, to_text
from ..values import HostObject, LuaTable
from . import db_interrupt
from .db_engines import DEFAULT_POOL_SIZE, AddressError, Database, database
from .db_errors import reason_of
from .db_statement import Dialect, Statement, StatementError, prepared
from .db_values import Bytes, ParameterError, parameters, rows
from .options import check_option_names, optional_table
from .plain_data import DataError, text_of
from .waiting import canceled_error, interruptible, is_canceled, waiting, was_canceled

if TYPE_CHECKING:
    from sqlalchemy import Connection, CursorResult

_BEGIN: Final = {
    Dialect.POSTGRESQL: "BEGIN",
    Dialect.MYSQL: "START TRANSACTION",
    # The lock for writing at once: two transactions that read first could not both go on to write.
    Dialect.SQLITE: "BEGIN IMMEDIATE",
}


class DatabaseConnection(HostObject):
    """What Lua holds: a database, and inside `db.transaction` the one connection of the transaction."""

    __slots__ = ("database", "is_open", "transaction")
    lua_object_name = "database connection"

    def __init__(self, found: Database, transaction: Connection | None = None) -> None:
        self.database = found
        self.transaction = transaction
        self.is_open = True

    def lua_close(self) -> None:
        """The end of a `<close>` variable."""
        if self.is_open and self.database.is_private and self.transaction is None:
            self.database.engine.dispose()
        self.is_open = False


@library("db.connect")
def connect(url: Any = ABSENT, opts: Any = None, *_: Any) -> DatabaseConnection:
    """`db.connect(url, opts?)`: a connection, `conn` below, which activities may share; `opts.pool_size` is how many statements may
    run on it at once (20). Error: the URL is wrong, a package is missing, the database does not answer within 10 seconds or
    refuses the login."""
    address = to_text(check_string(1, url).strip())
    options = optional_table(2, opts)
    check_option_names("db.connect", options, ("pool_size",))
    pool_size = DEFAULT_POOL_SIZE
    if options["pool_size"] is not None:
        pool_size = check_integer(2, options["pool_size"])
        if not 1 <= pool_size <= 1000:
            raise library_error("db.connect: opts.pool_size must be from 1 to 1000")
    try:
        found = database(address, pool_size)
    except AddressError as error:
        raise library_error(f"db.connect: {from_text(str(error))}") from None
    with _checked("db.connect"), waiting(), found.engine.connect():
        return DatabaseConnection(found)


@library("db.query")
def query(conn: Any = ABSENT, sql: Any = ABSENT, params: Any = None, *_: Any) -> LuaTable:
    """`db.query(conn, sql, params?)`: the rows as a list of tables whose fields are the columns; an empty list when there is none.
    Error: what the database says, such as `relation "orders" does not exist (42P01)`; two columns of the same name; a parameter
    too many; what no column can hold."""
    handle = _open("db.query", conn)
    statement = _statement("db.query", handle, check_string(2, sql))
    values = _values("db.query", params, statement)
    with _running("db.query", handle, statement, values) as result:
        if not result.returns_rows:
            return rows([], [], [], False)
        names = list(result.keys())
        if len(set(names)) != len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise library_error(
                f"db.query: two columns have the name '{from_text(twice)}': name one with AS"
            )
        types = [column[1] for column in result.cursor.description] if result.cursor else []
        found = result.fetchall()
    return rows(names, types, list(found), handle.database.dialect is Dialect.MYSQL)


@library("db.execute")
def execute(conn: Any = ABSENT, sql: Any = ABSENT, params: Any = None, *_: Any) -> int:
    """`db.execute(conn, sql, params?)`: how many rows were inserted, changed or deleted (of a statement that gives rows, how many
    it gives), 0 for any other statement. Errors as `db.query`."""
    handle = _open("db.execute", conn)
    statement = _statement("db.execute", handle, check_string(2, sql))
    values = _values("db.execute", params, statement)
    with _running("db.execute", handle, statement, values) as result:
        return len(result.fetchall()) if result.returns_rows else max(result.rowcount, 0)


@library("db.transaction")
def transaction(conn: Any = ABSENT, body: Any = ABSENT, *_: Any) -> Any:
    """`db.transaction(conn, function(tx) ... end)`: calls the function with a connection whose statements all take effect
    together when it returns, and not at all when it raises an error, which goes on to the caller. Gives what the function returns.
    Error: what the database says at the end; `conn` is in a transaction already."""
    handle = _open("db.transaction", conn)
    if not callable(body):
        raise type_error(2, "function", body)
    if handle.transaction is not None:
        raise library_error("db.transaction: transactions cannot stand in each other")
    with _checked("db.transaction"), waiting():
        connection = handle.database.engine.connect()
    inner = DatabaseConnection(handle.database, connection)
    try:
        _control("db.transaction", inner, _BEGIN[handle.database.dialect])
        result = body(inner)
        _control("db.transaction", inner, "COMMIT")
        return result
    finally:
        inner.is_open = False
        _give_back(handle.database, connection)


@library("db.close")
def close(conn: Any = ABSENT, *_: Any) -> tuple[()]:
    """`db.close(conn)`: ends the use of `conn`; a second time does nothing. A database in memory is gone then."""
    if not isinstance(conn, DatabaseConnection):
        raise type_error(1, "database connection", conn)
    if conn.transaction is not None:
        raise library_error("db.close: a transaction ends when its function returns")
    conn.lua_close()
    return ()


@library("db.bytes")
def bytes(data: Any = ABSENT, *_: Any) -> Bytes:
    """`db.bytes(data)`: marks a string as bytes, for parameters of columns like `bytea` and `blob`."""
    return Bytes(to_bytes(check_string(1, data)))


# --------------------------------------------------------------------------------------------------------------- arguments


def _open(function: str, conn: Any) -> DatabaseConnection:
    if not isinstance(conn, DatabaseConnection):
        raise type_error(1, "database connection", conn)
    if not conn.is_open:
        ended = "connection is closed" if conn.transaction is None else "transaction has ended"
        raise library_error(f"{function}: the {ended}")
    return conn


def _statement(function: str, handle: DatabaseConnection, sql: str) -> Statement:
    try:
        statement = prepared(text_of(sql, "the statement"), handle.database.dialect)
    except (StatementError, DataError) as error:
        raise library_error(f"{function}: {error}") from None
    if statement.controls_transaction:
        raise library_error(
            f"{function}: transactions are begun and ended by db.transaction(conn, function(tx) ... end)"
        )
    return statement


def _values(function: str, params: Any, statement: Statement) -> list[Any]:
    try:
        return parameters(optional_table(3, params), statement.count)
    except ParameterError as error:
        raise library_error(f"{function}: {error}") from None


# ----------------------------------------------------------------------------------------------------------------- running


@contextmanager
def _running(
    function: str, handle: DatabaseConnection, statement: Statement, values: list[Any]
) -> Iterator[CursorResult[Any]]:
    """The result of a statement, to be read inside."""
    with _checked(function), _connection(handle) as connection:
        driver = connection.connection.driver_connection
        with interruptible(partial(db_interrupt.interrupt, handle.database, driver)):
            result = connection.exec_driver_sql(statement.text, statement.arguments(values))
            with closing(result):
                yield result


@contextmanager
def _connection(handle: DatabaseConnection) -> Iterator[Connection]:
    if handle.transaction is not None:
        yield handle.transaction
        return
    with waiting():
        connection = handle.database.engine.connect()
    try:
        yield connection
    finally:
        _give_back(handle.database, connection)


def _give_back(found: Database, connection: Connection) -> None:
    """Back to the pool, which rolls back what was not committed; but not what somebody may still be interrupting."""
    if was_canceled() and not found.is_private and not connection.invalidated:
        connection.invalidate()
    connection.close()


def _control(function: str, handle: DatabaseConnection, text: str) -> None:
    """Runs a statement without parameters that begins or ends a transaction."""
    with _running(function, handle, prepared(text, handle.database.dialect), []):
        pass


@contextmanager
def _checked(function: str) -> Iterator[None]:
    """What goes wrong inside with the database, as Lua errors."""
    from sqlalchemy.exc import SQLAlchemyError

    if is_canceled():
        raise canceled_error(function)
    try:
        yield
    except (SQLAlchemyError, OSError, ValueError, OverflowError) as error:
        if is_canceled():
            raise canceled_error(function) from None
        raise library_error(f"{function}: {from_text(reason_of(error))}") from None
