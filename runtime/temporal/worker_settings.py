"""What a worker is started with: options of the Lua source, TEMPORAL_* variables and the command line in, `WorkerSettings` out.

The last that says something wins, option by option. SDK: temporalio.worker.Worker, whose arguments `sdk_arguments` gives.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import inspect
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.converter import DataConverter, PayloadCodec
from temporalio.service import TLSConfig
from temporalio.worker import UnsandboxedWorkflowRunner, WorkerDeploymentConfig
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from ..errors import LuaError, error_text
from ..strings import from_text
from ..values import LuaTable, type_name
from .connection import ConnectionProblem, ConnectionSettings, checked_address, with_environment
from .option_names import OptionKind, suggestion
from .options import checked, converted
from .tls import Tls, TlsProblem, tls_config
from .worker_definition import WorkerDefinition
from .worker_options import (
    DEFAULT_CACHED_WORKFLOWS,
    DRAIN_SECONDS,
    TLS_OPTIONS,
    TUNING_OPTIONS,
    WORKER_OPTIONS,
    WorkerOption,
)

_BEHAVIORS: Final = {
    "pinned": VersioningBehavior.PINNED,
    "auto_upgrade": VersioningBehavior.AUTO_UPGRADE,
}


class WorkerProblem(Exception):
    """The worker cannot run as asked; the message says what to change, in one line."""


@dataclass(frozen=True)
class WorkerSettings:
    """What a worker is started with. `only` is "workflows" or "activities" for a worker that leaves the other to others;
    with `debug` a workflow may stand still in a debugger. Options that are None are the SDK's defaults. Their meaning:
    worker_options.py."""

    connection: ConnectionSettings
    task_queue: str
    sandbox: bool = False
    max_cached_workflows: int = DEFAULT_CACHED_WORKFLOWS
    only: str | None = None
    debug: bool = False
    max_concurrent_activities: int | None = None
    max_concurrent_workflow_tasks: int | None = None
    max_concurrent_local_activities: int | None = None
    max_activities_per_second: float | None = None
    max_task_queue_activities_per_second: float | None = None
    graceful_shutdown_timeout: timedelta = field(default=timedelta(seconds=DRAIN_SECONDS))
    deployment_name: str | None = None
    build_id: str | None = None
    versioning_behavior: str | None = None
    data_converter: str | None = None
    log_level: str | None = None
    metrics_address: str | None = None


def worker_settings(
    address: str,
    namespace: str,
    task_queue: str,
    arguments: Sequence[str] | None = None,
    options: Mapping[str, Any] | None = None,
) -> WorkerSettings:
    """The settings from the Lua source (all parameters but `arguments`), TEMPORAL_* variables and command line: the last wins.

    Raises `ConnectionProblem` or `WorkerProblem`; SystemExit(2) for wrong command line arguments.
    """
    definition = WorkerDefinition(
        task_queue, address=address, namespace=namespace, options=options or {}
    )
    ((_, settings),) = settings_of_workers([definition], arguments)
    return settings


def settings_of_workers(
    workers: Sequence[WorkerDefinition], arguments: Sequence[str] | None = None
) -> list[tuple[WorkerDefinition, WorkerSettings]]:
    """The workers to run, each with its settings: those that the source starts in this environment. Of several in the source, a
    task queue that is asked for picks those that have it.

    Raises as `worker_settings` does.
    """
    given = _parser(workers).parse_args(arguments)
    queue = given.task_queue or os.environ.get("TEMPORAL_TASK_QUEUE")
    are_several = len(workers) > 1
    workers = [definition for definition in workers if definition.runs]
    if not workers:
        raise WorkerProblem(
            "no worker to run: the source starts none in this environment (it has each in an `if`)"
        )
    if are_several and queue:
        known = [definition.task_queue for definition in workers]
        workers = [definition for definition in workers if definition.task_queue == queue]
        if not workers:
            raise WorkerProblem(
                f"no worker of this package has the task queue {queue}: there are {', '.join(known)}"
            )
    return [(each, _with_arguments(each, given, queue)) for each in workers]


def _with_arguments(
    definition: WorkerDefinition, given: argparse.Namespace, queue: str | None
) -> WorkerSettings:
    settings = settings_of_options(
        {
            "url": definition.address,
            "namespace": definition.namespace,
            "task_queue": definition.task_queue,
            **definition.options,
        }
    )
    connection = with_environment(settings.connection)
    if given.address:
        connection = replace(connection, address=given.address)
    if given.namespace:
        connection = replace(connection, namespace=given.namespace)
    found = {name: getattr(given, name) for name in TUNING_OPTIONS}
    changed = {
        **_from_environment(os.environ),
        **{name: value for name, value in found.items() if value is not None},
    }
    identity = changed.pop("identity", None)
    if identity is not None:
        connection = replace(connection, identity=identity)
    if not connection.address:
        raise WorkerProblem("no address: give --address or set TEMPORAL_ADDRESS")
    queue = queue or settings.task_queue
    if not queue:
        raise WorkerProblem("no task queue: give --task-queue or set TEMPORAL_TASK_QUEUE")
    return _checked(
        replace(
            settings,
            connection=connection,
            task_queue=queue,
            sandbox=given.sandbox,
            only=given.only,
            debug=given.debug or bool(os.environ.get("TEMPORAL_DEBUG")),
            **changed,
        )
    )


def settings_of_options(options: Mapping[str, Any]) -> WorkerSettings:
    """The settings from the options of `temporal.worker` (Lua values by name, without activities and workflows).

    Raises `WorkerProblem` for what is missing, unknown or of the wrong kind; the address is checked when the worker connects.
    """
    found: dict[str, Any] = {}
    for name, value in options.items():
        option = WORKER_OPTIONS.get(name)
        if option is None:
            raise WorkerProblem(f"unknown option '{name}'{suggestion(name, WORKER_OPTIONS)}")
        if value is None:
            continue
        if name in ("url", "task_queue") and value == "":
            found[name] = ""
        else:
            found[name] = _tls(value) if name == "tls" else option_value(name, option, value)
    connection = ConnectionSettings(
        found.pop("url", ""),
        found.pop("namespace", "default"),
        api_key=found.pop("api_key", None),
        tls=found.pop("tls", None),
        identity=found.pop("identity", None),
    )
    return _checked(WorkerSettings(connection, found.pop("task_queue", ""), **found))


def option_value(name: str, option: WorkerOption, value: Any) -> Any:
    """The Lua `value` of an option as the settings hold it. Raises `WorkerProblem`."""
    try:
        result = converted(value, option.kind, name)
    except LuaError as error:
        raise WorkerProblem(error_text(error.value)) from None
    if option.choices and result not in option.choices:
        raise WorkerProblem(f"{name} must be {option.expected}, got '{result}'")
    return result


def _tls(value: Any) -> bool | TLSConfig | None:
    if isinstance(value, bool):
        return value
    if not isinstance(value, LuaTable):
        raise WorkerProblem(
            f"tls must be true or a table with ca, cert, key, server_name, got {type_name(value)}"
        )
    try:
        found = checked(value, TLS_OPTIONS, "tls")
    except LuaError as error:
        raise WorkerProblem(error_text(error.value)) from None
    try:
        return tls_config(Tls(**found))
    except TlsProblem as problem:
        raise WorkerProblem(str(problem)) from None


def _checked(settings: WorkerSettings) -> WorkerSettings:
    """`settings` if its parts fit together, else raises `WorkerProblem`."""
    if (settings.deployment_name is None) != (settings.build_id is None):
        missing = "build_id" if settings.build_id is None else "deployment_name"
        raise WorkerProblem(
            f"{missing} is missing: a worker version is a deployment_name and a build_id"
        )
    if settings.versioning_behavior is not None and settings.build_id is None:
        raise WorkerProblem("versioning_behavior needs deployment_name and build_id")
    tasks = settings.max_concurrent_workflow_tasks
    if tasks == 1 and settings.max_cached_workflows > 0:
        raise WorkerProblem(
            "max_concurrent_workflow_tasks must be 2 or more, unless max_cached_workflows is 0"
        )
    if settings.metrics_address is not None:
        try:
            checked_address(settings.metrics_address)
        except ConnectionProblem as problem:
            raise WorkerProblem(f"metrics_address: {problem}") from None
    return settings


# --------------------------------------------------------------------------------------- command line and environment


def _parser(workers: Sequence[WorkerDefinition]) -> argparse.ArgumentParser:
    address, namespace, queue = (
        ", ".join(dict.fromkeys(getattr(each, name) for each in workers))
        for name in ("address", "namespace", "task_queue")
    )
    picks = "task queue" if len(workers) == 1 else "run only the worker of this task queue"
    parser = argparse.ArgumentParser(
        description="Runs the workflows and activities of this package.",
        epilog="Each option can be set by a variable too: TEMPORAL_TASK_QUEUE, TEMPORAL_MAX_CONCURRENT_ACTIVITIES, ... "
        "TEMPORAL_API_KEY and the TEMPORAL_TLS_* variables say how to connect.",
    )
    parser.add_argument("--address", metavar="HOST:PORT", help=f"Temporal server (now {address})")
    parser.add_argument("--namespace", help=f"namespace (now {namespace})")
    parser.add_argument("--task-queue", metavar="NAME", help=f"{picks} (now {queue})")
    parser.add_argument(
        "--sandbox", action="store_true", help="run workflows in the SDK's sandbox (slower)"
    )
    parser.add_argument(
        "--only",
        choices=("workflows", "activities"),
        help="leave the other kind of tasks to other workers on this task queue",
    )
    parser.add_argument(
        "--debug",
        action="store_true",
        help="for a debugger: workflows run in the main thread and may stand still",
    )
    for name, option in TUNING_OPTIONS.items():
        parser.add_argument(
            _flag(name),
            metavar=_METAVARS.get(option.kind, "TEXT") if not option.choices else None,
            choices=option.choices or None,
            type=_reader(name, option),
            help=option.help.replace("%", "%%"),
        )
    return parser


_METAVARS: Final = {
    OptionKind.COUNT: "N",
    OptionKind.POSITIVE: "N",
    OptionKind.RATE: "NUMBER",
    OptionKind.TIMEOUT: "SECONDS",
}


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _reader(name: str, option: WorkerOption) -> Any:
    def read(text: str) -> Any:
        try:
            return from_words(name, option, text)
        except WorkerProblem as problem:
            raise argparse.ArgumentTypeError(str(problem)) from None

    return read


def from_words(name: str, option: WorkerOption, text: str) -> Any:
    """The value of an option that is written out, on a command line or in a variable. Raises `WorkerProblem`."""
    value: Any = from_text(text)
    if option.kind in _METAVARS:
        try:
            value = int(text) if text.lstrip("-").isdecimal() else float(text)
        except ValueError:
            raise WorkerProblem(f"{name} must be {option.kind.value}, got {text!r}") from None
    return option_value(name, option, value)


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    found = {}
    for name, option in TUNING_OPTIONS.items():
        variable = f"TEMPORAL_{name.upper()}"
        if environment.get(variable):
            try:
                found[name] = from_words(name, option, environment[variable])
            except WorkerProblem as problem:
                raise WorkerProblem(f"{variable}: {problem}") from None
    return found


# ----------------------------------------------------------------------------------------------------------------- SDK


def sdk_arguments(settings: WorkerSettings) -> dict[str, Any]:
    """The keyword arguments of `temporalio.worker.Worker` that say how it works; queue, workflows and activities are the
    caller's."""
    names = (
        "max_cached_workflows",
        "max_concurrent_activities",
        "max_concurrent_workflow_tasks",
        "max_concurrent_local_activities",
        "max_activities_per_second",
        "max_task_queue_activities_per_second",
    )
    arguments: dict[str, Any] = {name: getattr(settings, name) for name in names}
    arguments["debug_mode"] = settings.debug
    arguments["workflow_runner"] = (
        SandboxedWorkflowRunner() if settings.sandbox else UnsandboxedWorkflowRunner()
    )
    if settings.deployment_name is not None and settings.build_id is not None:
        behavior = settings.versioning_behavior
        arguments["deployment_config"] = WorkerDeploymentConfig(
            version=WorkerDeploymentVersion(settings.deployment_name, settings.build_id),
            use_worker_versioning=behavior is not None,
            default_versioning_behavior=(
                VersioningBehavior.UNSPECIFIED if behavior is None else _BEHAVIORS[behavior]
            ),
        )
    return arguments


def data_converter(reference: str) -> DataConverter:
    """The converter that `module:attribute` names: a DataConverter, a PayloadCodec, or a function or class without arguments
    that gives one. Raises `WorkerProblem`."""
    module, _, attribute = reference.partition(":")
    if not module or not attribute:
        raise WorkerProblem(f"data_converter must be module:attribute, got '{reference}'")
    try:
        found: Any = importlib.import_module(module)
        for part in attribute.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        raise WorkerProblem(f"data_converter '{reference}': {error}") from None
    if inspect.isclass(found) or inspect.isroutine(found):
        found = found()
    if isinstance(found, PayloadCodec):
        return dataclasses.replace(DataConverter.default, payload_codec=found)
    if not isinstance(found, DataConverter):
        raise WorkerProblem(
            f"data_converter '{reference}' is neither a DataConverter nor a PayloadCodec"
        )
    return found
