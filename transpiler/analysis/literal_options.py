"""Values of options as the source shows them: may this expression be a value of that kind?

In: an expression, a kind of `runtime/temporal/option_names.py`. Out: yes, or that it certainly may not. What is no literal is
checked at run time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from assay.runtime.temporal import option_names
from assay.runtime.temporal.option_names import OptionKind

from ..syntax import nodes
from .constants import constant_number
from .walk import strip_parentheses

LITERALS = (
    nodes.Number,
    nodes.String,
    nodes.TrueLiteral,
    nodes.FalseLiteral,
    nodes.Table,
    nodes.Function,
)
"""The expressions whose kind of value the source shows."""


def fits(node: nodes.Expression, kind: OptionKind) -> bool:
    """May `node` be a value for an option of this kind?"""
    if not isinstance(node, LITERALS) and constant_number(node) is None:
        return True
    rule = _KINDS.get(kind)
    return rule is None or rule(node)


def named_fields(table: nodes.Table) -> Iterator[tuple[str, nodes.Field]]:
    """The fields of a constructor whose names the source shows: `name = value`, `["name"] = value`."""
    for field in table.fields:
        match field:
            case nodes.NamedField(name=identifier):
                yield identifier.name, field
            case nodes.KeyedField(key=nodes.String(value=name)):
                yield name, field


def shows_all_names(table: nodes.Table) -> bool:
    """Has the constructor no field with a computed name?"""
    return len(list(named_fields(table))) == sum(
        not isinstance(field, nodes.PositionalField) for field in table.fields
    )


def _number(
    minimum: float, whole: bool = False, strict: bool = False
) -> Callable[[nodes.Expression], bool]:
    def fits_number(node: nodes.Expression) -> bool:
        value = constant_number(node)
        if value is None or (whole and value % 1 != 0):
            return False
        return value > minimum if strict else value >= minimum

    return fits_number


def _choice(kind: OptionKind, any_case: bool = False) -> Callable[[nodes.Expression], bool]:
    names = option_names.choices(kind)

    def fits_choice(node: nodes.Expression) -> bool:
        if not isinstance(node, nodes.String):
            return False
        return (node.value.lower() if any_case else node.value) in names

    return fits_choice


def _is_table(node: nodes.Expression) -> bool:
    return isinstance(node, nodes.Table)


def _is_string(node: nodes.Expression) -> bool:
    return isinstance(node, nodes.String)


def _is_text(node: nodes.Expression, text: str) -> bool:
    return isinstance(node, nodes.String) and node.value == text


def _is_boolean(node: nodes.Expression) -> bool:
    return isinstance(node, nodes.TrueLiteral | nodes.FalseLiteral)


def _either(*rules: Callable[[nodes.Expression], bool]) -> Callable[[nodes.Expression], bool]:
    return lambda node: any(rule(node) for rule in rules)


def _is_list_of_tables(node: nodes.Expression) -> bool:
    if not isinstance(node, nodes.Table):
        return False
    others = tuple(kind for kind in LITERALS if kind is not nodes.Table)
    return not any(
        isinstance(field, nodes.NamedField) or isinstance(strip_parentheses(field.value), others)
        for field in node.fields
    )


_KINDS: dict[OptionKind, Callable[[nodes.Expression], bool]] = {
    OptionKind.DURATION: _number(0, strict=True),
    OptionKind.TIMEOUT: _number(0),
    OptionKind.COUNT: _number(0, whole=True),
    OptionKind.POSITIVE: _number(1, whole=True),
    OptionKind.RATE: _number(0, strict=True),
    OptionKind.FACTOR: _number(1),
    OptionKind.TIME: _number(0),
    OptionKind.STRING: _is_string,
    OptionKind.STRINGS: _is_table,
    OptionKind.TEXTS: _either(_is_string, _is_table),
    OptionKind.TABLES: _is_list_of_tables,
    OptionKind.FIELDS: _is_table,
    OptionKind.SEARCH_ATTRIBUTES: _is_table,
    OptionKind.FUNCTION: lambda node: isinstance(node, nodes.Function),
    OptionKind.BOOLEAN: _is_boolean,
    OptionKind.TLS: _either(_is_boolean, _is_table),
    OptionKind.TRUST: _either(_is_boolean, _is_string),
    OptionKind.CERTIFICATE: _either(_is_string, _is_table),
    OptionKind.RETRY_POLICY: _is_table,
    OptionKind.PRIORITY: _is_table,
    OptionKind.VERSIONING_OVERRIDE: _either(_is_table, lambda node: _is_text(node, "auto_upgrade")),
    **{kind: _choice(kind) for kind in option_names.CHOICES},
    **{
        kind: _choice(kind, any_case=True)
        for kind in (
            OptionKind.START_REUSE_POLICY,
            OptionKind.ID_CONFLICT_POLICY,
            OptionKind.OVERLAP_POLICY,
        )
    },
}
