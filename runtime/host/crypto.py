"""The global `crypto`: hashes, message authentication codes, random bytes and JSON Web Tokens.

Keys and texts are bytes. No error message holds a key. Algorithms of `hash` and `hmac` are `"sha256"`, `"sha384"`, `"sha512"` and
`"md5"`, written as one likes (`"SHA-256"`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac as authentication
import secrets
from typing import Any

from .. import json_values
from ..errors import LuaError, argument_error, library, library_error
from ..json_values import JsonError
from ..stdlib.arguments import ABSENT, check_integer, check_string, check_table, opt_string
from ..strings import from_bytes, to_bytes
from ..values import LuaTable, type_name
from . import token_signatures
from .base64 import decode_digits
from .options import check_option_names, optional_table

HASHES = ("md5", "sha256", "sha384", "sha512")
_MAXIMUM_RANDOM_BYTES = 1 << 20


@library("crypto.hash")
def hash(text: Any = ABSENT, algorithm: Any = None, *_: Any) -> str:
    """`crypto.hash(text, algorithm?)`: the hash as lower-case hexadecimal digits; sha256 when no algorithm is given.
    Error: an unknown algorithm."""
    data = to_bytes(check_string(1, text))
    name = _hash_name(opt_string(2, algorithm, "sha256"), "crypto.hash")
    return hashlib.new(name, data, usedforsecurity=False).hexdigest()


@library("crypto.hmac")
def hmac(
    key: Any = ABSENT, data: Any = ABSENT, algorithm: Any = None, raw: Any = None, *_: Any
) -> str:
    """`crypto.hmac(key, data, algorithm?, raw?)`: RFC 2104, sha256 when no algorithm is given; lower-case hexadecimal
    digits, or the bytes when `raw` is true. Error: an unknown algorithm."""
    secret = to_bytes(check_string(1, key))
    message = to_bytes(check_string(2, data))
    name = _hash_name(opt_string(3, algorithm, "sha256"), "crypto.hmac")
    digest = authentication.new(secret, message, name)
    return digest.hexdigest() if raw is None or raw is False else from_bytes(digest.digest())


@library("crypto.random")
def random(count: Any = ABSENT, *_: Any) -> str:
    """`crypto.random(count)`: `count` unpredictable bytes as hexadecimal digits, two for each byte. Error: a count that is
    negative or more than 1048576."""
    size = check_integer(1, count)
    if not 0 <= size <= _MAXIMUM_RANDOM_BYTES:
        raise argument_error(1, f"from 0 to {_MAXIMUM_RANDOM_BYTES} bytes")
    return secrets.token_hex(size)


@library("crypto.jwt_sign")
def jwt_sign(
    claims: Any = ABSENT,
    key: Any = ABSENT,
    algorithm: Any = None,
    options: Any = None,
    *_: Any,
) -> str:
    """`crypto.jwt_sign(claims, key, algorithm?, {kid?})`: a signed token (RFC 7519, compact form). The algorithm is HS256 (when
    none is given), HS384 or HS512 with a secret as key, or RS256, RS384 or RS512 with an RSA private key in PEM or OpenSSH format.
    Times in claims (`exp`, `iat`) are whole seconds since 1970: `math.floor(time())`. Error: an unknown algorithm, a key that does
    not fit it, claims that JSON cannot hold."""
    payload = check_table(1, claims)
    secret = to_bytes(check_string(2, key))
    name = opt_string(3, algorithm, "HS256").upper()
    settings = optional_table(4, options)
    check_option_names("crypto.jwt_sign", settings, ("kid",))
    if name not in token_signatures.ALGORITHMS:
        raise library_error(
            f"crypto.jwt_sign: unknown algorithm '{name}', there are {', '.join(token_signatures.ALGORITHMS)}"
        )
    header = LuaTable({"alg": name, "typ": "JWT"})
    kid = settings["kid"]
    if kid is not None:
        if type(kid) is not str:
            raise library_error(f"crypto.jwt_sign: opts.kid must be a string, got {type_name(kid)}")
        header["kid"] = kid
    signed = f"{_token_part(header, 'header')}.{_token_part(payload, 'claims')}"
    try:
        signature = token_signatures.sign(signed.encode("ascii"), secret, name)
    except token_signatures.KeyProblem as problem:
        raise library_error(f"crypto.jwt_sign: {problem}") from None
    return f"{signed}.{_without_padding(signature)}"


@library("crypto.jwt_decode")
def jwt_decode(token: Any = ABSENT, *_: Any) -> LuaTable:
    """`crypto.jwt_decode(token)`: `{header, claims}`. The signature is NOT verified: anybody could have made the token. Error:
    what is no token."""
    parts = check_string(1, token).strip().split(".")
    if len(parts) != 3:
        raise library_error("crypto.jwt_decode: a token has three parts with dots between them")
    decoded = LuaTable()
    for name, part in zip(("header", "claims"), parts, strict=False):
        try:
            decoded[name] = json_values.parse(from_bytes(_decode_part(part)))
        except (JsonError, ValueError):
            raise library_error(
                f"crypto.jwt_decode: what stands for the {name} is not base64 of JSON"
            ) from None
        if not isinstance(decoded[name], LuaTable):
            raise library_error(
                f"crypto.jwt_decode: what stands for the {name} is not a JSON object"
            )
    return decoded


def _hash_name(algorithm: str, function: str) -> str:
    name = algorithm.lower().replace("-", "")
    if name not in HASHES:
        raise library_error(
            f"{function}: unknown algorithm '{algorithm}', there are {', '.join(HASHES)}"
        )
    return name


def _token_part(value: LuaTable, name: str) -> str:
    try:
        return _without_padding(to_bytes(json_values.encode(value, name)))
    except JsonError as error:
        raise _token_error(error) from None


def _token_error(error: JsonError) -> LuaError:
    return library_error(f"crypto.jwt_sign: {error.value}")


def _without_padding(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decode_part(part: str) -> bytes:
    return decode_digits(part.replace("-", "+").replace("_", "/"))
