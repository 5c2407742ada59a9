"""The cache of compiled sources: what was compiled before is not compiled again, and never is something stale used."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from assay.transpiler import cache as cache_module
from assay.transpiler.building import compile_all
from assay.transpiler.cache import Cache, default_folder
from assay.transpiler.compiled import Compiled
from assay.transpiler.sources import read_source
from compiler_command import WORKER, compile_lua, tree, write


def _compile(folder: Path, cache: Cache, *names: str) -> list[Compiled]:
    paths = [folder / name for name in names]
    return compile_all([(read_source(path), path) for path in paths], cache, 1)


def _known(folder: Path, cache: Cache, name: str) -> Compiled | None:
    return cache.get(read_source(folder / name), folder / name)


def test_same_result_from_the_cache(tmp_path: Path) -> None:
    """Files, kind and warnings are those of the compile."""
    write(tmp_path, {"w.lua": WORKER, "x.lua": b"print(1) -- caf\xe9\n"})
    cache = Cache(tmp_path / "cache")
    for fresh in _compile(tmp_path, cache, "w.lua", "x.lua"):
        found = _known(tmp_path, cache, fresh.path.name)
        assert found is not None
        assert (found.outputs, found.is_worker) == (fresh.outputs, fresh.is_worker)
        assert [(d.location, d.code, d.message) for d in found.diagnostics] == [
            (d.location, d.code, d.message) for d in fresh.diagnostics
        ]
    assert fresh.diagnostics, "the second source has a warning"


def test_a_warning_is_shown_again(tmp_path: Path) -> None:
    write(tmp_path, {"x.lua": b"print(1) -- caf\xe9\n"})
    first = compile_lua(tmp_path, "x.lua", "-o", "out")
    again = compile_lua(tmp_path, "x.lua", "-o", "out")
    assert "x.lua:1:10: warning[AY003]" in first.err
    assert again.err.splitlines()[:4] == first.err.splitlines()[:4]


def test_changes_that_count(tmp_path: Path) -> None:
    """The source, a module it requires, and a file that comes to stand where `require` looks first."""
    write(tmp_path, {"x.lua": 'print(require("m").n)', "m/init.lua": "return { n = 1 }"})
    cache = Cache(tmp_path / "cache")
    _compile(tmp_path, cache, "x.lua")
    assert _known(tmp_path, cache, "x.lua") is not None
    write(tmp_path, {"m/init.lua": "return { n = 2 }"})
    assert _known(tmp_path, cache, "x.lua") is None
    _compile(tmp_path, cache, "x.lua")
    write(tmp_path, {"m.lua": "return { n = 3 }"})
    assert _known(tmp_path, cache, "x.lua") is None
    (made,) = _compile(tmp_path, cache, "x.lua")
    assert "3" in made.outputs["lua_modules/m/__init__.py"]
    (tmp_path / "m.lua").unlink()
    assert _known(tmp_path, cache, "x.lua") is None
    write(tmp_path, {"x.lua": "print(2)"})
    assert _known(tmp_path, cache, "x.lua") is None


def test_errors_are_not_kept(tmp_path: Path) -> None:
    write(tmp_path, {"x.lua": 'require("m")'})
    cache = Cache(tmp_path / "cache")
    _compile(tmp_path, cache, "x.lua")
    assert _known(tmp_path, cache, "x.lua") is None


def test_another_compiler_does_not_use_it(tmp_path: Path) -> None:
    write(tmp_path, {"x.lua": "print(1)"})
    cache = Cache(tmp_path / "cache")
    _compile(tmp_path, cache, "x.lua")
    assert _known(tmp_path, cache, "x.lua") is not None
    stamps, cache_module._stamps = cache_module._stamps, lambda folder: iter([("changed.py", 1, 2)])
    cache_module._compiler.cache_clear()
    try:
        assert _known(tmp_path, cache, "x.lua") is None
    finally:
        cache_module._stamps = stamps
        cache_module._compiler.cache_clear()


def test_broken_files_count_as_absent(tmp_path: Path) -> None:
    write(tmp_path, {"x.lua": "print(1)"})
    cache = Cache(tmp_path / "cache")
    _compile(tmp_path, cache, "x.lua")
    entry = cache._file(read_source(tmp_path / "x.lua"), tmp_path / "x.lua")
    for broken in (
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"lookups": [], "outputs": 1, "diagnostics": []}',
        b"\xff",
    ):
        entry.write_bytes(broken)
        assert _known(tmp_path, cache, "x.lua") is None
    _compile(tmp_path, cache, "x.lua")
    assert _known(tmp_path, cache, "x.lua") is not None


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    write(tmp_path, {"x.lua": "print(1)", "file": ""})
    (made,) = _compile(tmp_path, Cache(tmp_path / "file" / "cache"), "x.lua")
    assert made.outputs


def test_its_size_is_bounded(tmp_path: Path) -> None:
    """What was used longest ago goes first."""
    names = [f"x{number}.lua" for number in range(6)]
    write(tmp_path, {name: f"print({name!r})" for name in names})
    _compile(tmp_path, Cache(tmp_path / "cache"), *names)
    cache = Cache(tmp_path / "cache")
    asked = {name: (read_source(tmp_path / name), tmp_path / name) for name in names}
    entries = {name: cache._file(*asked[name]) for name in names}
    for age, name in enumerate(reversed(names)):
        for entry in (entries[name], cache._texts_file(*asked[name])):
            os.utime(entry, (1000 - age, 1000 - age))
    size = sum(entry.stat().st_size for entry in (tmp_path / "cache").iterdir())
    write(tmp_path, {"new.lua": "print(1)"})
    _compile(tmp_path, Cache(tmp_path / "cache", maximum_bytes=size), "new.lua")
    left = [name for name in names if entries[name].exists()]
    assert left == names[-len(left) :]
    assert 0 < len(left) < 6


def test_parallel_runs_share_it(tmp_path: Path) -> None:
    write(tmp_path, {f"src/x{number}.lua": f"print({number})" for number in range(4)})
    environment = {**os.environ, "ASSAY_CACHE_DIR": str(tmp_path / "cache")}
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "assay.transpiler.cli", "src", "-o", f"out{number}", "-q"],
            cwd=tmp_path,
            env=environment,
        )
        for number in range(3)
    ]
    assert [run.wait(120) for run in runs] == [0, 0, 0]
    assert tree(tmp_path / "out0") == tree(tmp_path / "out1") == tree(tmp_path / "out2")
    # The result and the texts of each.
    assert len(list((tmp_path / "cache").iterdir())) == 8


def test_where_it_is() -> None:
    kept = dict(os.environ)
    try:
        os.environ.pop("ASSAY_CACHE_DIR", None)
        os.environ["XDG_CACHE_HOME"] = "/somewhere"
        assert default_folder() == Path("/somewhere/assay-compile")
        os.environ["XDG_CACHE_HOME"] = "relative"  # the specification: ignore it
        assert default_folder() == Path.home() / ".cache/assay-compile"
    finally:
        os.environ.clear()
        os.environ.update(kept)


def test_an_unchanged_project_does_not_load_the_compiler(tmp_path: Path) -> None:
    """What makes `--check` quick: neither parser nor formatter is imported."""
    write(tmp_path, {"x.lua": "print(1)"})
    assert compile_lua(tmp_path, "x.lua", "-o", "out").status == 0
    program = (
        "import sys; from assay.transpiler import cli; status = cli.main(sys.argv[1:]);"
        "print(status, [name for name in ('luaparser', 'black', 'jinja2', 'multiprocessing') if name in sys.modules])"
    )
    command = [sys.executable, "-c", program, "x.lua", "-o", "out", "--check", "-q"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("0 []\n", "")


def _loaded(folder: Path, *names: str) -> set[str]:
    """Compiles `x.lua` of the folder; which of the packages with these names were loaded for it."""
    program = (
        "import sys; from assay.transpiler import cli; assert cli.main(['x.lua', '-o', 'out', '-q']) == 0;"
        f"print(*[name for name in {names!r} if name in sys.modules])"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_a_compile_loads_what_it_needs(tmp_path: Path) -> None:
    """Never the SDK or what runs compiled code; black and jinja2 only to make what no earlier compile has made."""
    never = ("temporalio", "asyncio", "httpx", "multiprocessing", "assay.runtime.stdlib.string")
    write(tmp_path, {"x.lua": WORKER})
    assert _loaded(tmp_path, *never, "luaparser", "black", "jinja2") == {
        "luaparser",
        "black",
        "jinja2",
    }
    write(tmp_path, {"x.lua": WORKER.replace("local function", "local  function")})
    assert _loaded(tmp_path, *never, "luaparser", "black", "jinja2") == {"luaparser"}
    write(tmp_path, {"x.lua": WORKER.replace("2 * x", "3 * x")})
    assert _loaded(tmp_path, *never, "luaparser", "black", "jinja2") == {"luaparser", "black"}


def test_a_changed_source_becomes_what_it_does_without_the_cache(tmp_path: Path) -> None:
    """Whatever texts of an earlier compile are taken over."""
    cache = Cache(tmp_path / "cache")
    helper = "local function more(x)\n  -- one more\n  return { x + 1, 'long' .. x, 'longer' .. x, 'longest' .. x }\nend\n"
    for text in (
        WORKER,
        helper + WORKER,
        helper + WORKER.replace("2 * x", "more(x)[1]"),
        WORKER + "-- the end\n",
        "print(1)\n" + helper,
        helper + "local a = {more(1), ('%d'):format(2)}\nprint(a)",
    ):
        write(tmp_path, {"x.lua": text})
        asked = [(read_source(tmp_path / "x.lua"), tmp_path / "x.lua")]
        (changed,), (fresh,) = compile_all(asked, cache, 1), compile_all(asked, None, 1)
        assert changed.outputs == fresh.outputs


def test_texts_are_kept_while_they_are_needed(tmp_path: Path) -> None:
    """A compile whose texts are all known leaves all of them; one that needs others leaves those only."""
    source = "local function more(x)\n  return x + 1\nend\nprint(more(1))"
    cache = Cache(tmp_path / "cache")
    kept = []
    for text in (source, source.replace("x + 1", "x  +  1"), source.replace("x + 1", "x + 2")):
        write(tmp_path, {"x.lua": text})
        _compile(tmp_path, cache, "x.lua")
        kept.append(cache.texts(read_source(tmp_path / "x.lua"), tmp_path / "x.lua"))
    assert kept[0] == kept[1]
    assert len(kept[0]) == len(kept[2]) and kept[0].keys() != kept[2].keys()


def test_texts_that_cannot_be_read_are_made_again(tmp_path: Path) -> None:
    write(tmp_path, {"x.lua": WORKER})
    cache = Cache(tmp_path / "cache")
    asked = read_source(tmp_path / "x.lua"), tmp_path / "x.lua"
    (fresh,) = _compile(tmp_path, cache, "x.lua")
    keys = cache.texts(*asked)
    assert keys
    for broken in ("", '["no texts"]', json.dumps(dict.fromkeys(keys, 1))):
        cache._file(*asked).unlink()
        cache._texts_file(*asked).write_text(broken)
        assert cache.texts(*asked) == {}
        (again,) = _compile(tmp_path, cache, "x.lua")
        assert again.outputs == fresh.outputs
