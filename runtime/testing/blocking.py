"""The bench for tests that are not async: the same, its event loop in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Final, TypeVar

from temporalio.client import WorkflowHandle

from .bench import AsyncWorkflowBench
from .stubs import Call, Stubs

_Result = TypeVar("_Result")

LIMIT_SECONDS: Final = 120.0
"""How long a call may take before it fails: a test that waits for what never comes must end."""


class WorkflowBench:
    """`AsyncWorkflowBench` as a plain context manager. Calls that take over `limit` seconds raise TimeoutError."""

    def __init__(
        self,
        tested: ModuleType | str | Path,
        *,
        activities: Stubs | None = None,
        skip_time: bool = False,
        limit: float = LIMIT_SECONDS,
    ) -> None:
        self._bench = AsyncWorkflowBench(tested, activities=activities, skip_time=skip_time)
        self._limit = limit
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def wait(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """The result of a coroutine that runs on the bench's loop, for whatever of the SDK is not here."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(self._limit)
        except TimeoutError:
            future.cancel()
            raise

    def __enter__(self) -> WorkflowBench:
        self._thread.start()
        try:
            # Getting a server for the first time may take minutes: no limit here.
            asyncio.run_coroutine_threadsafe(self._bench.__aenter__(), self._loop).result()
        except BaseException:
            self._end_loop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self.wait(self._bench.__aexit__(kind, error, traceback))
        finally:
            self._end_loop()

    def _end_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def bench(self) -> AsyncWorkflowBench:
        """The async bench behind this one."""
        return self._bench

    @property
    def calls(self) -> list[Call]:
        """The calls of stubbed activities so far, in order."""
        return self._bench.calls

    def start(self, workflow: str, input: Any = None, **options: Any) -> Run:
        """Starts a workflow by its name; see `AsyncWorkflowBench.start`."""
        return Run(self, self.wait(self._bench.start(workflow, input, **options)))

    def run(self, workflow: str, input: Any = None, **options: Any) -> Any:
        """The result of a workflow whose history has been replayed; see `AsyncWorkflowBench.run`."""
        return self.wait(self._bench.run(workflow, input, **options))

    def sleep(self, seconds: float) -> None:
        """Lets `seconds` pass on the server; at once with `skip_time`."""
        self.wait(self._bench.sleep(seconds))


class Run:
    """A workflow that was started on a `WorkflowBench`."""

    def __init__(self, bench: WorkflowBench, handle: WorkflowHandle[Any, Any]) -> None:
        self._bench = bench
        self.handle = handle
        """The SDK's handle, for `WorkflowBench.wait`."""

    def signal(self, name: str, payload: Any = None) -> None:
        """Sends a signal with plain data, or without a payload."""
        arguments = [] if payload is None else [payload]
        self._bench.wait(self.handle.signal(name, args=arguments))

    def query(self, name: str, argument: Any = None) -> Any:
        """The answer to a query."""
        arguments = [] if argument is None else [argument]
        return self._bench.wait(self.handle.query(name, args=arguments))

    def cancel(self) -> None:
        """Asks the workflow to stop."""
        self._bench.wait(self.handle.cancel())

    def result(self) -> Any:
        """Waits for the result; raises the SDK's WorkflowFailureError when the workflow failed."""
        return self._bench.wait(self.handle.result())

    def history(self) -> str:
        """The history so far as JSON text, which `assay replay` and the SDK's WorkflowHistory.from_json read."""
        return self._bench.wait(self.handle.fetch_history()).to_json()

    def check_replay(self) -> None:
        """Replays the history so far; raises the SDK's NondeterminismError."""
        self._bench.wait(self._bench.bench.check_replay(self.handle))
