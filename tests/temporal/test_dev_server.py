"""The development server: found or built, started, and gone when it should be."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest
from assay.runtime.temporal import dev_server, server_binary
from assay.runtime.temporal.dev_server import DevServer, ServerUnavailable
from assay.runtime.temporal.server_binary import cache_folder, find_or_build_server, find_server


def _script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def no_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, no `temporal` on PATH, no download; returns a folder on PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "sleep", "cat", "echo"):
        found = shutil.which(name)
        if found is not None:
            (folder / name).symlink_to(found)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(server_binary, "_download", lambda folder, progress: None)
    return folder


GO = 'echo "$@ in $GOBIN" >> "$LOG"; sleep 0.5; echo "#!/bin/sh" > "$GOBIN/temporal"; {chmod} 755 "$GOBIN/temporal"'


def _fake_go(folder: Path) -> None:
    _script(folder / "go", GO.format(chmod=shutil.which("chmod", path="/usr/bin:/bin")))


def test_path_before_cache(no_server: Path) -> None:
    assert find_server() is None
    cached = _script(cache_folder() / "temporal", "exit 0")
    assert find_server() == cached
    on_path = _script(no_server / "temporal", "exit 0")
    assert find_or_build_server() == on_path


def test_built_once_when_two_ask(
    no_server: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    monkeypatch.setenv("LOG", str(log))
    _fake_go(no_server)
    messages: list[str] = []
    found: list[Path] = []
    threads = [
        threading.Thread(target=lambda: found.append(find_or_build_server(messages.append)))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [cache_folder() / "temporal"] * 2
    assert len(log.read_text().splitlines()) == 1
    assert server_binary.GO_PACKAGE in log.read_text()
    assert any(message.startswith("building the Temporal server") for message in messages)
    assert [path.name for path in cache_folder().iterdir() if path.name != "lock"] == ["temporal"]


def test_failed_build_says_why_and_leaves_nothing(no_server: Path) -> None:
    _script(no_server / "go", "echo first; echo no network >&2; exit 1")
    with pytest.raises(ServerUnavailable, match="failed: no network"):
        find_or_build_server()
    assert [path.name for path in cache_folder().iterdir()] == ["lock"]


def test_nothing_to_build_with(no_server: Path) -> None:
    with pytest.raises(ServerUnavailable, match="or install Go"):
        find_or_build_server()


def test_download_without_internet_fails_soon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    messages: list[str] = []
    started = time.monotonic()
    assert server_binary._download(tmp_path, messages.append) is None
    assert time.monotonic() - started < 30
    assert messages[-1] == "no download possible, building with Go instead"


def test_prints_the_path_of_the_binary() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "assay.runtime.temporal.dev_server"], capture_output=True, text=True
    )
    assert done.returncode == 0
    assert os.access(done.stdout.strip(), os.X_OK)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return int(answer.status) == 200
    except OSError:
        return False


def test_starts_and_stops_with_ui_and_database(tmp_path: Path) -> None:
    database = tmp_path / "temporal.db"
    with DevServer(ui=True, tuned=False, database=database) as server:
        assert _answers(f"{server.http_address}/api/v1/system-info")
        assert server.ui_address is not None
        assert _answers(server.ui_address)
        assert database.exists()
        address = server.http_address
    assert not _answers(f"{address}/api/v1/system-info")
    assert DevServer().ui_address is None


def test_a_binary_that_does_not_start(tmp_path: Path) -> None:
    broken = _script(tmp_path / "temporal", "echo out of luck >&2; exit 3")
    with pytest.raises(ServerUnavailable, match="did not start: out of luck"):
        DevServer(broken).__enter__()


def test_a_server_that_does_not_stop_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev_server, "STOP_SECONDS", 0.3)
    pid_file = tmp_path / "pid"
    deaf = _script(tmp_path / "temporal", f"trap '' TERM; echo $$ > {pid_file}; exec sleep 60")
    server = DevServer(deaf)
    monkeypatch.setattr(server, "_wait_until_usable", lambda: None)
    with server:
        while not pid_file.exists() or not pid_file.read_text():
            time.sleep(0.01)
    deadline = time.monotonic() + 5
    while _alive(int(pid_file.read_text())) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _alive(int(pid_file.read_text()))


def _alive(pid: int) -> bool:
    """Whether the process runs; one that ended but was not yet collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


OWNER = """
import sys, time
from assay.runtime.temporal.dev_server import DevServer
with DevServer() as server:
    print(server.http_address, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_stops_with_the_process_that_started_it(number: signal.Signals) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    url = f"{owner.stdout.readline().strip()}/api/v1/system-info"
    assert _answers(url)
    owner.send_signal(number)
    owner.communicate(timeout=15)
    deadline = time.monotonic() + 10
    while _answers(url) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _answers(url)


def _listening(host: str, port: int) -> socket.socket:
    """A socket at the address of a server that was killed, once the system has let go of it."""
    deadline = time.monotonic() + 30
    while True:
        holder = socket.socket()
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            holder.bind((host, port))
        except OSError:
            holder.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            holder.listen()
            return holder


def test_restart_waits_for_its_port(tmp_path: Path) -> None:
    """A client that calls the dead address may hold the port for a moment."""
    with DevServer(database=tmp_path / "server.db") as server:
        url = f"{server.http_address}/api/v1/system-info"
        server.kill()
        assert not _answers(url)
        host, _, port = server.address.partition(":")
        holder = _listening(host, int(port))
        threading.Timer(1.0, holder.close).start()
        server.restart()
        assert _answers(url)
