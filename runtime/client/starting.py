"""What the SDK is given to start a workflow: by itself, and together with an update.

In: the options of the client's calls. Out: keyword arguments of `temporalio.client.Client.start_workflow` and of
`temporalio.client.WithStartWorkflowOperation`, which are the same ones.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final, TypedDict, Unpack

from temporalio.client import (
    Client,
    RPCTimeoutOrCancelledError,
    WithStartWorkflowOperation,
)
from temporalio.common import (
    Priority,
    RetryPolicy,
    VersioningOverride,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
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
    `run_timeout` for one. `priority` is for the tasks of a queue that has many waiting, `versioning_override` says the workers of
    which version run the workflow. `summary` and `details` show in the web UI."""

    id_reuse_policy: IdReusePolicy | None
    id_conflict_policy: IdConflictPolicy | None
    execution_timeout: Seconds | None
    run_timeout: Seconds | None
    task_timeout: Seconds | None
    retry_policy: RetryPolicy | None
    memo: Mapping[str, Json] | None
    search_attributes: Mapping[str, SearchAttributeValue] | None
    priority: Priority | None
    versioning_override: VersioningOverride | None
    summary: str | None
    details: str | None


def start_arguments(
    workflow_id: str, task_queue: str, input: Json, **options: Unpack[StartOptions]
) -> dict[str, Any]:
    """Raises ValueError that names the option for a value that cannot be right."""
    found: dict[str, Any] = {
        "args": arguments(input),
        "id": workflow_id,
        "task_queue": task_queue,
        "id_reuse_policy": WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        "id_conflict_policy": WorkflowIDConflictPolicy.UNSPECIFIED,
    }
    for name, value in options.items():
        if value is not None:
            sdk_name, convert = _SDK[name]
            found[sdk_name] = value if convert is None else convert(value, name)
    return found


_SDK: Final[Mapping[str, tuple[str, Callable[[Any, str], Any] | None]]] = {
    "id_reuse_policy": ("id_reuse_policy", lambda value, name: chosen(value, REUSE_POLICIES, name)),
    "id_conflict_policy": (
        "id_conflict_policy",
        lambda value, name: chosen(value, CONFLICT_POLICIES, name),
    ),
    "execution_timeout": ("execution_timeout", duration),
    "run_timeout": ("run_timeout", duration),
    "task_timeout": ("task_timeout", duration),
    "retry_policy": ("retry_policy", None),
    "memo": ("memo", None),
    "search_attributes": ("search_attributes", lambda value, _: search_attributes(value)),
    "priority": ("priority", None),
    "versioning_override": ("versioning_override", None),
    "summary": ("static_summary", None),
    "details": ("static_details", None),
}
"""What the SDK calls each option, and its conversion where it takes it in another form."""


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
