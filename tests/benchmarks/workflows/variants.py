"""What is compared: the compiled package and its twin, on which worker settings.

`compiled` has the settings of a generated worker.py, `twin` the same ones, `sandboxed` is the twin with the SDK's defaults.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from assay.runtime.temporal.worker_options import DEFAULT_CACHED_WORKFLOWS, DRAIN_SECONDS
from temporalio.worker import UnsandboxedWorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

VARIANTS = ("compiled", "twin", "sandboxed")


def definitions(variant: str) -> tuple[Sequence[type], Sequence[Callable[..., Any]]]:
    """The workflows and activities of a variant."""
    module = importlib.import_module("measured" if variant == "compiled" else "twins")
    return module.WORKFLOWS, module.ACTIVITIES


def runner(variant: str) -> Any:
    """The workflow runner of a variant, as a worker and a replayer take it."""
    return SandboxedWorkflowRunner() if variant == "sandboxed" else UnsandboxedWorkflowRunner()


def settings(variant: str) -> dict[str, Any]:
    """Arguments of the SDK's Worker."""
    if variant == "sandboxed":
        return {}
    return {
        "workflow_runner": runner(variant),
        "max_cached_workflows": DEFAULT_CACHED_WORKFLOWS,
        "graceful_shutdown_timeout": timedelta(seconds=DRAIN_SECONDS),
    }
