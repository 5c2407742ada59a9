"""A process that ends with `end_process` ends as one that ends by itself does."""

from __future__ import annotations

import subprocess
import sys

_PROGRAM = """
import atexit, sys, threading
from concurrent.futures import ThreadPoolExecutor
from assay.runtime.ending import end_process

atexit.register(print, "registered")
pool = ThreadPoolExecutor(1)
begun, go_on = threading.Event(), threading.Event()

def last():
    begun.set()
    go_on.wait()
    print("thread")

pool.submit(last)
begun.wait()
threading.Timer(0.01, go_on.set).start()
print("main")  # not flushed: a pipe is no terminal
ENDING
"""


def _run(ending: str) -> tuple[int, str]:
    program = _PROGRAM.replace("ENDING", ending)
    found = subprocess.run(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, timeout=60, check=False
    )
    return found.returncode, found.stdout.decode()


def test_as_a_process_ends_by_itself() -> None:
    found = _run("end_process(3)")
    assert found == (3, "main\nthread\nregistered\n")
    assert found == _run("sys.exit(3)")


def test_nobody_reads_the_output() -> None:
    assert _run("sys.stdout.flush(); sys.stdout.close(); end_process(0)")[0] == 120
