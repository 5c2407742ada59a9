"""`assay graph FILE.lua`: a worker's workflows as a picture, from the source: Mermaid text, or SVG drawn here."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..analysis.worker_definitions import Entry, Workers


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE.lua", help="the source of the worker")
    parser.add_argument(
        "--workflow", action="append", metavar="NAME", help="only this workflow; may be repeated"
    )
    parser.add_argument(
        "--format",
        choices=("mermaid", "svg"),
        help="mermaid (default), or svg, which OUTPUT.svg says as well",
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="OUTPUT", help="default: standard output"
    )


def run(given: argparse.Namespace) -> int:
    """Draws; 0, 1 for a source with errors, 2 for one without workflows or for a file that cannot be written."""
    from ..console import Console
    from ..diagnostics import CompileError
    from ..sources import InputError

    console = Console(quiet=True)
    try:
        drawn = _draw(given)
    except InputError as problem:
        console.show(problem.diagnostics)
        return 2
    except CompileError as problem:
        console.show(problem.diagnostics)
        return 1
    except _NoWorkflow as problem:
        print(f"assay graph: {problem}", file=sys.stderr)
        return 2
    if given.output is None:
        sys.stdout.write(drawn)
        return 0
    try:
        given.output.write_text(drawn, encoding="utf-8")
    except OSError as problem:
        print(f"assay graph: {given.output} cannot be written: {problem.strerror}", file=sys.stderr)
        return 2
    return 0


class _NoWorkflow(Exception):
    """There is nothing to draw; the message says why."""


def _draw(given: argparse.Namespace) -> str:
    """Raises InputError, CompileError or _NoWorkflow."""
    from ..graph.flow import flow_of
    from ..graph.mermaid import to_mermaid
    from ..graph.svg import to_svg
    from ..project import read_program
    from ..sources import read_source
    from ..stack import with_deep_stack

    source = read_source(given.file)
    program = with_deep_stack(lambda: read_program(source, given.file))
    found = {} if program.workers is None else _by_name(program.workers)
    wanted = given.workflow or list(found)
    missing = [name for name in wanted if name not in found]
    if missing or not found:
        if not found:
            raise _NoWorkflow(f"{given.file} has no workflow")
        shown = ", ".join(found)
        raise _NoWorkflow(f"{given.file} has no workflow {missing[0]}; its workflows: {shown}")
    flows = {name: flow_of(program, found[name]) for name in wanted}
    is_svg = given.format == "svg" or (
        given.format is None and given.output is not None and given.output.suffix == ".svg"
    )
    return to_svg(flows) if is_svg else to_mermaid(flows)


def _by_name(workers: Workers) -> dict[str, Entry]:
    """The workflows by name; of two that share it, the later with the number of its worker: `Order (worker 2)`."""
    found: dict[str, Entry] = {}
    for number, worker in enumerate(workers.definitions, 1):
        for entry in worker.workflows:
            if found.setdefault(entry.name, entry) is not entry:
                found[f"{entry.name} (worker {number})"] = entry
    return found
