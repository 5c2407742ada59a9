"""Calls of the clients as a type checker sees them: `make check` reads this file, nobody runs it.

A call that must be refused is marked with the error that it gets; a mark that is not needed is an error itself.
"""

from __future__ import annotations

from typing import Any, assert_type

from assay.runtime import client as grpc
from assay.runtime import rest
from temporalio.common import Priority, RetryPolicy


def rest_calls(client: rest.Client) -> None:
    with client as made:
        assert_type(made.health(), bool)
        assert_type(made.workflows.list(namespace="n", query="q", page_size=2), dict[str, Any])
        assert_type(made.workflows(query="q"), dict[str, Any])
        assert_type(made.workflow("w", "r"), dict[str, Any])
        assert_type(made.workflows.is_running("w", run_id="r"), bool)
        assert_type(made.wait_workflow_complete("w", 2.5), dict[str, Any])
    rest.Client("http://localhost:7243", namespace="n", api_key="k", timeout=3, ca="ca.pem")
    rest.Client("http://localhost:7243", api_kei="k")  # type: ignore[call-arg]  # misspelt
    client.workflows.list(page_sise=2)  # type: ignore[call-arg]  # misspelt
    client.workflow_history(5)  # type: ignore[arg-type]  # an id is text


async def awaited_rest_calls(client: rest.AsyncClient) -> None:
    async with client as made:
        assert_type(await made.workflows.get("w"), dict[str, Any])
        assert_type(await made.schedules(), dict[str, Any])
        assert_type(await made.is_workflow_running("w"), bool)


def grpc_calls(client: grpc.Client) -> None:
    with client as made:
        run = made.start_workflow(
            "T",
            workflow_id="w",
            task_queue="q",
            input={"item": [1, 2.5, None]},
            id_conflict_policy="use_existing",
            retry_policy=RetryPolicy(maximum_attempts=2),
            priority=Priority(priority_key=1),
            execution_timeout=60,
        )
        assert_type(run, grpc.StartedWorkflow)
        assert_type(made.describe_workflow(run.workflow_id).close_time, float | None)
        assert_type(made.list_workflows("q", limit=3), list[grpc.WorkflowSummary])
        assert_type(made.schedules.describe("s"), grpc.ScheduleDescription)
    client.start_workflow("T", workflow_id="w")  # type: ignore[call-arg]  # no task_queue
    client.signal_workflow("w")  # type: ignore[call-arg]  # no signal_name
    client.start_workflow("T", workflow_id="w", task_queue="q", id_reuse_policy="no")  # type: ignore[arg-type]  # no such policy


async def awaited_grpc_calls() -> None:
    async with await grpc.AsyncClient.connect("localhost:7233", api_key="k") as client:
        assert_type(await client.count_workflows("q"), grpc.WorkflowCount)
        assert_type(await client.describe_workflow("w"), grpc.WorkflowDescription)
        await client.update_with_start("T", "add", workflow_id="w", task_queue="q", runtimeout=1)  # type: ignore[call-arg]  # misspelt
