"""Transactions of `db`, threads at one connection, and cancellation while a statement runs."""

from __future__ import annotations

import re
import threading
from typing import Any

from assay.runtime import sequence
from assay.runtime.errors import LuaError
from assay.runtime.host import db
from assay.runtime.temporal.activity_context import ActivityContext, running_in
from assay.runtime.temporal.failures import stands_for_cancellation
from lua_errors import error_of

from .calls import UNIQUE, answer, in_threads


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
