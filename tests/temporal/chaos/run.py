"""Workflows while workers are killed and the server is restarted: `python tests/temporal/chaos/run.py --seed 1 --count 200`.

Afterwards every workflow is completed with the right result, every side effect has one value (in the result, in the history,
in the activity that was given it) and every history replays. Prints counts; exit status 1 with a list of what is wrong.
Loopback only; ends by itself within `--deadline` seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
import types
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

if __name__ == "__main__":
    sys.path[:0] = [
        str(Path(__file__).parent.parent / "fixtures"),
        str(Path(__file__).parent.parent),
    ]

from assay.runtime.temporal.dev_server import DevServer
from compiled import compile_package
from progress import progress
from scenarios import activity_inputs, recorded_values
from temporalio.api.common.v1 import Payloads, WorkflowExecution
from temporalio.api.workflowservice.v1 import SignalWorkflowExecutionRequest
from temporalio.client import Client, WorkflowHandle, WorkflowHistory
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from chaos.disorder import Counts, Disorder
from chaos.plans import SIDE_EFFECT, expected, plan, signals

T = TypeVar("T")

_PACKAGE = "walks"
_TASK_TIMEOUT = timedelta(seconds=2)
_LOOK_SECONDS = 1.0
"""How often each workflow is looked at: several times a second for each of hundreds would keep the server busy with that alone."""

_RETRIED = {
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.CANCELLED,
    RPCStatusCode.UNKNOWN,
    RPCStatusCode.INTERNAL,
    RPCStatusCode.RESOURCE_EXHAUSTED,
}
"""What a server says that is going down, is gone, or is not quite there again."""


@dataclass(frozen=True)
class Settings:
    """How much, for how long; the same seed draws the same plans and the same kills."""

    seed: int = 1
    count: int = 200
    steps: int = 14
    workers: int = 3
    seconds: float = 60.0
    deadline: float = 900.0


@dataclass
class Report:
    """What happened, and everything that is not as it must be."""

    counts: Counts
    completed: int = 0
    side_effects: int = 0
    signals: int = 0
    activities: int = 0
    timers: int = 0
    children: int = 0
    failed_tasks: int = 0
    replayed: int = 0
    events: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        kills = self.counts
        return (
            f"{self.completed} workflows completed in {self.seconds:.0f} s: {self.activities} activities, "
            f"{self.timers} timers, {self.children} children, {self.signals} signals, "
            f"{self.side_effects} side effects with one value each; "
            f"{kills.worker_kills} worker kills, {kills.server_kills} server kills, {self.failed_tasks} workflow tasks lost; "
            f"{self.replayed} histories with {self.events} events replayed; {len(self.problems)} problems"
        )


async def retried(call: Callable[[], Awaitable[T]]) -> T:
    """The answer of a call that is made again while the server is away."""
    while True:
        try:
            return await call()
        except RPCError as error:
            if error.status not in _RETRIED:
                raise
            await asyncio.sleep(0.2)


async def run(settings: Settings) -> Report:
    """One chaos run, from an empty server to replayed histories."""
    started = time.monotonic()
    draw = random.Random(settings.seed)
    with tempfile.TemporaryDirectory(prefix="chaos-") as name:
        folder = Path(name)
        package = compile_package(_PACKAGE, folder / "build")
        with DevServer(database=folder / "server.db") as server:
            disorder = Disorder(folder / "build", _PACKAGE, "walks", server, draw)
            report = Report(disorder.counts)
            plans = {f"walk-{n}": plan(draw, settings.steps) for n in range(settings.count)}
            try:
                await asyncio.wait_for(_live(settings, disorder, plans, report), settings.deadline)
            except TimeoutError:
                report.problems.append(f"not finished within {settings.deadline:.0f} seconds")
                report.problems.append(f"the workers say: {disorder.worker_log()}")
            await _inspect(await Client.connect(server.address), package, plans, report)
    report.seconds = time.monotonic() - started
    return report


async def _live(
    settings: Settings, disorder: Disorder, plans: dict[str, dict[str, Any]], report: Report
) -> None:
    client = await Client.connect(disorder.server.address)
    async with disorder.workers(settings.workers):
        killing = asyncio.ensure_future(disorder.go_on(settings.seconds))
        # Spread over the time of the kills, whatever the machine makes of it.
        pauses = random.Random(settings.seed + 1)
        lives = [
            _life(client, disorder.queue, name, given, pauses, settings.seconds)
            for name, given in plans.items()
        ]
        living = asyncio.gather(*lives)
        await asyncio.wait({killing, living}, return_when=asyncio.FIRST_COMPLETED)
        if killing.done():
            killing.result()  # a server that did not come back ends the run at once
        report.signals = sum(await living)
        # All are through before the time is over: nothing is left to disturb.
        killing.cancel()


async def _life(
    client: Client,
    queue: str,
    name: str,
    given: dict[str, Any],
    pauses: random.Random,
    seconds: float,
) -> int:
    """Starts a workflow, sends its signals, waits for its end. Returns the number of signals."""
    await asyncio.sleep(pauses.uniform(0, seconds / 2))
    handle = await retried(lambda: _started(client, queue, name, given))
    sending = signals(given["steps"])
    for signal, payload in sending:
        await asyncio.sleep(pauses.uniform(0, seconds / 2 / len(sending)))
        await _signal_once(client, name, signal, payload)
    await _closed(handle)
    return len(sending)


async def _started(
    client: Client, queue: str, name: str, given: dict[str, Any]
) -> WorkflowHandle[Any, Any]:
    try:
        return await client.start_workflow(
            "Walk",
            given,
            id=name,
            task_queue=queue,
            task_timeout=_TASK_TIMEOUT,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        )
    except WorkflowAlreadyStartedError:
        # The server took the request, but was gone before it could say so.
        return client.get_workflow_handle(name)


async def _signal_once(client: Client, name: str, signal: str, payload: Any) -> None:
    """Sends a signal that counts once however often the request has to be made: the server knows it by its id."""
    payloads = await client.data_converter.encode([payload])
    request = SignalWorkflowExecutionRequest(
        namespace=client.namespace,
        workflow_execution=WorkflowExecution(workflow_id=name),
        signal_name=signal,
        input=Payloads(payloads=payloads),
        request_id=str(uuid.uuid4()),
    )
    await retried(lambda: client.workflow_service.signal_workflow_execution(request))


async def _closed(handle: WorkflowHandle[Any, Any]) -> None:
    while (await retried(handle.describe)).close_time is None:
        await asyncio.sleep(_LOOK_SECONDS)


# ---------------------------------------------------------------------------------------------------------- afterwards


async def _inspect(
    client: Client, package: types.ModuleType, plans: dict[str, dict[str, Any]], report: Report
) -> None:
    seen: set[str] = set()
    replayer = Replayer(workflows=package.WORKFLOWS, workflow_runner=UnsandboxedWorkflowRunner())
    for name, given in plans.items():
        try:
            history = await retried(client.get_workflow_handle(name).fetch_history)
        except RPCError as error:
            report.problems.append(f"{name}: {error.message}")
            continue
        status = progress(history).closed
        if status != "COMPLETED":
            report.problems.append(f"{name}: {status or 'still running'}")
            continue
        report.completed += 1
        result = await client.get_workflow_handle(name).result()
        report.problems += [f"{name}: {each}" for each in _wrong(given, result, history, seen)]
        _count(history, report)
        replay = await replayer.replay_workflow(history, raise_on_replay_failure=False)
        report.replayed += 1
        if replay.replay_failure is not None:
            report.problems.append(f"{name}: does not replay: {replay.replay_failure}")


def _wrong(
    given: dict[str, Any], result: Any, history: WorkflowHistory, seen: set[str]
) -> list[str]:
    """What is wrong with one workflow. `seen` gathers the side effects of all, no two of which are alike."""
    wanted = expected(given["steps"])
    if not isinstance(result, list) or len(result) != len(wanted):
        return [f"result {result!r}"]
    wrong = [
        f"step {number}: {found!r} instead of {want!r}"
        for number, (found, want) in enumerate(zip(result, wanted, strict=True))
        if want is not SIDE_EFFECT and found != want
    ]
    values = [found for found, want in zip(result, wanted, strict=True) if want is SIDE_EFFECT]
    if values != recorded_values(history):
        wrong.append(f"side effects {values} in the result, {recorded_values(history)} recorded")
    kept = [each for each in activity_inputs(history) if isinstance(each, str)]
    if values != kept:
        wrong.append(f"side effects {values} in the result, {kept} in activities")
    if len(set(values)) != len(values) or seen & set(values):
        wrong.append(f"a side effect came twice: {values}")
    seen.update(values)
    return wrong


def _count(history: WorkflowHistory, report: Report) -> None:
    report.events += len(history.events)
    for event in history.events:
        report.activities += event.HasField("activity_task_scheduled_event_attributes")
        report.children += event.HasField(
            "start_child_workflow_execution_initiated_event_attributes"
        )
        report.timers += event.HasField("timer_started_event_attributes")
        report.failed_tasks += event.HasField("workflow_task_timed_out_event_attributes")
        if event.HasField("workflow_task_failed_event_attributes"):
            failure = event.workflow_task_failed_event_attributes.failure
            report.problems.append(f"a workflow task failed: {failure.message}")
    report.side_effects += len(recorded_values(history))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    defaults = Settings()
    for name in ("seed", "count", "steps", "workers"):
        parser.add_argument(f"--{name}", type=int, default=getattr(defaults, name))
    for name in ("seconds", "deadline"):
        parser.add_argument(f"--{name}", type=float, default=getattr(defaults, name))
    settings = Settings(**vars(parser.parse_args()))
    report = asyncio.run(run(settings))
    print(f"seed {settings.seed}: {report}")
    for problem in report.problems[:50]:
        print(problem, file=sys.stderr)
    return 1 if report.problems else 0


if __name__ == "__main__":
    sys.exit(main())
