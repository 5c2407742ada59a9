"""The optional extension `assay.runtime.accelerator._native`; everything else about the package is in pyproject.toml.

Where there is no C compiler the package is built without it, and works the same (runtime/accelerator/).
"""

import runpy
from pathlib import Path

from setuptools import Extension, setup

ROOT = Path(__file__).parent
SOURCES = runpy.run_path(str(ROOT / "runtime" / "accelerator" / "sources.py"))

setup(
    ext_modules=[
        Extension(
            "assay.runtime.accelerator._native",
            sources=[str(path.relative_to(ROOT)) for path in SOURCES["c_files"]()],
            depends=[str(path.relative_to(ROOT)) for path in SOURCES["headers"]()],
            define_macros=[("ASSAY_SOURCES", f'"{SOURCES["digest"]()}"')],
            optional=True,
        )
    ]
)
