"""Puts the folder of the measurement on the import path: its modules are the test's helpers."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
