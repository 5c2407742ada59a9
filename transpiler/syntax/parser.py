"""A source in, its syntax tree out, or the diagnostics of what real Lua refuses: the whole front end in one function."""

from __future__ import annotations

from ..collection import not_collected
from .antlr_parser import deep_stack, parse_tree
from .comments import attach
from .lexer import tokenize
from .nodes import Chunk
from .prediction import Refused
from .source import Source
from .statement_builder import TreeBuilder
from .static_checks import check_chunk
from .upvalue_limit import check_upvalues


def parse_source(source: Source) -> Chunk:
    """See `assay.transpiler.syntax.parse`. `deep_stack` has room for all that the parser lets through."""
    with not_collected(), deep_stack():
        tokens = tokenize(source)
        try:
            tree = parse_tree(tokens)
        except Refused:
            # Loaded when something is wrong, as a short source takes no longer to read than this to load.
            from .refusal import explain_refusal

            raise explain_refusal(tokens) from None
        builder = TreeBuilder(tokens)
        body = builder.chunk(tree)
        check_chunk(tokens, body)
        check_upvalues(tokens, body)
        comments, dangling = attach(source, tokens.comments, builder.regions)
    return Chunk(source, body, comments, dangling)
