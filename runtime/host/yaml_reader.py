"""YAML text in, plain Python data out (dict, list, str, int, float, bool, None), from the events of PyYAML's safe loader.

No objects are made from tags. Aliases become copies, and how much they may add is limited: a few hundred bytes of aliases of
aliases would otherwise stand for billions of values. Works with a stack of its own, so depth costs no Python stack.
"""

from __future__ import annotations

from typing import Any, Final

import yaml

from ..json_model import MAX_DEPTH
from ..strings import from_text
from .plain_data import DataError
from .yaml_scalars import TAG_PREFIX, value_of

MAXIMUM_COPIED_VALUES: Final = 100_000
"""How many values aliases may add to a text."""

# libyaml's parser, where PyYAML was built with it, is ten times as fast.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SCALAR_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "null": (type(None),),
    "bool": (bool,),
    "int": (int,),
    "float": (int, float),
}
_MERGE: Final = object()
_NO_KEY: Final = object()


def read_yaml(text: str) -> Any:
    """The value of the one document in `text`, None when there is none.

    Raises `DataError` that says what is wrong at which line and column.
    """
    builder = _Builder()
    try:
        for event in yaml.parse(text.removeprefix("\ufeff"), Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        raise _at(error.problem_mark, error.problem or "the text is not YAML") from None
    except yaml.YAMLError as error:
        raise DataError(from_text(str(error).splitlines()[0])) from None
    except RecursionError:
        raise DataError("the text is nested too deeply") from None
    return builder.result


def _at(mark: Any, problem: str) -> DataError:
    place = "" if mark is None else f" (line {mark.line + 1}, column {mark.column + 1})"
    return DataError(f"{from_text(problem)}{place}")


class _Collection:
    """A list or mapping whose end has not come yet."""

    __slots__ = ("anchor", "key", "merged", "value")

    def __init__(self, value: Any, anchor: str | None) -> None:
        self.value = value
        self.anchor = anchor
        self.key: Any = _NO_KEY
        """In a mapping, the key whose value comes next."""
        self.merged: dict[str, Any] = {}
        """What `<<` brings in: fields that the mapping itself does not have."""


class _Builder:
    """Takes one event after the other; `result` is the value in the end."""

    def __init__(self) -> None:
        self.result: Any = None
        self._open: list[_Collection] = []
        self._anchors: dict[str, Any] = {}
        self._documents = 0
        self._copied = 0

    def take(self, event: Any) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._take_scalar(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._start(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._end(event)
        elif isinstance(event, yaml.AliasEvent):
            self._take_alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise _at(event.start_mark, "a second document: only one is read")

    def _take_scalar(self, event: Any) -> None:
        inside = self._open[-1] if self._open else None
        if inside is not None and type(inside.value) is dict and inside.key is _NO_KEY:
            if event.value == "<<" and event.implicit[0]:
                inside.key = _MERGE
            else:
                self._take_key(inside, event.value, event)
            if event.anchor is not None:
                self._anchors[event.anchor] = event.value
            return
        value = _scalar(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = value
        self._put(value, event)

    def _take_key(self, inside: _Collection, key: str, event: Any) -> None:
        if key in inside.value:
            raise _at(event.start_mark, f"the key '{key}' comes a second time")
        inside.key = key

    def _start(self, event: Any) -> None:
        inside = self._open[-1] if self._open else None
        if inside is not None and type(inside.value) is dict and inside.key is _NO_KEY:
            raise _at(event.start_mark, "a key must be a string or a number")
        if len(self._open) >= MAX_DEPTH:
            raise _at(event.start_mark, f"nested more than {MAX_DEPTH} levels deep")
        is_list = isinstance(event, yaml.SequenceStartEvent)
        if event.tag not in (None, "!", TAG_PREFIX + ("seq" if is_list else "map")):
            raise _unknown_tag(event)
        self._anchors.pop(event.anchor, None)
        self._open.append(_Collection([] if is_list else {}, event.anchor))

    def _end(self, event: Any) -> None:
        done = self._open.pop()
        value = done.value
        if done.merged:
            value = {**done.merged, **value}
        if done.anchor is not None:
            self._anchors[done.anchor] = value
        self._put(value, event)

    def _take_alias(self, event: Any) -> None:
        if event.anchor not in self._anchors:
            is_open = any(outer.anchor == event.anchor for outer in self._open)
            problem = "contains itself" if is_open else "has no anchor before it"
            raise _at(event.start_mark, f"the alias '*{event.anchor}' {problem}")
        value = self._anchors[event.anchor]
        inside = self._open[-1] if self._open else None
        if inside is not None and type(inside.value) is dict and inside.key is _NO_KEY:
            if type(value) is not str:
                raise _at(event.start_mark, "a key must be a string or a number")
            self._take_key(inside, value, event)
            return
        self._put(self._copy(value, event), event)

    def _copy(self, value: Any, event: Any) -> Any:
        self._copied += 1
        if self._copied > MAXIMUM_COPIED_VALUES:
            raise _at(event.start_mark, f"the aliases add more than {MAXIMUM_COPIED_VALUES} values")
        if type(value) is dict:
            return {key: self._copy(item, event) for key, item in value.items()}
        if type(value) is list:
            return [self._copy(item, event) for item in value]
        return value

    def _put(self, value: Any, event: Any) -> None:
        if not self._open:
            self.result = value
            return
        inside = self._open[-1]
        if type(inside.value) is list:
            inside.value.append(value)
            return
        key, inside.key = inside.key, _NO_KEY
        if key is not _MERGE:
            inside.value[key] = value
            return
        for mapping in value if type(value) is list else (value,):
            if type(mapping) is not dict:
                raise _at(event.start_mark, "'<<' takes a mapping or a list of mappings")
            inside.merged = {**mapping, **inside.merged}


def _scalar(event: Any) -> Any:
    text: str = event.value
    tag: str | None = event.tag
    if tag is None:
        return value_of(text) if event.implicit[0] else text
    name = tag.removeprefix(TAG_PREFIX)
    if name in ("str", "!"):
        return text
    types = _SCALAR_TYPES.get(name) if tag.startswith(TAG_PREFIX) else None
    if types is None:
        raise _unknown_tag(event)
    value = value_of(text)
    if type(value) not in types:
        raise _at(event.start_mark, f"'{text}' is no !!{name}")
    return float(value) if name == "float" and value is not None else value


def _unknown_tag(event: Any) -> DataError:
    shown = event.tag
    if shown.startswith(TAG_PREFIX):
        shown = "!!" + shown.removeprefix(TAG_PREFIX)
    return _at(event.start_mark, f"the tag {shown} is not supported")
