"""The system that runs jobs: a job is done when it has been asked for three times."""

from typing import Any

from services import Service

_asked = {"7": 0}


def _answer(method: str, path: str, body: Any) -> tuple[int, object]:
    if method == "POST":
        return 201, {"id": "7"}
    job = path.rpartition("/")[2]
    if job not in _asked:
        return 404, {"error": "no such job"}
    _asked[job] += 1
    return 200, {"status": "running" if _asked[job] <= 3 else "done"}


SERVICES = (Service("job service", {"JOB_SERVICE": ""}, _answer),)
