"""Access to tables, and making them: indexing, assignment, length and constructors.

Lua manual: 2.4 (__index, __newindex, __len), 3.2 (variables), 3.4.7 (length), 3.4.9 (table constructors).
"""

from __future__ import annotations

from typing import Any

from .accelerator import accelerated
from .calls import first
from .errors import operand_error, operation_error
from .numbers import float_to_integer
from .string_library import loaded_string_metatable
from .values import (
    FALSE_KEY,
    TRUE_KEY,
    HostObject,
    LuaTable,
    TableWithMetatable,
    know_index,
    string_metatable,
)

MAX_CHAIN = 2000
"""How many `__index` or `__newindex` steps are followed before a loop is assumed (lvm.c, MAXTAGLOOP)."""


@accelerated
def index(container: Any, key: Any) -> Any:
    """`container[key]`"""
    if type(container) is LuaTable:
        if type(key) is bool:
            key = TRUE_KEY if key else FALSE_KEY
        return container.get(key)
    if type(container) is TableWithMetatable:
        return container[key if type(key) is not bool else TRUE_KEY if key else FALSE_KEY]
    return _index_other(container, key)


def index_string(container: Any, key: str, added: Any) -> Any:
    """`container[key]`, where the program has added the function `added` to the table `string` as `key`."""
    return added if type(container) is str else index(container, key)


def _index_other(container: Any, key: Any) -> Any:
    if type(container) is str:
        handler = string_metatable.get("__index")
        if handler is None:
            handler = loaded_string_metatable().get("__index")
        if handler is not None:
            return index_through(container, handler, key)
    if isinstance(container, HostObject):
        return container.lua_index(key)
    raise operand_error("index", container)


def index_through(container: Any, handler: Any, key: Any) -> Any:
    """`container[key]` when the key is absent and `handler` is the `__index` metamethod."""
    for _ in range(MAX_CHAIN):
        if not isinstance(handler, LuaTable):
            if type(handler) is str or isinstance(handler, HostObject):
                return _index_other(handler, key)
            if not callable(handler):
                raise operand_error("index", handler)
            return first(handler(container, key))
        value = handler.get(_lookup_key(key))
        if value is not None or handler.metatable is None:
            return value
        container, handler = handler, handler.metatable.get("__index")
        if handler is None:
            return None
    raise operation_error("'__index' chain too long; possibly a loop")


know_index(index_through)


@accelerated
def setindex(container: Any, key: Any, value: Any) -> None:
    """`container[key] = value`"""
    kind = type(key)
    if type(container) is LuaTable:
        if kind is str or kind is int:
            if value is not None:
                container[key] = value
            else:
                _remove(container, key)
            return
        _store(container, key, value)
        return
    if (
        type(container) is TableWithMetatable
        and (kind is str or kind is int)
        and value is not None
        and (key in container or "__newindex" not in container.metatable)
    ):
        container[key] = value
        return
    _setindex_other(container, key, value)


def _setindex_other(container: Any, key: Any, value: Any) -> None:
    for _ in range(MAX_CHAIN):
        if isinstance(container, LuaTable):
            if container.metatable is None or container.get(_lookup_key(key)) is not None:
                _store(container, key, value)
                return
            handler = container.metatable.get("__newindex")
            if handler is None:
                _store(container, key, value)
                return
        elif isinstance(container, HostObject):
            container.lua_newindex(key, value)
            return
        else:
            handler = string_metatable.get("__newindex") if type(container) is str else None
            if handler is None:
                raise operand_error("index", container)
        if not isinstance(handler, LuaTable):
            handler(container, key, value)
            return
        container = handler
    raise operation_error("'__newindex' chain too long; possibly a loop")


def raw_get(table: LuaTable, key: Any) -> Any:
    """The value at `key` without metamethods (manual 6.1, rawget)."""
    return table.get(_lookup_key(key))


def raw_set(table: LuaTable, key: Any, value: Any) -> None:
    """Sets `key` without metamethods (manual 6.1, rawset)."""
    _store(table, key, value)


def _lookup_key(key: Any) -> Any:
    if type(key) is bool:
        return TRUE_KEY if key else FALSE_KEY
    return key


