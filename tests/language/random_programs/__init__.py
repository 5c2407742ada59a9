"""Random Lua programs: made by seed, run in real Lua and compiled, and made small where the two differ.

`programs` writes a program, `statements`, `functions` and `expressions` its parts; `comparing` runs it both ways;
`shrinking` looks for a smaller program that differs in the same way.
"""
