"""The global `template`: text from templates in Jinja's language, run in a sandbox.

Variables are the fields of the table `vars`; a variable or field that is not there prints nothing and is false, a field of one
that is not there is an error. `a.b` is the field `b`, whatever its name (`order.items`). Lists count from 0 in templates:
`list[0]` is Lua's `list[1]`. What is printed looks as in Lua (`true`, `1.0`), tables are printed as JSON, json.null as `null`
(what `~` and filters make of values first is Jinja's: `True`).

A template reaches nothing of Python: names that begin with `_` and whatever changes a value are errors. There is no chance in
templates either (no `random`, no `lipsum`), so the same variables give the same text, which is why a workflow may use
`template.render_string`. A template still can loop for long: take its text from your own files, and what users give from `vars`.
"""

from __future__ import annotations

import os
from functools import cache
from types import ModuleType
from typing import Any

from ..errors import library, library_error
from ..stdlib.arguments import ABSENT, check_string
from ..strings import to_bytes
from ..values import LuaTable
from .late_imports import process_imports
from .options import optional_table
from .plain_data import DataError, DataFormat, plain_data, text_of
from .waiting import waiting

_FORMAT = DataFormat("a template")


@library("template.render")
def render(path: Any = ABSENT, vars: Any = None, *_: Any) -> str:
    """`template.render(path, vars?)`: the text of a template file. Files that it includes, imports or extends are sought in its
    folder and below. In files named .html, .htm and .xml what is printed is escaped. Error: a file that cannot be read, a
    mistake in a template with its line, a variable that is a function."""
    file = check_string(1, path)
    variables = optional_table(2, vars)
    try:
        with waiting(), process_imports():
            text: str = _jinja().render_file(os.fsdecode(to_bytes(file)), _variables(variables))
            return text
    except DataError as error:
        raise library_error(f"template.render: {error}") from None


@library("template.render_string")
def render_string(text: Any = ABSENT, vars: Any = None, *_: Any) -> str:
    """`template.render_string(text, vars?)`: the text of a template given as a string, which cannot include others; nothing is
    escaped. Errors as `template.render`."""
    source = check_string(1, text)
    variables = optional_table(2, vars)
    try:
        plain = _variables(variables)
        with process_imports():
            rendered: str = _jinja().render_text(text_of(source, "the template"), plain)
        return rendered
    except DataError as error:
        raise library_error(f"template.render_string: {error}") from None


def _variables(variables: LuaTable) -> Any:
    plain = plain_data(variables, "vars", _FORMAT)
    if isinstance(plain, list):
        raise DataError("vars is a list: variables have names")
    return plain


@cache
def _jinja() -> ModuleType:
    from . import template_environment

    return template_environment
