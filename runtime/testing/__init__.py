"""For users' tests: compiled workflows on a real Temporal server, their activities replaced, days of waiting skipped.

`WorkflowBench` is for plain tests, `AsyncWorkflowBench` for async ones; docs/testing.md shows both.
"""

from ..temporal.dev_server import ServerUnavailable
from .bench import AsyncWorkflowBench, Call
from .blocking import Run, WorkflowBench
from .packages import CompilationFailed
from .servers import BenchServer, bench_server
from .time_skipping import find_or_get_time_skipping_server, time_skipping_available

__all__ = [
    "AsyncWorkflowBench",
    "BenchServer",
    "Call",
    "CompilationFailed",
    "Run",
    "ServerUnavailable",
    "WorkflowBench",
    "bench_server",
    "find_or_get_time_skipping_server",
    "time_skipping_available",
]
