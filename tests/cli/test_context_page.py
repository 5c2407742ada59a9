"""docs/ctx.md is complete and true: a section for every method, every option named, every example compiles."""

from __future__ import annotations

import re

import pytest
from assay.runtime.temporal import option_names
from assay.runtime.temporal.context_methods import METHODS
from assay.transpiler import cli
from compiler_command import REPOSITORY

_PAGE = (REPOSITORY / "docs/ctx.md").read_text(encoding="utf-8")
_SECTIONS = re.split(r"^#{2,3} (.*)\n", _PAGE, flags=re.MULTILINE)
_BY_TITLE = dict(zip(_SECTIONS[1::2], _SECTIONS[2::2], strict=True))
_METHODS = {
    found[1]: text for title, text in _BY_TITLE.items() if (found := re.match(r"ctx:(\w+)", title))
}
_EXAMPLES = re.findall(r"^```lua\n(.*?)^```", _PAGE, re.MULTILINE | re.DOTALL)
_WORKER = """
temporal.worker({{
  url = "localhost:7233",
  task_queue = "examples",
  activities = {{ {activities} }},
  workflows = {{ {workflows} }},
}})
"""
_SHARED_OPTIONS = {"execute_local_activity": "execute_activity", "start_activity": "execute_activity",
                   "start_child_workflow": "execute_child_workflow"}  # fmt: skip


def test_every_method_has_a_section() -> None:
    assert sorted(_METHODS) == sorted(METHODS)


@pytest.mark.parametrize("name", METHODS)
def test_every_option_is_named(name: str) -> None:
    """In the method's own section, or in that of the method which takes the same."""
    text = _METHODS[name] + _METHODS.get(_SHARED_OPTIONS.get(name, ""), "")
    assert [option for option in METHODS[name].options or () if f"`{option}`" not in text] == []


@pytest.mark.parametrize("name", METHODS)
def test_every_section_says_what_waits_and_has_an_example(name: str) -> None:
    text = _METHODS[name]
    waits = bool(re.search(r"\*waits\*|Waits until", text))
    assert waits == METHODS[name].waits
    assert "```lua" in text
    assert "SDK" in text


def test_the_fields_of_a_retry_policy_are_named() -> None:
    text = _METHODS["execute_activity"]
    assert [name for name in option_names.RETRY_POLICY_OPTIONS if f"`{name}`" not in text] == []


def test_the_examples_compile(
    tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    """All in one worker, without a warning: each example is the body of a workflow."""
    folder = tmp_path_factory.mktemp("examples")
    names = sorted(set(re.findall(r'_activity\("(\w+)"', _PAGE)))
    activities = ", ".join(f"{name} = function(input) return input end" for name in names)
    bodies = [f"Example{n} = function(ctx, input)\n{text}\nend" for n, text in enumerate(_EXAMPLES)]
    bodies.append("Child = function(ctx, input) return input end")
    source = folder / "examples.lua"
    source.write_text(
        _WORKER.format(activities=activities, workflows=",\n".join(bodies)), encoding="utf-8"
    )
    status = cli.main([str(source), "-o", str(folder / "out"), "-q"])
    assert capsys.readouterr().err == ""
    assert status == 0
    assert len(_EXAMPLES) > len(METHODS)
