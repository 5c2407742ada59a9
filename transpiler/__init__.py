"""The compiler: Lua sources in, Python packages and scripts out. CONTRIBUTING.md shows its stages; a run begins in `cli.py`."""
