"""The stage that lowers: a `Program` of the analysis in, Python `ast` out, each node with its place in the source (`module.py`).

An expression can hold a function, a function holds statements, a statement expressions; so the modules that lower them import each
other, always as modules (`from . import expressions`), whose functions are looked up when they are called. A table of functions, or
a parameter that carries them, would only hide from readers and type checkers who calls whom.

Only the tables of rules, at the end of such a module, name functions of others as it loads: `statements` loads first, and all of
them find what they name, whichever module is asked for.
"""

from . import statements as statements
