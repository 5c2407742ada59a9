"""Signatures of JSON Web Tokens (RFC 7518, sections 3.2 and 3.3): bytes and a key in, the signature out.

HMAC is Python's own; RSA stands on the package cryptography, which is imported at the first such token.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Final

from .late_imports import process_imports

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

ALGORITHMS: Final = ("HS256", "HS384", "HS512", "RS256", "RS384", "RS512")
_MINIMUM_RSA_BITS = 2048
_OPENSSH = b"-----BEGIN OPENSSH PRIVATE KEY-----"


class KeyProblem(Exception):
    """The key does not fit the algorithm; the message does not hold it."""


def sign(data: bytes, key: bytes, algorithm: str) -> bytes:
    """The signature of `data`; `algorithm` is one of `ALGORITHMS`. Raises `KeyProblem`."""
    if algorithm.startswith("HS"):
        if not key:
            raise KeyProblem("the key is empty")
        if b"-----BEGIN " in key:
            # Whoever has the public key could make tokens if it were taken for a secret (RFC 8725, section 2.1).
            raise KeyProblem(f"{algorithm} needs a secret, the key is one in PEM format: use RS256")
        return hmac.digest(key, data, f"sha{algorithm[2:]}")
    with process_imports():
        return _sign_rsa(data, key, algorithm)


def _sign_rsa(data: bytes, key: bytes, algorithm: str) -> bytes:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

    hashing: hashes.HashAlgorithm
    if algorithm == "RS256":
        hashing = hashes.SHA256()
    else:
        hashing = hashes.SHA384() if algorithm == "RS384" else hashes.SHA512()
    return _rsa_key(key, algorithm).sign(data, PKCS1v15(), hashing)


def _rsa_key(key: bytes, algorithm: str) -> RSAPrivateKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    text = key.strip()
    if b"PUBLIC KEY-----" in text or b"CERTIFICATE-----" in text:
        raise KeyProblem("the key is a public one: signing needs the private key")
    read = (
        serialization.load_ssh_private_key
        if text.startswith(_OPENSSH)
        else serialization.load_pem_private_key
    )
    try:
        found = read(text, None)
    except TypeError:
        raise KeyProblem("the key is encrypted with a password") from None
    except (ValueError, UnsupportedAlgorithm):
        raise KeyProblem(f"{algorithm} needs an RSA private key in PEM format") from None
    if not isinstance(found, RSAPrivateKey):
        raise KeyProblem(f"{algorithm} needs an RSA key, the key is of another kind")
    if found.key_size < _MINIMUM_RSA_BITS:
        raise KeyProblem(f"the key has {found.key_size} bits, {algorithm} needs 2048 or more")
    return found
