"""The clock of `os` and `time()` in workflow code: the time of the workflow's current task, the same on replay.

Dates are in UTC there, because a replay may run on a machine in another time zone. Code that activities run as well gets the
standard functions when an activity runs it. Source: temporalio.workflow.time. Lua manual: 6.9.
"""

from __future__ import annotations

from typing import Any

from temporalio import workflow

from ..errors import library
from ..host import time as host_time
from ..stdlib import dates, os
from ..stdlib.arguments import check_integer, check_table, opt_string


@library("time")
def time(*_: Any) -> float:
    """`time()`: seconds since the epoch."""
    return workflow.time() if workflow.in_workflow() else host_time.time()


@library("os.time")
def os_time(table: Any = None, *_: Any) -> int:
    """`os.time(table?)`: whole seconds since the epoch, now or at a date and time in UTC."""
    if not workflow.in_workflow():
        return os.time(table)
    if table is None:
        return int(workflow.time())
    return dates.timestamp(check_table(1, table), universal=True)


@library("os.date")
def os_date(template: Any = None, moment: Any = None, *_: Any) -> Any:
    """`os.date(format?, time?)`: a date in UTC as text, or as a table for "*t"."""
    if not workflow.in_workflow():
        return os.date(template, moment)
    wanted = opt_string(1, template, "%c")
    when = int(workflow.time()) if moment is None else check_integer(2, moment)
    return dates.formatted(wanted if wanted.startswith("!") else f"!{wanted}", when)


@library("os.clock")
def os_clock(*_: Any) -> float:
    """`os.clock()`: seconds since the run started, since processor time would not replay."""
    if not workflow.in_workflow():
        return os.clock()
    return workflow.time() - workflow.info().start_time.timestamp()
