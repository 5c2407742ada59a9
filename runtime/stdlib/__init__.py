"""Lua's standard library: one module for each library table, under its Lua name, over modules that do the work.

Nothing is imported here: the compiler reads `registry`, which is data only, and generated modules import what they use.
"""
