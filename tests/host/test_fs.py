"""The global `fs`: real files and folders in a temporary one, names that are no text, and what goes wrong."""

from __future__ import annotations

import inspect
import os
import stat as modes
import sys
from pathlib import Path
from typing import Any

import pytest
from assay.runtime import LuaTable, from_text
from assay.runtime.errors import LuaError
from assay.runtime.host import fs, json
from assay.runtime.temporal.activity_context import ActivityContext, running_in
from lua_errors import error_of

ALL_BYTES = "".join(map(chr, range(256)))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(entries: LuaTable, field: str) -> list[str]:
    """One field of each entry of a list."""
    return [entry[field] for entry in entries.values()]


@pytest.mark.parametrize(("write", "read"), [(fs.write, fs.read_bytes), (fs.write_bytes, fs.read)])
def test_all_bytes_come_back(folder: Path, write: Any, read: Any) -> None:
    assert write("a/b/file", ALL_BYTES) == ()
    assert (folder / "a" / "b" / "file").read_bytes() == bytes(range(256))
    assert read("a/b/file", "extra") == ALL_BYTES
    write("a/b/file", 12)
    assert read("a/b/file") == "12"


def test_names_are_bytes(folder: Path) -> None:
    fs.write("\xff\xfe", "x")
    fs.write(from_text("grüße"), "y")
    assert os.listdir(os.fsencode(folder)).count(b"\xff\xfe") == 1
    assert (folder / "grüße").read_text() == "y"
    assert names(fs.list("."), "name") == [from_text("grüße"), "\xff\xfe"]
    assert list(fs.glob("\xff*").values()) == ["\xff\xfe"]
    assert fs.read("\xff\xfe") == "x"


def test_errors_name_the_path_and_the_reason(folder: Path) -> None:
    (folder / "file").write_text("x")
    missing = "No such file or directory"
    assert error_of(fs.read, "none") == f"fs.read: none: {missing}"
    assert error_of(fs.read_bytes, "\xff") == f"fs.read_bytes: \xff: {missing}"
    assert error_of(fs.read, ".") == "fs.read: .: Is a directory"
    assert error_of(fs.read, "") == f"fs.read: : {missing}"
    assert error_of(fs.write, "file/x", "") == "fs.write: file/x: file: File exists"
    assert error_of(fs.mkdir, "file") == "fs.mkdir: file: File exists"
    assert error_of(fs.remove, "none") == f"fs.remove: none: {missing}"
    assert error_of(fs.copy, "none", "b") == f"fs.copy: none: {missing}"
    assert error_of(fs.copy, "file", "no/b") == f"fs.copy: file: no/b: {missing}"
    assert error_of(fs.copy, "file", "file") == (
        "fs.copy: file: source and target are the same file"
    )
    assert error_of(fs.rename, "none", "b") == f"fs.rename: none: {missing}"
    assert error_of(fs.list, "file") == "fs.list: file: Not a directory"
    assert error_of(fs.readdir, "none") == f"fs.readdir: none: {missing}"
    assert error_of(fs.stat, "none") == f"fs.stat: none: {missing}"
    assert error_of(fs.chmod, "none", "644") == f"fs.chmod: none: {missing}"
    assert error_of(fs.read, "a\0b") == "fs.read: the path has a zero byte"
    assert "string expected, got no value" in error_of(fs.read)
    assert "string expected, got nil" in error_of(fs.write, "x", None)


def test_copy_rename_remove(folder: Path) -> None:
    fs.write("run.sh", "#!/bin/sh\n")
    fs.chmod("run.sh", "755")
    fs.write("target", "something longer than the source")
    assert fs.copy("run.sh", "target") == 10
    assert fs.read("target") == "#!/bin/sh\n"
    assert modes.S_IMODE((folder / "target").stat().st_mode) == 0o755
    assert fs.rename("target", "run.sh") == ()
    assert not fs.exists("target")
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "outside").mkdir()
    (folder / "outside" / "kept").write_text("x")
    (folder / "deep" / "link").symlink_to(folder / "outside")
    assert fs.remove("deep") == ()
    assert fs.read("outside/kept") == "x"
    (folder / "link").symlink_to("outside")
    fs.remove("link")
    assert fs.exists("outside/kept")


def test_the_root_of_the_file_system_is_not_removed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: bytes) -> None:
        pytest.fail(f"{path!r} would have been removed")

    link = folder / "root"
    link.symlink_to("/")
    with monkeypatch.context() as patched:
        patched.setattr("shutil.rmtree", fail)
        patched.setattr("os.unlink", fail)
        for path in ("/", "//", "/.", f"{link}/"):
            with pytest.raises(LuaError, match="the root of the file system stays"):
                fs.remove(path)
    fs.remove(str(link))
    assert not link.is_symlink()


