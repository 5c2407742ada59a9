"""The table of contents of Lua's standard library: one row for each function and constant, as data that the compiler imports
at start-up.

Attributes have Lua's names; those of `basic`, which generated code imports one by one, begin with `lua_` where Python has a
function or keyword of that name. Result types are what the function returns whatever it is given; empty when that varies.
"""

from __future__ import annotations

from typing import Final

from ..library import LibraryConstant, LibraryFunction, WorkflowUse

_Types = frozenset[str]

_ANY: Final[_Types] = frozenset()
_BOOLEAN: Final = frozenset({"boolean"})
_INTEGER: Final = frozenset({"integer"})
_FLOAT: Final = frozenset({"float"})
_NUMBER: Final = frozenset({"integer", "float"})
_STRING: Final = frozenset({"string"})
_TABLE: Final = frozenset({"table"})
_FUNCTION: Final = frozenset({"function"})
_NIL: Final = frozenset({"nil"})

_MANY: Final = None
"""Results whose number varies."""

_USE_ACTIVITY: Final = "call it in an activity: ctx:execute_activity(name, input)"
_USE_LOG: Final = "use log.info(...), which does not repeat itself on replay"
_WORKFLOW_TIME: Final = "only the workflow's own time is deterministic: call it without arguments"
_WORKFLOW_RANDOM: Final = "the workflow's own random numbers"
_RUN_DIFFERS: Final = "what it answers differs from run to run: remove the call"


def _rows(library: str, *rows: tuple[str, int | None, _Types]) -> list[LibraryFunction]:
    """Rows of functions that a workflow may call: name, number of results, types of the result."""
    return [
        LibraryFunction(f"{library}.{name}", f"stdlib.{library}", name, results, types)
        for name, results, types in rows
    ]


def _restricted(
    library: str, use: WorkflowUse, advice: str, *rows: tuple[str, int | None, _Types]
) -> list[LibraryFunction]:
    """The same for functions that a workflow may not call as they are."""
    return [
        LibraryFunction(
            f"{library}.{name}",
            f"stdlib.{library}",
            name,
            results,
            types,
            workflow=use,
            advice=advice,
        )
        for name, results, types in rows
    ]


def _basic(
    name: str,
    results: int | None,
    types: _Types = _ANY,
    attribute: str | None = None,
    calls_back: bool = False,
) -> LibraryFunction:
    return LibraryFunction(name, "stdlib.basic", attribute or name, results, types, calls_back)


