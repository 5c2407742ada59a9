"""How much a compiled workflow costs: against Python twins written by hand, interleaved on one server.

    python tests/benchmarks/workflows/measure.py [--repetitions 4] [--workflows 60] [--fetches 1000] [PART ...]

CPU milliseconds of the worker process count: wall-clock time says more about the server and the machine. The least of several
repetitions counts, and the variants take turns. `compiled` is compared with `twin` (same settings) and with `sandboxed`
(the twin on a worker with the SDK's defaults).
"""

from __future__ import annotations

import argparse
import asyncio
import math
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Coroutine, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from assay.runtime.temporal.dev_server import DevServer
from assay.transpiler.cli import main as compile_main
from processes import MeasuredWorker
from temporalio.client import Client, WorkflowHandle, WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, Worker
from variants import VARIANTS, definitions, runner

_FOLDER = Path(__file__).parent
_PROMOTION = {
    "version": "v1",
    "target": "prod",
    "gitlab_url": "http://127.0.0.1:9/commits",
    "gitops_commit": {"branch": "main", "actions": [{"action": "update", "file_path": "a/b"}]},
    "token": "t",
    "webhook": "http://127.0.0.1:9/hook",
}
_AT_ONCE = 20
_ACTIVITIES = 200
_REPLAYS = 4
"""Replays in a repetition: short ones that take turns, because other work on the machine comes and goes."""


async def promotion(client: Client, queue: str) -> WorkflowHandle[Any, Any]:
    handle = await client.start_workflow(
        "PromotionWorkflow", _PROMOTION, id=f"p-{uuid.uuid4().hex}", task_queue=queue
    )
    await _waiting(handle)
    await handle.signal("approve", {"user": "jane"})
    assert (await handle.result())["status"] == "done"
    return handle


async def _waiting(handle: WorkflowHandle[Any, Any]) -> None:
    """Until the promotion waits with its timer set: a signal before that would save the timer."""
    while (await handle.describe()).history_length < 5:
        await asyncio.sleep(0.02)


async def hundreds(
    client: Client, queue: str, count: int = _ACTIVITIES
) -> WorkflowHandle[Any, Any]:
    handle = await client.start_workflow(
        "Hundreds", {"count": count}, id=f"h-{uuid.uuid4().hex}", task_queue=queue
    )
    assert (await handle.result())["last"] == f"step {count}"
    return handle


Load = Callable[[Client, str], Coroutine[Any, Any, WorkflowHandle[Any, Any]]]


async def _live(
    client: Client, workers: Sequence[MeasuredWorker], load: Load, count: int, repetitions: int
) -> tuple[dict[str, float], dict[str, float], dict[str, WorkflowHistory]]:
    """CPU milliseconds of the worker for each workflow, workflows a second, and one history of each variant."""
    least = dict.fromkeys(VARIANTS, math.inf)
    most = dict.fromkeys(VARIANTS, 0.0)
    histories: dict[str, WorkflowHistory] = {}
    for worker in workers:
        histories[worker.variant] = await (await load(client, worker.queue)).fetch_history()
    for _ in range(repetitions):
        for worker in workers:
            limit = asyncio.Semaphore(_AT_ONCE)

            async def one(queue: str, limit: asyncio.Semaphore) -> None:
                async with limit:
                    await load(client, queue)

            cpu, started = worker.cpu_seconds, time.perf_counter()
            await asyncio.gather(*(one(worker.queue, limit) for _ in range(count)))
            most[worker.variant] = max(
                most[worker.variant], count / (time.perf_counter() - started)
            )
            used = (worker.cpu_seconds - cpu) / count * 1000
            least[worker.variant] = min(least[worker.variant], used)
    return least, most, histories


async def _replay(
    histories: dict[str, WorkflowHistory], times: int, repetitions: int
) -> dict[str, float]:
    """Events replayed for each CPU second of this process."""
    most = dict.fromkeys(VARIANTS, 0.0)
    replayers = {
        variant: Replayer(workflows=definitions(variant)[0], workflow_runner=runner(variant))
        for variant in VARIANTS
    }
    for _ in range(repetitions):
        for variant in VARIANTS:
            history = histories[variant]
            started = time.process_time()

            async def several(history: WorkflowHistory) -> Any:
                for _ in range(times):
                    yield history

            await replayers[variant].replay_workflows(several(history))
            rate = times * len(history.events) / (time.process_time() - started)
            most[variant] = max(most[variant], rate)
    return most


async def _memory(
    client: Client, workers: Sequence[MeasuredWorker], count: int
) -> dict[str, float]:
    """Kilobytes of a worker for each workflow that waits in its cache."""
    found = {}
    for worker in workers:
        handles = await _cached(client, worker, _AT_ONCE)  # what is loaded once is not counted
        before = worker.memory
        handles += await _cached(client, worker, count)
        found[worker.variant] = (worker.memory - before) / 1024 / count
        for handle in handles:
            await handle.terminate()
    return found


