"""The global `db` on SQLite, a real PostgreSQL and, where a variable names one, a real MySQL."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from assay.runtime import LuaTable, from_text, new_table, sequence
from assay.runtime.errors import LuaError
from assay.runtime.host import db, db_engines
from assay.runtime.json_values import NULL, encode
from assay.runtime.temporal.activity_context import ActivityContext, running_in
from assay.runtime.temporal.failures import stands_for_cancellation

from .postgresql import running_server, server_folder


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The URL of a running PostgreSQL."""
    programs = server_folder()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with running_server(programs) as url:
        yield url
        db_engines.close()


MYSQL_URL = "ASSAY_TEST_MYSQL_URL"
"""The variable with the URL of a MySQL or MariaDB database that tests may empty."""


DATABASES = ["sqlite", "postgresql", *(["mysql"] if MYSQL_URL in os.environ else [])]


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "mysql":
        admin = db.connect(os.environ[MYSQL_URL])
        db.execute(admin, "drop table if exists t")
        return os.environ[MYSQL_URL]
    if request.param == "sqlite":
        return f"sqlite://{tmp_path}/test.db"
    server: str = request.getfixturevalue("postgresql_url")
    admin = db.connect(server)
    db.execute(admin, "drop schema public cascade")
    db.execute(admin, "create schema public")
    return server


@pytest.fixture
def conn(url: str) -> Iterator[db.DatabaseConnection]:
    """A connection to an empty database."""
    opened = db.connect(url)
    yield opened
    db.close(opened)


def error_of(function: Any, *arguments: Any) -> str:
    """The message with which the call fails."""
    with pytest.raises(LuaError) as caught:
        function(*arguments)
    return str(caught.value)


def answer(conn: Any, sql: str, *values: Any) -> str:
    """The rows as JSON."""
    return encode(db.query(conn, sql, sequence(*values)))


def test_query_and_execute(conn: Any) -> None:
    assert db.execute(conn, "create table t (id integer primary key, name text)") == 0
    insert = "insert into t values ($1, $2), ($3, $4)"
    assert db.execute(conn, insert, sequence(1, "one", 2, from_text("zwölf"))) == 2
    assert answer(conn, "select * from t order by id") == (
        '[{"id":1,"name":"one"},{"id":2,"name":"' + from_text("zwölf") + '"}]'
    )
    assert answer(conn, "select id from t where id > $1", 5) == "[]"
    assert db.execute(conn, "update t set name = $1", sequence("x")) == 2
    assert db.execute(conn, "delete from t where id = $1", sequence(1)) == 1
    assert db.execute(conn, "delete from t where id = $1", sequence(1)) == 0
    assert db.execute(conn, "select * from t union all select * from t") == 2
    assert answer(conn, "insert into t values (7, 'seven') returning id") == '[{"id":7}]'
    assert answer(conn, "delete from t") == "[]"


def test_parameters_are_bound_and_never_text(conn: Any) -> None:
    db.execute(conn, "create table t (name text)")
    for name in ("'; drop table t; --", "$1", "%s %(p1)s %", "?1", "a\\'b", '"', ":x"):
        db.execute(conn, "insert into t values ($1)", sequence(name))
        assert db.query(conn, "select name from t where name = $1", sequence(name))[1]["name"] == (
            name
        )
    assert answer(conn, "select '$1 100%' as a, $1 as b", "v") == ('[{"a":"$1 100%","b":"v"}]')


def test_nil_and_null(conn: Any) -> None:
    db.execute(conn, "create table t (a integer, b text, c text)")
    holes = LuaTable()
    holes[2] = "x"
    db.execute(conn, "insert into t values ($1, $2, $3)", holes)
    db.execute(conn, "insert into t values ($1, $2, null)", sequence(NULL, "y"))
    assert answer(conn, "select * from t where a is null and c is null order by b") == (
        '[{"b":"x"},{"b":"y"}]'
    )


def test_numbers_and_bytes(conn: Any, url: str) -> None:
    kinds = ("bigint", "double precision", "bytea" if url.startswith("post") else "blob")
    db.execute(conn, f"create table t (i {kinds[0]}, f {kinds[1]}, b {kinds[2]})")
    data = "".join(map(chr, range(256))) + "\\x41"
    for integer in (0, -1, 2**31, 2**63 - 1, -(2**63)):
        values = sequence(integer, 1.5, db.bytes(data))
        db.execute(conn, "insert into t values ($1, $2, $3)", values)
        row = db.query(conn, "select * from t where i = $1", sequence(integer))[1]
        assert (row["i"], row["f"], row["b"]) == (integer, 1.5, data)
    db.execute(conn, "insert into t (f) values ($1), ($2)", sequence(2.0, 1e300))
    found = db.query(conn, "select f from t where i is null order by f")
    assert [(row["f"], type(row["f"])) for row in found.values()] == [(2.0, float), (1e300, float)]


