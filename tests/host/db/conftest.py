"""The databases of these tests: SQLite, a real PostgreSQL and, where a variable names one, a real MySQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from assay.runtime.host import db, db_engines

from .calls import DATABASES, MYSQL_URL
from .postgresql import running_server, server_folder


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The URL of a running PostgreSQL."""
    programs = server_folder()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with running_server(programs) as url:
        yield url
        db_engines.close()


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "mysql":
        admin = db.connect(os.environ[MYSQL_URL])
        db.execute(admin, "drop table if exists t")
        return os.environ[MYSQL_URL]
    if request.param == "sqlite":
        return f"sqlite://{tmp_path}/test.db"
    server: str = request.getfixturevalue("postgresql_url")
    admin = db.connect(server)
    db.execute(admin, "drop schema public cascade")
    db.execute(admin, "create schema public")
    return server


@pytest.fixture
def conn(url: str) -> Iterator[db.DatabaseConnection]:
    """A connection to an empty database."""
    opened = db.connect(url)
    yield opened
    db.close(opened)