async def _cached(
    client: Client, worker: MeasuredWorker, count: int
) -> list[WorkflowHandle[Any, Any]]:
    limit = asyncio.Semaphore(_AT_ONCE)

    async def wait() -> WorkflowHandle[Any, Any]:
        async with limit:
            handle = await client.start_workflow(
                "PromotionWorkflow", _PROMOTION, id=f"w-{uuid.uuid4().hex}", task_queue=worker.queue
            )
            await _waiting(handle)
            return handle

    return await asyncio.gather(*(wait() for _ in range(count)))


async def _slow_page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    await asyncio.sleep(2)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")
    await writer.drain()
    writer.close()


async def _fetches(
    client: Client, address: str, build: Path, count: int, repetitions: int
) -> tuple[dict[str, float], dict[str, float]]:
    """CPU milliseconds for each of `count` activities that wait on HTTP at the same time, and seconds for all of them."""
    import twins

    least = dict.fromkeys(("compiled", "twin"), math.inf)
    fastest = dict(least)
    server = await asyncio.start_server(_slow_page, "127.0.0.1", 0, backlog=4096)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    driver = Worker(
        client,
        task_queue="driver",
        workflows=[twins.FetchAll],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    async with server, driver:
        with ExitStack() as stack:
            workers = [
                stack.enter_context(
                    MeasuredWorker(variant, address, f"fetch-{variant}", build, str(count))
                )
                for variant in least
            ]
            for _ in range(repetitions):
                for worker in workers:
                    cpu, started = worker.cpu_seconds, time.perf_counter()
                    given = {"url": url, "count": count, "task_queue": worker.queue}
                    good = await client.execute_workflow(
                        "FetchAll", given, id=f"f-{uuid.uuid4().hex}", task_queue="driver"
                    )
                    assert good == count, f"{good} of {count} pages came"
                    used = (worker.cpu_seconds - cpu) / count * 1000
                    least[worker.variant] = min(least[worker.variant], used)
                    seconds = time.perf_counter() - started
                    fastest[worker.variant] = min(fastest[worker.variant], seconds)
    return least, fastest


async def _measure(given: argparse.Namespace, address: str, build: Path) -> None:
    client = await Client.connect(address)
    parts = set(given.parts)
    if parts & {"promotion", "hundreds", "replay", "memory"}:
        with ExitStack() as stack:
            workers = [
                stack.enter_context(MeasuredWorker(variant, address, variant, build))
                for variant in VARIANTS
            ]
            loads: dict[str, tuple[Load, int, int]] = {
                "promotion": (promotion, given.workflows, 20),
                "hundreds": (hundreds, max(1, given.workflows // 30), 1),
            }
            for name, (load, count, times) in loads.items():
                live = count if name in parts else 0
                cpu, rate, histories = await _live(
                    client, workers, load, live, given.repetitions if live else 0
                )
                if live:
                    _show(f"{name}: worker CPU", "ms for a workflow", cpu)
                    _show(f"{name}: rate", "workflows/s", rate)
                if "replay" in parts:
                    found = await _replay(histories, times, given.repetitions * _REPLAYS)
                    _show(f"{name}: replay", "events for a CPU second", found)
            if "memory" in parts:
                found = await _memory(client, workers, given.workflows * 4)
                _show("promotion: memory", "KB for a cached workflow", found)
    if "fetches" in parts:
        cpu, seconds = await _fetches(client, address, build, given.fetches, given.repetitions)
        _show(f"{given.fetches} fetches: worker CPU", "ms for an activity", cpu)
        _show(f"{given.fetches} fetches: time", "s for all", seconds)


def _show(name: str, unit: str, found: dict[str, float]) -> None:
    figures = "".join(f"{found.get(variant, math.nan):>11.2f}" for variant in VARIANTS)
    ratios = [found["compiled"] / found.get(other, math.nan) for other in VARIANTS[1:]]
    print(f"{name:<28}{unit:<25}{figures}{ratios[0]:>8.2f}{ratios[1]:>12.2f}", flush=True)


def main() -> int:
    all_parts = ["promotion", "hundreds", "replay", "memory", "fetches"]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=4, help="how often each variant runs")
    parser.add_argument("--workflows", type=int, default=60, help="workflows in a repetition")
    parser.add_argument("--fetches", type=int, default=1000, help="activities that wait at once")
    parser.add_argument("parts", nargs="*", default=all_parts, help=f"of {', '.join(all_parts)}")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, DevServer() as server:
        source = str(_FOLDER / "measured.lua")
        if compile_main([source, "-o", name, "-q"]):
            return 1
        sys.path.insert(0, name)
        columns = "".join(f"{variant:>11}" for variant in VARIANTS)
        print(f"{'':<28}{'unit':<25}{columns}{'/twin':>8}{'/sandboxed':>12}", flush=True)
        asyncio.run(_measure(given, server.address, Path(name)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
