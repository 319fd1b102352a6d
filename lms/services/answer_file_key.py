"""The key pair of answer files, in the instance folder: devices seal for its public half, only the site opens."""

import base64
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from flask import current_app

NAME = "answer_file_key.pem"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFileKey:
    """The private half, the public half as devices take it (SPKI in base64), and a short name of the pair."""

    private: ec.EllipticCurvePrivateKey
    public: str
    id: str


def site_key() -> AnswerFileKey:
    """The pair of this site."""
    return get_key(Path(current_app.config["SETTINGS"].instance))


@lru_cache(maxsize=8)
def get_key(instance: Path) -> AnswerFileKey:
    """The instance's pair, made on first use with mode 600."""
    path = instance / NAME
    if not path.exists():
        _make(path)
    private = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{path} holds no P-256 key")
    public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return AnswerFileKey(private=private, public=base64.b64encode(public).decode(), id=sha256(public).hexdigest()[:8])


def _make(path: Path) -> None:
    """Write a new pair whole, then give it its name: of two processes the first one's stays."""
    private = ec.generate_private_key(ec.SECP256R1())
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{NAME}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
