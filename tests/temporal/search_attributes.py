"""The search attributes that the workflows of lua/beyond.lua set: a server must know them first."""

from __future__ import annotations

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client

_KINDS = {
    "Stage": "KEYWORD",
    "Tries": "INT",
    "Share": "DOUBLE",
    "Done": "BOOL",
    "Tags": "KEYWORD_LIST",
    "Due": "DATETIME",
    "Notes": "TEXT",
}


async def register_search_attributes(client: Client, **others: str) -> None:
    """Adds them, and `others` with their kinds, to the namespace "default"; those that are there already stay."""
    kinds = {
        name: IndexedValueType.Value(f"INDEXED_VALUE_TYPE_{kind}")
        for name, kind in {**_KINDS, **others}.items()
    }
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(namespace="default", search_attributes=kinds)
    )
