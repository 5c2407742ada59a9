"""Jinja as the global `template` uses it: templates and variables in, text out; apart because Jinja takes long to import."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from typing import Any, Final, NoReturn

import jinja2
from jinja2.exceptions import SecurityError
from jinja2.filters import do_format
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ..numbers import format_number
from ..strings import from_text
from .plain_data import DataError

_MAXIMUM_REPETITION: Final = 1_000_000
_INTEGER_BITS: Final = 63
_ESCAPED_EXTENSIONS: Final = ("html", "htm", "xml")


def render_file(path: str, variables: dict[str, Any]) -> str:
    """The text of the template file at `path`, as a Lua string. Raises `DataError` that says what is wrong in which line."""
    folder, name = os.path.split(os.path.abspath(path))
    environment = _Environment(jinja2.FileSystemLoader(folder))
    try:
        template = environment.get_template(name)
    except jinja2.TemplateNotFound:
        raise DataError(f"{from_text(path)}: no such file") from None
    except jinja2.TemplateSyntaxError as error:
        raise _syntax_error(error) from None
    except OSError as error:
        raise DataError(f"{from_text(path)}: {error.strerror}") from None
    except ValueError:
        raise DataError(f"{from_text(path)}: not UTF-8, or the path has a zero byte") from None
    return _rendered(template, variables)


def render_text(source: str, variables: dict[str, Any]) -> str:
    """The text of the template `source`, as a Lua string. Errors as `render_file`."""
    try:
        template = _template(source)
    except jinja2.TemplateSyntaxError as error:
        raise _syntax_error(error) from None
    except RecursionError:
        raise DataError("the template is nested too deeply") from None
    return _rendered(template, variables)


def _written(value: Any) -> Any:
    """What `{{ value }}` prints. Raises TypeError for what has no text, such as a function."""
    if isinstance(value, str):
        return value
    if isinstance(value, jinja2.Undefined):
        if value._undefined_exception is SecurityError:
            value._fail_with_undefined_error()
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return format_number(value)
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False)
    raise TypeError(
        f"a {type(value).__name__} has no text; a filter's result may need |list or |join"
    )


_FILTERS_WITH_SIZES = ("batch", "center", "indent", "slice", "wordwrap")
_METHODS_WITH_SIZES = frozenset(("center", "expandtabs", "ljust", "rjust", "zfill"))
_LARGE_WIDTH = re.compile(r"[0-9]{7}")
_WIDTH_FROM_ARGUMENT = re.compile(r"%[^A-Za-z%]*\*|\{[^{}]*\{")


def _check_sizes(arguments: Iterable[Any]) -> None:
    """Refuses to fill up with more than a million characters: `x.center(n)`, `x|indent(n)`."""
    if any(type(size) is int and size > _MAXIMUM_REPETITION for size in arguments):
        raise SecurityError("the width is too large")


def _check_format(text: Any, arguments: Iterable[Any]) -> None:
    """Refuses large widths in `'%9999999d' % x` and `'{:9999999}'.format(x)`, or taken from an argument."""
    if isinstance(text, str):
        if _LARGE_WIDTH.search(text):
            raise SecurityError("the width is too large")
        if _WIDTH_FROM_ARGUMENT.search(text):
            _check_sizes(arguments)


def _checked_filter(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def checked(*arguments: Any, **named: Any) -> Any:
        _check_sizes((*arguments, *named.values()))
        return function(*arguments, **named)

    return checked


def _checked_format(text: Any, *arguments: Any, **named: Any) -> Any:
    _check_format(text, (*arguments, *named.values()))
    return do_format(text, *arguments, **named)


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja for Lua's values: fields before methods, nothing random, no large repetitions."""

    intercepted_binops = frozenset(("*", "**", "%"))

    def __init__(self, loader: jinja2.BaseLoader | None) -> None:
        super().__init__(
            loader=loader or jinja2.DictLoader({}),
            autoescape=jinja2.select_autoescape(_ESCAPED_EXTENSIONS, default_for_string=False),
            finalize=_written,
            keep_trailing_newline=True,
        )
        del self.globals["lipsum"]
        del self.filters["random"]
        self.filters["format"] = _checked_format
        for name in _FILTERS_WITH_SIZES:
            self.filters[name] = _checked_filter(self.filters[name])

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "%":
            _check_format(left, right if isinstance(right, tuple) else (right,))
        elif operator == "*":
            sized, count = (right, left) if isinstance(left, int) else (left, right)
            is_repetition = isinstance(sized, str | list) and isinstance(count, int)
            if is_repetition and len(sized) * count > _MAXIMUM_REPETITION:
                raise SecurityError("the repetition is too large")
        else:
            are_integers = isinstance(left, int) and isinstance(right, int)
            if are_integers and left.bit_length() * abs(right) > _INTEGER_BITS:
                raise SecurityError("the number is too large")
        return super().call_binop(context, operator, left, right)

    def call(self, context: Any, obj: Any, *arguments: Any, **named: Any) -> Any:
        # The sandbox hands out str.format in a wrapping of its own.
        owner = getattr(getattr(obj, "__wrapped__", obj), "__self__", None)
        name = getattr(obj, "__name__", "")
        if isinstance(owner, str) and name in _METHODS_WITH_SIZES:
            _check_sizes((*arguments, *named.values()))
        elif name in ("format", "format_map"):
            _check_format(owner, (*arguments, *named.values()))
        return super().call(context, obj, *arguments, **named)

    def handle_exception(self, source: str | None = None) -> NoReturn:
        # Jinja would rewrite the traceback, for which it imports a module: not inside a workflow.
        raise


@lru_cache(maxsize=128)
def _template(source: str) -> jinja2.Template:
    return _Environment(None).from_string(source)


def _rendered(template: jinja2.Template, variables: dict[str, Any]) -> str:
    try:
        return from_text(template.render(variables))
    except jinja2.TemplateSyntaxError as error:
        raise _syntax_error(error) from None
    except RecursionError:
        raise DataError("the template includes or calls itself without an end") from None
    except Exception as error:  # noqa: BLE001  # the template is code: this is its error
        raise DataError(f"{_reason(error)}{_place(error)}") from None


def _syntax_error(error: jinja2.TemplateSyntaxError) -> DataError:
    name = "" if error.name is None else f"{error.name} "
    return DataError(f"{_reason(error)} ({from_text(name)}line {error.lineno})")


def _reason(error: Exception) -> str:
    if isinstance(error, jinja2.TemplateNotFound):
        return from_text(f"there is no template '{error.name}' to include")
    shown = error.message if isinstance(error, jinja2.TemplateSyntaxError) else str(error)
    message = from_text(shown or type(error).__name__).removesuffix(".")
    return message[:1].lower() + message[1:]


def _place(error: Exception) -> str:
    """The innermost line of a template that `error` passed: ` (line 3)`, with the file's name when it has one."""
    place = ""
    traceback = error.__traceback__
    while traceback is not None:
        template = traceback.tb_frame.f_globals.get("__jinja_template__")
        if isinstance(template, jinja2.Template):
            line = template.get_corresponding_lineno(traceback.tb_lineno)
            name = "" if template.name is None else f"{template.name} "
            place = f" ({from_text(name)}line {line})"
        traceback = traceback.tb_next
    return place
