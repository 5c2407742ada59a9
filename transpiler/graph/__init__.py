"""Pictures of workflows. `flow` makes the structure of one from its source, `mermaid` and `svg` draw that."""
