"""Finds the `temporal` command, which holds the development server, or gets it.

Out: the path of the binary. Looked for on PATH, then in the cache folder; then the SDK's own download is tried (it works where
the internet does), and at last it is built with Go. Later CLI versions than the one named here cannot be built with `go install`.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

Progress = Callable[[str], None]

CLI_VERSION: Final = "1.5.1"
GO_PACKAGE: Final = f"github.com/temporalio/cli/cmd/temporal@v{CLI_VERSION}"
DOWNLOAD_SECONDS: Final = 180.0
PROGRESS_SECONDS: Final = 5.0


class ServerUnavailable(Exception):
    """There is no development server here and none could be got; the message says what to install."""


def cache_folder() -> Path:
    """Where the binary is kept between runs: under $XDG_CACHE_HOME, else ~/.cache."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "assay-compile" / f"temporal-cli-{CLI_VERSION}"


def find_server() -> Path | None:
    """The binary on PATH or in the cache; None when there is none yet."""
    on_path = shutil.which("temporal")
    if on_path is not None:
        return Path(on_path)
    cached = cache_folder() / "temporal"
    return cached if os.access(cached, os.X_OK) else None


def find_or_build_server(progress: Progress = lambda message: None) -> Path:
    """The binary, downloaded or built when there is none yet (a build takes about three minutes on two cores).

    `progress` is told every few seconds what goes on. Two processes at once are safe: the second waits for the first.
    Raises `ServerUnavailable`.
    """
    found = find_server()
    if found is not None:
        return found
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with only_one_process(folder / "lock", progress):
        found = find_server()
        if found is not None:
            return found
        with tempfile.TemporaryDirectory(prefix="new-", dir=folder) as scratch:
            made = _download(Path(scratch), progress) or _build(Path(scratch), progress)
            target = folder / "temporal"
            os.replace(made, target)
            return target


@contextmanager
def only_one_process(lock: Path, progress: Progress) -> Iterator[None]:
    """Holds the file `lock`, which other processes that ask for it wait for."""
    with lock.open("w") as handle:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                progress("waiting for another process that is getting the Temporal server")
                time.sleep(1)
        yield


def _download(folder: Path, progress: Progress) -> Path | None:
    """The SDK's download of the binary into `folder`; None when it does not work, as without internet access."""
    progress("downloading the Temporal server")
    failure: list[BaseException] = []

    def attempt() -> None:
        try:
            asyncio.run(asyncio.wait_for(_download_by_starting(folder), DOWNLOAD_SECONDS))
        except (RuntimeError, TimeoutError, OSError) as error:
            failure.append(error)

    # A thread of its own: the caller may have a running event loop.
    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join()
    binaries = [path for path in folder.glob("temporal*") if os.access(path, os.X_OK)]
    if failure or not binaries:
        progress("no download possible, building with Go instead")
        return None
    return binaries[0]


async def _download_by_starting(folder: Path) -> None:
    from temporalio.testing import WorkflowEnvironment

    environment = await WorkflowEnvironment.start_local(download_dest_dir=str(folder))
    await environment.shutdown()


def _build(folder: Path, progress: Progress) -> Path:
    if shutil.which("go") is None:
        raise ServerUnavailable(
            "there is no Temporal development server: put the `temporal` command on PATH "
            "(https://docs.temporal.io/cli), or install Go 1.24 or later to have it built"
        )
    command = ["go", "install", "-ldflags=-s -w", GO_PACKAGE]
    environment = {**os.environ, "CGO_ENABLED": "0", "GOBIN": str(folder)}
    started = time.monotonic()
    with (folder / "build.log").open("w+") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            while True:
                seconds = int(time.monotonic() - started)
                progress(
                    f"building the Temporal server with Go: {seconds} s (about 3 minutes in all)"
                )
                try:
                    process.wait(PROGRESS_SECONDS)
                    break
                except subprocess.TimeoutExpired:
                    continue
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
        log.seek(0)
        if process.returncode != 0:
            last = (log.read().strip().splitlines() or ["no output"])[-1]
            raise ServerUnavailable(f"`{' '.join(command)}` failed: {last}")
    return folder / "temporal"
