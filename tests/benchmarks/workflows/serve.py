"""A worker process to measure: `python serve.py VARIANT ADDRESS QUEUE [MAX_ACTIVITIES]`, the variants being those of variants.py.

The compiled package is imported from the folder in PYTHONPATH. Prints "ready" and runs until it is killed.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from temporalio.client import Client
from temporalio.worker import Worker
from variants import definitions, settings


async def main() -> None:
    variant, address, queue, *limit = sys.argv[1:]
    workflows, activities = definitions(variant)
    client = await Client.connect(address)
    worker = Worker(
        client,
        task_queue=queue,
        workflows=workflows,
        activities=activities,
        max_concurrent_activities=int(limit[0]) if limit else None,
        **settings(variant),
    )
    print("ready", flush=True)
    await worker.run()


asyncio.run(main())
