"""What ctx offers beyond the specification's page, compiled and run on a real server: in every mode, each history replayed.

The workflows of a mode run side by side in one worker, which also shows that runs share nothing; a test looks at one outcome.
"""

from __future__ import annotations

import asyncio
import re
import types
from datetime import UTC, datetime
from typing import Any

import pytest
from assay.runtime.temporal.dev_server import DevServer
from beyond_scenarios import SCENARIOS
from compiled import LUA, compile_package
from search_attributes import register_search_attributes
from temporalio.client import Client
from workers import MODES_AND_KILLED, Mode, bench, on_loop


@pytest.fixture(scope="module")
def beyond(tmp_path_factory: pytest.TempPathFactory) -> types.ModuleType:
    """The package that tests/temporal/lua/beyond.lua compiles to."""
    return compile_package("beyond", tmp_path_factory.mktemp("beyond"))


@pytest.fixture(scope="module")
def attributes(server: DevServer) -> None:
    """Registers the search attributes that the workflow `Visible` sets."""

    async def register() -> None:
        await register_search_attributes(await Client.connect(server.address))

    on_loop(register)


@pytest.fixture(scope="module", params=MODES_AND_KILLED, ids=str)
def outcomes(
    request: pytest.FixtureRequest, beyond: types.ModuleType, server: DevServer, attributes: None
) -> dict[str, Any]:
    """What each scenario gave, or the exception it ended with."""
    mode: Mode = request.param

    async def go() -> dict[str, Any]:
        async with bench(
            server.address,
            mode,
            beyond.WORKFLOWS,
            beyond.ACTIVITIES,
            max_concurrent_workflow_tasks=2,  # or a busy machine looks like a deadlock to the SDK
        ) as at:
            # An uncached worker replays all the time; the Replayer takes a second for each.
            at.replays = mode.cached and not mode.sandboxed
            found = await asyncio.gather(
                *(asyncio.wait_for(run(at), 120) for run in SCENARIOS.values()),
                return_exceptions=True,
            )
            # On a busy machine short timers fire before a worker is lost.
            assert at.killer is None or at.killer.kills > 10
        return dict(zip(SCENARIOS, found, strict=True))

    return asyncio.run(go())


def _line(text: str) -> str:
    """`beyond.lua:LINE:` of the first line of the source that holds `text`."""
    lines = (LUA / "beyond.lua").read_text(encoding="utf-8").splitlines()
    return f"beyond.lua:{1 + next(n for n, line in enumerate(lines) if text in line)}:"


def _outcome(outcomes: dict[str, Any], name: str) -> Any:
    found = outcomes[name]
    if isinstance(found, BaseException):
        raise found
    return found


# ------------------------------------------------------------------------------------------------------------ looking


def test_futures(outcomes: dict[str, Any]) -> None:
    assert _outcome(outcomes, "Futures") == {
        "before": False, "after": True, "sum": 15, "named": "named", "key": "quick",
        "value": "quick", "again": True, "twice": "x2x1", "single": 2, "empty": True,
    }  # fmt: skip


def test_failing_and_canceled_futures(outcomes: dict[str, Any]) -> None:
    found = _outcome(outcomes, "FailingFutures")
    one = "activity 'fail' failed: one: broken"
    assert found["oks"] == [False] * 8
    assert found["errors"] == [
        one,
        one,
        one,
        "CANCELED",
        "CANCELED",
        f"{_line('ctx:any({}) end')} any: the table of futures is empty",
        f"{_line('ctx:all({ 1 })')} all: field 1 is no future but a number",
        "calling 'get' on bad self (future expected, got userdata): write future:get()",
    ]
    assert found["tostring"] is True
    assert found["good"] == 1


def test_spawned_functions(outcomes: dict[str, Any]) -> None:
    found = _outcome(outcomes, "Spawned")
    assert sorted(found["log"]) == ["a1", "a2", "b1", "b2"]
    assert found == {
        "log": found["log"],
        "name": "b",
        "count": 4,
        "results": ["a", "b", 42],
        "ok": False,
        "type": "SPAWNED",
        "ok2": False,
        "err2": "attempt to yield from outside a coroutine",
    }


def test_local_activities(outcomes: dict[str, Any]) -> None:
    assert _outcome(outcomes, "Local") == {
        "one": 1,
        "together": [2, 3, 4],
        "size": 8,
        "ok": False,
        "err": "activity 'fail' failed: LOCAL: broken",
    }


def test_child_workflows(outcomes: dict[str, Any]) -> None:
    assert _outcome(outcomes, "Parent") == {
        "plain": 1, "named": True, "id": True, "run": 36, "waiting": False, "got": "parent",
        "info": True, "ok": False, "type": "ALREADY_STARTED", "err": True,
    }  # fmt: skip


def test_failed_child_workflows(outcomes: dict[str, Any]) -> None:
    found = _outcome(outcomes, "ChildFailures")
    string = f"{_line('CHILD_BROKE')} CHILD_BROKE: no luck"
    assert found == {
        "string": {
            "ok": False, "message": string, "type": "CHILD_BROKE", "child": "Child", "id": True,
            "text": f"child workflow 'Child' failed: {string}",
        },
        "table": {
            "ok": False, "message": "no luck", "type": "BROKE", "child": "Child", "id": True,
            "details": {"code": 7}, "text": "child workflow 'Child' failed: no luck",
        },
        "activity": {
            "ok": False, "message": "activity 'fail' failed: deep: broken", "type": "LuaError",
            "child": "Child", "id": True,
            "text": "child workflow 'Child' failed: activity 'fail' failed: deep: broken",
        },
        "timeout": {
            "ok": False, "type": "TIMEOUT", "timeout": "run",
            "message": "timeout: the workflow did not end in time",
        },
        "canceled": {"ok": False, "type": "CANCELED", "child": "Child"},
    }  # fmt: skip


