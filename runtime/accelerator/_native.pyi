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
    array: type,
    metatable_slot: MemberDescriptorType,
    true_key: object,
    false_key: object,
    string_metatable: dict[Any, Any],
    /,
) -> None: ...
def know_coroutines(
    thread: type,
    suspending_function: type,
    main_thread: object,
    most_entered: int,
    end_by_error: Callable[..., Any],
    pass_error_on: Callable[..., Any],
    call_in_loop: Callable[..., Any],
    /,
) -> None: ...
def know_traversals(
    traversal: type,
    kept: MemberDescriptorType,
    keys: MemberDescriptorType,
    cursor: MemberDescriptorType,
    /,
) -> None: ...
def become_table(table: object, /) -> None: ...
def wrapped_coroutine(function: _Function, /) -> _Function: ...

class Yield: ...

def names() -> list[str]: ...
