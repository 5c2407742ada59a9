"""Plain Python data in, YAML text out, through the events of PyYAML's safe dumper.

Block style, fields in the order of the data, lists not indented, long lines not broken, text of several lines as a literal
block (`|`) where that keeps every character.
"""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

from .yaml_scalars import float_text, is_plain

_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_NO_LINE_BREAKS: Final = 1 << 30
_LITERAL = re.compile(r"(?:[!-~\u00a1-\ud7ff](?:[ -~\u00a1-\ud7ff]*[!-~\u00a1-\ud7ff])?\n)+")
"""Text that a literal block holds exactly: non-empty lines without spaces around them, each with its line break."""
_LINE_SEPARATORS = re.compile("[\u2028\u2029]")


def write_yaml(value: Any) -> str:
    """`value` (dict, list, str, int, float, bool, None) as the text of one document, with a line break at its end."""
    events: list[Any] = [yaml.StreamStartEvent(), yaml.DocumentStartEvent(explicit=False)]
    _add(value, events)
    events += [yaml.DocumentEndEvent(explicit=False), yaml.StreamEndEvent()]
    text: str = yaml.emit(events, Dumper=_DUMPER, allow_unicode=True, width=_NO_LINE_BREAKS)
    # A document that is one bare word is ended with dots, which every reader does without.
    return text if isinstance(value, dict | list) else text.removesuffix("...\n")


def _add(value: Any, events: list[Any]) -> None:
    if isinstance(value, dict):
        events.append(yaml.MappingStartEvent(None, None, True, flow_style=not value))
        for key, item in value.items():
            events.append(_text(key, None))
            _add(item, events)
        events.append(yaml.MappingEndEvent())
    elif isinstance(value, list):
        events.append(yaml.SequenceStartEvent(None, None, True, flow_style=not value))
        for item in value:
            _add(item, events)
        events.append(yaml.SequenceEndEvent())
    elif isinstance(value, str):
        is_block = _LITERAL.fullmatch(value) and not _LINE_SEPARATORS.search(value)
        events.append(_text(value, "|" if is_block else None))
    else:
        events.append(yaml.ScalarEvent(None, None, (True, False), _other(value)))


def _text(text: str, style: str | None) -> Any:
    plain = is_plain(text)
    return yaml.ScalarEvent(None, None, (plain, True), text, style=style if plain or style else "'")


def _other(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return float_text(value) if isinstance(value, float) else str(value)
