"""What the workflow does, on a real Temporal server, with its activities replaced by tests/stubs.lua."""

from pathlib import Path

import pytest
from assay.runtime.testing import WorkflowBench, time_skipping_available

HERE = Path(__file__).parent
SOURCE = HERE.parent / "order.lua"
STUBS = HERE / "stubs.lua"


def test_a_confirmed_order_is_shipped():
    with WorkflowBench(SOURCE, activities=STUBS) as bench:
        run = bench.start("Order", {"items": ["lamp"]})
        run.signal("confirm", {"by": "jane"})
        assert run.result() == {"status": "shipped", "parcel": "P-R1", "by": "jane"}
        assert [call.name for call in bench.calls] == ["reserve", "ship"]
        run.check_replay()


def test_what_is_sold_out_is_rejected():
    with WorkflowBench(SOURCE, activities=STUBS) as bench:
        result = bench.run("Order", {"items": ["unicorn"]})
        assert result["status"] == "rejected"
        assert "SOLD_OUT: unicorn" in result["reason"]


@pytest.mark.skipif(time_skipping_available() is not None, reason=str(time_skipping_available()))
def test_two_days_without_confirmation():
    with WorkflowBench(SOURCE, activities=STUBS, skip_time=True) as bench:
        assert bench.run("Order", {"items": ["lamp"]}) == {"status": "expired"}
        assert bench.calls[-1].input == {"reservation": "R1"}
