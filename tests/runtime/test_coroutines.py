"""Coroutines below the language: threads, tracing, garbage and other exceptions, with the extension and without."""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from assay.runtime import LuaTable, iterate
from assay.runtime.accelerator import pure
from assay.runtime.calls import pack
from assay.runtime.stdlib import coroutine
from assay.runtime.suspending import SuspendingFunction, running_coroutine

FORMS = [pytest.param(lambda function: function, id="as it is"), pytest.param(pure, id="pure")]


@SuspendingFunction
async def echo(*arguments: Any) -> Any:
    """Yields what it is resumed with, packed."""
    received = pack(*arguments)
    while True:
        received = await coroutine.yield_(received)


def generator(*arguments: Any) -> Iterator[Any]:
    """The same as the compiler writes it where nothing else waits."""
    received = pack(*arguments)
    while True:
        received = yield received


BODIES = [pytest.param(echo, id="coroutine"), pytest.param(generator, id="generator")]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("form", FORMS)
def test_what_is_given_is_yielded(body: Any, form: Callable[[Any], Any]) -> None:
    resume = form(coroutine.resume)
    thread = coroutine.create(body)
    for given in ((), (1,), (None,), (1, 2), (None, None), (False,), ("a", 2.5, None)):
        assert resume(thread, *given) == (True, *given)
        assert form(coroutine.status)(thread) == "suspended" and running_coroutine() is None


@pytest.mark.parametrize("body", BODIES)
def test_the_same_while_the_interpreter_traces(body: Any) -> None:
    """It resumes what is awaited by other functions then."""
    wrapped, results = coroutine.wrap(body), []
    before = sys.gettrace()
    sys.settrace(lambda *_: None)
    try:
        results = [wrapped(*given) for given in ((), (1,), (None,), (1, 2), ())]
    finally:
        sys.settrace(before)
    assert results == [(), 1, None, (1, 2), ()]


@pytest.mark.parametrize("body", BODIES)
def test_loops_stop_at_nil(body: Any) -> None:
    """It yields the state of the loop, and the first value that it yielded before."""
    for count, expected in ((1, 1), (2, (1, 2)), (3, (1, 2, None))):
        loop = iterate(coroutine.wrap(body), 1, 2, count=count)
        assert next(loop) == expected
        assert next(loop) == (1 if count == 1 else (1, 1, None)[:count])
        assert list(iterate(coroutine.wrap(body), None, 2, count=count)) == []
        assert list(iterate(coroutine.wrap(body), count=count)) == []


@pytest.mark.parametrize("body", BODIES)
def test_each_system_thread_has_a_running_coroutine_of_its_own(body: Any) -> None:
    seen: list[Any] = []
    entered, left = threading.Event(), threading.Event()

    def waits(*_: Any) -> Any:
        entered.set()
        assert left.wait(60)
        return running_coroutine()

    thread = coroutine.create(waits)
    work = threading.Thread(target=lambda: seen.append(coroutine.resume(thread)))
    work.start()
    assert entered.wait(60)
    assert running_coroutine() is None and coroutine.isyieldable() is False
    assert coroutine.wrap(body)(7) == 7
    left.set()
    work.join()
    assert seen == [(True, thread)]


@pytest.mark.parametrize("form", FORMS)
def test_what_is_no_lua_error_passes(form: Callable[[Any], Any]) -> None:
    def interrupted(*_: Any) -> Iterator[Any]:
        yield 1
        raise KeyboardInterrupt

    thread = coroutine.create(interrupted)
    assert form(coroutine.resume)(thread) == (True, 1)
    with pytest.raises(KeyboardInterrupt):
        form(coroutine.resume)(thread)
    assert coroutine.status(thread) == "dead" and running_coroutine() is None


@pytest.mark.parametrize("form", FORMS)
def test_a_plain_program_waits_for_nothing_else(form: Callable[[Any], Any]) -> None:
    class Other:
        def __await__(self) -> Iterator[Any]:
            yield "other"

    async def body(*_: Any) -> None:
        await coroutine.yield_()
        await Other()

    thread = coroutine.create(SuspendingFunction(body))
    assert form(coroutine.resume)(thread) == (True,)
    with pytest.raises(TypeError, match="a coroutine of a plain program waits for 'other'"):
        form(coroutine.resume)(thread)


@pytest.mark.parametrize("body", BODIES)
def test_nothing_is_kept(body: Any) -> None:
    class Value(LuaTable):
        __slots__ = ("__weakref__",)

    value = Value()
    found = weakref.ref(value)
    thread = coroutine.create(body)
    wrapped = coroutine.wrap(body)
    coroutine.resume(thread)
    wrapped()
    gc.collect()
    references = sys.getrefcount(thread), sys.getrefcount(coroutine.LuaThread)
    for _ in range(50):
        coroutine.resume(thread, value, value)
        wrapped(value)
        list(zip(range(3), iterate(wrapped, value, count=1), strict=False))
    coroutine.resume(thread)
    wrapped()
    gc.collect()
    assert (sys.getrefcount(thread), sys.getrefcount(coroutine.LuaThread)) == references
    del value
    gc.collect()
    assert found() is None
    value = Value()
    found = weakref.ref(value)
    value["itself"] = coroutine.wrap(body)
    value["itself"](value)
    del value
    gc.collect()
    assert found() is None


@pytest.mark.parametrize("form", FORMS)
def test_functions_that_cannot_be_begun_with_what_is_given(form: Callable[[Any], Any]) -> None:
    """Python says what is wrong: no function of Lua takes its arguments so."""

    def picky(first: Any) -> Iterator[Any]:
        yield first

    thread = coroutine.create(picky)
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        form(coroutine.resume)(thread)
    assert coroutine.status(thread) == "dead" and running_coroutine() is None


def test_bodies_that_wait_for_nothing() -> None:
    async def returns(*arguments: Any) -> Any:
        return pack(*arguments)

    for body in (SuspendingFunction(returns), pack, print):
        thread = coroutine.create(body)
        assert coroutine.resume(thread, 1, 2) == (
            (True, 1, 2) if body is not print else (True, None)
        )
        assert coroutine.resume(thread) == (False, "cannot resume dead coroutine")
    assert list(iterate(coroutine.wrap(SuspendingFunction(returns)), None, None, count=1)) == []
