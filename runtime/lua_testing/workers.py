"""A worker under test: `test.worker("order.lua", {activities = {...}})`. In: Lua calls. Out: workflows that run for real.

The worker runs as in production, from the first workflow of its file's tests to the end of the file. Only its activities are
looked up at each call: a stub in their place if there is one, for all tests of the file or for one test.
"""

from __future__ import annotations

import inspect
import sys
import uuid
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from temporalio import activity
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from ..errors import library, library_error
from ..host.options import check_option_names, optional_table
from ..json_model import NULL
from ..json_values import mark_array
from ..stdlib.arguments import ABSENT, check_string, check_table
from ..strings import from_text, to_text
from ..temporal.activity import lua_activity, record_side_effect
from ..temporal.option_names import suggestion
from ..temporal.payloads import from_json
from ..temporal.worker_definition import WorkerDefinition, worker_of
from ..temporal.worker_definition import workflow_name as name_of
from ..testing.bench import activity_name, new_worker
from ..testing.packages import CompilationFailed, definitions
from ..values import HostObject, LuaTable, type_name
from .runs import TestedRun
from .session import Session, TooLong

_OPTIONS: Final = ("activities",)
_MISSPELT: Final = 0.75
"""How much alike two names are (difflib) of which one is taken for a misspelt form of the other."""
_START_OPTIONS: Final = ("workflow_id",)