def store_key(key: Any) -> Any:
    """`key` as it is stored: integers for floats with an integer value, private keys for booleans.

    Raises a Lua error for nil and NaN."""
    kind = type(key)
    if kind is bool:
        return TRUE_KEY if key else FALSE_KEY
    if kind is float:
        integer = float_to_integer(key)
        if integer is not None:
            return integer
        if key != key:
            raise operation_error("table index is NaN")
    elif key is None:
        raise operation_error("table index is nil")
    return key


def _store(table: LuaTable, key: Any, value: Any) -> None:
    key = store_key(key)
    if value is None:
        _remove(table, key)
    else:
        table[key] = value


def _remove(table: LuaTable, key: Any) -> None:
    """Takes `key` out. A hole in a sequence leaves it its length, as the array of real Lua mostly does (see `border`)."""
    count = len(table)
    if (
        table.pop(key, None) is not None
        and type(key) is int
        and key < count
        and count in table
        and len(table) > getattr(table, "_constructed", (0, 0))[1]
    ):
        table._constructed = (count, count - 1)


@accelerated
def length(value: Any) -> Any:
    """`#value`: bytes of a string, a border of a table (manual 3.4.7)."""
    if type(value) is LuaTable:
        count = len(value)
        if count in value and count + 1 not in value:
            return count
        return border(value)
    if type(value) is str:
        return len(value)
    if isinstance(value, TableWithMetatable):
        handler = value.metatable.get("__len")
        return border(value) if handler is None else first(handler(value, value))
    raise operand_error("get length of", value)


@accelerated
def append(container: Any, value: Any) -> None:
    """`container[#container + 1] = value`, for a length that is an integer"""
    if type(container) is LuaTable:
        count = len(container)
        if (not count or count in container) and count + 1 not in container:
            if value is not None:
                container[count + 1] = value
            return
    setindex(container, length(container) + 1, value)


def border(table: LuaTable) -> int:
    """A border: `n` with `table[n]` not nil and `table[n + 1]` nil, 0 if `table[1]` is nil.

    The number of keys is one for every sequence without other fields, which makes the common case constant in time. A table
    with holes has several borders; real Lua answers from the array it made for the constructor or the sequence that there
    was before (ltable.c, luaH_getn), and so does this until the table grows.
    """
    count = len(table)
    if not count or (count in table and count + 1 not in table):
        return count
    low, high = 0, 1
    size, fields = getattr(table, "_constructed", (0, 0))
    if count <= fields:
        for near_end in (size, size - 1):
            if near_end in table:
                return near_end
        high = size
    else:
        while high in table:
            low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if middle in table:
            low = middle
        else:
            high = middle
    return low


@accelerated
def new_table(fields: dict[Any, Any]) -> LuaTable:
    """A table constructor whose keys are constants: fields that are nil are left out."""
    made = LuaTable(fields)
    if None in fields.values():
        for key in [key for key, value in made.items() if value is None]:
            del made[key]
    return made


@accelerated
def sequence(*items: Any) -> LuaTable:
    """A table constructor of values alone: `{a, b, f()}`; nil values leave holes."""
    made = LuaTable(zip(range(1, len(items) + 1), items, strict=True))
    if None in items:
        _remove_nil(made, len(items))
    return made


def _remove_nil(made: LuaTable, size: int) -> None:
    """Takes the fields that are nil out of a new table, which has an array of `size` values in real Lua."""
    for key in [key for key, value in made.items() if value is None]:
        del made[key]
    made._constructed = (size, len(made))


class Keyed:
    """A field `[key] = value` among the items of `table_of`."""

    __slots__ = ("key", "value")

    def __init__(self, key: Any, value: Any) -> None:
        self.key: Any = store_key(key)
        self.value: Any = value


def table_of(*items: Any) -> LuaTable:
    """A table constructor with computed keys (`Keyed` items), or fields next to any number of values.

    Positions are stored last, as real Lua does; evaluation keeps the order of the source."""
    made = LuaTable()
    values = []
    for item in items:
        if type(item) is Keyed:
            if item.value is None:
                made.pop(item.key, None)
            else:
                made[item.key] = item.value
        else:
            values.append(item)
    for position, value in enumerate(values, 1):
        if value is None:
            made.pop(position, None)
        else:
            made[position] = value
    if None in values:
        made._constructed = (len(values), len(made))
    return made
