"""The globals `env`, `time`, `sleep`, `log` and what is added to `assert`."""

from __future__ import annotations

import logging
import math
import os
import subprocess
import sys
import threading
import time as clock
from typing import Any

import pytest
from assay.runtime import LuaTable, from_text, new_table, sequence, setindex
from assay.runtime.host import asserts, env, log
from assay.runtime.host import time as lua_time
from assay.runtime.temporal.activity_context import ActivityContext, running_in
from assay.runtime.values import set_metatable
from lua_errors import error_of


def test_env(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSAY_TEST", "grüße")
    assert env.get("ASSAY_TEST", "extra") == from_text("grüße")
    assert env.set("ASSAY_TEST", "\xff") == ()
    assert os.environb[b"ASSAY_TEST"] == b"\xff"
    assert env.get("ASSAY_TEST") == "\xff"
    env.set("ASSAY_TEST", 1.0)
    assert env.get("ASSAY_TEST") == "1.0"
    env.set("ASSAY_TEST")
    assert env.get("ASSAY_TEST") is None
    assert "name of an environment variable expected" in error_of(env.set, "A=B", "x")
    assert "text without zero bytes expected" in error_of(env.set, "A", "x\0")
    assert "string expected, got nil" in error_of(env.get, None)
    with running_in(ActivityContext(lambda details: None)):
        assert "env.set: not in an activity" in error_of(env.set, "ASSAY_TEST", "x")


def test_time_and_sleep() -> None:
    assert isinstance(lua_time.time("extra"), float)
    assert abs(lua_time.time() - clock.time()) < 1
    start = clock.monotonic()
    assert lua_time.sleep(0.05) == ()
    assert clock.monotonic() - start >= 0.05
    lua_time.sleep("0")
    for wrong in (-1, math.nan, math.inf):
        assert "a number of seconds from 0 expected" in error_of(lua_time.sleep, wrong)
    assert "number expected, got no value" in error_of(lua_time.sleep)


def test_sleep_ends_when_the_activity_is_canceled() -> None:
    activity = ActivityContext(lambda details: None)
    threading.Timer(0.1, activity.cancel).start()
    start = clock.monotonic()
    with running_in(activity):
        assert error_of(lua_time.sleep, 10) == "sleep: stopped because the activity was canceled"
    assert clock.monotonic() - start < 2


def test_log_lines(caplog: pytest.LogCaptureFixture) -> None:
    fields = new_table(
        {
            "version": "v2",
            "count": 3,
            "api_token": "abc",
            "list": sequence(1, new_table({"password": "abc"})),
            "text": from_text("é\n"),
            "f": print,
        }
    )
    with caplog.at_level(logging.DEBUG, "assay"):
        for level, function in [
            ("INFO", log.info),
            ("WARNING", log.warn),
            ("ERROR", log.error),
            ("DEBUG", log.debug),
        ]:
            assert function(from_text("déployé 100%"), fields) == ()
            assert caplog.records[-1].levelname == level
    message = caplog.records[-1].getMessage()
    assert message.startswith('déployé 100% version="v2" count=3 api_token=*** list=[1,')
    assert '{"password":"***"}] text="é\\n" f="function"' in message
    assert "abc" not in message


def test_log_takes_any_message() -> None:
    assert log.line(1.0) == "1.0"
    assert log.line(None) == "nil"
    assert log.line(True) == "true"
    assert log.line(new_table({"a": 1, "secret": "x"})) == '{"a":1,"secret":"***"}'
    assert log.line("bytes \xff") == "bytes \ufffd"
    assert log.line("text", "more") == 'text "more"'
    cycle = new_table({"name": "x"})
    cycle["self"] = cycle
    assert log.line("text", cycle) == 'text name="x" self={"name":"x","self":"..."}'
    mixed = LuaTable()
    setindex(mixed, True, 1)
    assert log.line("text", mixed) == "text <key True>=1"
    odd = new_table({"n": math.nan, "bytes": "\xff", "inner": sequence(print, mixed)})
    assert log.line("text", odd) == 'text n="nan" bytes="\ufffd" inner=table'
    assert "string expected, got no value" in error_of(log.info)


def test_log_without_any_set_up_goes_to_standard_error() -> None:
    code = (
        "from assay.runtime.host import log\n"
        "log.info('one'); log.debug('two'); log.warn('three')\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert [line.split(" ", 2)[2] for line in run.stderr.splitlines()] == [
        "INFO one",
        "WARNING three",
    ]
    assert run.stdout == ""


NESTED = new_table({"a": sequence(1, new_table({"b": 2.0}))})
SAME_NESTED = new_table({"a": sequence(1, new_table({"b": 2}))})

PASSING: list[tuple[Any, tuple[Any, ...]]] = [
    (asserts.eq, (1, 1.0)),
    (asserts.eq, (None, None)),
    (asserts.eq, (NESTED, SAME_NESTED)),
    (asserts.ne, (1, True)),
    (asserts.ne, ("1", 1)),
    (asserts.ne, (new_table({"a": 1}), new_table({"a": 1, "b": 2}))),
    (asserts.ne, (math.nan, math.nan)),
    (asserts.gt, (2, 1.5)),
    (asserts.lt, ("a", "b")),
    (asserts.contains, ("a.b", ".")),
    (asserts.contains, (sequence(1, new_table({"x": 1})), new_table({"x": 1}))),
    (asserts.not_nil, (False,)),
]


@pytest.mark.parametrize("function, arguments", PASSING)
def test_asserts_that_hold(function: Any, arguments: tuple[Any, ...]) -> None:
    assert function(*arguments) == ()


FAILING: list[tuple[Any, tuple[Any, ...], str]] = [
    (asserts.eq, (1, 2), "assert.eq: 1 is not equal to 2"),
    (asserts.eq, (1, 2, "count"), "count (assert.eq: 1 is not equal to 2)"),
    (asserts.eq, (1, "1"), 'assert.eq: 1 is not equal to "1"'),
    (asserts.eq, (None, False), "assert.eq: nil is not equal to false"),
    (asserts.eq, (new_table({"a": 1}), LuaTable()), 'assert.eq: {"a":1} is not equal to {}'),
    (asserts.eq, (print, math.inf), "assert.eq: a function is not equal to inf"),
    (asserts.ne, (NESTED, SAME_NESTED), 'assert.ne: both are {"a":[1,{"b":2.0}]}'),
    (asserts.gt, (1, 1), "assert.gt: 1 is not greater than 1"),
    (asserts.lt, (2, 1), "assert.lt: 2 is not less than 1"),
    (asserts.gt, (1, "a"), "attempt to compare string with number"),
    (asserts.contains, ("abc", "x"), 'assert.contains: "x" is not in "abc"'),
    (asserts.contains, (sequence(1), 2), "assert.contains: 2 is not in [1]"),
    (
        asserts.contains,
        (1, 2),
        "bad argument #1 to 'assert.contains' (table expected, got number)",
    ),
    (asserts.not_nil, (None, "id"), "id (assert.not_nil: the value is nil)"),
]


@pytest.mark.parametrize("function, arguments, message", FAILING)
def test_asserts_that_fail(function: Any, arguments: tuple[Any, ...], message: str) -> None:
    assert error_of(function, *arguments) == message


def test_assert_eq_takes_cycles_and_metamethods() -> None:
    left, right = LuaTable(), LuaTable()
    left["self"], right["self"] = left, right
    asserts.eq(left, right)
    right["more"] = 1
    asserts.ne(left, right)
    always = new_table({"__eq": lambda *_: True, "__tostring": lambda _: "shown"})
    first, second = new_table({"a": 1}), new_table({"a": 2})
    set_metatable(first, always)
    asserts.eq(first, second)
    assert error_of(asserts.ne, first, second) == "assert.ne: both are shown"


def test_assert_matches() -> None:
    assert asserts.matches("v1.20", "^v%d+%.%d+$") == ()
    assert error_of(asserts.matches, "x", "%d") == 'assert.matches: "x" does not match "%d"'
