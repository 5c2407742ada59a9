"""The search attributes of the clean-up; on a server of your own: `temporal operator search-attribute create`."""

SEARCH_ATTRIBUTES = {"Area": "Keyword", "Deleted": "Int"}
