"""Plays scenarios on a server: with a worker that keeps workflows in memory, with one that does not, and with one that is killed
at every wait.

In: scenarios and the package they are in. Out: the outcome of each, whose history has then been replayed.
"""

from __future__ import annotations

import asyncio
import types
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from assay.runtime.temporal.worker_definition import WorkerDefinition
from killing import POLL_SECONDS, Gate, forget_worker, worker_process
from progress import Progress, progress
from scenarios import Cancel, Outcome, Query, Scenario, Signal, Update
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.worker import (
    Replayer,
    UnsandboxedWorkflowRunner,
    Worker,
)
from workers import pick, unique

_TASK_TIMEOUT = timedelta(seconds=5)
"""A task that a killed worker had taken comes back after this long."""


class Play:
    """One scenario on its way."""

    def __init__(self, scenario: Scenario, handle: WorkflowHandle[Any, Any]) -> None:
        self.scenario = scenario
        self.handle = handle
        self.kills = 0
        self.state = Progress()
        self.steps = list(scenario.steps)
        self.updates: list[tuple[Update, asyncio.Task[Any]]] = []

    @property
    def open(self) -> bool:
        return self.state.closed is None

    @property
    def waits_for_query(self) -> bool:
        return (
            bool(self.steps)
            and isinstance(self.steps[0], Query)
            and self.state.waits
            and not self.state.goes_on_by_itself
        )

    async def until(self, reached: Callable[[Progress], bool]) -> None:
        """Reads the history until `reached` says so, or the workflow closed."""
        while True:
            self.state = progress(await self.handle.fetch_history())
            if self.state.closed is not None or reached(self.state):
                return
            await asyncio.sleep(POLL_SECONDS)

    async def ask_queries(self) -> None:
        """Asks what the next steps ask."""
        while self.steps and isinstance(query := self.steps[0], Query):
            found = await self.handle.query(query.name, query.argument)
            assert found == query.expected, f"{self.scenario}: query {query.name}: {found}"
            del self.steps[0]

    async def take_step(self) -> None:
        """Sends what the next step sends."""
        step = self.steps.pop(0)
        self.state.waits = False
        if isinstance(step, Signal):
            arguments = [] if step.payload is None else [step.payload]
            await self.handle.signal(step.name, args=arguments)
        elif isinstance(step, Cancel):
            await self.handle.cancel()
        elif isinstance(step, Update):
            # Answered by a worker, and there may be none at the moment.
            update = self.handle.execute_update(step.name, step.argument)
            self.updates.append((step, asyncio.ensure_future(update)))

    async def outcome(self) -> Outcome:
        """The end of the workflow, checked against the scenario; the history replays."""
        result, message = None, ""
        try:
            result = await self.handle.result()
        except WorkflowFailureError as failure:
            message = getattr(failure.cause, "message", "")
        for step, answer in self.updates:
            assert await answer == step.expected, f"{self.scenario}: update {step.name}"
        history = await self.handle.fetch_history()
        closed = progress(history).closed or ""
        return Outcome(closed, result, message, history)


def compare(scenario: Scenario, outcome: Outcome) -> None:
    """Raises AssertionError unless the run ended as the scenario says."""
    assert outcome.status == scenario.status, f"{scenario}: {outcome.status} {outcome.message}"
    if scenario.check is not None:
        scenario.check(outcome)
    elif scenario.status == "FAILED":
        assert outcome.message == scenario.expected
    elif scenario.status == "COMPLETED":
        assert outcome.result == scenario.expected


async def check_replay(package: types.ModuleType, outcome: Outcome) -> None:
    """Replays the recorded history with the workflow's present code."""
    started = outcome.history.events[0].workflow_execution_started_event_attributes
    workflows = pick(package.WORKFLOWS, started.workflow_type.name)
    replayer = Replayer(workflows=workflows, workflow_runner=UnsandboxedWorkflowRunner())
    await replayer.replay_workflow(outcome.history)


