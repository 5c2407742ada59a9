"""Which Python module a Lua module becomes: its name in, the Python name out. The compiler and `require` agree on it here.

Lua has few rules for the names of files: `my-module.lua` and `class.lua` are common.
"""

from __future__ import annotations

import keyword
from typing import Final

REST_MODULE: Final = "assay.temporal"
"""What Lua requires for the REST client (`temporal/rest.py`)."""
TEST_MODULE: Final = "assay.test"
"""What tests written in Lua require (`lua_testing/module.py`)."""


def python_module_name(name: str) -> str:
    """The dotted Python name of the Lua module `name` (`a.my-class`): `-` becomes `_`, and a keyword gets a `_` at its end.

    What still is no Python name cannot be a module; see `is_module_name`.
    """
    return ".".join(map(_part, name.split(".")))


def _part(name: str) -> str:
    plain = name.replace("-", "_")
    return f"{plain}_" if keyword.iskeyword(plain) else plain


def is_module_name(name: str) -> bool:
    """Can a Python module have this dotted name?"""
    return all(part.isidentifier() and not keyword.iskeyword(part) for part in name.split("."))