def test_signals_and_cancel_requests_to_other_workflows(outcomes: dict[str, Any]) -> None:
    found, child, status = _outcome(outcomes, "others")
    assert found == {
        "ok": False,
        "type": "NOT_FOUND",
        "message": "no such workflow is running",
        "ok2": False,
        "type2": "NOT_FOUND",
    }
    assert "attempt to index a nil value (field 'parent')" in child
    assert status == "CANCELED"


@pytest.mark.parametrize("name", ["counts", "kept_signals"])
def test_continue_as_new_keeps_signals(outcomes: dict[str, Any], name: str) -> None:
    found = _outcome(outcomes, name)
    if name == "kept_signals":
        assert found["count"] == 1111
    assert (found["rounds"], found["continued"], found["first"]) == (4, True, True)


def test_updates(outcomes: dict[str, Any]) -> None:
    sizes, refused, result = _outcome(outcomes, "updated")
    assert sizes == [1, 2]
    assert [kind for kind, _ in refused] == ["NAMELESS", "REFUSED", "LuaError", "LuaError"]
    assert [message for _, message in refused] == [
        f"{_line('NAMELESS')} NAMELESS: an item has a name",
        "never 7",
        "unknown update 'unknown'; registered are: add, again, close, fail",
        f"{_line('continue_as_new() end')} continue_as_new: only the workflow's own function can call it",
    ]
    assert result == {"items": ["a", "b"], "ok": True}


def test_an_update_before_the_first_line(outcomes: dict[str, Any]) -> None:
    assert _outcome(outcomes, "update_before_the_first_line") == (1, "NAMELESS", ["early"])


def test_conditions(outcomes: dict[str, Any]) -> None:
    assert _outcome(outcomes, "Conditions") == {
        "never": False, "now": True, "look": False, "later": True, "ok": False,
        "err": f"{_line('ready.field.missing')} attempt to index a boolean value (upvalue 'ready')",
    }  # fmt: skip


def test_memo_and_search_attributes(outcomes: dict[str, Any]) -> None:
    found = _outcome(outcomes, "Visible")
    assert found["memo"] == {"step": "one", "count": 1, "more": [1, 2]}
    assert found["attributes"] == {
        "Stage": "build", "Share": 0.5, "Done": False, "Tags": ["a", "b"],
        "Due": {"time": datetime(2024, 4, 11, 16, 0, 0, 500000, UTC).timestamp()},
        "Notes": "free text",
    }  # fmt: skip
    assert (found["size"], found["suggested"], found["ok"]) == (True, False, False)
    where = _line("Stage = function")
    assert found["err"].startswith(f"{where} upsert_search_attributes: Stage must be a ")


def test_patches(outcomes: dict[str, Any]) -> None:
    assert _outcome(outcomes, "Patched") is True


def test_time_and_random_numbers(outcomes: dict[str, Any]) -> None:
    from lupa.lua54 import LuaRuntime

    found = _outcome(outcomes, "Deterministic")
    real = LuaRuntime().execute(
        "math.randomseed(42) return {math.random(1, 100), math.random(1, 100), math.random()}"
    )
    assert found["seeded"] == list(real.values())
    number, below_one, up_to_ten = found["drawn"]
    assert number in range(1, 7)
    assert (below_one, up_to_ten) == (True, True)
    assert re.fullmatch(
        r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", found["id"]
    )
    assert (found["other"], found["now"], found["whole"], found["clock"]) == (
        True,
        True,
        "integer",
        True,
    )
    assert found["date"] == "1970-01-02 00:00:00 GMT"
    assert (found["fields"], found["moment"]) == (0, 86400)
    assert found["over"] == datetime(1971, 1, 31, tzinfo=UTC).timestamp()


def test_methods_of_a_ctx_that_the_compiler_lost(outcomes: dict[str, Any]) -> None:
    found = _outcome(outcomes, "Lost")
    errors = found.pop("errors")
    assert found == {
        "all": [1, 5], "key": "a", "value": 1, "got": "lost", "ran": 3, "type": "NOT_FOUND",
        "type2": "NOT_FOUND", "fresh": True, "shielded": [1, 2], "until_": True,
        "kinds": ["float", 36, "integer"], "canceled": False, "loc": 7, "id": True,
    }  # fmt: skip
    assert errors == [
        f"{_line('policy = ' + chr(34) + 'kill')} start_child_workflow: parent_close_policy must be "
        "'terminate', 'request_cancel' or 'abandon', got 'kill'",
        f"{_line('wait_until(1)')} bad argument #1 to 'wait_until' (function expected, got number)",
        f"{_line('validator = 1')} register_update: validator must be a function, got 1",
    ]


def test_a_cancel_request_waits_for_what_is_shielded(outcomes: dict[str, Any]) -> None:
    found = _outcome(outcomes, "shielded")
    assert found == {
        "steps": ["finished", 3, "CANCELED"],
        "before": False,
        "after": True,
        "ok": False,
    }


def test_a_cancel_request_cancels_what_is_waited_for(outcomes: dict[str, Any]) -> None:
    assert _outcome(outcomes, "canceled_futures") == {
        "ok": False, "type": "CANCELED", "ok2": False, "type2": "CANCELED", "cleaned": "cleaned",
    }  # fmt: skip


def test_a_canceled_future_that_nobody_catches_fails_the_workflow(outcomes: dict[str, Any]) -> None:
    assert _outcome(outcomes, "cancels_itself") == ("CANCELED", "canceled")