def _first_worker(package: types.ModuleType, queue: str) -> WorkerDefinition:
    """What the only worker of a package is on `queue`, or the first of several, which have queues of their own."""
    if hasattr(package, "WORKERS"):
        first: WorkerDefinition = package.WORKERS[0]
        return first
    return WorkerDefinition(
        task_queue=queue, workflows=package.WORKFLOWS, activities=package.ACTIVITIES
    )


async def _start(
    client: Client, queue: str, scenarios: Sequence[Scenario]
) -> list[tuple[Scenario, Play]]:
    plays = []
    for scenario in scenarios:
        handle = await client.start_workflow(
            scenario.workflow,
            args=[] if scenario.input is None else [scenario.input],
            id=unique(scenario.workflow),
            task_queue=queue,
            task_timeout=_TASK_TIMEOUT,
        )
        plays.append((scenario, Play(scenario, handle)))
    return plays


# ------------------------------------------------------------------------------------------------- a worker that lives


async def play_steadily(
    address: str, package: types.ModuleType, scenarios: Sequence[Scenario], max_cached: int
) -> dict[str, Outcome]:
    """All scenarios at once on one worker, which keeps `max_cached` workflows in memory."""
    client = await Client.connect(address)
    worker = _first_worker(package, unique("steady"))
    queue = worker.task_queue
    async with Worker(
        client,
        task_queue=queue,
        workflows=worker.workflows,
        activities=worker.activities,
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_cached_workflows=max_cached,
    ):
        plays = await _start(client, queue, scenarios)
        await asyncio.gather(*(_play_to_end(play) for _, play in plays))
        return {scenario.workflow: await play.outcome() for scenario, play in plays}


async def _play_to_end(play: Play) -> None:
    while True:
        seen = play.state.position
        await play.until(
            lambda now: now.waits
            and not now.goes_on_by_itself
            and now.position != seen  # noqa: B023
        )
        if not play.open:
            return
        await play.ask_queries()
        if play.steps:
            await play.take_step()
        # Without a further step the workflow has to go on by itself.


# ----------------------------------------------------------------------------------------- a worker that does not live


async def play_with_kills(
    address: str, package: types.ModuleType, scenarios: Sequence[Scenario]
) -> tuple[dict[str, Outcome], dict[str, int]]:
    """All scenarios at once, in rounds: a new worker process takes each workflow to its next wait and is killed there.

    Only then does what the workflow waits for happen. Activities run in this process, held back in the meantime. Out: the
    outcomes, and at how many waits the worker was killed under each workflow.
    """
    client = await Client.connect(address)
    worker = _first_worker(package, unique("killed"))
    queue, activities = worker.task_queue, worker.activities
    gate = Gate()
    async with Worker(client, task_queue=queue, activities=activities, interceptors=[gate]):
        plays = await _start(client, queue, scenarios)
        try:
            while running := [play for _, play in plays if play.open]:
                async with worker_process(package, address, queue):
                    await asyncio.gather(*(_to_next_wait(play) for play in running))
                running = [play for play in running if play.open]
                await asyncio.gather(
                    *(
                        forget_worker(client, (play.handle.id, *play.state.child_ids))
                        for play in running
                    )
                )
                await _let_happen(gate, running)
        finally:
            gate.is_open.set()  # the worker ends when its activities have
    outcomes = {scenario.workflow: await play.outcome() for scenario, play in plays}
    return outcomes, {scenario.workflow: play.kills for scenario, play in plays}


async def _to_next_wait(play: Play) -> None:
    """A workflow that waits to be asked is asked; the new process knows it from its history only. Others go on."""
    if play.waits_for_query:
        await play.ask_queries()
    else:
        seen = play.state.position
        await play.until(lambda now: now.waits and now.position != seen)
    play.kills += play.open


async def _let_happen(gate: Gate, plays: Sequence[Play]) -> None:
    """Activities get done; a workflow that waits for none gets what its next step sends."""
    stepping = [play for play in plays if play.steps and not play.state.goes_on_by_itself]
    waiting = [play for play in plays if play.state.activities]
    gate.is_open.set()
    await asyncio.gather(*(play.until(lambda now: not now.activities) for play in waiting))
    gate.is_open.clear()
    for play in stepping:
        if not play.waits_for_query:
            await play.take_step()
