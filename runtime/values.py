"""The Lua value model: which Python object stands for which Lua value.

nil is None, booleans are bool, integers are int (kept in 64 bits), floats are float, strings are str whose
characters are the bytes 0-255, functions are Python callables, tables are LuaTable. Several values (the results of
a function that does not return exactly one) are a plain Python tuple: no Lua value is a tuple, so a result says by
itself which it is.

Lua manual: 2.1 (values and types), 2.4 (metatables).
"""

from __future__ import annotations

from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType, MethodType, NoneType
from typing import TYPE_CHECKING, Any, Final, NoReturn

from .accelerator import accelerated, become_table, know_values


class _Storage(dict[Any, Any]):
    """The slots all table classes share, so that setmetatable can change a table's class in place.

    Slots stay unset until something needs them: an `__init__` in Python would cost more than the rest of making a
    table.
    """

    __slots__ = ("_constructed", "_json_array", "_metatable", "_traversal")

    _constructed: Any
    _json_array: Any
    _metatable: Any
    _traversal: Any


class LuaTable(_Storage):
    """A table without a metatable; with one it is a `TableWithMetatable` (a subclass: `isinstance` sees both).

    Keys are Lua keys with two rules kept by whoever writes: a float with an integer value is stored as int, and a
    boolean as `TRUE_KEY` or `FALSE_KEY` (in Python `True == 1`). nil is never stored: assigning it removes the key.
    Subscripting by a key that is not boolean is the raw access of Lua, with nil for an absent key.
    """

    __slots__ = ()

    metatable: LuaTable | None = None

    def __missing__(self, key: object) -> Any:
        return None

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"{type(self).__name__}({dict.__repr__(self)})"

    if not TYPE_CHECKING:  # whose checkers would ask for types that a method of `dict` cannot have
        # All six, so that the interpreter compares in C instead of looking up methods.
        __eq__ = object.__eq__
        __ne__ = object.__ne__
        __lt__ = vars(object)["__lt__"]
        __le__ = vars(object)["__le__"]
        __gt__ = vars(object)["__gt__"]
        __ge__ = vars(object)["__ge__"]
    __hash__ = object.__hash__  # type: ignore[assignment]  # tables are keys by identity, dict is declared unhashable


_METATABLE_SLOT: Any = vars(_Storage)["_metatable"]
TRAVERSAL_SLOT: Any = vars(_Storage)["_traversal"]
"""Where traversals by `next` keep their place (stdlib/traversal.py)."""


class TableWithMetatable(LuaTable):
    """A table whose metatable is set; operators look here for metamethods, absent keys go through `__index`."""

    __slots__ = ()

    metatable: LuaTable = _METATABLE_SLOT

    def __missing__(self, key: object) -> Any:
        handler = self.metatable.get("__index")
        if type(handler) is LuaTable:
            return handler.get(key)
        if handler is None:
            return None
        return _index_through(self, handler, loaded_key(key))

    def __call__(self, *arguments: Any) -> Any:
        handler = self.metatable.get("__call")
        if handler is None:
            # The interpreter's own words for an object that is not callable: errors.py turns them into Lua's.
            raise TypeError(f"'{type(self).__name__}' object is not callable")
        return handler(self, *arguments)


class LuaArray(LuaTable):
    """A table without a metatable that the extension keeps as an array (see arrays.py). Whatever needs a dictionary makes it a
    `LuaTable` first, in place."""

    __slots__ = ()


def _of_table(name: str) -> Callable[..., Any]:
    method: Callable[..., Any] = getattr(LuaTable, name)

    def call(self: LuaTable, *arguments: Any, **named: Any) -> Any:
        become_table(self)
        return method(self, *arguments, **named)

    return call


for _name in {*vars(dict), "__repr__"} - {
    *("__class_getitem__", "__doc__", "__getattribute__", "__getitem__", "__init__", "__new__"),
    *("__setitem__", "fromkeys"),
    *("__eq__", "__ge__", "__gt__", "__hash__", "__le__", "__lt__", "__ne__"),
}:
    setattr(LuaArray, _name, _of_table(_name))


class BooleanKey:
    """How a boolean is stored as a table key."""

    __slots__ = ("value",)

    def __init__(self, value: bool) -> None:
        self.value: bool = value

    def __repr__(self) -> str:
        return f"<key {self.value}>"


