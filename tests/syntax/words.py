"""The words of random programs: names, literals as they may be spelled, operators and comments."""

# fmt: off
NAMES = ("a", "b", "c", "alpha", "count", "value", "_", "x1", "goto_", "ended")
NUMBERS = (
    "0", "1", "42", "007", "3.5", ".5", "5.", "1e3", "1E+2", "2e-3", "1e309", "0x10", "0xA.8",
    "0x.1p4", "0xffffffffffffffff", "0x7fffffffffffffff", "9223372036854775807",
    "9223372036854775808", "0X1P-2",
)
STRINGS = (
    '"plain"', "'single'", '""', '"a\\nb"', '"\\255\\0z"', '"\\xfF"', '"\\u{20AC}"',
    '"\\u{7FFFFFFF}"', '"\\z  \n  x"', '"line\\\nbreak"', '\'\\\'\\"\'', '"caf\xc3\xa9"', "[[]]",
    "[[\nfirst]]", "[==[a]]b]==]", "[[two\r\nlines]]", "[=[\n\n--[[x]]]=]", '"--"',
    "'\\065\\10'",
)
BINARY = (
    "+", "-", "*", "/", "//", "%", "^", "..", "==", "~=", "<", "<=", ">", ">=", "&", "|", "~",
    "<<", ">>",
)
LOGICAL = ("and", "or")
UNARY = ("-", "not", "#", "~")
COMMENTS = (
    "--\n", "-- text\n", "--[[block]]", "--[==[two\nlines]==]", "--[ not long\n",
    "---@type x\n", "--\xc3\xa9\r\n",
)
# fmt: on
