"""Options of the whole suite, and a time limit for each test."""

import faulthandler
import os
import signal
import sys
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

# A shell starts background jobs with Ctrl-C ignored, which children inherit; tests interrupt theirs.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_TESTS = Path(__file__).parent

# What several folders of tests use.
sys.path.insert(0, str(_TESTS / "shared"))

_TALKS_TO_PROCESSES = {
    "cli",
    "clients",
    "documents",
    "examples",
    "rest",
    "temporal",
    "testing",
}
"""Folders whose tests start servers and workers. A busy machine may fail one of them, so they get a second try, which the summary
shows; what only computes gets none."""

_TEST_SECONDS = 300
"""Far more than any test takes on a busy machine."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-goldens",
        action="store_true",
        help="rewrite golden files; read the difference before you commit it",
    )
    parser.addoption(
        "--kill-all",
        action="store_true",
        help="kill workers at every wait of all workflows of compiled packages (make test-kill)",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.relative_to(_TESTS).parts[0] in _TALKS_TO_PROCESSES:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """Ends the process of a test that hangs, with its stack on standard error, so that the suite goes on and fails.

    Real Lua may loop for ever inside a call, with the interpreter lock held: only a watchdog outside of Python ends that.
    """
    faulthandler.dump_traceback_later(_TEST_SECONDS, exit=True)
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


@pytest.fixture(scope="session", autouse=True)
def _own_compile_cache() -> Iterator[None]:
    """The tests neither see nor fill the user's cache of compiled sources."""
    with tempfile.TemporaryDirectory(prefix="assay-tests-cache-") as folder:
        os.environ["ASSAY_CACHE_DIR"] = folder
        yield
