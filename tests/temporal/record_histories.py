"""Records histories of compiled workflows as test data: `python tests/temporal/record_histories.py`.

Each file is `histories/level-N/PACKAGE.WORKFLOW.json`, N being the codegen level of the compiler that ran. A file
that is there is never written again: what it holds is a promise to workflows that run in production.
"""

from __future__ import annotations

import asyncio
import tempfile
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

from assay.runtime.temporal.dev_server import DevServer
from assay.transpiler.output.package import CODEGEN_LEVEL
from compiled import compile_package
from search_attributes import register_search_attributes
from temporalio.client import Client, WorkflowFailureError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

FOLDER = Path(__file__).parent / "histories" / f"level-{CODEGEN_LEVEL}"

# Input, and the signals that are sent.
_RUNS: dict[tuple[str, str], tuple[Any, list[tuple[str, Any]]]] = {
    ("page", "AllOptions"): ({"key": "recorded"}, []),
    ("page", "OptionsAtRunTime"): ({"name": "echo", "payload": [1, 2], "timeout": 5}, []),
    ("page", "NonRetryable"): ({"key": "recorded"}, []),
    ("page", "TableError"): (None, []),
    ("page", "Uncaught"): (None, []),
    ("page", "OwnError"): ({"config": {}}, []),
    ("page", "WaitForever"): (None, [("approve", {"user": "jane"})]),
    ("page", "WaitWithTimeout"): (None, []),
    ("page", "Sleeps"): ({"seconds": 0.1}, []),
    ("page", "SideEffects"): (None, [("go", None)]),
    ("page", "Collects"): ({"count": 3}, [("value", 1), ("value", 2), ("value", 3)]),
    ("page", "Nothing"): (None, []),
    ("shapes", "Pipeline"): ({"n": 1}, []),
    ("shapes", "Again"): ({"n": 1}, []),
    ("shapes", "Counting"): (None, []),
    ("shapes", "Coroutines"): (None, []),
    ("shapes", "Retry"): (None, []),
    ("shapes", "Nested"): (None, []),
    ("beyond", "Futures"): (None, []),
    ("beyond", "FailingFutures"): (None, []),
    ("beyond", "Spawned"): (None, []),
    ("beyond", "Local"): (None, []),
    ("beyond", "Parent"): (None, []),
    ("beyond", "ChildFailures"): (None, []),
    ("beyond", "Others"): ({"id": "nobody", "cancel": "nobody"}, []),
    ("beyond", "Counts"): (None, [("add", {"by": 1})]),
    ("beyond", "Conditions"): (None, []),
    ("beyond", "Patched"): (None, []),
    ("beyond", "Deterministic"): (None, []),
    ("beyond", "Lost"): (None, []),
    ("beyond", "Visible"): (None, []),
    ("made", "First"): ("x", []),
    ("made", "Wrapped"): ("x", []),
    ("shapes", "Signals"): (
        {"timeout": 5},
        [("item", {"value": 1}), ("item", {"skip": True}), ("item", {"value": 2})],
    ),
}


async def _record(address: str, packages: dict[str, Any]) -> None:
    client = await Client.connect(address)
    await register_search_attributes(client)
    for (package, name), (given, signals) in _RUNS.items():
        target = FOLDER / f"{package}.{name}.json"
        if target.exists():
            continue
        module = packages[package]
        async with Worker(
            client,
            task_queue=package,
            workflows=module.WORKFLOWS,
            activities=module.ACTIVITIES,
            workflow_runner=UnsandboxedWorkflowRunner(),
        ):
            handle = await client.start_workflow(
                name, given, id=f"{name}-{uuid.uuid4().hex[:8]}", task_queue=package
            )
            for signal, payload in signals:
                await asyncio.sleep(0.1)  # so that the signals come in tasks of their own
                await handle.signal(signal, payload)
            with suppress(WorkflowFailureError):  # some are there to fail
                await handle.result()
            target.write_text((await handle.fetch_history()).to_json(), encoding="utf-8")
            print(target.name)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, DevServer() as server:
        packages = {
            name: compile_package(name, Path(folder))
            for name in ("beyond", "made", "page", "shapes")
        }
        asyncio.run(_record(server.address, packages))


if __name__ == "__main__":
    main()
