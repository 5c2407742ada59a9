"""The table `package` and the function `require` of a program: a table of globals in, both added to it.

`package.loaded` holds the library tables and what was required; `package.preload` is asked before the files that were compiled
along. `path` is where the compiler looked. There are no `searchers` and no `loadlib`, as nothing can be added to where modules are
found once a program is compiled. Lua manual: 6.3.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from ..errors import library
from ..strings import to_text
from ..values import LuaTable
from .arguments import ABSENT, check_string, opt_string
from .modules import require_compiled
from .registry import LIBRARY_TABLES

_PATH: Final = "./?.lua;./?/init.lua"
_CONFIG: Final = "/\n;\n?\n!\n-\n"
"""Folder separator, template separator, the mark for the name in templates, and two marks for C modules (loadlib.c)."""


def add_package(globals_: LuaTable) -> None:
    """Adds `package` and `require` to the new table of globals `globals_`, which has the other library tables already."""
    loaded = LuaTable()
    package = LuaTable(
        path=_PATH,
        cpath="",
        config=_CONFIG,
        loaded=loaded,
        preload=LuaTable(),
        searchpath=searchpath,
    )
    globals_["package"] = package
    globals_["require"] = require_compiled
    loaded["_G"] = globals_
    for name in LIBRARY_TABLES:
        loaded[name] = globals_[name]


@library("package.searchpath")
def searchpath(
    name: Any = ABSENT,
    path: Any = ABSENT,
    separator: Any = None,
    replacement: Any = None,
    *_: Any,
) -> Any:
    """`package.searchpath(name, path, sep?, rep?)`: the first readable file of the templates in `path`, or nil and those tried."""
    module, templates = check_string(1, name), check_string(2, path)
    dot, slash = opt_string(3, separator, "."), opt_string(4, replacement, "/")
    if dot:
        module = module.replace(dot, slash)
    tried = []
    for template in templates.split(";"):
        file = template.replace("?", module)
        if Path(to_text(file)).is_file():
            return file
        tried.append(f"no file '{file}'")
    return (None, "\n\t".join(tried))
