"""What one `temporal.worker{...}` of a source defines, as data: its task queue, workflows, activities and options.

A package with several workers exports a list of these as WORKERS; one with a single worker has constants (see `workers_of`).
SDK: the arguments of temporalio.client.Client.connect and temporalio.worker.Worker.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from temporalio.client import WorkflowHistory


@dataclass(frozen=True)
class WorkerDefinition:
    """`options` are those of `temporal.worker` beyond the fields here, as Lua values by name (worker_options.py); `runs` says
    whether the source starts the worker in this environment."""

    task_queue: str
    workflows: Sequence[type] = ()
    activities: Sequence[Callable[..., Any]] = ()
    address: str = "localhost:7233"
    namespace: str = "default"
    options: Mapping[str, Any] = field(default_factory=dict)
    runs: bool = True

    def workflow(self, name: str) -> type | None:
        """The class of the workflow that Temporal knows as `name`."""
        return next((each for each in self.workflows if workflow_name(each) == name), None)


def workflow_name(workflow: type) -> str:
    """What Temporal knows a workflow class as."""
    # The SDK tells it nowhere else.
    name: str = getattr(workflow, "__temporal_workflow_definition").name
    return name


def workers_of(package: ModuleType) -> Sequence[WorkerDefinition]:
    """The workers of a compiled package."""
    several: Sequence[WorkerDefinition] | None = getattr(package, "WORKERS", None)
    if several is not None:
        return several
    return (
        WorkerDefinition(
            package.TASK_QUEUE,
            package.WORKFLOWS,
            package.ACTIVITIES,
            package.ADDRESS,
            package.NAMESPACE,
            getattr(package, "WORKER_OPTIONS", {}),
        ),
    )


def worker_of_history(
    workers: Sequence[WorkerDefinition], history: WorkflowHistory
) -> WorkerDefinition:
    """The worker that the workflow of `history` ran on: the one of its task queue, else one that knows its type."""
    started = history.events[0].workflow_execution_started_event_attributes
    return worker_of(workers, started.workflow_type.name, started.task_queue.name)


def concerns(workers: Sequence[WorkerDefinition], workflow: str, task_queue: str) -> bool:
    """Does a workflow of this type on this task queue run on one of `workers`, or did it before they changed?"""
    return any(
        worker.task_queue == task_queue or worker.workflow(workflow) is not None
        for worker in workers
    )


def worker_of(
    workers: Sequence[WorkerDefinition], workflow: str, task_queue: str | None = None
) -> WorkerDefinition:
    """The worker that knows `workflow`: of several the one on `task_queue`, else the first."""
    on_queue = [each for each in workers if each.task_queue == task_queue]
    for worker in (*on_queue, *workers):
        if worker.workflow(workflow) is not None:
            return worker
    return workers[0]