POSTGRESQL_VALUES = [
    ("true", True),
    ("3::smallint", 3),
    ("1.50::numeric", 1.5),
    ("3::numeric", 3),
    ("sum(v) from (values (1::bigint), (2)) as t(v)", 3),
    ("12345678901234567890::numeric", "12345678901234567890"),
    ("0.1234567890123456789::numeric", "0.1234567890123456789"),
    ("'Infinity'::numeric", float("inf")),
    ("1e400::numeric", "1" + "0" * 400),
    ("0.1::real", 0.1),
    ("timestamp '2026-01-31 08:00:00.5'", "2026-01-31T08:00:00.500000"),
    ("timestamptz '2026-01-31 08:00:00+02'", "2026-01-31T06:00:00+00:00"),
    ("date '2026-01-31'", "2026-01-31"),
    ("time '08:00'", "08:00:00"),
    ("interval '90 minutes'", 5400.0),
    ("'0b8e0d0e-7f2b-4a53-9d5b-0f6c1b2a3d4e'::uuid", "0b8e0d0e-7f2b-4a53-9d5b-0f6c1b2a3d4e"),
    ("'::1'::inet", "::1"),
    ("'null'::jsonb", None),
    ("null::text", None),
    ("'a'::char(3)", "a  "),
]


@pytest.mark.parametrize("expression, value", POSTGRESQL_VALUES)
def test_values_of_postgresql(postgresql_url: str, expression: str, value: Any) -> None:
    row = db.query(
        db.connect(postgresql_url),
        (
            f"select {expression.replace(' from', ' as v from')}"
            if " from" in expression
            else f"select {expression} as v"
        ),
    )[1]
    assert row["v"] == value
    assert type(row["v"]) is type(value)


def test_json_and_arrays_of_postgresql(postgresql_url: str) -> None:
    conn = db.connect(postgresql_url)
    body = new_table({"items": sequence(1, 2.5, "x"), "empty": new_table({}), "no": NULL})
    assert answer(conn, "select $1::jsonb as v, $1::json -> 'items' as w", body) == (
        '[{"v":{"empty":{},"items":[1,2.5,"x"]},"w":[1,2.5,"x"]}]'
    )
    assert answer(conn, "select array[1, null, 3] as v, array[]::text[] as w") == (
        '[{"v":[1,null,3],"w":[]}]'
    )
    assert answer(conn, "select array[[1,2],[3,4]] as v, '[]'::jsonb as w") == (
        '[{"v":[[1,2],[3,4]],"w":[]}]'
    )
    nested = new_table({"f": sequence(1, print)})
    assert error_of(db.query, conn, "select $1", sequence(nested)) == (
        "db.query: parameter $1.f[2] is a function, which JSON cannot hold"
    )


def test_transactions(conn: Any) -> None:
    db.execute(conn, "create table t (id integer primary key)")

    def good(tx: Any) -> Any:
        db.execute(tx, "insert into t values (1)")
        assert answer(tx, "select id from t") == '[{"id":1}]'
        return (1, "two")

    assert db.transaction(conn, good) == (1, "two")
    kept: list[Any] = []

    def bad(tx: Any) -> Any:
        kept.append(tx)
        db.execute(tx, "insert into t values (2)")
        db.execute(tx, "insert into t values (1)")

    assert re.search(UNIQUE, error_of(db.transaction, conn, bad))
    assert answer(conn, "select id from t") == '[{"id":1}]'
    assert error_of(db.query, kept[0], "select 1") == "db.query: the transaction has ended"
    nested = error_of(db.transaction, conn, lambda tx: db.transaction(tx, good))
    assert nested == "db.transaction: transactions cannot stand in each other"
    closing = error_of(db.transaction, conn, lambda tx: db.close(tx))
    assert closing == "db.close: a transaction ends when its function returns"
    for sql in ("begin", "commit", "ROLLBACK"):
        assert "db.transaction(conn, function(tx)" in error_of(db.execute, conn, sql)

    def with_savepoint(tx: Any) -> None:
        db.execute(tx, "savepoint here")
        db.execute(tx, "insert into t values (9)")
        db.execute(tx, "rollback to here")
        db.execute(tx, "insert into t values (3)")

    db.transaction(conn, with_savepoint)
    assert answer(conn, "select id from t order by id") == '[{"id":1},{"id":3}]'


