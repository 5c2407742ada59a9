"""The options of the gRPC client in Lua to arguments of `assay.runtime.client.AsyncClient`.

In: Lua values, and the tables of `client_methods.py`. Out: what the Python client takes. What it would refuse is a Lua error here
that names the option. Kinds that only the client has, or sees in another way than `ctx`, have their conversion here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from temporalio.common import (
    AutoUpgradeVersioningOverride,
    PinnedVersioningOverride,
    Priority,
    VersioningOverride,
    WorkerDeploymentVersion,
)

from ..client.choices import CONFLICT_POLICIES, OVERLAP_POLICIES, REUSE_POLICIES
from ..errors import library_error
from ..json_values import JsonError, plain_value
from ..numbers import format_number
from ..strings import to_text
from ..values import LuaTable, type_name
from . import client_methods
from .option_names import OptionKind
from .options import Kind, checked, converted
from .tls import Tls


def _json(value: Any, name: str) -> Any:
    try:
        return plain_value(value, name.rpartition(": ")[2])
    except JsonError as error:
        raise library_error(f"{name.rpartition(': ')[0]}: {error.value}") from None


def _fields(value: Any, name: str) -> dict[str, Any]:
    """A table with text keys."""
    plain = _json(value, name)
    if not isinstance(plain, dict):
        raise library_error(f"{name} must be a table with names, got {_shown(value)}")
    return plain


def _search_attributes(value: Any, name: str) -> dict[str, Any]:
    plain = _fields(value, name)
    for key, item in plain.items():
        is_list = isinstance(item, list) and all(isinstance(each, str) for each in item)
        if not (is_list or isinstance(item, str | int | float)):
            raise library_error(
                f"{name}.{key} must be a string, a number, a boolean or a list of strings "
                '(a time is a string such as "2026-01-31T12:00:00Z")'
            )
    return plain


def _tls(value: Any, name: str) -> bool | Tls:
    if type(value) is bool:
        return value
    if not isinstance(value, LuaTable):
        raise library_error(f"{name} must be {OptionKind.TLS.value}, got {_shown(value)}")
    return Tls(**checked(value, client_methods.TLS, name))


def _texts(value: Any, name: str) -> str | list[str]:
    """One string, or a list of them."""
    if isinstance(value, LuaTable):
        return list(converted(value, OptionKind.STRINGS, name))
    return str(converted(value, OptionKind.STRING, name))


def _tables(value: Any, name: str) -> list[dict[str, Any]]:
    """A list of tables with names, empty for an empty table; the Python client looks at what is in them."""
    plain = _json(value, name)
    if plain == {} and isinstance(value, LuaTable):
        return []
    if not isinstance(plain, list) or not all(isinstance(item, dict) for item in plain):
        raise library_error(f"{name} must be {OptionKind.TABLES.value}, got {_shown(value)}")
    return plain


def _time(value: Any, name: str) -> float:
    if type(value) not in (int, float) or not 0 <= value < 253402300800:
        raise library_error(f"{name} must be {OptionKind.TIME.value}, got {_shown(value)}")
    return float(value)


def _one_of(choices: Mapping[str, object]) -> Callable[[Any, str], str]:
    def choice(value: Any, name: str) -> str:
        text = to_text(value).lower() if type(value) is str else None
        if text not in choices:
            shown = f"'{to_text(value)}'" if type(value) is str else _shown(value)
            raise library_error(f"{name} must be one of {', '.join(choices)}, got {shown}")
        return str(text)

    return choice


def _shown(value: Any) -> str:
    return format_number(value) if type(value) in (int, float) else type_name(value)


def _priority(value: Any, name: str) -> Priority:
    if not isinstance(value, LuaTable):
        raise library_error(f"{name} must be {OptionKind.PRIORITY.value}, got {_shown(value)}")
    return Priority(**checked(value, client_methods.PRIORITY, name))


def _versioning_override(value: Any, name: str) -> VersioningOverride:
    if value == "auto_upgrade":
        return AutoUpgradeVersioningOverride()
    if not isinstance(value, LuaTable):
        shown = f"'{to_text(value)}'" if type(value) is str else _shown(value)
        kind = OptionKind.VERSIONING_OVERRIDE
        raise library_error(f"{name} must be {kind.value}, got {shown}")
    version = checked(value, client_methods.PINNED_VERSION, name)
    for part in client_methods.PINNED_VERSION:
        if part not in version:
            raise library_error(f"{name}: {part} is required")
    return PinnedVersioningOverride(WorkerDeploymentVersion(**version))


_CONVERSIONS: Final[Mapping[OptionKind, Kind]] = {
    OptionKind.ANY: _json,
    OptionKind.FIELDS: _fields,
    OptionKind.SEARCH_ATTRIBUTES: _search_attributes,
    OptionKind.TLS: _tls,
    OptionKind.TEXTS: _texts,
    OptionKind.TABLES: _tables,
    OptionKind.TIME: _time,
    OptionKind.PRIORITY: _priority,
    OptionKind.VERSIONING_OVERRIDE: _versioning_override,
    OptionKind.START_REUSE_POLICY: _one_of(REUSE_POLICIES),
    OptionKind.ID_CONFLICT_POLICY: _one_of(CONFLICT_POLICIES),
    OptionKind.OVERLAP_POLICY: _one_of(OVERLAP_POLICIES),
}


def kinds(options: client_methods.Options) -> Mapping[str, Kind]:
    """How each option is converted."""
    return {name: _CONVERSIONS.get(kind, kind) for name, kind in options.items()}