TRUE_KEY: Final = BooleanKey(True)
FALSE_KEY: Final = BooleanKey(False)


def loaded_key(key: Any) -> Any:
    """A stored key as Lua sees it: the reverse of `tables.store_key`."""
    if key is TRUE_KEY:
        return True
    return False if key is FALSE_KEY else key


class HostObject:
    """A value of Lua type userdata: something of the host with fields and methods (a workflow context, a client, a
    file).

    Subclasses list what Lua may see in `lua_fields`; nothing else of the Python object is reachable from Lua.
    """

    __slots__ = ()

    lua_type_name = "userdata"
    lua_object_name: str | None = None
    """The type name used in errors where it is a more telling one, as a metatable's `__name`: "FILE*"."""
    lua_fields: frozenset[str] = frozenset()

    def lua_index(self, key: object) -> Any:
        """The field `key` as a Lua value; nil for one that is not there. Methods take the object as first
        argument."""
        if isinstance(key, str) and key in self.lua_fields:
            return _unbound(type(self), key)
        return None

    def lua_tostring(self) -> str:
        """The object as `tostring` shows it."""
        return f"{self.lua_object_name or self.lua_type_name}: {id(self):#014x}"

    def lua_newindex(self, key: object, value: object) -> NoReturn:
        raise TypeError(f"a {self.lua_type_name} has no field that can be set")


def _unbound(cls: type, name: str) -> Callable[..., Any]:
    function: Callable[..., Any] = getattr(cls, name)
    return function


_TYPE_NAMES: dict[type, str] = {
    NoneType: "nil",
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    LuaTable: "table",
    TableWithMetatable: "table",
    LuaArray: "table",
    FunctionType: "function",
    BuiltinFunctionType: "function",
    MethodType: "function",
}


def type_name(value: object) -> str:
    """The name of the Lua type of `value`, as the function `type` gives it (manual 6.1)."""
    name = _TYPE_NAMES.get(type(value))
    if name is not None:
        return name
    if isinstance(value, LuaTable):
        return "table"
    declared = getattr(type(value), "lua_type_name", None)
    if isinstance(declared, str):
        return declared
    return "function" if callable(value) else "userdata"


@accelerated
def truthy(value: object) -> bool:
    """Lua's truth: everything but nil and false, so that 0 and "" are true (manual 3.3.4)."""
    return value is not None and value is not False


def metamethod(value: object, event: str) -> Any:
    """The metamethod of `value` for `event` (such as "__add"), or None."""
    if isinstance(value, TableWithMetatable):
        return value.metatable.get(event)
    if type(value) is str:
        return string_metatable.get(event)
    return None


string_metatable: Final = LuaTable()
"""The metatable all strings share; the string library fills in `__index` when it is loaded (manual 6.4)."""


def get_metatable(value: object) -> LuaTable | None:
    """The metatable of `value`, raw (a `__metatable` field is not looked at), or None."""
    if isinstance(value, LuaTable):
        return value.metatable
    return string_metatable if type(value) is str else None


def set_metatable(table: LuaTable, metatable: LuaTable | None) -> None:
    """Gives `table` a metatable or takes it away, raw (manual 6.1, setmetatable)."""
    become_table(table)
    if metatable is None:
        table.__class__ = LuaTable
    else:
        table.__class__ = TableWithMetatable
        table.metatable = metatable


class Cell:
    """A variable that several closures share and assign, made anew by each iteration of a loop."""

    __slots__ = ("value",)

    def __init__(self, value: Any = None) -> None:
        self.value: Any = value


_index_through: Callable[[LuaTable, Any, Any], Any]


def know_index(index_through: Callable[[LuaTable, Any, Any], Any]) -> None:
    """Tells how `table[key]` goes on through an `__index` that is no plain table.

    tables.py does when it is imported, as the package imports it: it can raise Lua's errors, which need this module.
    """
    global _index_through
    _index_through = index_through


know_values(
    LuaTable,
    TableWithMetatable,
    LuaArray,
    _METATABLE_SLOT,
    TRUE_KEY,
    FALSE_KEY,
    string_metatable,
)
