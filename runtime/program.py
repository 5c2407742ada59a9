"""The globals of the running program: one `_G` for a process that runs scripts, as the `lua` program has one.

Only scripts use it. Workflow and activity modules have no table of globals, so runs share nothing.

The library is loaded when the first table is made: its `require` and `load` ask this module for the globals of their program.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar

from .values import LuaTable

_current: ContextVar[LuaTable | None] = ContextVar("assay_globals", default=None)
_process: list[LuaTable] = []
_arguments: list[str] = []


def current_globals() -> LuaTable:
    """The table of globals of the program that is being loaded, made with the standard library when there is none yet."""
    found = _current.get()
    if found is not None:
        return found
    if not _process:
        _process.append(_new())
    return _process[0]


def started_globals() -> LuaTable | None:
    """The same table when there is one: nothing is made."""
    return _current.get() or (_process[0] if _process else None)


def start_program() -> LuaTable:
    """Begins another program in this context: fresh globals for the modules that are loaded from now on.

    Strings have one metatable in a process, so a program that ran before loses what it added to it.
    """
    from .stdlib.string import reset

    reset()
    made = _new()
    _current.set(made)
    return made


def set_arguments(script: str, arguments: Sequence[str]) -> None:
    """What the global `arg` holds: the script's name at 0, its arguments from 1 (manual 7)."""
    _arguments[:] = [script, *arguments]
    for globals_ in _process:
        globals_["arg"] = LuaTable(enumerate(_arguments))


class _Shown:
    python_frames = False


def show_python_frames() -> None:
    """From now on reports of uncaught errors show Python's frames as well as Lua's: `assay run -v`."""
    _Shown.python_frames = True


def shows_python_frames() -> bool:
    """Do reports of uncaught errors show Python's frames?"""
    return _Shown.python_frames


def _new() -> LuaTable:
    from .host.globals import add_host_globals
    from .stdlib.globals import new_globals

    made = add_host_globals(new_globals())
    if _arguments:
        made["arg"] = LuaTable(enumerate(_arguments))
    return made