class TestedWorker(HostObject):
    """What `test.worker` gives; its methods are those of the page docs/testing.md."""

    __test__ = False  # for pytest, which would take the name for that of a test
    lua_object_name = "tested worker"
    lua_fields = frozenset({"start", "run", "stub", "calls"})

    def __init__(self, session: Session, path: Path, stubs: LuaTable) -> None:
        self.session = session
        self.name = path.name
        self._stack = AsyncExitStack()
        # Compiled and imported now, so that errors are told where the test names the file.
        self.workers: Sequence[WorkerDefinition] = self._stack.enter_context(definitions(path))
        """The workers of the source, most often one."""
        if len(self.workers) == 1:
            self.workers = [replace(self.workers[0], task_queue=f"test-{uuid.uuid4().hex}")]
        self._is_running = False
        for name in stubs:
            self._check_activity(name)
        self._stubs_of_file = dict(stubs.items())
        self._stubs: dict[str, Any] = {}
        self._calls: list[tuple[str, Any]] = []
        self._runs: list[TestedRun] = []
        self.begin_test()

    def task_queue_of(self, workflow: str) -> str:
        """The task queue of the worker that knows `workflow`."""
        return worker_of(self.workers, workflow).task_queue

    # ------------------------------------------------------------------------------------------------ called by tests

    @library("worker:start")
    def start(
        self, name: Any = ABSENT, input: Any = None, options: Any = None, *_: Any
    ) -> TestedRun:
        """`worker:start(workflow, input?, {workflow_id?}?)`: starts a workflow."""
        workflow_name = to_text(check_string(2, name))
        names = [name_of(each) for worker in self.workers for each in worker.workflows]
        if workflow_name not in names:
            hint = suggestion(workflow_name, names)
            raise library_error(f"{self.name} has no workflow '{workflow_name}'{hint}")
        given = _checked(options, _START_OPTIONS, "start")
        workflow_id = given.get("workflow_id") or f"{workflow_name}-{uuid.uuid4().hex}"
        self._ensure_running()
        run = TestedRun(self, workflow_name, to_text(str(workflow_id)))
        run.begin(input)
        self._runs.append(run)
        return run

    @library("worker:run")
    def run(self, name: Any = ABSENT, input: Any = None, options: Any = None, *_: Any) -> Any:
        """`worker:run(workflow, input?, options?)`: starts a workflow and gives its result."""
        return self.start(name, input, options).result()

    @library("worker:stub")
    def stub(self, name: Any = ABSENT, replacement: Any = None, *_: Any) -> tuple[()]:
        """`worker:stub(activity, replacement)`: replaces an activity until the end of the test; nil puts the real one back."""
        activity_name = check_string(2, name)
        self._check_activity(activity_name)
        self._stubs[activity_name] = replacement
        return ()

    @library("worker:calls")
    def calls(self, name: Any = None, *_: Any) -> LuaTable:
        """`worker:calls(activity)`: the inputs of its calls in this test; `worker:calls()`: `{name, input}` of all calls."""
        if name is None:
            items = [LuaTable({"name": called, "input": input}) for called, input in self._calls]
        else:
            wanted = check_string(2, name)
            self._check_activity(wanted)
            items = [input for called, input in self._calls if called == wanted]
        return mark_array(LuaTable(enumerate(items, 1)))

    # ------------------------------------------------------------------------------------------ called by the test run

    def begin_test(self) -> None:
        """Forgets what the last test did."""
        self._stubs = dict(self._stubs_of_file)
        self._calls = []
        self._runs = []

    def runs(self) -> Sequence[TestedRun]:
        """The workflows that this test has started."""
        return self._runs

    def end(self) -> None:
        """Ends the worker."""
        with suppress(TooLong):
            self.session.wait(self._stack.aclose())

    # ---------------------------------------------------------------------------------------------------------- plumbing

    def _check_activity(self, name: str) -> None:
        """Raises a Lua error for a name that is misspelt: much like that of an activity, and nowhere in the sources.

        An activity that the source calls and does not register is another worker's.
        """
        known = [activity_name(each) for worker in self.workers for each in worker.activities]
        shown = to_text(name)
        near = get_close_matches(shown, known, n=1, cutoff=_MISSPELT)
        if near and shown not in known and not self._is_mentioned(shown):
            message = f"{self.name} has no activity '{shown}'; did you mean '{near[0]}'?"
            raise library_error(from_text(message))

    def _is_mentioned(self, name: str) -> bool:
        """Does the compiled code hold `name` as a string?"""
        registered = [
            each for worker in self.workers for each in (*worker.workflows, *worker.activities)
        ]
        packages = {
            each.__module__.partition(".")[0]
            for each in registered
            if each is not record_side_effect
        }
        modules = [
            module for key, module in list(sys.modules.items()) if key.partition(".")[0] in packages
        ]
        return any(f'"{name}"' in inspect.getsource(module) for module in modules)

    def _ensure_running(self) -> None:
        if self._is_running:
            return
        client = self.session.server.client

        async def begin() -> None:
            for each in self.workers:
                worker = new_worker(client, each.task_queue, each.workflows, self._activities(each))
                await self._stack.enter_async_context(worker)

        self.session.wait(begin())
        self._is_running = True

    def _activities(self, worker: WorkerDefinition) -> list[Callable[..., Any]]:
        known = {activity_name(each): each for each in worker.activities}
        known.pop(activity_name(record_side_effect), None)
        return [
            record_side_effect,
            *(self._noted(name, real) for name, real in known.items()),
            self._unknown_activity(),
        ]

    def _noted(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        async def run(*arguments: Any) -> Any:
            return await self._call(name, real, arguments)

        return activity.defn(name=name)(run)

    def _unknown_activity(self) -> Callable[..., Any]:
        """For names that the source has no activity for; one that nobody stubs would be tried again for ever."""

        async def missing(*_: Any) -> Any:
            name = activity.info().activity_type
            raise ApplicationError(
                f"{self.name} has no activity '{name}', and the test has no stub for it",
                type="NOT_FOUND",
                non_retryable=True,
            )

        async def run(arguments: Sequence[RawValue]) -> Any:
            converter = activity.payload_converter()
            given = [converter.from_payload(each.payload) for each in arguments]
            return await self._call(activity.info().activity_type, missing, given)

        return activity.defn(dynamic=True)(run)

    async def _call(self, name: str, real: Callable[..., Any], arguments: Sequence[Any]) -> Any:
        lua_name = from_text(name)
        self._calls.append((lua_name, from_json(arguments[0]) if arguments else NULL))
        stub = self._stubs.get(lua_name)
        if stub is None:
            result = real(*arguments)
            return await result if inspect.isawaitable(result) else result
        function = stub if type_name(stub) == "function" else lambda _: stub
        return await lua_activity(function)(*arguments)


def new_tested_worker(session: Session, path: str, options: Any) -> TestedWorker:
    """The value of `test.worker(path, {activities = {...}}?)`; `path` is relative to the test file. Raises LuaError."""
    given = _checked(options, _OPTIONS, "worker")
    stubs = given.get("activities")
    table = check_table(1, stubs) if stubs is not None else LuaTable()
    if any(not isinstance(name, str) for name in table):
        raise library_error("worker: activities must be functions by the name of the activity")
    try:
        worker = TestedWorker(session, session.folder / to_text(path), table)
    except CompilationFailed as problem:
        raise library_error(from_text(str(problem))) from None
    session.workers.append(worker)
    return worker


def _checked(options: Any, known: Sequence[str], function: str) -> dict[str, Any]:
    given = optional_table(2, options)
    check_option_names(function, given, known)
    return dict(given.items())
