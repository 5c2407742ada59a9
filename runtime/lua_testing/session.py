"""One run of `assay test`: the server, which is started when the first workflow is, and the workers of the file that runs.

Test code is Lua in a thread; workers live on an event loop in another (client/background.py). Whatever test code waits for has a
limit, so that a workflow that waits for ever fails its test instead of the run.
"""

from __future__ import annotations

import concurrent.futures
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from ..errors import LuaError

if TYPE_CHECKING:
    from ..testing.servers import BenchServer
    from .workers import TestedWorker

_Result = TypeVar("_Result")

LIMIT_SECONDS: Final = 30.0
"""How long a test waits for one thing, in seconds of the clock on the wall."""


class TooLong(Exception):
    """What a test waited for has not come within the limit."""


class WorkflowFailed(LuaError):
    """The error of a workflow that did not complete; `stack` is where its Lua code failed, innermost first."""

    def __init__(self, value: Any, stack: str) -> None:
        super().__init__(value)
        self.stack = stack


class Session:
    """A context manager; `limit` is in seconds of the clock on the wall, `skip_time` chooses the server.

    `set_up` is called before the server starts."""

    def __init__(
        self,
        *,
        skip_time: bool = True,
        limit: float = LIMIT_SECONDS,
        set_up: Callable[[], None] = lambda: None,
    ) -> None:
        self.limit = limit
        self._set_up = set_up
        self._skip_time = skip_time
        self._stack = AsyncExitStack()
        self._server: BenchServer | None = None
        self.folder = Path()
        """Where the test file that runs is: paths in it are relative to that."""
        self.workers: list[TestedWorker] = []
        """Those of the test file that runs."""

    @property
    def server(self) -> BenchServer:
        """The server, started now if need be. Raises `ServerUnavailable`."""
        if self._server is None:
            from ..testing.servers import bench_server

            self._set_up()

            # Getting a server for the first time may take minutes: no limit here.
            self._server = self.wait(
                self._stack.enter_async_context(bench_server(skip_time=self._skip_time)), None
            )
        return self._server

    @property
    def has_server(self) -> bool:
        """Has a test needed the server yet?"""
        return self._server is not None

    def wait(self, work: Coroutine[Any, Any, _Result], limit: float | None = -1) -> _Result:
        """What `work` gives on the loop; `limit` is the session's unless given, None for none. Raises `TooLong`."""
        # The SDK is loaded with it: tests without a workflow do without.
        from ..client.background import background

        future = background.submit(work)
        try:
            return future.result(self.limit if limit == -1 else limit)
        except concurrent.futures.TimeoutError as error:
            if future.done():
                raise
            raise TooLong from error
        finally:
            future.cancel()

    def end_file(self) -> None:
        """Ends the workers of the file that ran."""
        workers, self.workers = self.workers, []
        for worker in workers:
            worker.end()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.end_file()
        if not self.has_server:
            return
        with suppress(TooLong):
            self.wait(self._stack.aclose())


class Current:
    """The session that runs, for what test code calls."""

    session: Session | None = None
