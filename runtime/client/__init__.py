"""The gRPC client in Python: `Client` blocks, `AsyncClient` is for asyncio; both have the same calls.

    from assay.runtime.client import Client

    with Client.connect("localhost:7233") as client:
        client.signal_workflow("order-1", "approve", {"user": "jane"})

In: where the server is. Out: JSON values and the records of `records.py`. The Lua global `temporal` is a face of the same calls
(`runtime/temporal/client.py`). For Temporal's HTTP API there is `assay.runtime.rest`.
"""

from ..temporal.tls import Tls
from .asynchronous import AsyncClient
from .blocking import Client, connect
from .errors import TemporalClientError, WorkflowFailedError
from .records import (
    CountGroup,
    PendingActivity,
    ScheduleAction,
    ScheduleDescription,
    ScheduleSummary,
    StartedWorkflow,
    WorkflowCount,
    WorkflowDescription,
    WorkflowSummary,
)
from .schedule_times import Calendar, Interval

__all__ = [
    "AsyncClient",
    "Calendar",
    "Client",
    "CountGroup",
    "Interval",
    "PendingActivity",
    "ScheduleAction",
    "ScheduleDescription",
    "ScheduleSummary",
    "StartedWorkflow",
    "TemporalClientError",
    "Tls",
    "WorkflowCount",
    "WorkflowDescription",
    "WorkflowFailedError",
    "WorkflowSummary",
    "connect",
]
