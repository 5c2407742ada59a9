"""`assay COMMAND ...`: arguments in, exit status out. The table of the commands."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import NoReturn

from assay.runtime.errors import LuaError
from assay.runtime.strings import to_text

from ..arguments import add_information_arguments

_COMMANDS = {
    "compile": "compile Lua sources to Python, as the command assay-compile does",
    "run": "run a Lua script or worker, as `lua FILE.lua` would",
    "dev": "run a worker, with a Temporal server if there is none, again whenever its source changes",
    "replay": "replay histories against the source: may it be deployed?",
    "test": "run tests written in Lua",
    "graph": "draw the workflows of a worker",
    "explain": "explain a diagnostic",
}
"""Each command with what it does in a line; its module in this folder has the same name."""

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; gives the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser(words[0] if words else "")
    given = parser.parse_args(words)
    module = importlib.import_module(f".{given.command}", __package__)
    try:
        status: int = module.run(given)
        print(end="", flush=True)
        return status
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        from assay.runtime.ending import drop_output, reader_is_gone

        if not reader_is_gone():
            raise
        return drop_output()
    except LuaError as error:
        # A worker's package is made when it is imported: its settings, and the tables of its activities.
        print(f"error: {to_text(str(error))}", file=sys.stderr)
        return 1


def _parser(chosen: str) -> argparse.ArgumentParser:
    """The parser of all commands; only the chosen one's module is loaded (all of them for a completion script)."""
    parser = argparse.ArgumentParser(
        prog="assay", description="Runs, checks and draws Temporal workflows written in Lua."
    )
    add_information_arguments(parser)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, help in _COMMANDS.items():
        command = commands.add_parser(name, help=help, description=_sentence(help))
        if name == chosen or chosen.startswith("--print-completion"):
            module = importlib.import_module(f".{name}", __package__)
            module.add_arguments(command)
    return parser


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + ("" if text.endswith("?") else ".")


def program() -> NoReturn:
    """The program `assay`: `main`, and the end of the process."""
    try:
        status = main()
    except SystemExit as request:
        if request.code is not None and not isinstance(request.code, int):
            raise
        status = request.code or 0
    if "temporalio" in sys.modules:
        from assay.runtime.ending import end_process

        end_process(status)
    sys.exit(status)


if __name__ == "__main__":
    program()
