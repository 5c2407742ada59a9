"""Imports of large libraries at their first use: a script that uses none of them starts in a fraction of the time.

Inside a workflow the SDK's sandbox would load such a library anew for each run; here it is the process's own, loaded once, as
if the workflow module had passed it through.
"""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext


def process_imports() -> AbstractContextManager[None]:
    """A context in which `import` gives the modules of the process, also in workflow code.

    Such libraries are imported, and called, inside of it: they import more of their own modules while they work.
    """
    workflow = sys.modules.get("temporalio.workflow")
    if workflow is None:
        return nullcontext()
    passed_through: AbstractContextManager[None] = workflow.unsafe.imports_passed_through()
    return passed_through
