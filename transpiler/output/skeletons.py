"""The name of a skeleton (templates/) and the values of its fields in, its text out. Loads jinja2."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import jinja2


def fill(name: str, values: Mapping[str, object]) -> str:
    """The text of the skeleton `name`. Raises jinja2.UndefinedError when a value is missing."""
    return _environment().get_template(name).render(values)


@cache
def _environment() -> jinja2.Environment:
    def load(name: str) -> str:
        return files("assay.templates").joinpath(name).read_text(encoding="utf-8")

    return jinja2.Environment(
        loader=jinja2.FunctionLoader(load),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