def in_threads(count: int, work: Callable[[int], None]) -> None:
    """Runs `work` with 0 to `count` - 1 at once; raises what one of them raised."""
    errors: list[BaseException] = []

    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001  # raised again below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def test_a_connection_is_shared_by_threads(conn: Any) -> None:
    db.execute(conn, "create table t (id integer primary key, n integer)")
    db.execute(conn, "insert into t values (1, 0)")

    def work(number: int) -> None:
        db.execute(conn, "insert into t values ($1, 0)", sequence(number + 10))
        db.execute(conn, "update t set n = n + 1 where id = 1")
        assert db.query(conn, "select count(*) as n from t")[1]["n"] >= 2

    in_threads(8, work)
    assert answer(conn, "select n from t where id = 1") == '[{"n":8}]'


def test_a_slow_statement_delays_no_other(postgresql_url: str) -> None:
    conn = db.connect(postgresql_url)
    context = ActivityContext(lambda details: None)
    slow = threading.Thread(target=canceled_query, args=(context, conn, "select pg_sleep(600)", []))
    slow.start()
    try:
        assert answer(conn, "select 1 as one") == '[{"one":1}]'
    finally:
        context.cancel()
        slow.join(60)
    assert not slow.is_alive()


def canceled_query(
    context: ActivityContext, conn: Any, sql: str, errors: list[BaseException]
) -> None:
    """Runs a statement in an activity that is going to be canceled."""
    with running_in(context):
        try:
            db.query(conn, sql)
        except LuaError as error:
            errors.append(error)


UNIQUE = r"UNIQUE|unique|Duplicate"
ENDLESS = {
    "mysql": "select sleep(600)",
    "sqlite": "with recursive t(n) as (select 1 union all select n + 1 from t) select max(n) from t",
    "postgres": "select pg_sleep(600)",
}


def test_cancellation_stops_a_statement(conn: Any, url: str) -> None:
    errors: list[Any] = []
    context = ActivityContext(lambda details: None)
    sql = ENDLESS[url.partition(":")[0]]
    thread = threading.Thread(target=canceled_query, args=(context, conn, sql, errors))
    thread.start()
    while not context.is_waiting:
        assert thread.is_alive()
    context.cancel()
    thread.join(60)
    assert not thread.is_alive()
    assert "db.query: stopped because the activity was canceled" in str(errors[0])
    assert stands_for_cancellation(errors[0].value)
    assert answer(conn, "select 1 as one") == '[{"one":1}]'
    with running_in(context):  # the error was seen: clean-up may use the database
        assert answer(conn, "select 2 as two") == '[{"two":2}]'


def test_a_canceled_transaction_is_rolled_back(conn: Any) -> None:
    db.execute(conn, "create table t (id integer)")
    context = ActivityContext(lambda details: None)

    def body(tx: Any) -> None:
        db.execute(tx, "insert into t values (1)")
        context.cancel()

    with running_in(context):
        assert "db.transaction: stopped because" in error_of(db.transaction, conn, body)
    assert answer(conn, "select * from t") == "[]"


def test_a_pool_that_is_used_up_says_so(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db_engines, "CONNECT_SECONDS", 1)
    conn = db.connect(postgresql_url, new_table({"pool_size": 1}))
    message = error_of(db.transaction, conn, lambda tx: db.query(conn, "select 1"))
    assert message == (
        "db.query: no connection became free in time: more statements at once than opts.pool_size"
    )


def test_connections_that_the_server_closed_are_made_anew(postgresql_url: str) -> None:
    conn = db.connect(postgresql_url)
    other = db.connect(postgresql_url, new_table({"pool_size": 2}))
    db.query(
        other,
        "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()",
    )
    assert answer(conn, "select 1 as one") == '[{"one":1}]'


def test_values_of_mysql() -> None:
    if MYSQL_URL not in os.environ:
        pytest.skip(f"{MYSQL_URL} is not set")
    conn = db.connect(os.environ[MYSQL_URL])
    row = db.query(
        conn,
        "select true as a, 1.50 as b, 18446744073709551615 as c, timestamp('2026-01-31 08:00') as d, "
        "date('2026-01-31') as e, time('01:30:00') as f, null as g, x'00ff' as h, sum(v) as i "
        "from (select 1 as v union select 2) as t",
    )[1]
    assert dict(row) == {
        "a": 1,
        "b": 1.5,
        "c": "18446744073709551615",
        "d": "2026-01-31T08:00:00",
        "e": "2026-01-31",
        "f": 5400.0,
        "h": "\x00\xff",
        "i": 3,
    }


