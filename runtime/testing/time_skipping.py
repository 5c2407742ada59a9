"""Finds Temporal's time-skipping test server, or gets it: a Java program, in which a day of waiting passes at once.

Out: the path of a command that starts it. Looked for in the cache folder, then got with Maven (about ten seconds, 38 MB), and where
Java or Maven is missing the SDK's own download, a native program, is tried.
SDK: temporalio.testing.WorkflowEnvironment.start_time_skipping.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..temporal.server_binary import Progress, ServerUnavailable, cache_folder, only_one_process
from .class_archive import ARCHIVE, make_archive

if TYPE_CHECKING:
    from temporalio.testing import WorkflowEnvironment

TEST_SERVER_VERSION: Final = "1.38.0"
GET_SECONDS: Final = 300.0
_START_ATTEMPTS: Final = 4
"""The SDK gives a server five seconds to start, in which a busy machine does not always start Java."""

_PROJECT = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>assay</groupId><artifactId>time-skipping</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>{TEST_SERVER_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.16</version>
    </dependency>
  </dependencies>
</project>
"""

_JAVA: Final = ("java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m")
"""A server that lives for one test gains nothing from Java's second compiler; without it, it starts in half the time."""
_MAIN: Final = "io.temporal.testserver.TestServer"
_COMMAND = f"""#!/bin/sh
folder=$(dirname "$0")
exec {" ".join(_JAVA)} -XX:SharedArchiveFile="$folder/{ARCHIVE}" -Xlog:disable -cp "$folder/lib/*" {_MAIN} "$@"
"""


def _folder() -> Path:
    return cache_folder().parent / f"temporal-test-server-{TEST_SERVER_VERSION}"


def time_skipping_available() -> str | None:
    """None when the server is there or can be got here, else the reason why not: for `pytest.mark.skipif`."""
    if shutil.which("java") is None:
        return "the time-skipping server needs java on PATH"
    if not _is_there() and shutil.which("mvn") is None:
        return "getting the time-skipping server needs mvn on PATH"
    return None


def _is_there() -> bool:
    return os.access(_folder() / "test-server", os.X_OK)


def find_or_get_time_skipping_server(
    progress: Progress = lambda message: None,
) -> Path | None:
    """The command that starts the server, or None where only the SDK can get one (without Java or Maven).

    Two processes at once are safe: the second waits for the first. Raises `ServerUnavailable` when Maven fails.
    """
    if time_skipping_available() is not None:
        return None
    folder = _folder()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with only_one_process(folder.with_suffix(".lock"), progress):
        if not _is_there():
            progress("getting the time-skipping server with Maven (some seconds, once)")
            with tempfile.TemporaryDirectory(prefix="new-", dir=folder.parent) as scratch:
                made = Path(scratch) / folder.name
                made.mkdir()
                _get(made)
                shutil.rmtree(folder, ignore_errors=True)
                os.replace(made, folder)
        if not (folder / ARCHIVE).exists():
            progress("preparing the time-skipping server for fast starts (some seconds, once)")
            make_archive(folder, [*_JAVA, "-cp", f"{folder}/lib/*", _MAIN])
            _write_command(folder)
    return folder / "test-server"


def _get(folder: Path) -> None:
    (folder / "pom.xml").write_text(_PROJECT, encoding="utf-8")
    command = ["mvn", "-B", "-q", "dependency:copy-dependencies", "-DoutputDirectory=lib"]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=GET_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ServerUnavailable(f"`{' '.join(command)}` took over {GET_SECONDS:.0f} s") from error
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip().splitlines()
        raise ServerUnavailable(f"`{' '.join(command)}` failed: {said[0] if said else 'no output'}")
    _write_command(folder)


def _write_command(folder: Path) -> None:
    start = folder / "new-test-server"
    start.write_text(_COMMAND, encoding="utf-8")
    start.chmod(0o755)
    os.replace(start, folder / "test-server")


async def start(progress: Progress = lambda message: None) -> WorkflowEnvironment:
    """A running time-skipping environment of the SDK. Raises `ServerUnavailable` with what to install."""
    from temporalio.testing import WorkflowEnvironment

    command = await asyncio.to_thread(find_or_get_time_skipping_server, progress)
    for attempt in range(1, _START_ATTEMPTS + 1):
        try:
            return await WorkflowEnvironment.start_time_skipping(
                test_server_existing_path=None if command is None else str(command)
            )
        except RuntimeError as error:
            reason = time_skipping_available()
            if reason is not None:
                raise ServerUnavailable(
                    f"{reason}, and the SDK could not download one: install Java 11 or later and Maven"
                ) from error
            if attempt == _START_ATTEMPTS:
                said = " ".join(str(error).split())
                raise ServerUnavailable(
                    f"the time-skipping server does not start: {said}"
                ) from error
    raise AssertionError("unreachable")
