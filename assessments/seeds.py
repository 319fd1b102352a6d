"""The seed of a draw from two secrets that were committed to before, so that neither side alone could choose it."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from assessments.errors import CommitmentBroken
from assessments.words import Message
from curriculum.documents import canonical_json, sha256

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitments:
    """The SHA-256 of each side's secret, in hex, published before either secret is entered."""

    agency: str
    council: str

    def as_json(self) -> dict[str, str]:
        """The commitments as plain JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawInputs:
    """What a draw is made from, as hashes in hex: the faces of the bank, the blueprint and the roster."""

    bank: str
    blueprint: str
    roster: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawLogEntry:
    """One draw in the log of an assessment: its number from 1, what was committed to, what went in, what came out.

    `manifest` is the hash of the manifest, None when the draw was refused; `why` says why, or why it was made again.
    `before` is the hash of the entry before, empty for the first: so none can be taken away unseen.
    """

    number: int
    commitments: Commitments
    inputs: DrawInputs
    manifest: str | None
    why: str = ""
    before: str = ""

    @property
    def sha256(self) -> str:
        """The hash of the entry, which the next one names."""
        return sha256(canonical_json(self.as_json()))

    def as_json(self) -> dict[str, Any]:
        """The entry as plain JSON values."""
        return asdict(self)


def commitment_to(secret: bytes) -> str:
    """The SHA-256 of a secret of 32 bytes, in hex; raises ValueError for another length."""
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"a secret is {SECRET_BYTES} bytes, not {len(secret)}")
    return hashlib.sha256(secret).hexdigest()


def commitments_to(*, agency: bytes, council: bytes) -> Commitments:
    """The commitments to both secrets."""
    return Commitments(agency=commitment_to(agency), council=commitment_to(council))


def check_secrets(commitments: Commitments, *, agency: bytes, council: bytes) -> None:
    """Raise CommitmentBroken when a secret is not the one committed to."""
    for side, secret, known in (
        (Message("agency"), agency, commitments.agency),
        (Message("council"), council, commitments.council),
    ):
        if not hmac.compare_digest(commitment_to(secret), known):
            raise CommitmentBroken(Message("the secret of the %(side)s is not the one it committed to", {"side": side}))


def check_unused(commitments: Commitments, log: Sequence[DrawLogEntry]) -> None:
    """Raise CommitmentBroken when a commitment was used for an earlier draw: a redraw needs two new ones."""
    used = {name for entry in log for name in (entry.commitments.agency, entry.commitments.council)}
    if not used.isdisjoint({commitments.agency, commitments.council}):
        raise CommitmentBroken(Message("a commitment was used for a draw before; both sides commit to new secrets"))


def check_log(log: Sequence[DrawLogEntry]) -> None:
    """Raise CommitmentBroken when the log has a gap, an entry changed after, or a commitment used twice."""
    before = ""
    for number, entry in enumerate(log, start=1):
        check_unused(entry.commitments, log[: number - 1])
        if (entry.number, entry.before) != (number, before):
            facts = {"number": str(number)}
            raise CommitmentBroken(Message("entry %(number)s of the log does not follow the one before", facts))
        before = entry.sha256


def seed_of(inputs: DrawInputs, *, agency: bytes, council: bytes) -> bytes:
    """The seed of 32 bytes: HMAC-SHA256 under the agency's secret of the council's secret and the three hashes.

    The message is 128 bytes: the council's secret, then the SHA-256 of bank faces, blueprint and roster, 32 each.
    """
    for secret in (agency, council):
        commitment_to(secret)
    hashes = [bytes.fromhex(name) for name in (inputs.bank, inputs.blueprint, inputs.roster)]
    if any(len(one) != SECRET_BYTES for one in hashes):
        raise ValueError("a hash is 32 bytes")
    return hmac.new(agency, council + b"".join(hashes), hashlib.sha256).digest()
