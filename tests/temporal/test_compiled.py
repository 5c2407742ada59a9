"""What the specification's page shows in Lua, compiled and run on a real server: in every mode, each history replayed."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from compiled import compile_package
from temporalio.client import WorkflowFailureError
from workers import TIME_LIMIT, Mode, all_modes_and_killed, bench, on_loop, pick, unique

_HERE = Path(__file__).parent
_ROOT = _HERE.parent.parent


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> types.ModuleType:
    """The package that tests/temporal/lua/page.lua compiles to."""
    return compile_package("page", tmp_path_factory.mktemp("page"))


def _compile(source: Path, folder: Path) -> None:
    command = [sys.executable, "-m", "assay.transpiler.cli", str(source), "-o", str(folder), "-q"]
    subprocess.run(command, check=True)


def _run(page: types.ModuleType, address: str, mode: Mode, name: str, *arguments: Any) -> Any:
    """The result of workflow `name`, whose history then replays."""

    async def go() -> Any:
        async with bench(address, mode, pick(page.WORKFLOWS, name), page.ACTIVITIES) as worker:
            return await worker.run(name, *arguments)

    return on_loop(go)


@all_modes_and_killed
def test_every_activity_option(page: types.ModuleType, address: str, mode: Mode) -> None:
    found = _run(page, address, mode, "AllOptions", {"key": unique("k")})
    assert found == {"attempts": 3, "target": "prod", "version": "v0.2.0"}


@all_modes_and_killed
def test_options_known_at_run_time(page: types.ModuleType, address: str, mode: Mode) -> None:
    given = {"name": "echo", "payload": {"list": [1, 2.5, "x"]}, "timeout": 5}
    assert _run(page, address, mode, "OptionsAtRunTime", given) == {"list": [1, 2.5, "x"]}


@all_modes_and_killed
def test_non_retryable_errors_match_the_type(
    page: types.ModuleType, address: str, mode: Mode
) -> None:
    found = _run(page, address, mode, "NonRetryable", {"key": unique("k")})
    assert found["ok"] is False
    assert (
        found["message"]
        == "activity 'denied' failed: page.lua:19: PERMISSION_DENIED: not yours (attempt 1)"
    )


@all_modes_and_killed
def test_a_table_thrown_by_an_activity(page: types.ModuleType, address: str, mode: Mode) -> None:
    found = _run(page, address, mode, "TableError")
    assert found == {
        "ok": False,
        "type": "QUOTA",
        "message": "no room",
        "text": "activity 'throws_table' failed: no room",
        "same": "QUOTA",
    }


@all_modes_and_killed
def test_an_activity_that_times_out(page: types.ModuleType, address: str, mode: Mode) -> None:
    assert _run(page, address, mode, "Timeout") == {"ok": False, "type": "TIMEOUT"}


@all_modes_and_killed
def test_an_uncaught_activity_error_names_message_and_lua_line(
    page: types.ModuleType, address: str, mode: Mode
) -> None:
    with pytest.raises(WorkflowFailureError) as caught:
        _run(page, address, mode, "Uncaught")
    cause = caught.value.cause
    assert "page.lua:29: GitLab commit failed: HTTP 500" in str(cause)


@all_modes_and_killed
def test_an_error_of_the_workflow_fails_it_once(
    page: types.ModuleType, address: str, mode: Mode
) -> None:
    with pytest.raises(WorkflowFailureError) as caught:
        _run(page, address, mode, "OwnError", {"config": {}})
    assert "page.lua:93: attempt to index a nil value (field 'missing')" in str(caught.value.cause)


@all_modes_and_killed
def test_wait_signal_without_timeout(page: types.ModuleType, address: str, mode: Mode) -> None:
    async def go() -> Any:
        async with bench(
            address, mode, pick(page.WORKFLOWS, "WaitForever"), page.ACTIVITIES
        ) as worker:
            handle = await worker.start("WaitForever")
            await handle.signal("other", {"user": "nobody"})
            await handle.signal("approve", {"user": "jane"})
            result = await handle.result()
            await worker.check_replay(handle)
            return result

    assert on_loop(go) == {"user": "jane"}


@all_modes_and_killed
def test_wait_signal_with_timeout(page: types.ModuleType, address: str, mode: Mode) -> None:
    assert _run(page, address, mode, "WaitWithTimeout") == {"status": "timed_out"}


@all_modes_and_killed
def test_a_signal_before_the_first_line(page: types.ModuleType, address: str, mode: Mode) -> None:
    async def go() -> Any:
        async with bench(
            address, mode, pick(page.WORKFLOWS, "WaitWithTimeout"), page.ACTIVITIES
        ) as worker:
            handle = await worker.start(
                "WaitWithTimeout", start_signal="approve", start_signal_args=[{"user": "jane"}]
            )
            return await handle.result()

    assert on_loop(go) == {"status": "approved", "by": "jane"}


@all_modes_and_killed
def test_sleep(page: types.ModuleType, address: str, mode: Mode) -> None:
    found = _run(page, address, mode, "Sleeps", {"seconds": 0.2})
    assert 0.5 <= found["slept"] < TIME_LIMIT


@all_modes_and_killed
def test_side_effects_are_recorded(page: types.ModuleType, address: str, mode: Mode) -> None:
    async def go() -> tuple[Any, list[str]]:
        async with bench(
            address, mode, pick(page.WORKFLOWS, "SideEffects"), page.ACTIVITIES
        ) as worker:
            handle = await worker.start("SideEffects")
            await handle.signal("go")
            result = await handle.result()
            await worker.check_replay(handle)
            return result, await worker.event_types(handle)

    result, events = on_loop(go)
    assert len(result["id"]) == 32 and len(result["again"]) == 8 and result["now"] > 1.7e9
    assert events.count("MARKER_RECORDED") == 3


@all_modes_and_killed
def test_workflow_info(page: types.ModuleType, address: str, mode: Mode) -> None:
    found = _run(page, address, mode, "Info")
    assert found["workflow_type"] == "Info"
    assert found["workflow_id"].startswith("Info-")
    assert found["namespace"] == "default"
    assert found["task_queue"].startswith("queue-")
    assert found["attempt"] == 1
    assert found["start_time"] > 1.7e9


@all_modes_and_killed
def test_signals_in_order_and_a_query(page: types.ModuleType, address: str, mode: Mode) -> None:
    async def go() -> tuple[Any, Any]:
        async with bench(
            address, mode, pick(page.WORKFLOWS, "Collects"), page.ACTIVITIES
        ) as worker:
            handle = await worker.start("Collects", {"count": 20})
            for number in range(19):
                await handle.signal("value", number)
            await handle.signal("value", "last")
            result = await handle.result()
            await worker.check_replay(handle)
            return result, await handle.query("seen")

    result, asked = on_loop(go)
    assert result == [*range(19), "last"]
    assert asked == result


@all_modes_and_killed
def test_no_input_and_no_result(page: types.ModuleType, address: str, mode: Mode) -> None:
    assert _run(page, address, mode, "Nothing") is None


@all_modes_and_killed
def test_cancel_lets_clean_up_run(page: types.ModuleType, address: str, mode: Mode) -> None:
    async def go() -> tuple[str, list[str]]:
        async with bench(address, mode, pick(page.WORKFLOWS, "Cleanup"), page.ACTIVITIES) as worker:
            handle = await worker.start("Cleanup")
            await worker.until_waiting(handle, 5)
            await handle.cancel()
            with pytest.raises(WorkflowFailureError):
                await handle.result()
            status = (await handle.describe()).status
            assert status is not None
            return status.name, await worker.event_types(handle)

    status, events = on_loop(go)
    assert status == "CANCELED"
    assert events.count("ACTIVITY_TASK_COMPLETED") == 1


def test_worker_module_and_starter_script(address: str, tmp_path: Path) -> None:
    """`python -m promotion.worker` and the starter of the page, as processes of their own."""
    example = _ROOT / "examples" / "promotion"
    for name in ("promotion.lua", "start.lua"):
        _compile(example / name, tmp_path)
    queue = unique("promotions")
    start = tmp_path / "start.py"
    text = start.read_text().replace('"promotions"', repr(queue))
    start.write_text(text.replace('"promote-v0.2.0-to-prod"', repr(unique("promote"))))
    command = [
        sys.executable,
        "-m",
        "promotion.worker",
        "--address",
        address,
        "--task-queue",
        queue,
    ]
    worker = subprocess.Popen(command, cwd=tmp_path)
    try:
        environment = {
            **os.environ,
            "TEMPORAL_ADDRESS": address,
            "GITLAB_URL": "http://127.0.0.1:9/",
        }
        found = subprocess.run(
            [sys.executable, str(start)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=TIME_LIMIT * 2,
        )
    finally:
        worker.terminate()
        assert worker.wait(timeout=TIME_LIMIT) == 0
    # Nothing listens where GitLab should be: the failure tells the starter what happened and where in the Lua.
    assert found.returncode == 1
    assert "activity 'update_gitops' failed: promotion.lua:9: http.post" in found.stderr


def test_workers_in_the_sandbox_share_nothing(page: types.ModuleType, address: str) -> None:
    """Many runs at once in one worker, each with its own state."""

    async def go(mode: Mode) -> list[Any]:
        async with bench(
            address, mode, pick(page.WORKFLOWS, "Collects"), page.ACTIVITIES
        ) as worker:
            handles = [await worker.start("Collects", {"count": 2}) for _ in range(10)]
            for number, handle in enumerate(handles):
                await handle.signal("value", number)
            for number, handle in enumerate(handles):
                await handle.signal("value", -number)
            return list(await asyncio.gather(*(handle.result() for handle in handles)))

    for mode in (Mode(True, True), Mode(False, True)):
        assert on_loop(go, mode) == [[number, -number] for number in range(10)]
