"""What a workflow knows about its own run: the table of `ctx:workflow_info()`. Source: temporalio.workflow.Info."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from temporalio import workflow

from ..strings import from_text
from ..tables import new_table
from ..values import LuaTable
from . import search_attributes
from .payloads import from_json


def workflow_info() -> LuaTable:
    """The specification's fields, and what the SDK knows besides (docs/ctx.md); fields that do not apply are nil.

    Times are in seconds since the epoch, timeouts in seconds, sizes in bytes.
    """
    info = workflow.info()
    parent = info.parent and {
        "workflow_id": info.parent.workflow_id,
        "run_id": info.parent.run_id,
        "namespace": info.parent.namespace,
    }
    fields: dict[str, Any] = {
        "workflow_id": info.workflow_id,
        "workflow_type": info.workflow_type,
        "namespace": info.namespace,
        "task_queue": info.task_queue,
        "attempt": info.attempt,
        "start_time": info.workflow_start_time.timestamp(),
        "run_id": info.run_id,
        "first_run_id": info.first_execution_run_id,
        "continued_run_id": info.continued_run_id,
        "cron_schedule": info.cron_schedule,
        "parent": parent,
        "execution_timeout": _in_seconds(info.execution_timeout),
        "run_timeout": _in_seconds(info.run_timeout),
        "task_timeout": _in_seconds(info.task_timeout),
        "history_length": info.get_current_history_length(),
        "history_size": info.get_current_history_size(),
        "continue_as_new_suggested": info.is_continue_as_new_suggested(),
    }
    table = new_table({name: from_json(value) for name, value in fields.items()})
    memo = {from_text(name): from_json(value) for name, value in workflow.memo().items()}
    table["memo"] = new_table(memo)
    table["search_attributes"] = search_attributes.as_lua_table(info.typed_search_attributes)
    return table


def _in_seconds(value: timedelta | None) -> float | None:
    return None if value is None else value.total_seconds()
