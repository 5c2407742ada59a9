"""`assay replay FILE.lua HISTORY.json... | --workflow-id ID | --query Q`: the gate before a deploy.

Replays real histories against the source as it is now. Exit status: 0 all do the same, 1 some would break (or, unless
`--allow-changes`, are asked for something else than they were), 2 wrong usage, no history, no server.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType

    from assay.runtime.temporal.worker_definition import WorkerDefinition
    from temporalio.client import WorkflowHistory

_UNUSABLE = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE.lua", help="the source of the worker")
    parser.add_argument(
        "histories",
        nargs="*",
        default=[],
        type=Path,
        metavar="HISTORY.json",
        help="histories as `temporal workflow show --output json` or the UI write them",
    )
    parser.add_argument("--workflow-id", metavar="ID", help="fetch the history of this workflow")
    parser.add_argument("--run-id", metavar="ID", help="with --workflow-id: of this run")
    parser.add_argument(
        "--query",
        metavar="Q",
        help="fetch the histories of what this finds, such as \"ExecutionStatus = 'Running'\"",
    )
    parser.add_argument(
        "--limit", type=int, default=100, metavar="N", help="with --query: at most N (default 100)"
    )
    parser.add_argument("--address", metavar="HOST:PORT", help="the server (default: the source's)")
    parser.add_argument("--namespace", help="the namespace (default: the source's)")
    parser.add_argument(
        "--allow-changes",
        action="store_true",
        help="exit 0 when workflows can go on, though inputs, timers or results differ",
    )


def run(given: argparse.Namespace) -> int:
    """Replays; gives the exit status."""
    if not (given.histories or given.workflow_id or given.query):
        return _wrong("give HISTORY.json, --workflow-id or --query")
    if given.run_id and not given.workflow_id:
        return _wrong("--run-id needs the --workflow-id that it is a run of")
    from assay.runtime.temporal.connection import ConnectionProblem

    from .loading import NotCompiled, load

    try:
        loaded = load(given.file)
    except NotCompiled as problem:
        return problem.status
    if not loaded.is_worker:
        return _wrong(f"{given.file} is no worker")
    try:
        return asyncio.run(_replay_all(given, loaded.package))
    except (ConnectionProblem, _Unusable) as problem:
        return _wrong(str(problem))


def _wrong(message: str) -> int:
    print(f"assay replay: {message}", file=sys.stderr)
    return _UNUSABLE


class _Unusable(Exception):
    """There is nothing to replay; the message says why in one line."""


async def _replay_all(given: argparse.Namespace, package: ModuleType) -> int:
    from assay.runtime.temporal.replay import compare
    from assay.runtime.temporal.worker_definition import worker_of_history, workers_of

    workers = workers_of(package)
    total = broken = changed = others = 0
    async for history in _histories(given, workers):
        if history is None:
            others += 1
            continue
        found = await compare(worker_of_history(workers, history).workflows, history)
        total += 1
        broken += found.breaks
        changed += bool(found.differences) and not found.breaks
        state = "BREAKS" if found.breaks else "changed" if found.differences else "ok"
        print(f"{state:7} {found.workflow_id}")
        for difference in found.differences:
            print(f"        {difference}")
    left_out = f"; {others} of other workers left out" if others else ""
    print(
        f"{total} replayed: {total - broken - changed} the same, {changed} changed, {broken} break{left_out}"
    )
    if total == 0:
        raise _Unusable(
            "no workflow of this worker was found" if others else "no workflow was found"
        )
    return 1 if broken or (changed and not given.allow_changes) else 0


async def _histories(
    given: argparse.Namespace, workers: Sequence[WorkerDefinition]
) -> AsyncIterator[WorkflowHistory | None]:
    """The histories; None for a workflow of another worker, which a query may find as well."""
    from assay.runtime.temporal.worker_definition import concerns

    for path in given.histories:
        yield _read(path)
    if not (given.workflow_id or given.query):
        return
    client = await _client(given, workers[0])
    from temporalio.service import RPCError

    try:
        if given.workflow_id:
            handle = client.get_workflow_handle(given.workflow_id, run_id=given.run_id)
            yield await handle.fetch_history()
        if given.query:
            left = given.limit
            async for found in client.list_workflows(given.query):
                if not concerns(workers, found.workflow_type, found.task_queue):
                    yield None
                    continue
                if left == 0:
                    return
                left -= 1
                handle = client.get_workflow_handle(found.id, run_id=found.run_id)
                yield await handle.fetch_history()
    except RPCError as problem:
        raise _Unusable(problem.message) from problem


def _read(path: Path) -> WorkflowHistory:
    from temporalio.client import WorkflowHistory

    try:
        recorded = json.loads(path.read_text(encoding="utf-8"))
        started = recorded["events"][0]["workflowExecutionStartedEventAttributes"]
        # A workflow may name its children after itself, so the id must be the one of then. Old servers left it out.
        return WorkflowHistory.from_json(started.get("workflowId", path.stem), recorded)
    except OSError as problem:
        raise _Unusable(f"{path} cannot be read: {problem.strerror}") from problem
    except (KeyError, IndexError, TypeError, AttributeError) as problem:
        raise _Unusable(
            f"{path} is no history: it does not begin with the start of a workflow"
        ) from problem
    except Exception as problem:  # whatever the JSON or the SDK's parser finds wrong with it
        raise _Unusable(f"{path} is no history: {' '.join(str(problem).split())}") from problem


async def _client(given: argparse.Namespace, worker: WorkerDefinition) -> Any:
    from dataclasses import replace

    from assay.runtime.temporal.connection import ConnectionSettings, connect, with_environment

    settings = with_environment(ConnectionSettings(worker.address, worker.namespace))
    settings = replace(
        settings,
        address=given.address or settings.address,
        namespace=given.namespace or settings.namespace,
    )
    return await connect(settings)
