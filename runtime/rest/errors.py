"""The one error of the REST client: what went wrong with which request, without the key."""

from __future__ import annotations

from typing import Final

INVALID_ARGUMENT: Final = 3
DEADLINE_EXCEEDED: Final = 4
UNAVAILABLE: Final = 14
CANCELLED: Final = 1

_CODE_NAMES: Final = (
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
)
"""The gRPC status codes by number, as the HTTP API sends them in the body of an error."""


class TemporalHttpError(Exception):
    """A call of the REST client failed.

    `status` is the HTTP status, None when there was no answer. `code` is the gRPC status code: the server's, or
    INVALID_ARGUMENT, DEADLINE_EXCEEDED, UNAVAILABLE or CANCELLED for what the client found out itself; None when the
    answer had none. `message` says what is wrong, `method` and `url` name the request (without query and key).
    """

    def __init__(
        self, message: str, *, method: str, url: str, status: int | None = None, code: int | None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.method = method
        self.url = url
        self.status = status
        self.code = code

    @property
    def code_name(self) -> str:
        """The name of the gRPC code, such as "NOT_FOUND"; "" when there is none."""
        if self.code is None:
            return ""
        known = 0 <= self.code < len(_CODE_NAMES)
        return _CODE_NAMES[self.code] if known else f"code {self.code}"

    def __str__(self) -> str:
        status = "" if self.status is None else f"HTTP {self.status}"
        shown = f"{status} ({self.code_name})" if status and self.code_name else status
        return ": ".join(filter(None, (f"{self.method} {self.url}", shown, self.message)))

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword arguments do not survive the default, which a process pool needs.
        return (_restored, (self.message, self.method, self.url, self.status, self.code))


def _restored(
    message: str, method: str, url: str, status: int | None, code: int | None
) -> TemporalHttpError:
    return TemporalHttpError(message, method=method, url=url, status=status, code=code)
