"""Answer files: what a device sealed when the network did not come back, opened again; or why it cannot be."""

import base64
import binascii
import json
from typing import Annotated, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from assessments.words import Message

LARGEST_ID = 2**31 - 1  # of any row

FORMAT = "yogyata-answers-1"
MOST_EVENTS = 20_000
# With so many events a file is smaller, and what a stranger wrote grows on reading to hundreds of times its size.
MOST_BYTES = 5_000_000
_TOO_LARGE = Message("This file is larger than any that the exam page saves, so nothing of it was taken.")
Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,40}$")]


class NotAnAnswerFile(Exception):
    """The file cannot be opened; `words` say why, for the person who uploads it."""

    def __init__(self, words: Message) -> None:
        super().__init__(words.template)
        self.words = words


def _of_a_row(text: str) -> str:
    if int(text) > LARGEST_ID:
        raise ValueError(f"no sitting has a number beyond {LARGEST_ID}")
    return text


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SealedFile(_Part):
    """A file as it is saved: whose answers it holds, in the open and bound to what is sealed."""

    format: Literal["yogyata-answers-1"]
    sitting: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,10}$"), AfterValidator(_of_a_row)]
    number: Annotated[str, StringConstraints(max_length=80)]
    key_id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}$")]
    point: Annotated[str, StringConstraints(max_length=200)]
    salt: Annotated[str, StringConstraints(max_length=100)]
    iv: Annotated[str, StringConstraints(max_length=40)]
    sealed: str

    @property
    def bound(self) -> bytes:
        """What the seal is bound to: a change of any of it breaks the seal."""
        return "\n".join((self.format, self.sitting, self.number, self.key_id)).encode()


class FiledEvent(_Part):
    """One thing the candidate did, as the device kept it."""

    seq: int = Field(ge=1, le=10**9)
    epoch: int = Field(ge=0, le=10**6)
    anchor_at: AwareDatetime | None = None
    number: int = Field(ge=1, le=10**6)
    place: int | None = Field(default=None, ge=1, le=10**6)
    elapsed_ms: int | None = Field(default=None, ge=0, le=2**31 - 1)
    wall_at: AwareDatetime | None = None


class FiledAnswers(_Part):
    """All that a device kept of a sitting, with the token of its page: nobody else can make a file for it."""

    device: Word
    token: Annotated[str, StringConstraints(max_length=300)]
    events: tuple[FiledEvent, ...] = Field(max_length=MOST_EVENTS)


def read_sealed(content: bytes) -> SealedFile:
    """The file in its outer shape; raises NotAnAnswerFile for anything else."""
    if len(content) > MOST_BYTES:
        raise NotAnAnswerFile(_TOO_LARGE)
    try:
        return SealedFile.model_validate_json(content)
    except ValidationError as fault:
        words = Message("This is not a file with answers that the exam page saved. Choose the file named “answers-…”.")
        raise NotAnAnswerFile(words) from fault


def open_sealed(file: SealedFile, key: ec.EllipticCurvePrivateKey, key_id: str) -> FiledAnswers:
    """What is in it; raises NotAnAnswerFile where it was made for another site, or changed after it was saved."""
    if file.key_id != key_id:
        raise NotAnAnswerFile(Message("This file was saved for another site, and only that site can open it."))
    try:
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _raw(file.point))
        secret = HKDF(SHA256(), length=32, salt=_raw(file.salt), info=file.bound).derive(key.exchange(ec.ECDH(), point))
        plain = AESGCM(secret).decrypt(_raw(file.iv), _raw(file.sealed), file.bound)
        inside = json.loads(plain)
        if isinstance(inside, dict) and len(inside) <= len(FiledAnswers.model_fields):
            events = inside.get("events")
            if isinstance(events, list) and len(events) > MOST_EVENTS:
                raise NotAnAnswerFile(_TOO_LARGE)
            return FiledAnswers.model_validate(inside)
        raise ValueError("other fields")
    except (InvalidTag, ValueError, RecursionError) as fault:
        words = Message("This file was changed after it was saved, so nothing of it is taken. Ask for the file itself.")
        raise NotAnAnswerFile(words) from fault


def _raw(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as fault:
        raise ValueError("not base64") from fault
