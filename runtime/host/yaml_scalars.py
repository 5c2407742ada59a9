"""Which value a YAML scalar written without quotes stands for, and which strings need quotes.

Reading follows the core schema of YAML 1.2 (section 10.3.2): `yes`, `no`, `on` and `off` are strings, as people mean them, and
so are dates. Writing puts quotes around every string that a reader of YAML 1.1 or 1.2 would take for something else.
"""

from __future__ import annotations

import re
from typing import Final

import yaml

TAG_PREFIX: Final = "tag:yaml.org,2002:"

Scalar = str | int | float | bool | None

_WORDS: Final[dict[str, Scalar]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_NUMBER = re.compile(
    r"(?P<decimal>[-+]?[0-9]+)|0o(?P<octal>[0-7]+)|0x(?P<hexadecimal>[0-9a-fA-F]+)"
    r"|(?P<float>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)"
)
_BASES: Final = {"octal": 8, "hexadecimal": 16}
_MAXIMUM_DIGITS: Final = 20
_ALSO_QUOTED: Final = frozenset(("y", "Y", "n", "N", "=", "<<"))
"""Booleans of YAML 1.1 that PyYAML itself does not know, and what has a meaning of its own as a key."""


def value_of(text: str) -> Scalar:
    """The value of a scalar without quotes: None, a boolean, a number, else the text itself.

    Integers are exact whatever their size up to 20 digits; longer ones become floats, as Lua's own numerals do.
    """
    if text in _WORDS:
        return _WORDS[text]
    match = _NUMBER.fullmatch(text)
    if match is None:
        return text
    kind = match.lastgroup or ""
    if kind == "float" or len(text) > _MAXIMUM_DIGITS:
        return float(int(match[kind], _BASES[kind])) if kind in _BASES else float(text)
    return int(match[kind], _BASES.get(kind, 10))


def is_plain(text: str) -> bool:
    """Whether every reader takes `text` without quotes for a string."""
    if type(value_of(text)) is not str or text in _ALSO_QUOTED:
        return False
    resolvers = yaml.SafeDumper.yaml_implicit_resolvers
    candidates = [*resolvers.get(text[:1], ()), *resolvers.get(None, ())]
    return not any(pattern.match(text) for _, pattern in candidates)


def float_text(value: float) -> str:
    """A float as readers of YAML 1.1 and 1.2 know it: with a point, which 1.1 asks for (`1.0e+300`)."""
    if value != value:
        return ".nan"
    if value in (float("inf"), float("-inf")):
        return ".inf" if value > 0 else "-.inf"
    text = repr(value)
    return text if "." in text else text.replace("e", ".0e")
