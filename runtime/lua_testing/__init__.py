"""Tests written in Lua: what `require("assay.test")` gives them, and how a file of them is run. `assay test` stands on this.

collecting.py   describe, it, before_each, ...: a file's calls in, its tests out
module.py       the Lua module: the table of contents of what tests can call
session.py      the server, the event loop and the workers of one run of the command
workers.py      a tested worker: its stubs, its calls, starting workflows
runs.py         a started workflow: signals, queries, updates, result, failure
outcomes.py     how a test ended, as data
differences.py  two values in, how they differ out, in Lua's notation
running.py      a file in, its outcomes out
"""
