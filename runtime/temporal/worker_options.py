"""The options of `temporal.worker{...}` as data: what each takes, and what the command line of a worker says about it.

Read by the compiler, which checks literal options, and by `worker_settings.py`: so nothing heavy is imported here, the SDK least
of all. Every option in `TUNING_OPTIONS` is also a flag (`--max-cached-workflows`) and a variable (`TEMPORAL_MAX_CACHED_WORKFLOWS`).
SDK: temporalio.worker.Worker, temporalio.client.Client.connect, temporalio.runtime.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from .option_names import OptionKind

DRAIN_SECONDS: Final = 10
"""How long running activities may take to finish once the worker was asked to stop, unless the options say."""

DEFAULT_CACHED_WORKFLOWS: Final = 1000


@dataclass(frozen=True, slots=True)
class WorkerOption:
    """`choices` are the only strings allowed, when there are any; `help` is what the command line shows."""

    kind: OptionKind
    help: str
    choices: tuple[str, ...] = ()

    @property
    def expected(self) -> str:
        """What a value must be, as an error says it."""
        shown = [f"'{choice}'" for choice in self.choices]
        return f"one of {', '.join(shown)}" if shown else self.kind.value


def _options(**options: WorkerOption) -> Mapping[str, WorkerOption]:
    return MappingProxyType(options)


TUNING_OPTIONS: Final = _options(
    identity=WorkerOption(OptionKind.STRING, "name of this worker in histories and the web UI"),
    max_concurrent_activities=WorkerOption(
        OptionKind.POSITIVE, "activities that run at once (default 100)"
    ),
    max_concurrent_workflow_tasks=WorkerOption(
        OptionKind.POSITIVE, "workflow tasks that are worked on at once (default 100; at least 2)"
    ),
    max_concurrent_local_activities=WorkerOption(
        OptionKind.POSITIVE, "local activities and side effects that run at once (default 100)"
    ),
    max_activities_per_second=WorkerOption(
        OptionKind.RATE, "activities that this worker starts in a second (default: no limit)"
    ),
    max_task_queue_activities_per_second=WorkerOption(
        OptionKind.RATE,
        "activities that the server gives out in a second to all workers of the task queue (default: no limit)",
    ),
    max_cached_workflows=WorkerOption(
        OptionKind.COUNT,
        f"workflows kept in memory; 0 replays each from its history (default {DEFAULT_CACHED_WORKFLOWS})",
    ),
    graceful_shutdown_timeout=WorkerOption(
        OptionKind.TIMEOUT,
        f"seconds that running activities have to finish when the worker stops (default {DRAIN_SECONDS})",
    ),
    deployment_name=WorkerOption(
        OptionKind.STRING, "worker deployment that this worker belongs to (with the build id)"
    ),
    build_id=WorkerOption(OptionKind.STRING, "version of the deployment that this worker runs"),
    versioning_behavior=WorkerOption(
        OptionKind.STRING,
        "whether a workflow stays with the version it began on; without it only the version is told to the server",
        ("pinned", "auto_upgrade"),
    ),
    data_converter=WorkerOption(
        OptionKind.STRING,
        "module:attribute of a DataConverter or PayloadCodec of Python, to encrypt or compress payloads",
    ),
    log_level=WorkerOption(
        OptionKind.STRING,
        "least severe messages that are shown (default warn)",
        ("debug", "info", "warn", "error"),
    ),
    metrics_address=WorkerOption(
        OptionKind.STRING, "host:port at which the SDK's metrics can be scraped (Prometheus)"
    ),
)

CONNECTION_OPTIONS: Final = _options(
    url=WorkerOption(OptionKind.STRING, "host:port of the Temporal server"),
    namespace=WorkerOption(OptionKind.STRING, "namespace"),
    task_queue=WorkerOption(OptionKind.STRING, "task queue"),
    api_key=WorkerOption(OptionKind.STRING, "API key; turns TLS on"),
    tls=WorkerOption(OptionKind.ANY, "true, or a table with ca, cert, key, server_name"),
)

REGISTRIES: Final = ("activities", "workflows")

WORKER_OPTIONS: Final[Mapping[str, WorkerOption]] = MappingProxyType(
    {**CONNECTION_OPTIONS, **TUNING_OPTIONS}
)
"""Every option but the activities and workflows themselves."""

TLS_OPTIONS: Final[Mapping[str, OptionKind]] = MappingProxyType(
    dict.fromkeys(("ca", "cert", "key", "server_name"), OptionKind.STRING)
)