def test_chmod_takes_octal_digits(folder: Path) -> None:
    fs.write("file", "")
    for mode in ("600", "0644", "1755"):
        fs.chmod("file", mode)
        assert modes.S_IMODE((folder / "file").stat().st_mode) == int(mode, 8)
    fs.chmod("file", "640")
    assert fs.stat("file")["mode"] == "640"
    assert "string expected, got number" in error_of(fs.chmod, "file", 644)
    for wrong in ("u+x", "888", "", "77777", "644 "):
        assert 'octal digits like "644" expected' in error_of(fs.chmod, "file", wrong)


def test_stat_and_exists(folder: Path) -> None:
    fs.write("file", "12345")
    os.utime(folder / "file", (1.5, 1_700_000_000.25))
    found = fs.stat("file")
    assert found["size"] == 5
    assert found["modified"] == 1_700_000_000.25
    assert (found["type"], found["is_file"], found["is_dir"]) == ("file", True, False)
    (folder / "link").symlink_to(".")
    found = fs.stat("link")
    assert (found["type"], found["is_file"], found["is_dir"]) == ("directory", False, True)
    os.mkfifo(folder / "pipe")
    assert fs.stat("pipe")["type"] == "other"
    (folder / "dangling").symlink_to("nowhere")
    assert [fs.exists(name) for name in ("file", "link", "dangling", "no", "a\0")] == [
        *(True, True),
        *(False, False, False),
    ]


def test_lists(folder: Path) -> None:
    for path in ("b/2/x", "b/10", "a", "B", ".hidden"):
        fs.write(path, "")
    (folder / "b" / "up").symlink_to("..")
    os.mkfifo(folder / "pipe")
    assert json.encode(fs.list(".")) == (
        '[{"name":".hidden","type":"file"},{"name":"B","type":"file"},{"name":"a","type":"file"},'
        '{"name":"b","type":"directory"},{"name":"pipe","type":"other"}]'
    )
    paths = names(fs.readdir("b"), "path")
    assert paths == ["b/10", "b/2", "b/2/x", "b/up"]
    assert names(fs.readdir("b"), "type") == ["file", "directory", "file", "symlink"]
    assert names(fs.readdir("b"), "name") == ["10", "2", "x", "up"]
    assert names(fs.readdir("b", LuaTable({"depth": 1})), "name") == ["10", "2", "up"]
    assert names(fs.readdir(".", LuaTable({"depth": 2})), "path")[-4:] == [
        *("./b/10", "./b/2", "./b/up"),
        "./pipe",
    ]
    fs.mkdir("empty")
    assert json.encode(fs.list("empty")) == json.encode(fs.readdir("empty")) == "[]"
    assert "opts.depth must be an integer from 1" in error_of(
        fs.readdir, ".", LuaTable({"depth": 0})
    )
    assert "did you mean 'depth'" in error_of(fs.readdir, ".", LuaTable({"dept": 1}))


def test_glob(folder: Path) -> None:
    for path in ("a/values.yaml", "a/b/values.yaml", "values.yaml", ".secret.yaml"):
        fs.write(path, "")
    assert list(fs.glob("**/values.yaml").values()) == [
        *("a/b/values.yaml", "a/values.yaml"),
        "values.yaml",
    ]
    assert list(fs.glob("*.yaml").values()) == ["values.yaml"]
    assert json.encode(fs.glob("none*")) == "[]"


def test_tempdir() -> None:
    path = fs.tempdir()
    try:
        assert fs.stat(path)["mode"] == "700"
        assert len(fs.list(path)) == 0
    finally:
        fs.remove(path)
    assert not fs.exists(path)


def test_a_deep_tree_needs_no_stack(folder: Path) -> None:
    # Not deeper: pytest itself removes the folder with a recursive function.
    (folder / "/".join("d" * 300)).mkdir(parents=True)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 150)
    try:
        entries = fs.readdir(".")
    finally:
        sys.setrecursionlimit(limit)
    assert len(entries) == 300


def test_the_worker_knows_that_an_activity_waits(folder: Path) -> None:
    activity = ActivityContext(lambda details: None)
    seen = []
    original = activity.waiting

    def waiting() -> Any:
        seen.append(True)
        return original()

    activity.waiting = waiting  # type: ignore[method-assign]  # to see that it is called
    with running_in(activity):
        fs.write("file", "x")
        fs.read("file")
    assert len(seen) == 2
