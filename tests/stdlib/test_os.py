"""The os library against real Lua, where the test process and Lua see the same system."""

from __future__ import annotations

import os as system
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from assay.runtime.stdlib import basic, os

from .oracle import Call, Function, WithMetatable, assert_same

_MOMENTS = (
    0,
    1,
    -1,
    86400 * 100,
    10**9,
    1700000000,
    2**31,
    2**33,
    -(10**10),
    2**60,
    -(2**62),
    1.0,
    "0",
    1.5,
    "x",
    [],
    None,
)


@pytest.fixture(params=["UTC", "Europe/Berlin", "America/New_York"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Runs the test in this time zone; real Lua lives in the same process and follows."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def _dates() -> Iterator[Call]:
    for letter in map(chr, range(256)):
        yield ("os.date", f"!%{letter}", 10**9)
        yield ("os.date", f"%{letter} after", 10**9)
        yield ("os.date", f"!%E{letter}", 10**9)
        yield ("os.date", f"!%O{letter}", 10**9)
    for template, moment in product(
        (
            "!%c",
            "%c",
            "!*t",
            "*t",
            "!%Y-%m-%d %H:%M:%S %Z %z",
            "%Z %z",
            "*tx",
            "!",
            "",
            "*t\0x",
            "a\0b%Y",
            "%%",
        ),
        _MOMENTS,
    ):
        if moment is not None:
            yield ("os.date", template, moment)
    for template in ("%", "!%", "%5Y", "%E", "%Ez", "%d %Q rest", [], True):
        yield ("os.date", template, 0)


def _times() -> Iterator[Call]:
    base = {"year": 2024, "month": 3, "day": 31, "hour": 2, "min": 30, "sec": 0}
    yield ("os.time", base)
    for name in (*base, "isdst"):
        for value in (
            None,
            0,
            1,
            -1,
            13,
            100,
            -100,
            "5",
            " 7 ",
            5.0,
            5.5,
            "x",
            [],
            True,
            False,
            2**31,
            2**31 + 1900,
            -(2**31),
            2**40,
            -(2**40),
            2**63 - 1,
            -(2**63),
        ):
            if value != 2**31 or name not in (
                "year",
                "month",
            ):  # Python takes them as C's int before subtracting
                yield ("os.time", {**base, name: value})
    for year, month, day in product(
        (1900, 1969, 1970, 2000, 2024, 2038, 3000), (1, 2, 7, 12, 14, -3), (1, 29, 31, 0, 400)
    ):
        yield ("os.time", {"year": year, "month": month, "day": day})
        yield (
            "os.time",
            {
                "year": year,
                "month": month,
                "day": day,
                "hour": 25,
                "min": -61,
                "sec": 3601,
                "isdst": True,
            },
        )
    for missing in ("year", "month", "day"):
        yield ("os.time", {key: value for key, value in base.items() if key != missing})
    yield (
        "os.time",
        WithMetatable([], {"__index": Function("function() return 5 end", lambda *_: 5)}),
    )
    for wrong in (5, "x", True):
        yield ("os.time", wrong)


def test_dates(zone: str) -> None:
    assert_same(_dates())


def test_times(zone: str) -> None:
    assert_same(_times())


def _rest(folder: Path) -> Iterator[Call]:
    missing = str(folder / "missing" / "file")
    for value in (missing, "", None, 5, []):
        yield ("os.remove", value)
        yield ("os.rename", value, value)
        yield ("os.getenv", value)
    yield ("os.getenv", "HOME")
    yield ("os.getenv", "HOME\0x")
    yield ("os.rename", missing)
    for arguments in ((5, 3), (5.0, 3), (5,), (), (5.5, 1), ("7", 2), (None, 1), (2**63 - 1, -1)):
        yield ("os.difftime", *arguments)
    for arguments in (
        ("C",),
        ("POSIX",),
        ("xx_YY",),
        (None, "numeric"),
        ("C", "time"),
        (None, "bad"),
        ([],),
        ("C", 5),
    ):
        yield ("os.setlocale", *arguments)
    yield ("os.execute", [])


def test_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # where a file called 5 is removed
    assert_same(_rest(tmp_path))


def test_files(tmp_path: Path) -> None:
    old, new = str(tmp_path / "old"), str(tmp_path / "new\xe9")
    Path(old).write_text("x")
    assert os.rename(old, new) is True
    assert system.listdir(system.fsencode(tmp_path)) == [b"new\xe9"]
    assert os.remove(new) is True
    (tmp_path / "folder").mkdir()
    assert os.remove(str(tmp_path / "folder")) is True
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    assert os.remove(str(tmp_path / "full"))[0] is None


def test_execute_as_on_posix() -> None:
    assert os.execute() is True
    assert os.execute("exit 0") == (True, "exit", 0)
    assert os.execute("exit 3") == (None, "exit", 3)
    assert os.execute("kill -9 $$") == (None, "signal", 9)


def test_tmpname() -> None:
    name = os.tmpname()
    assert Path(name).read_bytes() == b""
    Path(name).unlink()


@pytest.mark.parametrize(
    ("code", "status"), [(None, 0), (True, 0), (False, 1), (3, 3), (3.0, 3), (256 + 4, 4)]
)
def test_exit_is_not_caught(code: object, status: int) -> None:
    with pytest.raises(SystemExit) as stopped:
        basic.pcall(os.exit, code)
    assert stopped.value.code == status


def test_now() -> None:
    assert abs(os.time() - time.time()) < 5
    assert type(os.time()) is int
    assert type(os.clock()) is float
    assert os.date() == time.strftime("%c")
