"""Placeholders in SQL: found where SQL has them, left alone in literals, names and comments."""

from __future__ import annotations

import pytest
from assay.runtime.host.db_statement import Dialect, StatementError, prepared

POSTGRESQL, MYSQL, SQLITE = Dialect.POSTGRESQL, Dialect.MYSQL, Dialect.SQLITE

CASES = [
    (SQLITE, "select $1, $2, $1", "select ?1, ?2, ?1", 2),
    (SQLITE, "select [a$1], `$1`, \"$1\", '$1''$1', $1 -- $2", None, 1),
    (SQLITE, "select '100%' where a = $1", "select '100%' where a = ?1", 1),
    (POSTGRESQL, "select $2::int % 2", "select %(p2)s::int %% 2", 2),
    (POSTGRESQL, "select '$1', E'\\'$1', \"$1\", $1", None, 1),
    (POSTGRESQL, "select $$ $1 $$, $tag$ $1 $$ $tag$, $1", None, 1),
    (POSTGRESQL, "/* $1 /* $2 */ $3 */ select $1", None, 1),
    (POSTGRESQL, "select a$1, t.a1$2, $1 from t", None, 1),
    (POSTGRESQL, "select data #> '{a}' from t where id=$1", None, 1),
    (POSTGRESQL, "select 'it''s $1', '\\', $1", None, 1),
    (POSTGRESQL, "select '$1 without end", None, 0),
    (POSTGRESQL, "select a[$1]", "select a[%(p1)s]", 1),
    (MYSQL, "select '\\'$1', \"$1\", `$1`, $1 # $2", None, 1),
    (MYSQL, "select '100%', $12", "select '100%%', %(p12)s", 12),
]


@pytest.mark.parametrize("dialect, text, wanted, count", CASES)
def test_placeholders(dialect: Dialect, text: str, wanted: str | None, count: int) -> None:
    found = prepared(text, dialect)
    assert found.count == count
    if wanted is not None:
        assert found.text == wanted
    elif count:
        mark = "?1" if dialect is SQLITE else "%(p1)s"
        assert found.text.count(mark) == 1
        assert found.text.replace(mark, "$1").replace("%%", "%") == text


@pytest.mark.parametrize("text", ["select $0", "select $32767", f"select ${'9' * 5000}"])
def test_numbers_that_are_no_parameter(text: str) -> None:
    with pytest.raises(StatementError, match="numbers go from 1 to 32766"):
        prepared(text, POSTGRESQL)


def test_a_hostile_statement_is_read_in_linear_time() -> None:
    for text in ("'" * 100_001, "/*" * 50_000, "$a" * 50_000, "$$" * 50_001, "[" * 100_000):
        for dialect in Dialect:
            assert prepared(text, dialect).count == 0


@pytest.mark.parametrize(
    "text, controls",
    [
        ("begin", True),
        (" -- first\n Start  Transaction read only", True),
        ("/* x */ COMMIT;", True),
        ("rollback", True),
        ("rollback work", True),
        ("ROLLBACK TO here", False),
        ("rollback transaction to savepoint here", False),
        ("end", True),
        ("select 'begin'", False),
        ("create trigger t after insert on a begin select 1; end", False),
        ("start replica", False),
        ("", False),
    ],
)
def test_statements_that_control_transactions(text: str, controls: bool) -> None:
    assert prepared(text, SQLITE).controls_transaction is controls
