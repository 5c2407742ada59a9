"""The optional accelerator: helpers that compiled code calls all the time, with their common cases in C.

In: a helper written in Python, marked `@accelerated` where it is defined. Out: the same helper, as a builtin of the extension
`_native` when there is one. The builtin answers the common cases (numbers, strings, tables whose metamethods are tables) and
calls the Python function for all others: that is what the helper means, and the C sources in this folder hold nothing but short
cuts. They use the C interface of Python themselves, because a call of such a builtin costs 20 to 30 ns, half of what it does in
code that Cython makes, and because Cython adds frames of its own to tracebacks, from which errors take Lua's positions.

Everything works the same without the extension, only slower. It is left out when the environment variable ASSAY_PURE_PYTHON
is set, when it could not be built (no C compiler), and when it was built from other sources than those that are here.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from types import BuiltinFunctionType, MemberDescriptorType, ModuleType
from typing import Any, Final, TypeVar, cast

from .sources import digest

_Function = TypeVar("_Function", bound=Callable[..., Any])

SWITCH: Final = "ASSAY_PURE_PYTHON"
"""The environment variable that leaves the extension out when it is set, to anything but 0."""


def _load() -> tuple[ModuleType | None, str]:
    if os.environ.get(SWITCH, "0") not in ("", "0"):
        return None, f"switched off by {SWITCH}"
    try:
        from . import _native
    except ImportError:
        return None, "not built"
    built_from: str = _native.SOURCES
    if built_from != digest():
        warnings.warn(
            "assay's extension was built from other sources, it is not used: install again",
            RuntimeWarning,
            stacklevel=2,
        )
        return None, "built from other sources"
    return _native, "active"


_extension, STATE = _load()
"""The extension, None when it is left out; and why, in words."""


def accelerated(function: _Function) -> _Function:
    """Decorator for a helper: its builtin, which calls `function` for the cases that it leaves out."""
    if _extension is None:
        return function
    return cast(_Function, _extension.accelerate(_name(function), function))


def _name(function: Callable[..., Any]) -> str:
    return f"{function.__module__.partition('.runtime.')[2]}.{function.__qualname__}"


def called_by_extension(function: _Function) -> _Function:
    """Decorator for a function that the extension calls itself."""
    if _extension is not None:
        _extension.know_function(_name(function), function)
    return function


def pure(function: Any) -> Any:
    """The Python function of an accelerated helper; anything else is given back as it is."""
    owner = getattr(function, "__self__", None) if type(function) is BuiltinFunctionType else None
    return function if owner is None or isinstance(owner, ModuleType) else owner


def know_values(
    table: type,
    table_with_metatable: type,
    array: type,
    metatable_slot: MemberDescriptorType,
    true_key: object,
    false_key: object,
    string_metatable: dict[Any, Any],
) -> None:
    """Tells the extension how values are represented (runtime/values.py).

    From then on it also makes tables where `table` is called, and subscripts tables of all classes; neither can be a helper
    of its own."""
    if _extension is not None:
        _extension.know_values(
            table,
            table_with_metatable,
            array,
            metatable_slot,
            true_key,
            false_key,
            string_metatable,
        )


def become_table(table: object) -> None:
    """Makes a table that the extension keeps as an array (runtime/arrays.py) an ordinary one, in place."""
    if _extension is not None:
        _extension.become_table(table)


YIELD_TYPE: Final[type | None] = None if _extension is None else _extension.Yield
"""What bodies of coroutines await, as `suspending.Yield`, where the extension made it."""


def wrapped_coroutine(function: _Function) -> _Function:
    """The builtin of a function that `coroutine.wrap` makes: it resumes the coroutine in the function's closure."""
    return (
        function if _extension is None else cast(_Function, _extension.wrapped_coroutine(function))
    )


def know_coroutines(
    thread: type,
    suspending_function: type,
    main_thread: object,
    most_entered: int,
    end_by_error: Callable[..., Any],
    pass_error_on: Callable[..., Any],
    call_in_loop: Callable[..., Any],
) -> None:
    """Tells the extension of coroutines and of what to call when one fails (runtime/stdlib/coroutine.py)."""
    if _extension is not None:
        _extension.know_coroutines(
            thread,
            suspending_function,
            main_thread,
            most_entered,
            end_by_error,
            pass_error_on,
            call_in_loop,
        )


def know_traversals(
    traversal: type,
    kept: MemberDescriptorType,
    keys: MemberDescriptorType,
    cursor: MemberDescriptorType,
) -> None:
    """Tells the extension where a table keeps its traversal, and that its keys and its cursor (runtime/stdlib/traversal.py)."""
    if _extension is not None:
        _extension.know_traversals(traversal, kept, keys, cursor)
