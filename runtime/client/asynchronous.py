"""The gRPC client for asyncio, `AsyncClient`: every call of the specification's client and what production needs beyond it.

In and out: Python values and the records of `records.py`. The blocking client and the Lua global `temporal` run these same
calls. Specification: "temporal.connect / temporal.start (gRPC client)".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from types import TracebackType
from typing import Any, Unpack

from temporalio.client import WorkflowHandle
from temporalio.common import Priority, RetryPolicy, VersioningOverride
from temporalio.service import RetryConfig

from ..rest.payloads import add_decoded
from ..temporal.connection import ConnectionProblem, connect, settings_from_environment
from ..temporal.tls import TlsProblem, TlsSetting, tls_config
from .calls import DEFAULT_TIMEOUT, RETRY_SHARE, Connection, arguments
from .choices import IdConflictPolicy, IdReusePolicy, SearchAttributeValue, Seconds, duration
from .descriptions import description, summary
from .errors import translated
from .records import (
    CountGroup,
    Json,
    StartedWorkflow,
    WorkflowCount,
    WorkflowDescription,
    WorkflowSummary,
)
from .schedules import AsyncSchedules
from .starting import StartOptions, start_arguments, update_with_start


class AsyncClient:
    """A connected client; made by `await AsyncClient.connect(...)`, belongs to the event loop that it was connected on. A
    context manager. All calls raise `TemporalClientError`; `timeout` is the seconds a call may take, the client's own when it
    is not given. `input` is a JSON value or bytes, None for none.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.schedules: AsyncSchedules = AsyncSchedules(connection)

    @classmethod
    async def connect(
        cls,
        url: str | None = None,
        *,
        namespace: str | None = None,
        api_key: str | None = None,
        tls: TlsSetting = None,
        identity: str | None = None,
        profile: str | None = None,
        config_file: str | None = None,
        timeout: Seconds = DEFAULT_TIMEOUT,
    ) -> AsyncClient:
        """Connects to the server at `url`, "host:port".

        `namespace` is "default" when nobody says another. An `api_key` turns TLS on; `tls` is True, False or a `Tls` with
        files. Without `url`, or with a `profile` or `config_file`, what is not given here comes from the SDK's environment
        configuration (the TEMPORAL_* variables, the profile of the configuration file). `timeout` is for connecting and for
        each call after.
        """
        fields: dict[str, Any] = {
            "address": url,
            "namespace": namespace,
            "api_key": api_key,
            "tls": tls,
            "identity": identity,
        }
        given = {name: value for name, value in fields.items() if value is not None}
        try:
            if "tls" in given:
                given["tls"] = tls_config(tls)
            limit = duration(timeout, "timeout") or timedelta(seconds=DEFAULT_TIMEOUT)
            settings = settings_from_environment(given, profile, config_file)
            # The SDK gives up trying again before the call's time is over, so that the error tells why.
            elapsed = int(limit.total_seconds() * 1000 * RETRY_SHARE)
            retries = RetryConfig(max_elapsed_time_millis=elapsed)
            return cls(Connection(await connect(settings, limit, retries), limit))
        except (ConnectionProblem, TlsProblem, ValueError) as error:
            found = translated(error, "connect")
            assert found is not None
            raise found from None

    async def start_workflow(
        self,
        workflow_type: str,
        *,
        workflow_id: str,
        task_queue: str,
        input: Json = None,
        id_reuse_policy: IdReusePolicy | None = None,
        id_conflict_policy: IdConflictPolicy | None = None,
        execution_timeout: Seconds | None = None,
        run_timeout: Seconds | None = None,
        task_timeout: Seconds | None = None,
        retry_policy: RetryPolicy | None = None,
        cron_schedule: str | None = None,
        start_delay: Seconds | None = None,
        start_signal: str | None = None,
        start_signal_input: Json = None,
        memo: Mapping[str, Json] | None = None,
        search_attributes: Mapping[str, SearchAttributeValue] | None = None,
        priority: Priority | None = None,
        versioning_override: VersioningOverride | None = None,
        summary: str | None = None,
        details: str | None = None,
        timeout: Seconds | None = None,
    ) -> StartedWorkflow:
        """Starts a workflow, with `start_signal` also signals it (or the one that runs already, instead of starting).

        `execution_timeout` is for all runs together (retries, continue-as-new, cron), `run_timeout` for one. `priority` is for
        the tasks of a queue that has many waiting, `versioning_override` says the workers of which version run the workflow.
        `summary` and `details` show in the web UI.
        """
        async with self._connection.calling("start_workflow", workflow_id, timeout=timeout) as call:
            handle: WorkflowHandle[Any, Any] = await call.client.start_workflow(
                workflow_type,
                **start_arguments(
                    workflow_id,
                    task_queue,
                    input,
                    id_reuse_policy=id_reuse_policy,
                    id_conflict_policy=id_conflict_policy,
                    execution_timeout=execution_timeout,
                    run_timeout=run_timeout,
                    task_timeout=task_timeout,
                    retry_policy=retry_policy,
                    memo=memo,
                    search_attributes=search_attributes,
                    priority=priority,
                    versioning_override=versioning_override,
                    summary=summary,
                    details=details,
                ),
                cron_schedule=cron_schedule or "",
                start_delay=duration(start_delay, "start_delay"),
                start_signal=start_signal,
                start_signal_args=arguments(start_signal_input),
                rpc_timeout=call.limit,
            )
        return StartedWorkflow(handle.id, handle.result_run_id or "")

    async def signal_workflow(
        self,
        workflow_id: str,
        signal_name: str,
        input: Json = None,
        *,
        run_id: str | None = None,
        timeout: Seconds | None = None,
    ) -> None:
        """Sends a signal to the running workflow."""
        async with self._connection.calling(
            "signal_workflow", workflow_id, timeout=timeout
        ) as call:
            handle = call.client.get_workflow_handle(workflow_id, run_id=run_id)
            await handle.signal(signal_name, args=arguments(input), rpc_timeout=call.limit)

    async def query_workflow(
        self,
        workflow_id: str,
        query_type: str,
        input: Json = None,
        *,
        run_id: str | None = None,
        timeout: Seconds | None = None,
    ) -> Json:
        """What the workflow's query handler answers; a worker must be running, also for a closed workflow."""
        async with self._connection.calling(
            "query_workflow", workflow_id, subject=f"query '{query_type}'", timeout=timeout
        ) as call:
            handle = call.client.get_workflow_handle(workflow_id, run_id=run_id)
            return await handle.query(query_type, args=arguments(input), rpc_timeout=call.limit)

    async def update_workflow(
        self,
        workflow_id: str,
        update_name: str,
        input: Json = None,
        *,
        update_id: str | None = None,
        run_id: str | None = None,
        timeout: Seconds | None = None,
    ) -> Json:
        """Sends an update and waits for what its handler gives. With the same `update_id` it is done once only."""
        async with self._connection.calling(
            "update_workflow", workflow_id, subject=f"update '{update_name}'", timeout=timeout
        ) as call:
            handle = call.client.get_workflow_handle(workflow_id, run_id=run_id)
            return await handle.execute_update(
                update_name, args=arguments(input), id=update_id, rpc_timeout=call.limit
            )

    async def update_with_start(
        self,
        workflow_type: str,
        update_name: str,
        *,
        workflow_id: str,
        task_queue: str,
        input: Json = None,
        update_input: Json = None,
        update_id: str | None = None,
        timeout: Seconds | None = None,
        **options: Unpack[StartOptions],
    ) -> Json:
        """Starts the workflow, or takes the one with this id that runs, sends it the update, both or neither, and waits for what
        the update's handler gives. `input` is the workflow's. `id_conflict_policy` is "use_existing" when it is not given; the
        other options are those of `start_workflow`.
        """
        async with self._connection.calling(
            "update_with_start", workflow_id, subject=f"update '{update_name}'", timeout=timeout
        ) as call:
            options["id_conflict_policy"] = options.get("id_conflict_policy") or "use_existing"
            workflow = start_arguments(workflow_id, task_queue, input, **options)
            return await update_with_start(
                call.client,
                workflow_type,
                workflow,
                update_name,
                update_input,
                update_id,
                call.limit,
            )

    async def describe_workflow(
        self, workflow_id: str, *, run_id: str | None = None, timeout: Seconds | None = None
    ) -> WorkflowDescription:
        """Status, type, times and more of a workflow: its newest run without `run_id`."""
        async with self._connection.calling(
            "describe_workflow", workflow_id, timeout=timeout
        ) as call:
            handle = call.client.get_workflow_handle(workflow_id, run_id=run_id)
            return await description(await handle.describe(rpc_timeout=call.limit))

    async def get_result(
        self,
        workflow_id: str,
        *,
        run_id: str | None = None,
        follow_runs: bool = True,
        timeout: Seconds | None = None,
    ) -> Json:
        """Waits until the workflow closed and gives its result; for ever without `timeout`.

        Raises `WorkflowFailedError` when it failed, timed out, was canceled or terminated. Runs that continue as new (or are
        tried again) are followed; with `follow_runs=False` such a run is an error that names the next one.
        """
        async with self._connection.calling(
            "get_result", workflow_id, subject="result", timeout=timeout, endless=True
        ) as call:
            if not follow_runs and run_id is None:
                # Without a run id the SDK would await the newest run, which may be the one after.
                handle = call.client.get_workflow_handle(workflow_id)
                run_id = (await handle.describe(rpc_timeout=call.limit)).run_id
            handle = call.client.get_workflow_handle(workflow_id, run_id=run_id)
            return await handle.result(follow_runs=follow_runs)

    async def cancel_workflow(
        self,
        workflow_id: str,
        *,
        run_id: str | None = None,
        reason: str | None = None,
        timeout: Seconds | None = None,
    ) -> None:
        """Asks the workflow to end itself; it may clean up first."""
        async with self._connection.calling(
            "cancel_workflow", workflow_id, timeout=timeout
        ) as call:
            handle = call.client.get_workflow_handle(workflow_id, run_id=run_id)
            await handle.cancel(reason=reason or "", rpc_timeout=call.limit)

    async def terminate_workflow(
        self,
        workflow_id: str,
        *,
        run_id: str | None = None,
        reason: str | None = None,
        timeout: Seconds | None = None,
    ) -> None:
        """Ends the workflow on the spot."""
        async with self._connection.calling(
            "terminate_workflow", workflow_id, timeout=timeout
        ) as call:
            handle = call.client.get_workflow_handle(workflow_id, run_id=run_id)
            await handle.terminate(reason=reason, rpc_timeout=call.limit)

    async def list_workflows(
        self,
        query: str | None = None,
        *,
        limit: int | None = None,
        timeout: Seconds | None = None,
    ) -> list[WorkflowSummary]:
        """Workflows that match the visibility query (docs.temporal.io, "List filter"), newest first; at most `limit`, else all."""
        async with self._connection.calling("list_workflows", timeout=timeout) as call:
            if limit == 0:
                return []
            found = call.client.list_workflows(
                query, limit=limit, page_size=min(limit or 1000, 1000), rpc_timeout=call.limit
            )
            return [await summary(each) async for each in found]

    async def count_workflows(
        self, query: str | None = None, *, timeout: Seconds | None = None
    ) -> WorkflowCount:
        """How many workflows match the query, also by group ("GROUP BY ExecutionStatus")."""
        async with self._connection.calling("count_workflows", timeout=timeout) as call:
            found = await call.client.count_workflows(query, rpc_timeout=call.limit)
            groups = (CountGroup(tuple(each.group_values), each.count) for each in found.groups)
            return WorkflowCount(found.count, tuple(groups))

    async def workflow_history(
        self, workflow_id: str, *, run_id: str | None = None, timeout: Seconds | None = None
    ) -> dict[str, Any]:
        """`{"events": [...]}`, the whole history in the server's JSON, each payload with its value in the field `decoded`: what
        the REST client's `workflows.history` gives."""
        async with self._connection.calling(
            "workflow_history", workflow_id, timeout=timeout
        ) as call:
            handle = call.client.get_workflow_handle(workflow_id, run_id=run_id)
            found = await handle.fetch_history(rpc_timeout=call.limit)
            history: dict[str, Any] = json.loads(found.to_json())
        add_decoded(history)
        return {"events": history.get("events", [])}

    async def close(self) -> None:
        """Closes the connection; a call after that is an error."""
        self.disconnect()

    def disconnect(self) -> None:
        """`close` without waiting, for which there is no need."""
        self._connection.close()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._connection.shown}>"
