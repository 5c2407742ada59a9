"""What `db.connect` opens, and what calls of `db` refuse."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from assay.runtime import new_table, sequence
from assay.runtime.host import db, db_engines
from lua_errors import error_of

from .calls import UNIQUE, answer, in_threads


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
