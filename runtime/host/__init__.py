"""The globals that the host adds to Lua's library: `http`, `json`, `fs` and others, a module for each. `registry.py` lists them."""
