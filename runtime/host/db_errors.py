"""Why a database refused something, in one line: the database's own words, without the statement and its values."""

from __future__ import annotations

from typing import Any

_SPACE = " \t\r\n"


def reason_of(error: BaseException) -> str:
    """The reason in `error`, an exception of SQLAlchemy or of a driver.

    PostgreSQL's messages end with their code, such as `(23505)` for a value that has to be unique, MySQL's with their number.
    """
    cause: Any = getattr(error, "orig", None) or error
    diagnosis: Any = getattr(cause, "diag", None)
    if diagnosis is not None and diagnosis.message_primary:
        return f"{_one_line(diagnosis.message_primary)} ({diagnosis.sqlstate})"
    arguments: tuple[Any, ...] = getattr(cause, "args", ())
    if len(arguments) == 2 and isinstance(arguments[0], int):
        return f"{_one_line(str(arguments[1]))} ({arguments[0]})"
    if type(error).__name__ == "TimeoutError" and type(error).__module__ == "sqlalchemy.exc":
        return "no connection became free in time: more statements at once than opts.pool_size"
    return _one_line(str(cause)) or type(cause).__name__


def _one_line(text: str) -> str:
    return " ".join(text.split())
