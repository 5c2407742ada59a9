"""The Lua module `assay.temporal`: the REST client for Lua code, `require("assay.temporal").client(url, opts?)`.

In and out: Lua values. Each method is a row of `rest_methods.py` over the method of the same name of
`assay.runtime.rest.Client`; the older names are further names of the rows. Whatever goes wrong is a Lua error with the
position of the call. Specification: "assay.temporal (HTTP REST client)".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .. import json_values
from ..errors import library, library_error, named_library
from ..host.waiting import waiting
from ..json_values import JsonError
from ..numbers import format_number
from ..strings import from_bytes, from_text
from ..values import HostObject, LuaTable, type_name
from .option_names import OptionKind, suggestion
from .rest_methods import CLIENT_OPTIONS, METHODS_OF, OLDER_NAMES, Options, RestMethod

if TYPE_CHECKING:
    from ..rest import Client

_STRING = OptionKind.STRING
_COUNT = OptionKind.COUNT
_BOOLEAN = OptionKind.BOOLEAN
_SECONDS = OptionKind.TIMEOUT
_ANY = OptionKind.ANY


class RestObject(HostObject):
    """`c.task_queues` and its like: `c.task_queues:get(name)`."""

    def __init__(self, client: Client, name: str) -> None:
        self._client = client
        self._name = name

    def lua_index(self, key: object) -> Any:
        """The method `key`, to be called as `object:method(...)` or `object.method(...)`."""
        method = METHODS_OF[self._name].get(key) if isinstance(key, str) else None
        return None if method is None else _bound(self._client, method, self, method.shown)


class RestList(RestObject):
    """`c.workflows` and its like: `c.workflows:list(opts)`, and by the older name `c:workflows(opts)`."""

    def __init__(self, client: Client, name: str, owner: RestClient) -> None:
        super().__init__(client, name)
        self._owner = owner

    def __call__(self, *arguments: Any) -> Any:
        method = METHODS_OF[self._name]["list"]
        return _bound(self._client, method, self._owner, self._name)(*arguments)


class RestClient(RestObject):
    """What `client(url, opts?)` gives: the sub-objects, `health`, `system_info`, the older names, and `close`."""

    def __init__(self, client: Client) -> None:
        super().__init__(client, "")
        self._objects = {
            name: RestList(client, name, self) if "list" in methods else RestObject(client, name)
            for name, methods in METHODS_OF.items()
            if name
        }

    def lua_index(self, key: object) -> Any:
        """A sub-object or a method."""
        if not isinstance(key, str):
            return None
        if key in self._objects:
            return self._objects[key]
        if key == "close":
            return self._close
        owner, _, name = OLDER_NAMES.get(key, f".{key}").rpartition(".")
        method = METHODS_OF[owner].get(name)
        return None if method is None else _bound(self._client, method, self, key)

    def _close(self, *_: Any) -> tuple[()]:
        self._client.close()
        return ()


def _bound(client: Client, method: RestMethod, receiver: object, shown: str) -> Callable[..., Any]:
    """`method` as a Lua function named `shown`, which `receiver` may be the first argument of."""

    def call(*arguments: Any) -> Any:
        own = arguments[1:] if arguments and arguments[0] is receiver else arguments
        return _call(client, method, shown, own)

    return named_library(call, shown)


def open_module(*_: Any) -> LuaTable:
    """The value of `require("assay.temporal")`."""
    return LuaTable({"client": client})


@library("assay.temporal.client")
def client(url: Any = None, options: Any = None, *_: Any) -> RestClient:
    """`client(url, {namespace?, api_key?, timeout?})`: a client for the HTTP API at `url`. Connects at the first call."""
    given = _checked(options, CLIENT_OPTIONS, "client")
    address = _converted(url, _STRING, "client: url")
    from ..rest import Client

    try:
        return RestClient(Client(address, **given))
    except ValueError as error:
        raise library_error(from_text(f"client: {error}")) from None


def _call(client: Client, method: RestMethod, shown: str, arguments: tuple[Any, ...]) -> Any:
    """Runs a method of the Python client for Lua arguments; `shown` is the name that Lua used."""
    given: list[Any] = []
    for position, (name, kind) in enumerate(method.arguments):
        value = arguments[position] if position < len(arguments) else None
        optional = name.endswith("?")
        converted = None
        if value is not None or not optional:
            converted = _converted(value, kind, f"{shown}: {name.rstrip('?')}")
        given.append(converted)
    count = len(method.arguments)
    options = arguments[count] if count < len(arguments) else None
    named = _checked(options, method.options, shown)

    from ..rest import TemporalHttpError

    target = getattr(client, method.owner) if method.owner else client
    try:
        with waiting():
            answer = getattr(target, method.name)(*given, **named)
    except TemporalHttpError as error:
        raise library_error(from_text(f"{shown}: {error}")) from None
    return _lua_value(answer)


# ----------------------------------------------------------------------------------------------------------------- values


def _checked(options: Any, known: Options, function: str) -> dict[str, Any]:
    if options is None:
        return {}
    if not isinstance(options, LuaTable):
        raise library_error(f"{function}: options must be a table, got {type_name(options)}")
    found = {}
    for key, value in options.items():
        if not isinstance(key, str) or key not in known:
            named = isinstance(key, str) and bool(known)
            hint = suggestion(key, known) if named else "" if known else "; there are none"
            shown = f"'{key}'" if isinstance(key, str) else f"[{_shown(key)}]"
            raise library_error(f"{function}: unknown option {shown}{hint}")
        found[key] = _converted(value, known[key], f"{function}: {key}")
    return found


def _verify(value: Any, name: str) -> bool | str:
    """True, false, or the path of a file with certificate authorities."""
    return value if type(value) is bool else str(_converted(value, _STRING, name))


def _cert(value: Any, name: str) -> str | tuple[str, ...]:
    """The path of a client certificate with its key, or a table with both paths."""
    if not isinstance(value, LuaTable):
        return str(_converted(value, _STRING, name))
    paths = [value[1], value[2]]
    if len(value) != 2:
        raise library_error(f"{name} must be {OptionKind.CERTIFICATE.value}")
    return tuple(str(_converted(path, _STRING, name)) for path in paths)


def _converted(value: Any, kind: OptionKind, name: str) -> Any:
    """An argument or option as the Python client takes it; a Lua error that names it for a value of another kind."""
    if kind is OptionKind.TRUST:
        return _verify(value, name)
    if kind is OptionKind.CERTIFICATE:
        return _cert(value, name)
    if kind is _ANY:
        try:
            return json_values.plain_value(value, "input")
        except JsonError as error:
            raise library_error(f"{name.removesuffix('input')}{error.value}") from None
    is_number = type(value) is int or type(value) is float
    if kind is _STRING and type(value) is str and value:
        try:
            return value.encode("latin-1").decode()
        except UnicodeDecodeError:
            raise library_error(f"{name} must be text in UTF-8") from None
    if kind is _BOOLEAN and type(value) is bool:
        return value
    if kind is _COUNT and is_number and value == value // 1 and 0 <= value < 2**31:
        return int(value)
    if kind is _SECONDS and is_number and 0 <= value < 1e9:
        return value
    if kind is OptionKind.DURATION and is_number and 0 < value < 1e9:
        return value
    got = "an empty string" if value == "" else _shown(value)
    raise library_error(f"{name} must be {kind.value}, got {got}")


def _shown(value: Any) -> str:
    return format_number(value) if type(value) in (int, float) else type_name(value)


def _lua_value(answer: Any) -> Any:
    if not isinstance(answer, dict):
        return answer
    events = answer.pop("events", None)
    table = json_values.from_json(answer)
    _replace_bytes(table)
    if events is not None:
        # Both names for one table: a history is long.
        table["events"] = table["history"]["events"]
    return table


def _replace_bytes(table: LuaTable) -> None:
    """Makes Lua strings of the values of binary payloads. In place."""
    for key, value in table.items():
        if type(value) is bytes:
            table[key] = from_bytes(value)
        elif isinstance(value, LuaTable):
            _replace_bytes(value)
