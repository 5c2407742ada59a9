"""The command line `assay`: what a Lua author does all day, one file a command.

`main.py` is the table of contents. A command's module has `add_arguments(parser)` and `run(given) -> int`; it imports what it needs
in `run`, so that `assay --help` is quick.
"""
