"""The stage that looks at a whole program: the syntax tree in, a `Program` out (`program.py`), which says of names, functions,
types and waiting what lowering needs to emit plain Python.

What types depend on each other for is found in rounds until nothing changes: `TypeInference` (`types.py`) and `Contents`
(`contents.py`) hold what is known so far, and the modules with the rules are functions of one of them, which they name for type
checkers only.
"""
