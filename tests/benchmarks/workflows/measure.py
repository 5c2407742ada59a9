"""How much a compiled workflow costs: against Python twins written by hand, interleaved on one server.

    python tests/benchmarks/workflows/measure.py [--turns 8] [--workflows 40] [--fetches 1000] [PART ...]

CPU milliseconds of the worker process count: wall-clock time says more about the server and the machine. `compiled` is compared
with `twin` (same settings) and with `sandboxed` (the twin on a worker with the SDK's defaults), turn by turn (see turns.py).
"""

from __future__ import annotations

import argparse
import asyncio
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
from turns import HEADER, Turns, in_turn
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
_PARTS = ["promotion", "hundreds", "replay", "memory", "fetches"]
_AT_ONCE = 20
_ACTIVITIES = 200
_HUNDREDS = 2
"""Workflows of so many activities in a turn."""
_CACHED = 240
_REPLAYS = 2
"""Turns of replaying for each turn of the other parts: they are short."""


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
    client: Client, workers: Sequence[MeasuredWorker], load: Load, count: int, turns: int
) -> None:
    """Prints CPU milliseconds of the worker for each workflow, and workflows a second, with `count` of them in a turn."""
    cpu = Turns(f"{load.__name__}: worker CPU", "ms for a workflow")
    rate = Turns(f"{load.__name__}: rate", "workflows/s")
    for worker in workers:
        await load(client, worker.queue)  # what is done once is not counted
    for worker in in_turn(workers, turns):
        limit = asyncio.Semaphore(_AT_ONCE)

        async def one(queue: str, limit: asyncio.Semaphore) -> None:
            async with limit:
                await load(client, queue)

        used, started = worker.cpu_seconds, time.perf_counter()
        await asyncio.gather(*(one(worker.queue, limit) for _ in range(count)))
        rate.add(worker.variant, count / (time.perf_counter() - started))
        cpu.add(worker.variant, (worker.cpu_seconds - used) / count * 1000)
    print(cpu.line(), rate.line(), sep="\n", flush=True)


async def _replay(
    client: Client, workers: Sequence[MeasuredWorker], load: Load, times: int, turns: int
) -> None:
    """Prints events replayed for each CPU second of this process: a history of each variant, `times` in a turn."""
    found = Turns(f"{load.__name__}: replay", "events for a CPU second")
    histories = {
        worker.variant: await (await load(client, worker.queue)).fetch_history()
        for worker in workers
    }
    replayers = {
        variant: Replayer(workflows=definitions(variant)[0], workflow_runner=runner(variant))
        for variant in VARIANTS
    }
    for variant in in_turn(VARIANTS, turns):
        history = histories[variant]

        async def several(history: WorkflowHistory) -> Any:
            for _ in range(times):
                yield history

        started = time.process_time()
        await replayers[variant].replay_workflows(several(history))
        seconds = time.process_time() - started
        found.add(variant, times * len(history.events) / seconds)
    print(found.line(), flush=True)


async def _memory(client: Client, address: str, build: Path, count: int, turns: int) -> None:
    """Prints kilobytes of a worker for each of `count` workflows that wait in its cache.

    Each worker is a new process: one that has worked before holds freed memory, which the workflows would fill unseen.
    """
    found = Turns("promotion: memory", "KB for a cached workflow")
    for number, variant in enumerate(in_turn(VARIANTS, turns)):
        with MeasuredWorker(variant, address, f"memory-{number}", build) as worker:
            handles = await _cached(client, worker, _AT_ONCE)  # what is loaded once is not counted
            before = worker.memory
            handles += await _cached(client, worker, count)
            found.add(variant, (worker.memory - before) / 1024 / count)
            await asyncio.gather(*(handle.terminate() for handle in handles))
    print(found.line(), flush=True)


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


async def _fetches(client: Client, address: str, build: Path, count: int, turns: int) -> None:
    """Prints CPU milliseconds for each of `count` activities that wait on HTTP at the same time, and seconds for all of them."""
    import twins

    cpu = Turns(f"{count} fetches: worker CPU", "ms for an activity")
    elapsed = Turns(f"{count} fetches: time", "s for all")
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
                for variant in ("compiled", "twin")
            ]
            for worker in in_turn(workers, turns):
                used, started = worker.cpu_seconds, time.perf_counter()
                given = {"url": url, "count": count, "task_queue": worker.queue}
                good = await client.execute_workflow(
                    "FetchAll", given, id=f"f-{uuid.uuid4().hex}", task_queue="driver"
                )
                assert good == count, f"{good} of {count} pages came"
                cpu.add(worker.variant, (worker.cpu_seconds - used) / count * 1000)
                elapsed.add(worker.variant, time.perf_counter() - started)
    print(cpu.line(), elapsed.line(), sep="\n", flush=True)


async def _measure(given: argparse.Namespace, address: str, build: Path) -> None:
    client = await Client.connect(address)
    parts = set(given.parts)
    if parts & {"promotion", "hundreds", "replay"}:
        with ExitStack() as stack:
            workers = [
                stack.enter_context(MeasuredWorker(variant, address, variant, build))
                for variant in VARIANTS
            ]
            if "promotion" in parts:
                await _live(client, workers, promotion, given.workflows, given.turns)
            if "hundreds" in parts:
                await _live(client, workers, hundreds, _HUNDREDS, given.turns)
            if "replay" in parts:
                await _replay(client, workers, promotion, 20, given.turns * _REPLAYS)
                await _replay(client, workers, hundreds, 1, given.turns * _REPLAYS)
    if "memory" in parts:
        await _memory(client, address, build, _CACHED, max(1, given.turns // 3))
    if "fetches" in parts:
        await _fetches(client, address, build, given.fetches, max(2, given.turns // 3))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=8, help="how often each variant runs")
    parser.add_argument("--workflows", type=int, default=40, help="promotions in a turn")
    parser.add_argument("--fetches", type=int, default=1000, help="activities that wait at once")
    parser.add_argument("parts", nargs="*", default=_PARTS, help=f"of {', '.join(_PARTS)}")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, DevServer() as server:
        source = str(_FOLDER / "measured.lua")
        if compile_main([source, "-o", name, "-q"]):
            return 1
        sys.path.insert(0, name)
        print(HEADER, flush=True)
        asyncio.run(_measure(given, server.address, Path(name)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
