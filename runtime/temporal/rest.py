"""The Lua module `assay.temporal`: the REST client for Lua code, `require("assay.temporal").client(url, opts?)`.

In and out: Lua values. Each method is a row of a table here (its arguments, its options) over the method of the same name of
`assay.runtime.rest.Client`; the older names are further names of the rows. Whatever goes wrong is a Lua error with the
position of the call. Specification: "assay.temporal (HTTP REST client)".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from .. import json_values
from ..errors import library, library_error
from ..host.waiting import waiting
from ..json_values import JsonError
from ..numbers import format_number
from ..strings import from_bytes, from_text
from ..values import HostObject, LuaTable, type_name
from .option_names import OptionKind, suggestion

if TYPE_CHECKING:
    from ..rest import Client
    from .options import Kind

MODULE_NAME: Final = "assay.temporal"

_Options: TypeAlias = "Mapping[str, Kind]"
_STRING = OptionKind.STRING
_COUNT = OptionKind.COUNT
_BOOLEAN = OptionKind.BOOLEAN
_SECONDS = OptionKind.TIMEOUT
_ANY = OptionKind.ANY


def _options(**kinds: Kind) -> _Options:
    return MappingProxyType(kinds)


_PAGES = {"next_page_token": _STRING, "all_pages": _BOOLEAN}


def _verify(value: Any, name: str) -> bool | str:
    """True, false, or the path of a file with certificate authorities."""
    return value if type(value) is bool else str(_converted(value, _STRING, name))


def _cert(value: Any, name: str) -> str | tuple[str, ...]:
    """The path of a client certificate with its key, or a table with both paths."""
    if not isinstance(value, LuaTable):
        return str(_converted(value, _STRING, name))
    paths = [value[1], value[2]]
    if len(value) != 2:
        raise library_error(f"{name} must be a path or {{certificate, key}}")
    return tuple(str(_converted(path, _STRING, name)) for path in paths)


_CLIENT_OPTIONS = _options(
    namespace=_STRING,
    api_key=_STRING,
    timeout=OptionKind.DURATION,
    verify=_verify,
    ca=_STRING,
    cert=_cert,
)
_NAMESPACE = _options(namespace=_STRING)
_RUN = _options(namespace=_STRING, run_id=_STRING)


@dataclass(frozen=True, slots=True)
class _Method:
    """A method: the object it belongs to ("" for the client), its name, and what Lua gives it: the arguments in their order
    (a name with `?` may be nil), then a table with options."""

    owner: str
    name: str
    arguments: tuple[tuple[str, OptionKind], ...]
    options: _Options

    @property
    def shown(self) -> str:
        """How an error names it."""
        return f"{self.owner}:{self.name}" if self.owner else self.name


_METHODS: Final = (
    _Method("", "health", (), _options()),
    _Method("", "system_info", (), _options()),
    _Method("namespaces", "list", (), _options(page_size=_COUNT, **_PAGES)),
    _Method("namespaces", "get", (("name", _STRING),), _options()),
    _Method(
        "workflows",
        "list",
        (),
        _options(namespace=_STRING, query=_STRING, page_size=_COUNT, **_PAGES),
    ),
    _Method("workflows", "get", (("workflow_id", _STRING), ("run_id?", _STRING)), _NAMESPACE),
    _Method(
        "workflows",
        "history",
        (("workflow_id", _STRING), ("run_id?", _STRING)),
        _options(namespace=_STRING, maximum_page_size=_COUNT, raw_payloads=_BOOLEAN, **_PAGES),
    ),
    _Method(
        "workflows",
        "signal",
        (("workflow_id", _STRING), ("signal_name", _STRING), ("input?", _ANY)),
        _RUN,
    ),
    _Method("workflows", "terminate", (("workflow_id", _STRING), ("reason?", _STRING)), _RUN),
    _Method(
        "workflows",
        "cancel",
        (("workflow_id", _STRING),),
        _options(namespace=_STRING, run_id=_STRING, reason=_STRING),
    ),
    _Method(
        "workflows",
        "search",
        (("query", _STRING),),
        _options(namespace=_STRING, page_size=_COUNT, **_PAGES),
    ),
    _Method("workflows", "is_running", (("workflow_id", _STRING),), _RUN),
    _Method(
        "workflows",
        "wait_complete",
        (("workflow_id", _STRING), ("timeout_secs", _SECONDS)),
        _RUN,
    ),
    _Method(
        "task_queues",
        "get",
        (("name", _STRING),),
        _options(namespace=_STRING, task_queue_type=_STRING),
    ),
    _Method(
        "schedules",
        "list",
        (),
        _options(namespace=_STRING, maximum_page_size=_COUNT, **_PAGES),
    ),
    _Method("schedules", "get", (("schedule_id", _STRING),), _NAMESPACE),
)

_BY_OBJECT: Final[dict[str, dict[str, _Method]]] = {
    owner: {method.name: method for method in _METHODS if method.owner == owner}
    for owner in ("", "namespaces", "workflows", "task_queues", "schedules")
}

_OLDER_NAMES: Final = MappingProxyType(
    {
        "namespace": "namespaces.get",
        "workflow": "workflows.get",
        "workflow_history": "workflows.history",
        "signal_workflow": "workflows.signal",
        "terminate_workflow": "workflows.terminate",
        "cancel_workflow": "workflows.cancel",
        "search_workflows": "workflows.search",
        "is_workflow_running": "workflows.is_running",
        "wait_workflow_complete": "workflows.wait_complete",
        "task_queue": "task_queues.get",
        "schedule": "schedules.get",
    }
)
"""The colon-style names of the client; `namespaces`, `workflows` and `schedules` are sub-objects that can be called."""


class RestObject(HostObject):
    """`c.task_queues` and its like: `c.task_queues:get(name)`."""

    def __init__(self, client: Client, name: str) -> None:
        self._client = client
        self._name = name

    def lua_index(self, key: object) -> Any:
        """The method `key`, to be called as `object:method(...)` or `object.method(...)`."""
        method = _BY_OBJECT[self._name].get(key) if isinstance(key, str) else None
        return None if method is None else _bound(self._client, method, self, method.shown)


class RestList(RestObject):
    """`c.workflows` and its like: `c.workflows:list(opts)`, and by the older name `c:workflows(opts)`."""

    def __init__(self, client: Client, name: str, owner: RestClient) -> None:
        super().__init__(client, name)
        self._owner = owner

    def __call__(self, *arguments: Any) -> Any:
        method = _BY_OBJECT[self._name]["list"]
        return _bound(self._client, method, self._owner, self._name)(*arguments)


class RestClient(RestObject):
    """What `client(url, opts?)` gives: the sub-objects, `health`, `system_info`, the older names, and `close`."""

    def __init__(self, client: Client) -> None:
        super().__init__(client, "")
        self._objects = {
            name: RestList(client, name, self) if "list" in methods else RestObject(client, name)
            for name, methods in _BY_OBJECT.items()
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
        owner, _, name = _OLDER_NAMES.get(key, f".{key}").rpartition(".")
        method = _BY_OBJECT[owner].get(name)
        return None if method is None else _bound(self._client, method, self, key)

    def _close(self, *_: Any) -> tuple[()]:
        self._client.close()
        return ()


def _bound(client: Client, method: _Method, receiver: object, shown: str) -> Callable[..., Any]:
    """`method` as a Lua function named `shown`, which `receiver` may be the first argument of."""

    def call(*arguments: Any) -> Any:
        own = arguments[1:] if arguments and arguments[0] is receiver else arguments
        return _call(client, method, shown, own)

    return call


def open_module(*_: Any) -> LuaTable:
    """The value of `require("assay.temporal")`."""
    return LuaTable({"client": client})


@library("assay.temporal.client")
def client(url: Any = None, options: Any = None, *_: Any) -> RestClient:
    """`client(url, {namespace?, api_key?, timeout?})`: a client for the HTTP API at `url`. Connects at the first call."""
    given = _checked(options, _CLIENT_OPTIONS, "client")
    address = _converted(url, _STRING, "client: url")
    from ..rest import Client

    try:
        return RestClient(Client(address, **given))
    except ValueError as error:
        raise library_error(from_text(f"client: {error}")) from None


@library("assay.temporal")
def _call(client: Client, method: _Method, shown: str, arguments: tuple[Any, ...]) -> Any:
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


def _checked(options: Any, known: _Options, function: str) -> dict[str, Any]:
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


def _converted(value: Any, kind: Kind, name: str) -> Any:
    """An argument or option as the Python client takes it; a Lua error that names it for a value of another kind."""
    if not isinstance(kind, OptionKind):
        return kind(value, name)
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
