"""`[tool.assay]` in pyproject.toml: what it may say, where it is looked for, and what wins over it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from assay.transpiler.arguments import compile_parser
from assay.transpiler.settings import _KEYS
from compiler_command import compile_lua, write


def _write(folder: Path, settings: str) -> None:
    write(folder, {"pyproject.toml": "[tool.assay]\n" + settings, "src/x.lua": "print(1)"})


def test_sources_and_output(tmp_path: Path) -> None:
    """Paths are relative to the file, wherever below it the user stands."""
    _write(tmp_path, 'sources = ["src"]\noutput = "build"\n')
    assert compile_lua(tmp_path).err == (
        "src/x.lua -> build/x.py: script (no temporal.worker in it)\n1 source compiled, 1 file written\n"
    )
    assert compile_lua(tmp_path, "--check").err == "everything is up to date\n"
    assert "1 file written" in compile_lua(tmp_path, "-o", "other").err
    shown = compile_lua(tmp_path / "src", "-v")
    assert shown.err.startswith("x.lua -> ../build/x.py: ")
    assert not (tmp_path / "src/build").exists()


def test_arguments_win(tmp_path: Path) -> None:
    _write(
        tmp_path, 'sources = ["src"]\noutput = "build"\nformat = "json"\nquiet = true\njobs = 1\n'
    )
    write(tmp_path, {"y.lua": "print("})
    assert compile_lua(tmp_path).err == ""
    asked = compile_lua(tmp_path, "y.lua")
    assert json.loads(asked.out)["diagnostics"][0]["file"] == "y.lua"
    assert compile_lua(tmp_path, "y.lua", "--format", "text").err.startswith(
        "y.lua:1:7: error[AY101]"
    )


def test_cache_can_be_off(tmp_path: Path) -> None:
    _write(tmp_path, 'sources = ["src"]\ncache = false\n')
    environment = {"ASSAY_CACHE_DIR": str(tmp_path / "cache")}
    assert compile_lua(tmp_path, environment=environment).status == 0
    assert not (tmp_path / "cache").exists()


def test_required_version(tmp_path: Path) -> None:
    _write(tmp_path, 'required-version = "99"\n')
    refused = compile_lua(tmp_path, "src")
    assert refused.status == 2
    assert refused.err.startswith(
        "pyproject.toml: error[AY014]: version 99 of assay-compile is required"
    )


def test_other_tools_tables_do_not_matter(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": "[tool.black]\nassay = 1\n", "x.lua": "print(1)"})
    assert compile_lua(tmp_path, "x.lua").status == 0


@pytest.mark.parametrize(
    "text", ["tool = 3 # assay", "[tool]\nassay = 3", '[[tool.assay]]\noutput = "x"']
)
def test_what_is_no_table(tmp_path: Path, text: str) -> None:
    write(tmp_path, {"pyproject.toml": text, "x.lua": "print(1)"})
    refused = compile_lua(tmp_path, "x.lua")
    assert (refused.status, refused.err) == (
        2,
        "pyproject.toml: error[AY013]: tool.assay must be a table of settings\n"
        '  help: write it like this: [tool.assay], and below it: output = "build"\n',
    )


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    _write(tmp_path, 'sourcs = ["src"]\noutput = 1\nverbose = "yes"\n')
    refused = compile_lua(tmp_path)
    assert refused.status == 2
    assert refused.err.count("error[AY012]") == 1
    assert refused.err.count("error[AY013]") == 2
    assert '  help: write it like this: output = "build"\n' in refused.err
    assert "did you mean 'sources'?" in refused.err


def test_the_keys_are_named_as_the_options() -> None:
    options = {option.lstrip("-") for a in compile_parser()._actions for option in a.option_strings}
    assert set(_KEYS) - options == {
        "sources",
        "cache",
        "test-files",
    }  # an argument without a name, --no-cache, and a setting of `assay test'


def test_the_examples_are_right() -> None:
    """What the help of AY013 says to write."""
    for key, (is_right, _, example) in _KEYS.items():
        assert is_right(tomllib.loads(f"{key} = {example}")[key])
