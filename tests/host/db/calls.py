"""What the tests of `db` share: which databases there are, calls and what they gave."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

from assay.runtime import sequence
from assay.runtime.host import db
from assay.runtime.json_values import encode

MYSQL_URL = "ASSAY_TEST_MYSQL_URL"
"""The variable with the URL of a MySQL or MariaDB database that tests may empty."""

DATABASES = ["sqlite", "postgresql", *(["mysql"] if MYSQL_URL in os.environ else [])]

UNIQUE = r"UNIQUE|unique|Duplicate"
"""How each database says that a key is there already."""


def answer(conn: Any, sql: str, *values: Any) -> str:
    """The rows as JSON."""
    return encode(db.query(conn, sql, sequence(*values)))


def in_threads(count: int, work: Callable[[int], None]) -> None:
    """Runs `work` with 0 to `count` - 1 at once; raises what one of them raised."""
    errors: list[BaseException] = []

    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001  # raised again below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
