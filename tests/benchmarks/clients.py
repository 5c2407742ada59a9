"""Both clients against what they stand on, in one run: REST against bare httpx, gRPC against the bare SDK client.

    make bench-clients            # or: python tests/benchmarks/clients.py [--calls N] [--rounds N] [--soak N]

Prints processor time of this process per call, the least of several rounds (wall-clock time says little on a busy machine), and the
ratio of calls per processor second, the median of the rounds: 1.00 is as fast as the library itself. In a round the candidates
take turns again and again, since processor time, too, depends on what else runs. Then makes `--soak` calls with each client and
prints what memory, threads, sockets and file descriptors did; the same for connections, beside those of the bare SDK.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import resource
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import httpx
from assay.runtime.client import AsyncClient, Client
from assay.runtime.json_values import from_json
from assay.runtime.rest import Client as RestClient
from assay.runtime.tables import index
from assay.runtime.temporal import client as lua_grpc
from assay.runtime.temporal import rest as lua_rest
from assay.runtime.temporal.dev_server import DevServer
from temporalio import client as sdk
from temporalio import workflow
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

QUEUE = "benchmark"


@workflow.defn(name="Echo")
class Echo:
    @workflow.run
    async def run(self, value: Any = None) -> Any:
        return value


class Loop:
    """An event loop in a thread, as a program around the bare SDK has one."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def run(self, call: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(call, self.loop).result(60)


def processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


TURNS = 5
"""How often the candidates take turns in a round."""


