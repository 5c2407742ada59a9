"""Records the history of one workflow: `python tests/record.py shipped`."""

import sys

from assay.runtime.testing import WorkflowBench
from test_order import HERE, SOURCE, STUBS

with WorkflowBench(SOURCE, activities=STUBS) as bench:
    run = bench.start("Order", {"items": ["lamp"]}, id="order-1")
    run.signal("confirm", {"by": "jane"})
    print(run.result())
    (HERE.parent / "histories" / f"{sys.argv[1]}.json").write_text(run.history())