def test_databases_in_memory() -> None:
    first, second = db.connect("sqlite::memory:"), db.connect("sqlite://")
    db.execute(first, "create table t (id integer)")

    def insert(number: int) -> None:
        db.execute(first, "insert into t values ($1)", sequence(number))

    in_threads(4, insert)
    assert answer(first, "select count(*) as n from t") == '[{"n":4}]'
    assert error_of(db.query, second, "select * from t") == "db.query: no such table: t"
    db.close(first)
    db.close(first)
    assert error_of(db.query, first, "select 1") == "db.query: the connection is closed"


def test_sqlite_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    db.execute(db.connect("sqlite:a b%20c#.db"), "create table t (id integer)")
    assert [path.name for path in tmp_path.iterdir()] == ["a b c#.db"]
    same = db.connect(f"sqlite://{tmp_path}/a b c%23.db?mode=ro")
    assert answer(same, "select * from t") == "[]"
    assert error_of(db.execute, same, "insert into t values (1)") == (
        "db.execute: attempt to write a readonly database"
    )
    for url in ("sqlite:missing.db?mode=rw", "sqlite:no/folder.db"):
        assert error_of(db.connect, url) == "db.connect: unable to open database file"


def test_errors_hold_no_secret() -> None:
    for url in (
        "postgres://user:canary@127.0.0.1:1/x",
        "mysql://user:canary@127.0.0.1:1/x",
        "postgres://user:canary@127.0.0.1:port/x",
        "postgres://user:canary@127.0.0.1/x?nonsense=canary2",
        "oracle://user:canary@host/x",
        "canary",
    ):
        message = error_of(db.connect, url)
        assert message.startswith("db.connect: ")
        assert "canary" not in message
        assert "\n" not in message


def test_what_the_database_refuses(conn: Any, url: str) -> None:
    assert error_of(db.query, conn, "select * from nope") in (
        "db.query: no such table: nope",
        'db.query: relation "nope" does not exist (42P01)',
        "db.query: Table 'test.nope' doesn't exist (1146)",
    )
    db.execute(conn, "create table t (name text unique)")
    db.execute(conn, "insert into t values ($1)", sequence("canary"))
    message = error_of(db.execute, conn, "insert into t values ($1)", sequence("canary"))
    assert re.search(UNIQUE, message)
    # MySQL quotes the value in its own words.
    assert "canary" not in message or url.startswith("mysql")


def test_wrong_arguments(conn: Any) -> None:
    for arguments, message in [
        (
            (None, "select 1"),
            "bad argument #1 to 'db.query' (database connection expected, got nil)",
        ),
        ((conn,), "bad argument #2 to 'db.query' (string expected, got no value)"),
        ((conn, "select 1", 5), "bad argument #3 to 'db.query' (table expected, got number)"),
        (
            (conn, "select $1", sequence(1, 2)),
            "db.query: there is a value for 2, but the statement has the parameters $1 to $1",
        ),
        (
            (conn, "select 1", new_table({"a": 1})),
            "db.query: there is a value for 'a', but the statement has no parameters",
        ),
        ((conn, "select $0"), "db.query: there is no parameter $0: numbers go from 1 to 32766"),
        (
            (conn, "select $1", sequence("\xff")),
            "db.query: parameter $1 is not UTF-8: give bytes as db.bytes(data)",
        ),
        (
            (conn, "select $1", sequence(print)),
            "db.query: parameter $1 is a function, which no database can hold",
        ),
        (
            (conn, "select '\xff'"),
            "db.query: the statement is not UTF-8 (byte 0xFF at position 9)",
        ),
        (
            (conn, "select 1 as a, 2 as a"),
            "db.query: two columns have the name 'a': name one with AS",
        ),
    ]:
        assert error_of(db.query, *arguments) == message
    assert "unknown option 'size'" in error_of(db.connect, "sqlite:x", new_table({"size": 1}))
    assert "from 1 to 1000" in error_of(db.connect, "sqlite:x", new_table({"pool_size": 0}))
    assert "function expected, got nil" in error_of(db.transaction, conn, None)


@pytest.mark.parametrize(
    "package, url, message",
    [
        (
            "sqlalchemy",
            "sqlite:x",
            "databases need the package sqlalchemy: pip install 'assay-compile[db]'",
        ),
        (
            "psycopg",
            "postgres://x/y",
            "PostgreSQL needs the package psycopg: pip install 'assay-compile[db]'",
        ),
        (
            "pymysql",
            "mysql://x/y",
            "MySQL needs the package pymysql: pip install 'assay-compile[mysql]'",
        ),
    ],
)
def test_a_missing_package_is_named(package: str, url: str, message: str) -> None:
    code = (
        f"import sys; sys.modules[{package!r}] = None\n"
        "from assay.runtime.errors import LuaError\n"
        "from assay.runtime.host import db\n"
        f"try: db.connect({url!r})\n"
        "except LuaError as error: print(error)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == f"db.connect: {message}\n"
