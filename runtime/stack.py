"""Room for Lua's depth of calls: threads with a stack for it, and the limit that ends runaway recursion.

In: work to do. Out: the same work in a thread in which compiled Lua may call 200,000 functions deep, as real Lua may
(LUAI_MAXSTACK); past that it raises what `as_lua_error` knows as "stack overflow". Python counts calls for the whole process but
has one stack for each thread: `allow_deep_recursion` is for processes in which every thread that runs Lua comes from here.
Measured on CPython 3.11: 0.5 KB of stack for each `await`, at most 1.5 KB for each call that goes through C.
"""

from __future__ import annotations

import contextvars
import functools
import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Any, Final, TypeAlias, TypeVar

_Result = TypeVar("_Result")

DEPTH: Final = 200_000
"""How many Python functions may be active in one thread."""

_STACK_BYTES: Final = 512 * 1024 * 1024
"""Address space for the stack of one thread; memory is used only as deep as calls go."""

IDLE_SECONDS: Final = 10.0
"""How long a thread of `in_waiting_thread` waits for more work; memory of its stack that deep calls used goes with it."""

_Deliver: TypeAlias = Callable[[Any, BaseException | None], None]
_Works: TypeAlias = SimpleQueue[tuple[Callable[[], Any], _Deliver]]

_stack_size_lock = threading.Lock()
_idle: list[_Works] = []
os.register_at_fork(after_in_child=_idle.clear)


def allow_deep_recursion() -> None:
    """Raises Python's limit of nested calls to Lua's, for the process."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), DEPTH))


def start_thread(work: Callable[[], None], name: str, *, daemon: bool = False) -> threading.Thread:
    """Runs `work` in a new thread that has a stack for Lua's depth of calls, under the debugger that the caller runs under."""
    thread = threading.Thread(target=_traced(work), name=name, daemon=daemon)
    with _large_stacks():
        thread.start()
    return thread


def _traced(work: Callable[[], None]) -> Callable[[], None]:
    """`work` under the trace function of this thread: pdb knows no threads. A debugger that does has said so to `threading`."""
    trace = sys.gettrace()
    if trace is None or threading.gettrace() is not None:
        return work

    def run() -> None:
        sys.settrace(trace)
        work()

    return run


def in_waiting_thread(function: Callable[[], Any], deliver: _Deliver) -> None:
    """Calls `deliver(result, None)` or `deliver(None, exception)` with what `function()` returns or raises, both in one thread.

    The thread has a stack for Lua's depth of calls. One that has nothing to do takes the work, a new one where there is none:
    work never waits for other work. The threads are daemons, so that they cannot keep a process from ending.
    """
    try:
        works = _idle.pop()  # the last one that had work: the others may come to their end
    except IndexError:
        works = SimpleQueue()
        start_thread(functools.partial(_serve, works), "lua", daemon=True)
    works.put((function, deliver))


def _serve(works: _Works) -> None:
    while True:
        try:
            function, deliver = works.get(timeout=IDLE_SECONDS)
        except Empty:
            try:
                _idle.remove(works)
                return
            except ValueError:  # taken at this moment
                function, deliver = works.get()
        result, problem = None, None
        try:
            result = function()
        # Raised again by who it is delivered to.
        except BaseException as exception:  # noqa: BLE001
            problem = exception
        # Before the result is known, so that what follows from it finds this thread and starts no other.
        _idle.append(works)
        deliver(result, problem)
        del function, deliver, result, problem  # nothing stays alive while the thread waits


@contextmanager
def _large_stacks() -> Iterator[None]:
    """Threads that are started inside get a large stack; Python has one setting for the process."""
    with _stack_size_lock:
        previous = threading.stack_size(_STACK_BYTES)
        try:
            yield
        finally:
            threading.stack_size(previous)


def with_lua_stack(work: Callable[[], _Result]) -> _Result:
    """What `work` returns or raises in a thread of its own, with the context variables of the caller."""
    results: list[_Result] = []
    problems: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as problem:  # noqa: BLE001 - handed on below
            problems.append(problem)

    context = contextvars.copy_context()
    start_thread(lambda: context.run(run), "lua").join()
    if problems:
        raise problems.pop()
    return results[0]


class DeepStackExecutor(ThreadPoolExecutor):
    """A thread pool for workflow tasks (the SDK's `workflow_task_executor`) whose threads have a stack for Lua's depth."""

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        with _large_stacks():  # the pool starts its threads when it is given work
            return super().submit(function, *args, **kwargs)
