"""What a caller can do about an error: advice in parentheses, added to the server's words or the system's.

In: a gRPC code and the server's message, or why a connection failed. Out: the text to show. The messages are those of server 1.29;
one that is not known stays as it is.
"""

from __future__ import annotations

import re
from typing import Final

_NOT_FOUND: Final = 5

_ANSWERS: Final = (
    (
        re.compile(r"Not Found"),
        "there is no such path (is this the address of Temporal's HTTP API?)",
    ),
    (
        re.compile(r"(Namespace .+ is not found)\.?"),
        r"\1 (check the namespace given to the client or the call, or create it)",
    ),
    (
        re.compile(r"workflow (?:execution )?not found for .*temporal-sys-scheduler:.*", re.DOTALL),
        "there is no such schedule (check the schedule id and the namespace)",
    ),
    (
        re.compile(r"(workflow (?:execution )?not found for .*)", re.DOTALL),
        r"\1 (check the workflow id, the run id and the namespace)",
    ),
)
"""Messages of NOT_FOUND, and what is shown instead."""

_CONNECTIONS: Final = (
    ("connection refused", "is the server running, and is this the port of its HTTP API?"),
    ("name or service not known", "check the name of the host"),
    ("wrong version number", "it speaks no TLS: try http://"),
    ("unable to get local issuer", "give ca, the authority that it comes from"),
    ("self-signed certificate", "give ca, the authority that it comes from"),
    ("mismatch", "its certificate is for another name"),
)
"""Words of a failure to connect, and what they mean."""


def for_answer(code: object, message: str) -> str:
    """`message` of an answer with the gRPC `code`, with what to do."""
    if code == _NOT_FOUND:
        for pattern, shown in _ANSWERS:
            found = pattern.fullmatch(message)
            if found is not None:
                return found.expand(shown)
    return message


def for_connection(reason: str) -> str:
    """`reason` why there is no connection, with what to do."""
    for words, advice in _CONNECTIONS:
        if words in reason.lower():
            return f"{reason} ({advice})"
    return reason
