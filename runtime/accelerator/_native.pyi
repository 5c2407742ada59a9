from collections.abc import Callable
from types import MemberDescriptorType
from typing import Any, TypeVar

_Function = TypeVar("_Function", bound=Callable[..., Any])

SOURCES: str

def accelerate(name: str, function: _Function, /) -> _Function: ...
def know_function(name: str, function: Callable[..., Any], /) -> None: ...
def know_values(
    table: type,
    table_with_metatable: type,
    metatable_slot: MemberDescriptorType,
    true_key: object,
    false_key: object,
    string_metatable: dict[Any, Any],
    /,
) -> None: ...
def names() -> list[str]: ...
