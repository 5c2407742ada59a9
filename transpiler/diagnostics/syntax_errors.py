"""The AY1xx catalogue: what real Lua's compiler refuses as well. One factory per kind of error.

In: the source, the offending span and the parts of the message. Out: a `Diagnostic`. The message is real Lua 5.4's
own (`llex.c`, `lparser.c`), word for word, so that people find it on the web and a compiled `load` can return it;
the help line says the same in plainer words where there is an evident fix. Text taken from the source (`near`) has
bytes as characters.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..syntax.source import Source
from .model import Diagnostic, Severity


def unexpected_token(
    source: Source,
    start: int,
    end: int,
    expected: str | None,
    near: str,
    help: str | None = None,
    notes: Sequence[str] = (),
) -> Diagnostic:
    """A token that cannot stand here; `expected` and `near` come with their quotes, as Lua prints them."""
    problem = "unexpected symbol" if expected is None else f"{expected} expected"
    return _error(source, start, end, "AY101", f"{problem} near {near}", help, *notes)


def unclosed(
    source: Source,
    start: int,
    end: int,
    expected: str,
    opener: str,
    opener_start: int,
    opener_line: int | None,
    near: str,
    help: str | None = None,
    misplaced: str | None = None,
) -> Diagnostic:
    """What was opened by `opener` at `opener_start` is not closed where it should be (at `start`).

    `opener_line` is the line that Lua names; None when it names none, because it is the line of the error.
    """
    message = f"'{expected}' expected"
    if opener_line is not None:
        message += f" (to close '{opener}' at line {opener_line})"
    opened = source.position(opener_start)
    note = f"'{opener}' was opened at {source.name}:{opened.line}:{opened.column} and is not closed"
    help = help or f"add the missing '{expected}'"
    notes = [note] if misplaced is None else [note, misplaced]
    return _error(source, start, end, "AY102", f"{message} near {near}", help, *notes)


def unfinished_string(source: Source, start: int, end: int, near: str | None) -> Diagnostic:
    """A quoted string that does not end on its line; `near` is None at the end of the file."""
    shown = "<eof>" if near is None else f"'{near}'"
    quote = source.text[start]
    help = f"close the string with {quote}; a string over several lines is written [[...]]"
    return _error(source, start, end, "AY103", f"unfinished string near {shown}", help)


def unfinished_long_bracket(
    source: Source, start: int, end: int, what: str, line: int
) -> Diagnostic:
    """A long `what` ("string" or "comment") without its closing bracket."""
    opening = source.text[start:end].lstrip("-")
    message = f"unfinished long {what} (starting at line {line}) near <eof>"
    return _error(
        source, start, end, "AY104", message, f"close it with {opening.replace('[', ']')}"
    )


def malformed_number(source: Source, start: int, end: int, near: str) -> Diagnostic:
    help = None
    if ".." in near:
        help = "write blanks around the operator '..'"
    elif near[:2] in ("0x", "0X"):
        help = "a hexadecimal number is 0x and digits from 0 to f: 0xFF, 0x1p4"
    elif near[-1:].isalpha():
        help = "a number ends with its digits, and a name does not begin with one"
    return _error(source, start, end, "AY105", f"malformed number near '{near}'", help)


def invalid_escape(source: Source, start: int, end: int, reason: str, near: str) -> Diagnostic:
    """`reason` is Lua's: "invalid escape sequence", "decimal escape too large", "hexadecimal digit expected",
    ..."""
    help = "a backslash itself is written \\\\" if reason == "invalid escape sequence" else None
    return _error(source, start, end, "AY106", f"{reason} near '{near}'", help)


def label_not_visible(source: Source, start: int, end: int, label: str) -> Diagnostic:
    line = source.line_at(start)
    message = f"no visible label '{label}' for <goto> at line {line}"
    help = f"add '::{label}::' to this block or to one around it, in the same function"
    return _error(source, start, end, "AY107", message, help)


def not_a_statement(
    source: Source, start: int, end: int, near: str, help: str | None = None
) -> Diagnostic:
    """An expression where a statement must stand, or something assigned to that is no variable."""
    return _error(source, start, end, "AY108", f"syntax error near {near}", help)


def duplicate_label(
    source: Source, start: int, end: int, label: str, first_line: int
) -> Diagnostic:
    return _error(
        source, start, end, "AY109", f"label '{label}' already defined on line {first_line}"
    )


def jump_into_scope(source: Source, start: int, end: int, label: str, variable: str) -> Diagnostic:
    line = source.line_at(start)
    message = f"<goto {label}> at line {line} jumps into the scope of local '{variable}'"
    help = f"declare '{variable}' before the goto, or put it into a do ... end block of its own"
    return _error(source, start, end, "AY110", message, help)


def break_outside_loop(source: Source, start: int, end: int) -> Diagnostic:
    return _error(
        source, start, end, "AY111", f"break outside loop at line {source.line_at(start)}"
    )


def vararg_outside_vararg_function(source: Source, start: int, end: int) -> Diagnostic:
    message = "cannot use '...' outside a vararg function near '...'"
    return _error(source, start, end, "AY112", message, "add '...' to the function's parameters")


def unknown_attribute(source: Source, start: int, end: int, attribute: str) -> Diagnostic:
    message = f"unknown attribute '{attribute}'"
    return _error(source, start, end, "AY113", message, "Lua 5.4 knows <const> and <close>")


def multiple_to_be_closed(source: Source, start: int, end: int) -> Diagnostic:
    message = "multiple to-be-closed variables in local list"
    return _error(
        source, start, end, "AY114", message, "declare each <close> variable in a local of its own"
    )


def assignment_to_constant(
    source: Source, start: int, end: int, variable: str, declared_line: int
) -> Diagnostic:
    message = f"attempt to assign to const variable '{variable}'"
    return _error(
        source,
        start,
        end,
        "AY115",
        message,
        None,
        f"'{variable}' is declared at line {declared_line}",
    )


def too_many_locals(
    source: Source, start: int, end: int, limit: int, function: str, near: str
) -> Diagnostic:
    """`function` is "main function" or "function at line N"."""
    message = f"too many local variables (limit is {limit}) in {function} near {near}"
    help = "put some of them into a table, or into do ... end blocks of their own"
    return _error(source, start, end, "AY116", message, help)


def too_many_upvalues(
    source: Source, start: int, end: int, limit: int, function: str, near: str
) -> Diagnostic:
    """`function` is "function at line N"."""
    message = f"too many upvalues (limit is {limit}) in {function} near {near}"
    help = "put some of the outer variables that the function uses into a table"
    return _error(source, start, end, "AY119", message, help)


def nesting_too_deep(source: Source, start: int, end: int, limit: int) -> Diagnostic:
    message = f"statements and expressions are nested more than {limit} levels deep"
    return _error(
        source,
        start,
        end,
        "AY117",
        message,
        "split it: real Lua refuses this with 'C stack overflow'",
    )


def invalid_long_bracket(source: Source, start: int, end: int, near: str) -> Diagnostic:
    """`[=` that is not followed by a second `[`."""
    return _error(source, start, end, "AY118", f"invalid long string delimiter near '{near}'")


def _error(
    source: Source,
    start: int,
    end: int,
    code: str,
    message: str,
    help: str | None = None,
    *notes: str,
) -> Diagnostic:
    readable = message.encode("latin-1").decode("utf-8", errors="replace")
    return Diagnostic(code, Severity.ERROR, readable, help, source, start, end, notes=notes)
