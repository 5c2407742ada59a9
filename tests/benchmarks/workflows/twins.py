"""The workflows and activities of measured.lua as a Python engineer writes them by hand."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    import httpx

_clients: dict[asyncio.AbstractEventLoop, httpx.AsyncClient] = {}


@activity.defn
async def update_gitops(input: dict[str, Any]) -> dict[str, Any]:
    return {"short_id": "abc123", "branch": input["commit"]["branch"]}


@activity.defn
async def notify(input: dict[str, Any]) -> dict[str, Any]:
    return {"sent": True}


@activity.defn
async def step(input: dict[str, Any]) -> dict[str, Any]:
    return {"number": input["number"], "name": input["name"]}


@activity.defn
async def fetch(input: dict[str, Any]) -> dict[str, Any]:
    loop = asyncio.get_running_loop()
    if loop not in _clients:
        limits = httpx.Limits(max_connections=None)
        _clients[loop] = httpx.AsyncClient(limits=limits, timeout=60, trust_env=False)
    response = await _clients[loop].get(input["url"])
    return {"status": response.status_code, "size": len(response.content)}


@workflow.defn
class PromotionWorkflow:
    def __init__(self) -> None:
        self._approval: dict[str, Any] | None = None

    @workflow.signal
    def approve(self, approval: dict[str, Any]) -> None:
        self._approval = approval

    @workflow.run
    async def run(self, input: dict[str, Any]) -> dict[str, Any]:
        try:
            await workflow.wait_condition(
                lambda: self._approval is not None, timeout=timedelta(hours=24)
            )
        except TimeoutError:
            return {"status": "timed_out"}
        assert self._approval is not None
        commit: dict[str, Any] = await workflow.execute_activity(
            update_gitops,
            {
                "gitlab_url": input["gitlab_url"],
                "commit": input["gitops_commit"],
                "token": input["token"],
            },
            start_to_close_timeout=timedelta(seconds=30),
            retry_policy=RetryPolicy(maximum_attempts=3),
        )
        await workflow.execute_activity(
            notify,
            {
                "webhook": input["webhook"],
                "message": f"Deployed {input['version']} to {input['target']}",
            },
            start_to_close_timeout=timedelta(seconds=300),
        )
        return {
            "status": "done",
            "commit_id": commit["short_id"],
            "approved_by": self._approval["user"],
        }


@workflow.defn
class Hundreds:
    @workflow.run
    async def run(self, input: dict[str, Any]) -> dict[str, Any]:
        total = 0
        last = None
        for number in range(1, input["count"] + 1):
            found: dict[str, Any] = await workflow.execute_activity(
                step,
                {"number": number, "name": f"step {number}"},
                start_to_close_timeout=timedelta(seconds=300),
            )
            total += found["number"]
            last = found["name"]
        return {"total": total, "last": last}


@workflow.defn
class FetchAll:
    """Many activities at once on another task queue: what drives the activity workers."""

    @workflow.run
    async def run(self, input: dict[str, Any]) -> int:
        results = await asyncio.gather(
            *(
                workflow.execute_activity(
                    "fetch",
                    {"url": input["url"]},
                    task_queue=input["task_queue"],
                    start_to_close_timeout=timedelta(seconds=120),
                    result_type=dict,
                )
                for _ in range(input["count"])
            )
        )
        return sum(result["status"] == 200 for result in results)


WORKFLOWS = [PromotionWorkflow, Hundreds]
ACTIVITIES = [update_gitops, notify, step, fetch]
