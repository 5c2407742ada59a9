"""The Lua module `assay.test`: the table of contents of what a test can call. docs/testing.md describes it.

Only `assay test` runs what it declares.
"""

from __future__ import annotations

from typing import Any

from ..errors import argument_error, library, library_error
from ..module_names import TEST_MODULE
from ..stdlib.arguments import ABSENT, check_string
from ..values import LuaTable
from .collecting import after_each, before_each, describe, it, pending
from .session import Current, Session, TooLong


@library("test.worker")
def worker(path: Any = ABSENT, options: Any = None, *_: Any) -> Any:
    """`test.worker(path, {activities = {...}}?)`: a worker whose workflows the tests of this file run."""
    from .workers import new_tested_worker

    return new_tested_worker(_session(), check_string(1, path), options)


@library("test.sleep")
def sleep(seconds: Any = ABSENT, *_: Any) -> tuple[()]:
    """`test.sleep(seconds)`: lets time pass for all workflows: at once where time is skipped."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
        raise argument_error(1, "a number of seconds expected")
    session = _session()
    try:
        session.wait(session.server.sleep(seconds), None)
    except TooLong:
        raise library_error("test.sleep: the server does not answer") from None
    return ()


def _session() -> Session:
    if Current.session is None:
        raise library_error("this file holds tests: run it with `assay test`")
    return Current.session


@library(TEST_MODULE)
def open_module(*_: Any) -> LuaTable:
    """The value of `require("assay.test")`."""
    _session()
    functions = (describe, it, pending, before_each, after_each, worker, sleep)
    return LuaTable({function.__name__: function for function in functions})