def compared(
    candidates: dict[str, Callable[[], object]], calls: int, rounds: int
) -> dict[str, list[float]]:
    """Processor milliseconds per call in each round."""
    found: dict[str, list[float]] = {name: [] for name in candidates}
    for call in candidates.values():
        call()
    share = max(1, calls // TURNS)
    for _ in range(rounds):
        spent = dict.fromkeys(candidates, 0.0)
        for _ in range(TURNS):
            for name, call in candidates.items():
                began = processor_seconds()
                for _ in range(share):
                    call()
                spent[name] += processor_seconds() - began
        for name, seconds in spent.items():
            found[name].append(seconds / (TURNS * share) * 1000)
    return found


def show(title: str, found: dict[str, list[float]]) -> None:
    base = next(iter(found.values()))
    print(f"\n{title}")
    for name, times in found.items():
        ratio = statistics.median(b / own for b, own in zip(base, times, strict=True))
        print(f"  {name:32} {min(times):7.3f} ms of processor time   {ratio:5.2f}")


def rest(server: DevServer, calls: int, rounds: int) -> None:
    """One description of a workflow after the other, on a kept connection."""
    loop = Loop()
    starter = loop.run(sdk.Client.connect(server.address))
    workflow_id = "described"
    loop.run(starter.start_workflow("Echo", id=workflow_id, task_queue="nobody"))
    path = f"/api/v1/namespaces/default/workflows/{workflow_id}"
    query = {"noPayloadShorthand": "true"}
    with httpx.Client(base_url=server.http_address) as bare, RestClient(server.http_address) as own:
        client = lua_rest.client(server.http_address)
        get = index(index(client, "workflows"), "get")
        show(
            "REST: workflows.get",
            compared(
                {
                    "httpx and its .json()": lambda: bare.get(path, params=query).json(),
                    "assay.runtime.rest": lambda: own.workflows.get(workflow_id),
                    'Lua, require("assay.temporal")': lambda: get(workflow_id),
                },
                calls,
                rounds,
            ),
        )


async def work(address: str) -> None:
    """The worker, in a process of its own: only the client's time is to count."""
    client = await sdk.Client.connect(address)
    async with Worker(
        client, task_queue=QUEUE, workflows=[Echo], workflow_runner=UnsandboxedWorkflowRunner()
    ):
        await asyncio.to_thread(sys.stdin.read)


def grpc(server: DevServer, calls: int, rounds: int) -> None:
    """A workflow started and its result awaited."""
    bare = Loop()
    client = bare.run(sdk.Client.connect(server.address))
    own = Client.connect(server.address)
    own_awaited = bare.run(AsyncClient.connect(server.address))
    lua = lua_grpc.connect(from_json({"url": server.address}))
    lua_start, lua_result = index(lua, "start_workflow"), index(lua, "get_result")

    options: dict[str, Any] = {"task_queue": QUEUE}

    async def bare_call() -> Any:
        handle = await client.start_workflow("Echo", 1, id=uuid.uuid4().hex, **options)
        return await handle.result()

    def bare_calls() -> Any:
        starting = client.start_workflow("Echo", 1, id=uuid.uuid4().hex, **options)
        return bare.run(bare.run(starting).result())

    async def awaited_call() -> Any:
        run = await own_awaited.start_workflow(
            "Echo", workflow_id=uuid.uuid4().hex, input=1, **options
        )
        return await own_awaited.get_result(run.workflow_id)

    def own_call() -> Any:
        run = own.start_workflow("Echo", workflow_id=uuid.uuid4().hex, input=1, **options)
        return own.get_result(run.workflow_id)

    def lua_call() -> Any:
        table = {"workflow_type": "Echo", "input": 1, "workflow_id": uuid.uuid4().hex, **options}
        run = lua_start(lua, from_json(table))
        return lua_result(lua, index(run, "workflow_id"))

    show(
        "gRPC: start_workflow and get_result, awaited",
        compared(
            {
                "temporalio.client": lambda: bare.run(bare_call()),
                "assay.runtime.client.AsyncClient": lambda: bare.run(awaited_call()),
            },
            calls,
            rounds,
        ),
    )
    show(
        "gRPC: the same, blocking: each call is handed to an event loop",
        compared(
            {
                "temporalio.client": bare_calls,
                "assay.runtime.client.Client": own_call,
                "Lua, temporal.connect": lua_call,
            },
            calls,
            rounds,
        ),
    )
    own.close()


# ------------------------------------------------------------------------------------------------------------------ leaks


def state() -> dict[str, int]:
    """What this process holds: resident memory in KiB, threads, file descriptors and sockets among them."""
    gc.collect()
    sockets = descriptors = 0
    for each in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{each}")
        except OSError:
            continue  # the one of the listing itself
        descriptors += 1
        sockets += target.startswith("socket:")
    with open("/proc/self/status", encoding="ascii") as lines:
        fields = dict(line.split(":", 1) for line in lines)
    return {
        "memory": int(fields["VmRSS"].split()[0]),
        "threads": int(fields["Threads"]),
        "descriptors": descriptors,
        "sockets": sockets,
    }


def settled(before: dict[str, int], seconds: float = 5.0) -> dict[str, int]:
    """The state once sockets are as they were, or after a while: the SDK closes connections in threads of its own."""
    deadline = time.monotonic() + seconds
    while (found := state())["sockets"] > before["sockets"] and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


def soak(server: DevServer, calls: int) -> dict[str, list[dict[str, int]]]:
    """The state after the first tenth of the calls (pools and caches are filled then), and after all of them."""
    found: dict[str, list[dict[str, int]]] = {}
    own = Client.connect(server.address)
    rest_client = RestClient(server.http_address)
    run = own.start_workflow("Echo", workflow_id=uuid.uuid4().hex, task_queue="nobody", input="x")

    before = state()
    for name, call in (
        ("REST workflows.get", lambda: rest_client.workflows.get(run.workflow_id)),
        ("gRPC describe_workflow", lambda: own.describe_workflow(run.workflow_id)),
    ):
        states = []
        call()
        started = state()
        for part in (calls // 10, calls - calls // 10):
            for _ in range(part):
                call()
            states.append(settled(started))
        found[name] = states
    own.terminate_workflow(run.workflow_id)
    own.close()
    rest_client.close()
    found["all closed"] = [settled(before)]
    return found


def shown(held: dict[str, int]) -> str:
    return "  ".join(f"{key} {value:7}" for key, value in held.items())


def cycles(address: str, kind: str, counts: tuple[int, ...]) -> dict[int, dict[str, int]]:
    """The state of a fresh process after so many connections that were opened and closed: by the bare SDK, by the Python client,
    by Lua."""
    loop = Loop()
    given = from_json({"url": address})

    def bare() -> None:
        loop.run(sdk.Client.connect(address))

    def own() -> None:
        Client.connect(address).close()

    def in_lua() -> None:
        connected = lua_grpc.connect(given)
        index(connected, "close")(connected)

    connect = {"bare": bare, "own": own, "lua": in_lua}[kind]
    connect()
    started = settled(state())
    found: dict[int, dict[str, int]] = {}
    for done, count in pairwise((0, *counts)):
        for _ in range(count - done):
            connect()
        found[count] = settled(started, 20)
    return found


def cycles_apart(address: str, kind: str, counts: tuple[int, ...]) -> dict[int, dict[str, int]]:
    """The same in a process of its own."""
    command = [sys.executable, __file__, "--cycles", kind, address, *map(str, counts)]
    found = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=300)
    return {int(count): state for count, state in json.loads(found.stdout).items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--calls", type=int, default=200, help="calls in a round (default 200)")
    parser.add_argument("--rounds", type=int, default=7, help="rounds (default 7)")
    parser.add_argument(
        "--soak", type=int, default=10_000, help="calls of the leak test (default 10000)"
    )
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    parser.add_argument("--cycles", nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.cycles:
        kind, address, *counts = given.cycles
        print(json.dumps(cycles(address, kind, tuple(map(int, counts)))))
        return
    if given.worker:
        asyncio.run(work(given.worker))
        return
    with DevServer() as server:
        rest(server, given.calls, given.rounds)
        command = [sys.executable, __file__, "--worker", server.address]
        with subprocess.Popen(command, stdin=subprocess.PIPE) as worker:
            grpc(server, given.calls // 4 or 1, given.rounds)
            worker.communicate()
        print("\nheld by the process after a tenth of the calls, and after all")
        for name, states in soak(server, given.soak).items():
            for each in states:
                print(f"  {name:24}", shown(each))
        print("\nheld by a fresh process that connects and closes, after 1, 100 and 1000 times")
        for kind in ("bare", "own", "lua"):
            for count, each in cycles_apart(server.address, kind, (1, 100, 1000)).items():
                print(f"  {kind:6} {count:5}", shown(each))


if __name__ == "__main__":
    main()
