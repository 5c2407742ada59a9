"""What the log of a worker shows of a failure: the Lua stack, and Python's only to whoever looks closer."""

from __future__ import annotations

import logging
import sys

import pytest
from assay.runtime.errors import LuaError
from assay.runtime.temporal.application_errors import application_error
from assay.runtime.temporal.worker_log import LuaFormatter
from temporalio.converter import DefaultPayloadConverter


def _logged(error: Exception) -> str:
    try:
        raise error
    except Exception:  # noqa: BLE001  # what the SDK logs is any exception
        record = logging.LogRecord(
            "temporalio.activity", logging.WARNING, "", 1, "failed", (), sys.exc_info()
        )
    return LuaFormatter("%(levelname)s: %(message)s").format(record)


def _failure() -> Exception:
    error = LuaError("trip.lua:18: BROKEN: no seat")
    return application_error(error, error, DefaultPayloadConverter())


def test_a_lua_error_is_its_message_and_the_lua_stack() -> None:
    shown = _logged(_failure())
    assert shown.startswith("WARNING: failed\ntrip.lua:18: BROKEN: no seat")
    assert "Traceback (most recent call last)" not in shown


def test_python_frames_are_shown_at_the_level_debug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger(), "level", logging.DEBUG)
    logging.getLogger().manager._clear_cache()
    try:
        shown = _logged(_failure())
    finally:
        monkeypatch.undo()
        logging.getLogger().manager._clear_cache()
    assert "Traceback (most recent call last)" in shown
    assert shown.endswith("trip.lua:18: BROKEN: no seat")


def test_other_exceptions_keep_their_traceback() -> None:
    shown = _logged(ValueError("a bug"))
    assert "Traceback (most recent call last)" in shown
    assert shown.endswith("ValueError: a bug")
