"""`require` for compiled scripts. Lua manual: 6.3 (modules).

The compiler finds a module by its name and imports what it compiled to; this module runs it once for a program.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from ..calls import first
from ..program import current_globals
from ..suspending import run_to_end
from ..tables import raw_get, raw_set
from ..values import LuaTable


def require(name: str, main: Callable[..., Any], path: str) -> Any:
    """The value of module `name`, and where it came from when it was loaded just now.

    `main` is the module's chunk, run when the module is not loaded yet."""
    loaded = _loaded()
    value = raw_get(loaded, name)
    if value is None:
        result = main(name, path)
        value = first(run_to_end(result) if isinstance(result, Coroutine) else result)
        if value is not None:
            raw_set(loaded, name, value)
        elif raw_get(loaded, name) is None:
            raw_set(loaded, name, True)
        return raw_get(loaded, name), path
    return value


def _loaded() -> LuaTable:
    """`package.loaded` of the running program."""
    globals_ = current_globals()
    package = globals_.get("package")
    if not isinstance(package, LuaTable):
        package = globals_["package"] = LuaTable(loaded=LuaTable())
    loaded: LuaTable = package["loaded"]
    return loaded
