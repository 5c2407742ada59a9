"""Every page of the documentation does what it says; see pages.py for how a page is run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import temporalio.worker
from assay.runtime.temporal.dev_server import DevServer
from pages import PageError, blocks, run_page

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ROOT / "docs"
PAGES = sorted(path for path in DOCUMENTS.glob("*.md") if any(blocks(path.read_text("utf-8"))))

_TRIED_ELSEWHERE = {
    "ctx.md": "tests/cli/test_context_page.py",
    "diagnostics.md": "tests/diagnostics/test_pages.py",
    "differences-from-lua.md": "tests/language/test_differences.py",
    "snippets.md": "tests/documents/test_snippets.py",
}
"""Pages that tests of their own run: page and test."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page(page: Path, tmp_path: Path, server: DevServer) -> None:
    if page.name in _TRIED_ELSEWHERE:
        assert page.name in (ROOT / _TRIED_ELSEWHERE[page.name]).read_text(encoding="utf-8")
        return
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    addresses = {
        "TEMPORAL_ADDRESS": server.address,
        "TEMPORAL_HTTP_ADDRESS": server.http_address,
    }
    run_page(page, tmp_path, addresses)


@pytest.mark.parametrize(
    "text",
    [
        "```lua\nprint(1)\n```\n",
        "```text\nnothing printed this\n```\n",
        "```sh\nfalse\n```\n",
        "```sh\necho one\n```\n\n```text\ntwo\n```\n",
        "<!-- save: a.txt -->\n```text\none\n```\n\n<!-- from: a.txt -->\n```text\ntwo\n```\n",
        "<!-- not run: -->\n```sh\ntrue\n```\n",
    ],
)
def test_a_page_that_lies_is_found(text: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(text)
    with pytest.raises(PageError, match=r"page\.md:"):
        run_page(page, tmp_path, {})


def test_what_a_page_may_leave_out(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "```sh\nprintf 'one\\ntwo 17\\nthree\\nfour\\n'\n```\n\n```text\none\ntwo ...\n...\nfour\n```\n"
    )
    assert run_page(page, tmp_path, {}) == 2


def test_messages_in_troubleshooting_exist() -> None:
    """Each message of the table is one that our code, or the SDK's, has: its fixed part, at least."""
    text = (DOCUMENTS / "troubleshooting.md").read_text(encoding="utf-8")
    ours = "".join(
        path.read_text("utf-8") for path in [*ROOT.glob("runtime/**/*.py"), *_SDK.rglob("*.py")]
    )
    messages = re.findall(r"^\| `([^`]+)`", text, re.MULTILINE)
    assert len(messages) > 5
    for message in messages:
        parts = [
            part
            for part in re.split(r"\.\.\.|'\w+'|result\.items\[3\]|a function", message)
            if part
        ]
        known = all(part.strip() in ours for part in parts) or message in _FROM_ELSEWHERE
        assert known, message


_SDK = Path(temporalio.worker.__file__).parent
_FROM_ELSEWHERE = {
    "[TMPRL1100] Nondeterminism error",  # the SDK's core, in Rust; shown in docs/deploying.md
    "ModuleNotFoundError: No module named 'promotion'",  # Python
}
