"""What goes into a database with `db` and comes out of it."""

from __future__ import annotations

import os
from typing import Any

import pytest
from assay.runtime import LuaTable, from_text, new_table, sequence
from assay.runtime.host import db
from assay.runtime.json_values import NULL
from lua_errors import error_of

from .calls import MYSQL_URL, answer


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
