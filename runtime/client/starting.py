"""What the SDK is given to start a workflow: by itself, and together with an update.

In: the options of the client's calls. Out: keyword arguments of `temporalio.client.Client.start_workflow` and of
`temporalio.client.WithStartWorkflowOperation`, which are the same ones.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, TypedDict, Unpack

from temporalio.client import (
    Client,
    RPCTimeoutOrCancelledError,
    WithStartWorkflowOperation,
)
from temporalio.common import RetryPolicy, WorkflowIDConflictPolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from .calls import arguments
from .choices import (
    CONFLICT_POLICIES,
    REUSE_POLICIES,
    IdConflictPolicy,
    IdReusePolicy,
    SearchAttributeValue,
    Seconds,
    chosen,
    duration,
    search_attributes,
)
from .records import Json


class StartOptions(TypedDict, total=False):
    """Options of a workflow that is started now. `execution_timeout` is for all runs together (retries, continue-as-new, cron),
    `run_timeout` for one. `summary` and `details` show in the web UI."""

    id_reuse_policy: IdReusePolicy | None
    id_conflict_policy: IdConflictPolicy | None
    execution_timeout: Seconds | None
    run_timeout: Seconds | None
    task_timeout: Seconds | None
    retry_policy: RetryPolicy | None
    memo: Mapping[str, Json] | None
    search_attributes: Mapping[str, SearchAttributeValue] | None
    summary: str | None
    details: str | None


def start_arguments(
    workflow_id: str, task_queue: str, input: Json, **options: Unpack[StartOptions]
) -> dict[str, Any]:
    """Raises ValueError that names the option for a value that cannot be right."""
    conflict_policy = options.get("id_conflict_policy")
    return {
        "args": arguments(input),
        "id": workflow_id,
        "task_queue": task_queue,
        **{
            name: duration(options.get(name), name)  # type: ignore[arg-type]  # each is a duration
            for name in ("execution_timeout", "run_timeout", "task_timeout")
        },
        "id_reuse_policy": chosen(
            options.get("id_reuse_policy") or "allow_duplicate", REUSE_POLICIES, "id_reuse_policy"
        ),
        "id_conflict_policy": (
            WorkflowIDConflictPolicy.UNSPECIFIED
            if conflict_policy is None
            else chosen(conflict_policy, CONFLICT_POLICIES, "id_conflict_policy")
        ),
        "retry_policy": options.get("retry_policy"),
        "memo": options.get("memo"),
        "search_attributes": search_attributes(options.get("search_attributes")),
        "static_summary": options.get("summary"),
        "static_details": options.get("details"),
    }


async def update_with_start(
    client: Client,
    workflow_type: str,
    workflow: dict[str, Any],
    update_name: str,
    update_input: Json,
    update_id: str | None,
    limit: timedelta | None,
) -> Json:
    """What the update's handler gives; `workflow` is what `start_arguments` gave."""
    operation: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        workflow_type, **workflow
    )
    try:
        return await client.execute_update_with_start_workflow(
            update_name,
            args=arguments(update_input),
            start_workflow_operation=operation,
            id=update_id,
            rpc_timeout=limit,
        )
    except (RPCError, RPCTimeoutOrCancelledError, WorkflowAlreadyStartedError):
        # The operation has the same error in a future, and asyncio logs one that nobody looked at.
        with contextlib.suppress(Exception, asyncio.CancelledError):
            await operation.workflow_handle()
        raise
