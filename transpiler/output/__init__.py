"""The stage that writes: Python `ast`, comments and a template in, formatted text and its table of positions out (`package.py`)."""
