"""The client of Temporal's HTTP API: `Client`, `AsyncClient` and the one error they raise.

In: the address of the HTTP API. Out: the server's JSON. For Lua there is `runtime/temporal/rest.py` over it.
"""

from .client import AsyncClient, Client
from .errors import TemporalHttpError
from .exchange import JsonObject

__all__ = ["AsyncClient", "Client", "JsonObject", "TemporalHttpError"]
