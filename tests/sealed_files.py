"""Files as the exam page seals them, made in Python from the description of the format alone."""

import base64
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

FORMAT = "yogyata-answers-1"


def sealed(
    public: str, key_id: str, *, sitting: int, number: str, device: str, token: str, events: Sequence[Mapping[str, Any]]
) -> bytes:
    """A file with the events of one device, for the site with this public key."""
    site = load_der_public_key(base64.b64decode(public))
    assert isinstance(site, ec.EllipticCurvePublicKey)
    own = ec.generate_private_key(ec.SECP256R1())
    bound = "\n".join((FORMAT, str(sitting), number, key_id)).encode()
    salt, iv = secrets.token_bytes(32), secrets.token_bytes(12)
    secret = HKDF(SHA256(), length=32, salt=salt, info=bound).derive(own.exchange(ec.ECDH(), site))
    plain = json.dumps({"device": device, "token": token, "events": list(events)}).encode()
    point = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    parts = {"point": point, "salt": salt, "iv": iv, "sealed": AESGCM(secret).encrypt(iv, plain, bound)}
    head = {"format": FORMAT, "sitting": str(sitting), "number": number, "key_id": key_id}
    return json.dumps(head | {name: base64.b64encode(value).decode() for name, value in parts.items()}).encode()
