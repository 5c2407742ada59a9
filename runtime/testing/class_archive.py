"""Java's archive of loaded classes for the time-skipping server: made once, it halves the time in which the server starts.

In: the folder of the server. Out: the file `classes.jsa` in it, which Java (13 or later) maps into memory in place of reading and
linking the classes of 20 jars. An empty file stands for a Java that cannot make one; Java passes over an archive that it
cannot use.
Java documentation: -XX:ArchiveClassesAtExit (JEP 350).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import threading
from datetime import timedelta
from pathlib import Path
from typing import Final

ARCHIVE: Final = "classes.jsa"

_MAKE_SECONDS: Final = 60.0
_CALL_SECONDS: Final = timedelta(seconds=10)


def make_archive(folder: Path, command: list[str]) -> None:
    """Runs the server once, with one workflow, and has Java keep what it loaded. `command` starts it; a port is added.

    What goes wrong is nobody's concern: the server then starts as slowly as before.
    """
    with tempfile.TemporaryDirectory(prefix="archive-", dir=folder) as scratch:
        made = Path(scratch) / ARCHIVE
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            _run_once([command[0], f"-XX:ArchiveClassesAtExit={made}", *command[1:]])
        if not made.exists():
            made.touch()
        os.replace(made, folder / ARCHIVE)


def _run_once(command: list[str]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    silent = subprocess.DEVNULL
    process = subprocess.Popen([*command, str(port)], stdin=silent, stdout=silent, stderr=silent)
    try:
        # A thread of its own: the caller may have a running event loop.
        thread = threading.Thread(target=lambda: asyncio.run(_use(f"127.0.0.1:{port}", process)))
        thread.start()
        thread.join()
        process.send_signal(signal.SIGTERM)  # it writes the archive when it ends
        process.wait(_MAKE_SECONDS)
    finally:
        process.kill()
        process.wait()


async def _use(address: str, process: subprocess.Popen[bytes]) -> None:
    """What every test does: connects, starts a workflow, ends it."""
    from temporalio.client import Client
    from temporalio.service import RPCError

    for _ in range(int(_MAKE_SECONDS / 0.1)):
        if process.poll() is not None:
            return
        try:
            client = await Client.connect(address)
            handle = await client.start_workflow(
                "Warm", id="warm", task_queue="warm", rpc_timeout=_CALL_SECONDS
            )
            await handle.terminate(rpc_timeout=_CALL_SECONDS)
            return
        except (RuntimeError, RPCError):
            await asyncio.sleep(0.1)  # it does not answer yet
