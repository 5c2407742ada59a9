"""`require` for compiled scripts. Lua manual: 6.3 (modules).

The compiler finds a module by its name and imports what it compiled to; this module runs it once for a program. What the program
puts into `package.loaded` and `package.preload` counts first.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final, NoReturn

from ..calls import first
from ..errors import library, library_error
from ..module_names import is_module_name, python_module_name
from ..program import current_globals
from ..suspending import run_to_end
from ..tables import raw_get, raw_set
from ..values import LuaTable, truthy
from .arguments import ABSENT, check_string

MODULES_PACKAGE: Final = "lua_modules"
"""The Python package of the modules that were compiled along with a script."""
_PRELOADED: Final = ":preload:"
"""What real Lua tells as the place of a module that `package.preload` had."""


@library("require")
def require(name: str, main: Callable[..., Any], path: str) -> Any:
    """The value of module `name`, and where it came from when it was loaded just now.

    `main` is the module's chunk, run when the module is not loaded yet."""
    return _required(name, main, path)


@library("require")
def require_compiled(name: Any = ABSENT, *_: Any) -> Any:
    """`require` as a value, and of what no file was compiled for: `pcall(require, "name")`.

    Knows the modules that other calls had compiled along. Raises LuaError for a module that is nowhere.
    """
    wanted = check_string(1, name)
    return _required(wanted, _compiled_main(wanted), f"./{wanted.replace('.', '/')}.lua")


@library("require")
def require_missing(name: str) -> NoReturn:
    """`require` of a module that the compiler has not found, where modules are linked. Raises LuaError."""
    raise library_error(_not_found(name, _package()))


def _required(name: str, main: Callable[..., Any] | None, path: str) -> Any:
    package = _package()
    loaded: LuaTable = package["loaded"]
    value = raw_get(loaded, name)
    if truthy(value):
        return value
    preload = package["preload"]
    loader = raw_get(preload, name) if isinstance(preload, LuaTable) else None
    if loader is not None:
        main, path = loader, _PRELOADED
    if main is None:
        raise library_error(_not_found(name, package))
    result = main(name, path)
    value = first(run_to_end(result) if isinstance(result, Coroutine) else result)
    if value is not None:
        raw_set(loaded, name, value)
    elif raw_get(loaded, name) is None:
        raw_set(loaded, name, True)
    return raw_get(loaded, name), path


def _compiled_main(name: str) -> Callable[..., Any] | None:
    module = f"{MODULES_PACKAGE}.{python_module_name(name)}"
    if not is_module_name(module):
        return None
    try:
        found = find_spec(module)
    except ModuleNotFoundError:  # a package on the way is not there
        return None
    if found is None or found.loader is None or found.origin is None:
        return None
    main: Callable[..., Any] | None = getattr(import_module(module), "main", None)
    return main


def _package() -> LuaTable:
    """`package` of the running program, with a table `loaded` in it."""
    globals_ = current_globals()
    package = globals_.get("package")
    if not isinstance(package, LuaTable):
        package = globals_["package"] = LuaTable()
    if not isinstance(package["loaded"], LuaTable):
        package["loaded"] = LuaTable()
    return package


def _not_found(name: str, package: LuaTable) -> str:
    path = package["path"]
    templates = path.split(";") if isinstance(path, str) else []
    tried = [f"no field package.preload['{name}']"]
    tried += [f"no file '{one.replace('?', name.replace('.', '/'))}'" for one in templates]
    return "\n\t".join([f"module '{name}' not found:", *tried])
