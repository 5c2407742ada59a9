"""The table of contents of the host globals: one row for each function, as data that the compiler imports at start-up."""

from __future__ import annotations

from ..library import LibraryConstant, LibraryFunction, WorkflowUse

_ALLOWED = WorkflowUse.ALLOWED
_FORBIDDEN = WorkflowUse.FORBIDDEN
_MAPPED = WorkflowUse.MAPPED
_SIDE_EFFECT_ONLY = WorkflowUse.SIDE_EFFECT_ONLY

_NOTHING: frozenset[str] = frozenset()
_STRING = frozenset({"string"})
_TABLE = frozenset({"table"})
_BOOLEAN = frozenset({"boolean"})
_USERDATA = frozenset({"userdata"})

_USE_ACTIVITY = "call it in an activity: ctx:execute_activity(name, input)"
_READ_ENVIRONMENT = "pass the value as workflow input, or read it in an activity"
_SIDE_EFFECT = "wrap it: ctx:side_effect(function() return ... end)"


def _row(
    lua_name: str,
    module: str,
    results: int | None,
    types: frozenset[str] = _NOTHING,
    workflow: WorkflowUse = _ALLOWED,
    advice: str = "",
    calls_back: bool = False,
) -> LibraryFunction:
    attribute = lua_name.rpartition(".")[2]
    return LibraryFunction(
        lua_name, f"host.{module}", attribute, results, types, calls_back, workflow, advice
    )


FUNCTIONS: tuple[LibraryFunction, ...] = (
    *(
        _row(f"http.{name}", "http", 1, _TABLE, _FORBIDDEN, _USE_ACTIVITY)
        for name in ("get", "post", "put", "patch", "delete", "request")
    ),
    _row("json.parse", "json", 1),
    _row("json.decode", "json", 1),
    _row("json.encode", "json", 1, _STRING),
    _row("json.array", "json", 1, _TABLE),
    _row("env.get", "env", 1, frozenset({"string", "nil"}), _FORBIDDEN, _READ_ENVIRONMENT),
    _row("env.set", "env", 0, _NOTHING, _FORBIDDEN, "only scripts may change the environment"),
    _row("crypto.hash", "crypto", 1, _STRING),
    _row("crypto.hmac", "crypto", 1, _STRING),
    _row("crypto.random", "crypto", 1, _STRING, _SIDE_EFFECT_ONLY, _SIDE_EFFECT),
    _row("crypto.jwt_sign", "crypto", 1, _STRING, _SIDE_EFFECT_ONLY, _SIDE_EFFECT),
    _row("crypto.jwt_decode", "crypto", 1, _TABLE),
    _row("base64.encode", "base64", 1, _STRING),
    _row("base64.decode", "base64", 1, _STRING),
    _row("time", "time", 1, frozenset({"float"}), _MAPPED, "the workflow's own time"),
    _row("sleep", "time", 0, _NOTHING, _FORBIDDEN, "use ctx:sleep(seconds)"),
    *(
        _row(f"log.{name}", "log", 0, _NOTHING, _MAPPED, "the SDK's replay-safe workflow logger")
        for name in ("info", "warn", "error", "debug")
    ),
    *(
        _row(f"assert.{name}", "asserts", 0)
        for name in ("eq", "ne", "gt", "lt", "contains", "not_nil", "matches")
    ),
    _row("yaml.parse", "yaml", 1),
    _row("yaml.encode", "yaml", 1, _STRING),
    _row("toml.parse", "toml", 1, _TABLE),
    _row("toml.encode", "toml", 1, _STRING),
    *(
        _row(f"fs.{name}", "fs", 1, types, _FORBIDDEN, _USE_ACTIVITY)
        for name, types in (
            ("read", _STRING),
            ("read_bytes", _STRING),
            ("copy", frozenset({"integer"})),
            ("list", _TABLE),
            ("readdir", _TABLE),
            ("glob", _TABLE),
            ("tempdir", _STRING),
            ("stat", _TABLE),
            ("exists", _BOOLEAN),
        )
    ),
    *(
        _row(f"fs.{name}", "fs", 0, _NOTHING, _FORBIDDEN, _USE_ACTIVITY)
        for name in ("write", "write_bytes", "remove", "rename", "chmod", "mkdir")
    ),
    _row("regex.match", "regex", 1, _BOOLEAN),
    _row("regex.find", "regex", 1, frozenset({"table", "nil"})),
    _row("regex.find_all", "regex", 1, _TABLE),
    _row("regex.replace", "regex", 1, _STRING),
    _row(
        "template.render",
        "template",
        1,
        _STRING,
        _FORBIDDEN,
        "use template.render_string, or an activity",
    ),
    _row("template.render_string", "template", 1, _STRING),
    _row("db.connect", "db", 1, _USERDATA, _FORBIDDEN, _USE_ACTIVITY),
    _row("db.query", "db", 1, _TABLE, _FORBIDDEN, _USE_ACTIVITY),
    _row("db.execute", "db", 1, frozenset({"integer"}), _FORBIDDEN, _USE_ACTIVITY),
    _row("db.transaction", "db", None, _NOTHING, _FORBIDDEN, _USE_ACTIVITY, calls_back=True),
    _row("db.close", "db", 0, _NOTHING, _FORBIDDEN, _USE_ACTIVITY),
    _row("db.bytes", "db", 1, _USERDATA, _FORBIDDEN, _USE_ACTIVITY),
)

CONSTANTS: tuple[LibraryConstant, ...] = (
    LibraryConstant("json.null", "host.json", "null", frozenset({"userdata"})),
)
