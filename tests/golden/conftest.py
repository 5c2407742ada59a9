"""Puts the helpers of this folder on the path, and adds the option that rewrites golden files (then read the
difference)."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
