"""Compiles an example, runs it on a real Temporal server beside stand-ins for the services it calls, and shows what happened.

An example is a folder with Lua sources: one is the worker, `start.lua` is the script that starts workflows and waits for them.
`services.py`, where there is one, has the stand-ins and what the server must know. `--keep` leaves server, worker and services
running until Ctrl-C, for a look at the web UI. An example with a folder `tests` is a project with tests of its own: these are run.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from assay.runtime.temporal.dev_server import DevServer, ServerUnavailable
from services import Service

HERE = Path(__file__).resolve().parent


def main(arguments: Sequence[str] | None = None) -> int:
    names = sorted(path.parent.name for path in HERE.glob("*/README.md"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("example", choices=names, nargs="?", default="promotion")
    parser.add_argument("--keep", action="store_true", help="leave everything running until Ctrl-C")
    given = parser.parse_args(arguments)
    folder = HERE / given.example
    if (folder / "tests").is_dir():
        return subprocess.run(
            [sys.executable, "-m", "pytest", "--quiet", "--rootdir", folder, "tests"],
            cwd=folder,
            check=False,
        ).returncode
    build = folder / "build"
    sources = [each for each in sorted(folder.glob("*.lua")) if not each.stem.endswith("_test")]

    say(f"compiling {' and '.join(source.name for source in sources)}")
    compiler = Path(sys.executable).with_name("assay-compile")
    compiled = subprocess.run([compiler, *sources, "-o", build], check=False)
    if compiled.returncode:
        return compiled.returncode

    with ExitStack() as stack:
        say("starting a Temporal server (getting it first takes minutes, once)")
        services, search_attributes = _surroundings(folder)
        server = stack.enter_context(DevServer(ui=True, search_attributes=search_attributes))
        for service in services:
            stack.enter_context(service)
        say(f"server at {server.address}, web UI at {server.ui_address}")
        environment = {**os.environ, "TEMPORAL_ADDRESS": server.address}
        for service in services:
            environment |= service.environment
        (package,) = (path.parent.name for path in build.glob("*/worker.py"))
        working = stack.enter_context(worker(build, package, environment))

        say("running start.py")
        status = run_starter(build / "start.py", environment, working)

        for service in services:
            say(f"{service.name} received")
            for request in service.received:
                print(f"   {request}")
        say(f"generated files in {build}")
        if given.keep:
            say(f"web UI at {server.ui_address}; Ctrl-C stops everything")
            with stack.pop_all():
                wait_for_interrupt()
        return status


def _surroundings(folder: Path) -> tuple[Sequence[Service], Mapping[str, str]]:
    """What the example's services.py has: SERVICES, and SEARCH_ATTRIBUTES that the server must know."""
    path = folder / "services.py"
    if not path.exists():
        return (), {}
    spec = importlib.util.spec_from_file_location(f"{folder.name}_services", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, "SERVICES", ()), getattr(module, "SEARCH_ATTRIBUTES", {})


@contextmanager
def worker(
    build: Path, package: str, environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """The compiled worker as a user runs it: `python -m PACKAGE.worker`."""
    command = [sys.executable, "-m", f"{package}.worker"]
    process = subprocess.Popen(command, cwd=build, env=environment)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def run_starter(script: Path, environment: dict[str, str], working: subprocess.Popen[bytes]) -> int:
    """Runs the starter to its end; it would wait for ever for a worker that has died."""
    starter = subprocess.Popen([sys.executable, script], env=environment)
    while starter.poll() is None:
        if working.poll() is not None:
            starter.kill()
            say(f"the worker ended with status {working.returncode}")
            return 1
        time.sleep(0.1)
    return starter.returncode


def say(text: str) -> None:
    print(f"== {text}", flush=True)


def wait_for_interrupt() -> None:
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ServerUnavailable as problem:
        sys.exit(f"no Temporal server: {problem}")
