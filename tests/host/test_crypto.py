"""The globals `crypto` and `base64` against the published test vectors."""

from __future__ import annotations

from typing import Any

import jwt
import pytest
from assay.runtime import LuaTable, from_text, new_table
from assay.runtime.host import base64, crypto
from assay.runtime.strings import from_bytes, to_bytes
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st
from lua_errors import error_of

HASHES = [
    # RFC 1321, appendix A.5; FIPS 180-2, appendices B, C and D
    ("md5", "", "d41d8cd98f00b204e9800998ecf8427e"),
    ("md5", "message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
    ("sha256", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
        "sha384",
        "abc",
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
        "8086072ba1e7cc2358baeca134c825a7",
    ),
    (
        "SHA-512",
        "abc",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    ),
]


@pytest.mark.parametrize("algorithm, text, digest", HASHES)
def test_hash(algorithm: str, text: str, digest: str) -> None:
    assert crypto.hash(text, algorithm) == digest


def test_hash_is_of_bytes_and_sha256_by_default() -> None:
    assert crypto.hash("abc") == HASHES[2][2]
    assert crypto.hash("\xff") == "a8100ae6aa1940d0b663bb31cd466142ebbdbd5187131b92d93818987832eb89"
    assert error_of(crypto.hash, "a", "sha1") == (
        "crypto.hash: unknown algorithm 'sha1', there are md5, sha256, sha384, sha512"
    )
    assert "string expected, got no value" in error_of(crypto.hash)


HMACS = [
    # RFC 4231, sections 4.2, 4.3 and 4.7
    (
        "\x0b" * 20,
        "Hi There",
        "sha256",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    ),
    (
        "Jefe",
        "what do ya want for nothing?",
        "sha384",
        "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
        "8e2240ca5e69e2c78b3239ecfab21649",
    ),
    (
        "\xaa" * 131,
        "Test Using Larger Than Block-Size Key - Hash Key First",
        "sha512",
        "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
        "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598",
    ),
]


@pytest.mark.parametrize("key, data, algorithm, digest", HMACS)
def test_hmac(key: str, data: str, algorithm: str, digest: str) -> None:
    assert crypto.hmac(key, data, algorithm) == digest
    assert crypto.hmac(key, data, algorithm, True) == from_bytes(bytes.fromhex(digest))
    assert crypto.hmac(key, data, algorithm, 0) == from_bytes(bytes.fromhex(digest))
    assert crypto.hmac(key, data, algorithm, False) == digest


def test_random() -> None:
    values = {crypto.random(16) for _ in range(100)}
    assert len(values) == 100
    assert all(len(value) == 32 and int(value, 16) >= 0 for value in values)
    assert crypto.random(0) == ""
    assert len(crypto.random(4.0)) == 8
    assert "from 0 to 1048576 bytes" in error_of(crypto.random, -1)
    assert "number has no integer representation" in error_of(crypto.random, 1.5)


# RFC 7515, appendix A.1: the payload as it is printed there, with its line breaks.
RFC_TOKEN = (
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
)


def test_jwt_decode() -> None:
    decoded = crypto.jwt_decode(RFC_TOKEN)
    assert dict(decoded["header"]) == {"typ": "JWT", "alg": "HS256"}
    assert dict(decoded["claims"]) == {
        "iss": "joe",
        "exp": 1300819380,
        "http://example.com/is_root": True,
    }


def test_jwt_sign() -> None:
    claims = new_table({"sub": "1234567890", "name": "John Doe", "iat": 1516239022})
    # The well-known example of jwt.io, checked with `openssl dgst -sha256 -hmac`.
    assert crypto.jwt_sign(claims, "your-256-bit-secret", "HS256") == (
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
        "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ."
        "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
    )
    assert crypto.jwt_sign(claims, "k") == crypto.jwt_sign(claims, "k", "hs256", LuaTable())
    for algorithm in ("HS256", "HS384", "HS512"):
        token = crypto.jwt_sign(claims, "k", algorithm, new_table({"kid": "key-1"}))
        decoded = crypto.jwt_decode(token)
        assert dict(decoded["header"]) == {"alg": algorithm, "typ": "JWT", "kid": "key-1"}
        assert dict(decoded["claims"]) == dict(claims)
        signed, _, signature = token.rpartition(".")
        raw = crypto.hmac("k", signed, algorithm.replace("HS", "sha"), True)
        assert base64.decode(signature) == raw


def pem(key: Any, form: str = "PKCS8", encryption: Any = None) -> str:
    """A private key as Lua sees it."""
    encrypted = encryption or serialization.NoEncryption()
    chosen = getattr(serialization.PrivateFormat, form)
    return key.private_bytes(serialization.Encoding.PEM, chosen, encrypted).decode()


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    """A new RSA key."""
    return rsa.generate_private_key(65537, 2048)


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512"])
@pytest.mark.parametrize("form", ["PKCS8", "TraditionalOpenSSL", "OpenSSH"])
def test_tokens_signed_with_rsa_are_verified_by_others(
    rsa_key: rsa.RSAPrivateKey, algorithm: str, form: str
) -> None:
    claims = new_table({"iss": "assay", "exp": 4102444800, "share": 1.0, "name": from_text("Zoë")})
    key = f"\n{pem(rsa_key, form)}\n"
    token = crypto.jwt_sign(claims, key, algorithm, new_table({"kid": "key-1"}))
    verified = jwt.decode_complete(token, rsa_key.public_key(), algorithms=[algorithm])
    assert verified["header"] == {"alg": algorithm, "typ": "JWT", "kid": "key-1"}
    assert verified["payload"] == {
        "iss": "assay",
        "exp": 4102444800,
        "share": 1.0,
        "name": "Zoë",
    }
    with pytest.raises(jwt.InvalidSignatureError):
        other = rsa.generate_private_key(65537, 2048).public_key()
        jwt.decode(token, other, algorithms=[algorithm])


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_tokens_signed_with_a_secret_are_verified_by_others(algorithm: str) -> None:
    secret = "\xff\x00" * 40
    token = crypto.jwt_sign(new_table({"sub": "x"}), secret, algorithm)
    assert jwt.decode(token, to_bytes(secret), algorithms=[algorithm]) == {"sub": "x"}


def test_tokens_made_by_others_are_decoded(rsa_key: rsa.RSAPrivateKey) -> None:
    token = jwt.encode({"sub": "x", "n": 2**62}, rsa_key, "RS512", {"kid": "k"})
    decoded = crypto.jwt_decode(from_text(token))
    assert dict(decoded["claims"]) == {"sub": "x", "n": 2**62}
    assert dict(decoded["header"]) == {"alg": "RS512", "typ": "JWT", "kid": "k"}


def test_keys_that_do_not_fit(rsa_key: rsa.RSAPrivateKey) -> None:
    public = rsa_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    password = serialization.BestAvailableEncryption(b"canary")
    elliptic = ec.generate_private_key(ec.SECP256R1())
    small = rsa.generate_private_key(65537, 1024)
    for key, algorithm, message in [
        (public.decode(), "RS256", "the key is a public one: signing needs the private key"),
        (pem(rsa_key, encryption=password), "RS256", "the key is encrypted with a password"),
        (pem(elliptic), "RS384", "RS384 needs an RSA key, the key is of another kind"),
        (pem(small), "RS512", "the key has 1024 bits, RS512 needs 2048 or more"),
        (pem(rsa_key)[:200], "RS256", "RS256 needs an RSA private key in PEM format"),
        ("canary", "RS256", "RS256 needs an RSA private key in PEM format"),
        ("", "RS256", "RS256 needs an RSA private key in PEM format"),
        ("", "HS256", "the key is empty"),
        (
            public.decode(),
            "HS256",
            "HS256 needs a secret, the key is one in PEM format: use RS256",
        ),
    ]:
        found = error_of(crypto.jwt_sign, LuaTable(), key, algorithm)
        assert found == f"crypto.jwt_sign: {message}"


def test_jwt_errors() -> None:
    key = "canary"
    for arguments, message in [
        (
            (LuaTable(), key, "none"),
            "crypto.jwt_sign: unknown algorithm 'NONE', there are HS256, HS384, HS512, RS256, RS384, RS512",
        ),
        (
            (new_table({"f": print}), key),
            "crypto.jwt_sign: claims.f is a function, which JSON cannot hold",
        ),
        (
            (LuaTable(), key, "HS256", new_table({"kd": "x"})),
            "crypto.jwt_sign: unknown option 'kd', did you mean 'kid'?",
        ),
        (
            (LuaTable(), key, "HS256", new_table({"kid": 1})),
            "crypto.jwt_sign: opts.kid must be a string, got number",
        ),
    ]:
        assert error_of(crypto.jwt_sign, *arguments) == message
    for token, message in [
        ("a.b", "a token has three parts with dots between them"),
        ("!.e30.x", "what stands for the header is not base64 of JSON"),
        ("e30.bm90IEpTT04.x", "what stands for the claims is not base64 of JSON"),
        ("e30.MQ.x", "what stands for the claims is not a JSON object"),
    ]:
        assert error_of(crypto.jwt_decode, token) == f"crypto.jwt_decode: {message}"


# RFC 4648, section 10
BASE64 = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]


def test_base64_vectors() -> None:
    for length, text in enumerate(BASE64):
        assert base64.encode("foobar"[:length]) == text
        assert base64.decode(text) == "foobar"[:length]
        assert base64.decode(text.rstrip("=")) == "foobar"[:length]
    assert base64.encode("\xfb\xff") == "+/8="
    assert base64.decode("-_8") == base64.decode("+/8=\n") == "\xfb\xff"
    assert base64.decode("Zm9v\r\nYmFy\n") == "foobar"


@pytest.mark.parametrize(
    "text, message",
    [
        ("Zm9v!", "the text has a character outside of base64 at position 5"),
        ("Z", "the text is cut short"),
        ("Zg=", "the text is cut short"),
        ("Zg===", "the text is cut short"),
        ("Zg==Zg==", "the text has a character outside of base64 at position 3"),
        ("\xe9", "the text has a character outside of base64 at position 1"),
    ],
)
def test_what_is_not_base64(text: str, message: str) -> None:
    assert error_of(base64.decode, text) == f"base64.decode: {message}"


@given(st.binary())
def test_base64_round_trip(data: bytes) -> None:
    assert base64.decode(base64.encode(from_bytes(data))) == from_bytes(data)