FUNCTIONS: Final[tuple[LibraryFunction, ...]] = (
    _basic("assert", _MANY, attribute="lua_assert"),
    LibraryFunction(
        "collectgarbage",
        "stdlib.basic",
        "collectgarbage",
        1,
        workflow=WorkflowUse.FORBIDDEN,
        advice=_RUN_DIFFERS,
    ),
    _basic("error", _MANY),
    _basic("getmetatable", 1),
    _basic("ipairs", 3),
    _basic("next", _MANY, attribute="lua_next"),
    _basic("pairs", 3),
    _basic("pcall", _MANY, calls_back=True),
    LibraryFunction(
        "print",
        "stdlib.basic",
        "lua_print",
        0,
        workflow=WorkflowUse.MAPPED,
        advice=_USE_LOG,
    ),
    _basic("rawequal", 1, _BOOLEAN),
    _basic("rawget", 1),
    _basic("rawlen", 1, _INTEGER),
    _basic("rawset", 1, _TABLE),
    _basic("select", _MANY),
    _basic("setmetatable", 1, _TABLE),
    _basic("tonumber", 1, _NUMBER | _NIL),
    _basic("tostring", 1, _STRING),
    _basic("type", 1, _STRING, attribute="lua_type"),
    LibraryFunction(
        "warn", "stdlib.basic", "warn", 0, workflow=WorkflowUse.FORBIDDEN, advice=_USE_LOG
    ),
    _basic("xpcall", _MANY, calls_back=True),
    *_rows(
        "string",
        ("byte", _MANY, _ANY),
        ("char", 1, _STRING),
        ("dump", 1, _STRING),
        ("find", _MANY, _ANY),
        ("format", 1, _STRING),
        ("gmatch", 1, _FUNCTION),
        ("len", 1, _INTEGER),
        ("lower", 1, _STRING),
        ("match", _MANY, _ANY),
        ("pack", 1, _STRING),
        ("packsize", 1, _INTEGER),
        ("rep", 1, _STRING),
        ("reverse", 1, _STRING),
        ("sub", 1, _STRING),
        ("unpack", _MANY, _ANY),
        ("upper", 1, _STRING),
    ),
    LibraryFunction("string.gsub", "stdlib.string", "gsub", 2, calls_back=True),
    *_rows(
        "table",
        ("concat", 1, _STRING),
        ("insert", 0, _ANY),
        ("move", 1, _TABLE),
        ("pack", 1, _TABLE),
        ("remove", 1, _ANY),
        ("unpack", _MANY, _ANY),
    ),
    LibraryFunction("table.sort", "stdlib.table", "sort", 0, calls_back=True),
    *_rows(
        "math",
        ("abs", 1, _NUMBER),
        ("acos", 1, _FLOAT),
        ("asin", 1, _FLOAT),
        ("atan", 1, _FLOAT),
        ("ceil", 1, _NUMBER),
        ("cos", 1, _FLOAT),
        ("deg", 1, _FLOAT),
        ("exp", 1, _FLOAT),
        ("floor", 1, _NUMBER),
        ("fmod", 1, _NUMBER),
        ("log", 1, _FLOAT),
        ("max", 1, _ANY),  # its argument whatever that is: a single string too
        ("min", 1, _ANY),
        ("modf", 2, _ANY),
        ("rad", 1, _FLOAT),
        ("sin", 1, _FLOAT),
        ("sqrt", 1, _FLOAT),
        ("tan", 1, _FLOAT),
        ("tointeger", 1, _INTEGER | _NIL),
        ("type", 1, _STRING | _NIL),
        ("ult", 1, _BOOLEAN),
    ),
    *_restricted(
        "math",
        WorkflowUse.MAPPED,
        _WORKFLOW_RANDOM,
        ("random", 1, _NUMBER),
        ("randomseed", 2, _ANY),
    ),
    *(
        LibraryFunction(
            name,
            "stdlib.loading",
            name,
            None,
            workflow=WorkflowUse.FORBIDDEN,
            advice="a workflow runs only what was compiled and checked before",
        )
        for name in ("load", "loadfile", "dofile")
    ),
    *_rows(
        "coroutine",
        ("close", _MANY, _ANY),
        ("create", 1, frozenset({"thread"})),
        ("isyieldable", 1, _BOOLEAN),
        ("resume", _MANY, _ANY),
        ("running", 2, _ANY),
        ("status", 1, _STRING),
        ("wrap", 1, _FUNCTION),
    ),
    LibraryFunction("coroutine.yield", "stdlib.coroutine", "yield_value", _MANY),
    *_rows(
        "utf8",
        ("char", 1, _STRING),
        ("codepoint", _MANY, _ANY),
        ("codes", 3, _ANY),
        ("len", _MANY, _ANY),
        ("offset", 1, _INTEGER | _NIL),
    ),
    *_rows(
        "debug",
        ("gethook", 1, _NIL),
        ("getinfo", 1, _TABLE | _NIL),
        ("getmetatable", 1, _TABLE | _NIL),
        ("sethook", 0, _ANY),
        ("traceback", 1, _ANY),
    ),
    *_restricted(
        "debug",
        WorkflowUse.FORBIDDEN,
        "a workflow's tables keep their metatables protected",
        ("setmetatable", 1, _ANY),
    ),
    LibraryFunction("debug.getlocal", "stdlib.debug", "getlocal", None, available=False),
    *_rows("os", ("difftime", 1, _FLOAT)),
    *_restricted(
        "os",
        WorkflowUse.MAPPED,
        _WORKFLOW_TIME,
        ("clock", 1, _FLOAT),
        ("date", 1, _STRING | _TABLE),
        ("time", 1, _INTEGER),
    ),
    *_restricted(
        "os",
        WorkflowUse.FORBIDDEN,
        _USE_ACTIVITY,
        ("execute", _MANY, _ANY),
        ("exit", 0, _ANY),
        ("getenv", 1, _STRING | _NIL),
        ("remove", _MANY, _ANY),
        ("rename", _MANY, _ANY),
        ("setlocale", 1, _STRING | _NIL),
        ("tmpname", 1, _STRING),
    ),
    *_restricted(
        "io",
        WorkflowUse.FORBIDDEN,
        _USE_ACTIVITY,
        ("close", _MANY, _ANY),
        ("flush", _MANY, _ANY),
        ("input", 1, _ANY),
        ("lines", _MANY, _ANY),
        ("open", _MANY, _ANY),
        ("output", 1, _ANY),
        ("popen", _MANY, _ANY),
        ("read", _MANY, _ANY),
        ("tmpfile", _MANY, _ANY),
        ("type", 1, _STRING | _NIL),
        ("write", _MANY, _ANY),
    ),
)

CONSTANTS: Final[tuple[LibraryConstant, ...]] = (
    LibraryConstant("_VERSION", "stdlib.basic", "VERSION", _STRING),
    LibraryConstant("math.huge", "stdlib.math", "huge", _FLOAT),
    LibraryConstant("math.maxinteger", "stdlib.math", "maxinteger", _INTEGER),
    LibraryConstant("math.mininteger", "stdlib.math", "mininteger", _INTEGER),
    LibraryConstant("math.pi", "stdlib.math", "pi", _FLOAT),
    LibraryConstant("utf8.charpattern", "stdlib.utf8", "charpattern", _STRING),
    LibraryConstant("io.stderr", "stdlib.io", "stderr"),
    LibraryConstant("io.stdin", "stdlib.io", "stdin"),
    LibraryConstant("io.stdout", "stdlib.io", "stdout"),
)

LIBRARY_TABLES: Final = (
    "package",
    *dict.fromkeys(row.lua_name.partition(".")[0] for row in FUNCTIONS if "." in row.lua_name),
)
"""The library tables that are in `package.loaded` from the beginning, `_G` aside."""
