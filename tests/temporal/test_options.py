"""Option tables: what they become, and what is wrong with the ones that are refused. No server."""

from __future__ import annotations

import math
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from assay.runtime import LuaError, LuaTable, new_table, sequence
from assay.runtime.json_values import from_json
from assay.runtime.temporal.options import activity_options, seconds, timeout_option
from temporalio.common import RetryPolicy


def test_default() -> None:
    assert activity_options(None) == {"start_to_close_timeout": timedelta(seconds=300)}
    assert activity_options(LuaTable()) == {"start_to_close_timeout": timedelta(seconds=300)}


def test_every_option() -> None:
    options = from_json(
        {
            "start_to_close_timeout": 30,
            "schedule_to_close_timeout": 600.5,
            "schedule_to_start_timeout": 5,
            "heartbeat_timeout": 0.25,
            "task_queue": "größe",
            "retry_policy": {
                "initial_interval": 1,
                "backoff_coefficient": 2.0,
                "maximum_interval": 60,
                "maximum_attempts": 5.0,
                "non_retryable_errors": ["PERMISSION_DENIED"],
            },
        }
    )
    assert activity_options(options) == {
        "start_to_close_timeout": timedelta(seconds=30),
        "schedule_to_close_timeout": timedelta(seconds=600.5),
        "schedule_to_start_timeout": timedelta(seconds=5),
        "heartbeat_timeout": timedelta(milliseconds=250),
        "task_queue": "größe",
        "retry_policy": RetryPolicy(
            initial_interval=timedelta(seconds=1),
            backoff_coefficient=2.0,
            maximum_interval=timedelta(seconds=60),
            maximum_attempts=5,
            non_retryable_error_types=["PERMISSION_DENIED"],
        ),
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (5, "execute_activity: options must be a table, got number"),
        (
            {"start_to_close_timout": 5},
            "unknown option 'start_to_close_timout'; did you mean 'start_to_close_timeout'?",
        ),
        ({"xyz": 5}, "unknown option 'xyz'; there are: start_to_close_timeout, "),
        ([5], "unknown option [1]; "),
        ({"heartbeat_timeout": "5"}, "heartbeat_timeout must be a number of seconds, got string"),
        ({"heartbeat_timeout": -1}, "heartbeat_timeout must not be negative, got -1"),
        (
            {"heartbeat_timeout": 0},
            "heartbeat_timeout must be a number of seconds greater than 0, got 0",
        ),
        ({"heartbeat_timeout": 0.0001}, "must be a number of seconds greater than 0, got 0.0001"),
        ({"heartbeat_timeout": math.nan}, "heartbeat_timeout must be a number of seconds, got NaN"),
        ({"heartbeat_timeout": math.inf}, "must not be longer than a hundred years, got inf"),
        ({"heartbeat_timeout": True}, "heartbeat_timeout must be a number of seconds, got boolean"),
        ({"task_queue": 5}, "task_queue must be a string, got 5"),
        ({"task_queue": ""}, "task_queue must be a string, got an empty string"),
        (
            {"retry_policy": 5},
            "retry_policy must be a table with the fields of a retry policy, got 5",
        ),
        (
            {"retry_policy": {"max_attempts": 1}},
            "retry_policy: unknown option 'max_attempts'; did you mean 'maximum_attempts'?",
        ),
        (
            {"retry_policy": {"maximum_attempts": -1}},
            "maximum_attempts must be an integer, 0 or more, got -1",
        ),
        (
            {"retry_policy": {"maximum_attempts": 1.5}},
            "maximum_attempts must be an integer, 0 or more, got 1.5",
        ),
        ({"retry_policy": {"maximum_attempts": 2**40}}, "maximum_attempts must be an integer"),
        (
            {"retry_policy": {"backoff_coefficient": 0.5}},
            "backoff_coefficient must be a number, 1 or more, got 0.5",
        ),
        (
            {"retry_policy": {"initial_interval": 60, "maximum_interval": 1}},
            "maximum_interval must not be less",
        ),
        (
            {"retry_policy": {"non_retryable_errors": "X"}},
            "non_retryable_errors must be a list of strings",
        ),
        (
            {"retry_policy": {"non_retryable_errors": [1]}},
            "non_retryable_errors must be a list of strings",
        ),
        (
            {"retry_policy": {"non_retryable_errors": {"a": "b"}}},
            "non_retryable_errors must be a list of strings",
        ),
    ],
)
def test_refused(options: Any, message: str) -> None:
    with pytest.raises(LuaError) as failure:
        activity_options(from_json(options))
    assert message in failure.value.value
    assert failure.value.value.startswith("execute_activity: ")


def test_wait_signal_timeout() -> None:
    assert timeout_option(None, "wait_signal") is None
    assert timeout_option(new_table({"timeout": 0}), "wait_signal") == timedelta()
    assert timeout_option(new_table({"timeout": 1.5}), "wait_signal") == timedelta(seconds=1.5)
    with pytest.raises(LuaError, match="did you mean 'timeout'"):
        timeout_option(new_table({"time_out": 1}), "wait_signal")


def test_seconds_of_a_table_is_no_number() -> None:
    with pytest.raises(LuaError, match="value must be a number of seconds, got table"):
        seconds(sequence(1))


def test_names_do_not_load_the_sdk() -> None:
    code = "import sys, assay.runtime.temporal.option_names; print('temporalio' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
