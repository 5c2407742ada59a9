"""A real PostgreSQL for tests: the server of Debian's package, in a folder of its own, reached over a socket in that folder.

PostgreSQL refuses to run as root; then it runs as the user nobody. `make test` installs the package where it can.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

_FOLDERS = Path("/usr/lib/postgresql")


def server_folder() -> Path | None:
    """The folder with the server's programs, of the newest version that is installed; None when there is none."""
    found = sorted(_FOLDERS.glob("*/bin"), key=lambda path: float(path.parent.name))
    if found:
        return found[-1]
    program = shutil.which("initdb")
    return Path(program).parent if program else None


@contextmanager
def running_server(programs: Path) -> Iterator[str]:
    """Runs a server with an empty database; gives its URL."""
    folder = tempfile.mkdtemp(prefix="assay-postgresql-")
    user = "nobody" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    data = os.path.join(folder, "data")

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [programs / program, "-D", data, *arguments],
            check=True,
            cwd=folder,
            user=user,
            extra_groups=[] if user else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            timeout=120,
        )

    try:
        run("initdb", "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        settings = f"-k {folder} -c listen_addresses= -c fsync=off"
        run("pg_ctl", "-w", "-o", settings, "-l", os.path.join(folder, "log"), "start")
        try:
            yield f"postgres://tester@/postgres?host={quote(folder, safe='')}"
        finally:
            run("pg_ctl", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
