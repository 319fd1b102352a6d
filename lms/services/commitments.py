"""Commitments to the secrets of a draw, each side's before anything is drawn; the secrets kept or brought."""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from assessments.randomness import stream_for
from assessments.seeds import SECRET_BYTES, Commitments, check_secrets, commitment_to
from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.services import assessing, history
from lms.services.assessing import Side
from lms.services.errors import Absent, Conflict, Faulty
from lms.tables.assessing import AssessmentRow, AssessmentState
from lms.tables.drawing import DrawCommitmentRow, DrawSecretRow

SIDES = (Side.COUNCIL, Side.AGENCY)
_S = AssessmentState
# Until when a side can commit: the council since it scheduled, the agency once it has accepted.
_COMMITS = {Side.COUNCIL: frozenset({_S.PROPOSED, _S.DECLINED, _S.ACCEPTED}), Side.AGENCY: frozenset({_S.ACCEPTED})}
_DIGITS = frozenset("0123456789abcdef")
_NOT_COMMITTED = {
    Side.COUNCIL: Message("The council has not committed to a secret yet."),
    Side.AGENCY: Message("The agency has not committed to a secret yet."),
}
_NOT_ENTERED = {
    Side.COUNCIL: Message("The council brings a secret of its own and has not entered it yet."),
    Side.AGENCY: Message("The agency brings a secret of its own and has not entered it yet."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SideSecret:
    """One side's part in a draw as pages show it. `row` is None before it committed; `secret` is empty until revealed.

    `may_commit`, `may_enter`: what the person who looks can do for this side now; `ends_round`: committing sets the
    other side's commitment aside too.
    """

    side: Side
    row: DrawCommitmentRow | None
    secret: str
    may_commit: bool
    may_enter: bool
    ends_round: bool

    @property
    def lacking(self) -> Message | None:
        """What of this side must be there before anything can be drawn and is not."""
        if self.row is None:
            return _NOT_COMMITTED[self.side]
        return None if self.row.secret is not None else _NOT_ENTERED[self.side]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Both secrets, and what was committed to before."""

    commitments: Commitments
    agency: bytes
    council: bytes


def list_sides(actor: Actor, row: AssessmentRow) -> tuple[SideSecret, ...]:
    """Both sides' commitments, for agency and council; nothing for everybody else. One query."""
    mine = assessing.sides_of(actor, row)
    return () if mine.isdisjoint(SIDES) else sides_shown(row, mine)


def sides_shown(row: AssessmentRow, mine: AbstractSet[Side] = frozenset()) -> tuple[SideSecret, ...]:
    """Both sides' commitments, for who may see them; `mine` are the sides of the person who looks."""
    found = standing_of(row)
    return tuple(
        SideSecret(
            side=side,
            row=found.get(side),
            secret=_revealed(row, found.get(side)),
            may_commit=side in mine and row.state in _COMMITS[side],
            may_enter=side in mine and _awaits_secret(row, found, side),
            ends_round=_has_entered(found),
        )
        for side in SIDES
    )


def get_sides(actor: Actor, assessment_id: int) -> tuple[AssessmentRow, tuple[SideSecret, ...]]:
    """An assessment and both sides' commitments; raises Absent for everybody but its agency and council."""
    row = assessing.get_assessment(actor, assessment_id)
    sides = list_sides(actor, row)
    if not sides:
        raise Absent
    return row, sides


def standing_of(row: AssessmentRow) -> Mapping[Side, DrawCommitmentRow]:
    """The commitment of each side that stands: the newest of the latest round."""
    query = select(DrawCommitmentRow).filter_by(assessment_id=row.id).order_by(DrawCommitmentRow.number)
    rows = db.session.scalars(query).all()
    latest = max((found.round for found in rows), default=1)
    return {Side(found.side): found for found in rows if found.round == latest}


def list_awaited(side: Side, assessments: Collection[int]) -> list[int]:
    """Of these assessments, which the actor may see, those that wait for a secret which the side brings itself."""
    if not assessments:
        return []
    query = select(DrawCommitmentRow).where(DrawCommitmentRow.assessment_id.in_(assessments))
    rows = db.session.scalars(query.order_by(DrawCommitmentRow.round, DrawCommitmentRow.number)).all()
    latest = {(row.assessment_id, row.side): row for row in rows}
    rounds = {(row.assessment_id, row.side): row.round for row in latest.values()}
    return sorted(
        row.assessment_id
        for (assessment, whose), row in latest.items()
        if whose == side and row.secret is None and rounds.get((assessment, _other(side))) == row.round
    )


def make_secret(
    actor: Actor, row: AssessmentRow, side: Side, *, now: datetime, seed: bytes | None = None
) -> DrawCommitmentRow:
    """Commit a side to a secret that the site makes and keeps, in the caller's transaction.

    `seed` is given only where a draw must be the same each time, as in the demo; else nobody can know the secret.
    """
    known = stream_for(seed, "secret", row.code, side).read(SECRET_BYTES) if seed else None
    secret = known or secrets.token_bytes(SECRET_BYTES)
    found = _add(actor, row, side, commitment_to(secret), is_kept=True, now=now)
    found.secret = DrawSecretRow(secret=secret.hex(), entered_at=now)
    return found


def keep_secret(actor: Actor, assessment_id: int, side: Side, *, now: datetime) -> None:
    """Let the site make and keep a secret for the actor's side, in place of the one that stood."""
    row = _held(actor, assessment_id, side)
    found = make_secret(actor, row, side, now=now)
    done = Message("let the site keep a secret for the draw; its SHA-256 is %(hash)s", {"hash": found.commitment})
    history.record(actor, assessing.THING, row.id, done, now=now)
    db.session.commit()


def bring_secret(actor: Actor, assessment_id: int, side: Side, commitment: str, *, now: datetime) -> None:
    """Commit the actor's side to a secret of its own by its SHA-256 in hex; raises Faulty for anything else."""
    row = _held(actor, assessment_id, side)
    digest = _hex(commitment)
    if digest is None:
        raise Faulty(Message("A SHA-256 is 64 digits from 0 to 9 and a to f."))
    _add(actor, row, side, digest, is_kept=False, now=now)
    done = Message("committed to a secret of one's own for the draw; its SHA-256 is %(hash)s", {"hash": digest})
    history.record(actor, assessing.THING, row.id, done, now=now)
    db.session.commit()


def enter_secret(actor: Actor, assessment_id: int, side: Side, secret: str, *, now: datetime) -> None:
    """Enter the secret that the actor's side committed to; the same again is nothing. Raises Faulty when it is another.

    Both commitments must stand, so that neither side can choose its secret by the other's.
    """
    row = assessing.lock(assessing.get_assessment(actor, assessment_id))
    assessing.require_side(actor, row, side)
    found = standing_of(row)
    own = found.get(side)
    text = _hex(secret)
    if own is not None and own.secret is not None and not own.is_kept and own.secret.secret == text:
        return
    if own is None or not _awaits_secret(row, found, side):
        raise Conflict(Message("No secret is waited for now. Open the page again to see where the draw stands."))
    if text is None:
        raise Faulty(Message("A secret is 32 bytes, written as 64 digits from 0 to 9 and a to f."))
    _check_is_committed(text, own.commitment)
    own.secret = DrawSecretRow(secret=text, entered_at=now)
    history.record(actor, assessing.THING, row.id, Message("entered the secret for the draw"), now=now)
    db.session.commit()


def secrets_of(row: AssessmentRow) -> Opened:
    """Both secrets of an assessment, held against their commitments; raises Conflict for what is not there."""
    found = standing_of(row)
    opened: dict[Side, bytes] = {}
    for side in SIDES:
        if side not in found:
            raise Conflict(_NOT_COMMITTED[side])
        secret = found[side].secret
        if secret is None:
            raise Conflict(_NOT_ENTERED[side])
        opened[side] = bytes.fromhex(secret.secret)
    stands = Commitments(agency=found[Side.AGENCY].commitment, council=found[Side.COUNCIL].commitment)
    check_secrets(stands, agency=opened[Side.AGENCY], council=opened[Side.COUNCIL])
    return Opened(commitments=stands, agency=opened[Side.AGENCY], council=opened[Side.COUNCIL])


def _awaits_secret(row: AssessmentRow, found: Mapping[Side, DrawCommitmentRow], side: Side) -> bool:
    own = found.get(side)
    both = all(other in found for other in SIDES)
    return row.state == _S.ACCEPTED and both and own is not None and own.secret is None


def _other(side: Side) -> Side:
    return Side.AGENCY if side is Side.COUNCIL else Side.COUNCIL


def _has_entered(found: Mapping[Side, DrawCommitmentRow]) -> bool:
    """Whether a secret that was brought is known to the site; from then on commitments are only set aside together."""
    return any(not row.is_kept and row.secret is not None for row in found.values())


def _held(actor: Actor, assessment_id: int, side: Side) -> AssessmentRow:
    """The assessment, held where it stands, when the actor's side may commit now."""
    row = assessing.lock(assessing.get_assessment(actor, assessment_id))
    assessing.require_side(actor, row, side)
    if row.state not in _COMMITS[side]:
        raise assessing.moved_on()
    return row


def _add(
    actor: Actor, row: AssessmentRow, side: Side, commitment: str, *, is_kept: bool, now: datetime
) -> DrawCommitmentRow:
    """Add a side's commitment; where that ends a round, the site makes the other side a new secret if it kept the old.

    The other side's secret is made by the actor's act, but nobody sees it before the release.
    """
    if db.session.scalar(select(DrawCommitmentRow.id).filter_by(commitment=commitment)) is not None:
        raise _used()
    found = standing_of(row)
    ends = _has_entered(found)
    latest = max((standing.round for standing in found.values()), default=1)
    last = select(func.max(DrawCommitmentRow.number)).filter_by(assessment_id=row.id, side=side)
    made = DrawCommitmentRow(
        assessment_id=row.id,
        side=side,
        number=(db.session.scalar(last) or 0) + 1,
        round=latest + ends,
        commitment=commitment,
        is_kept=is_kept,
        made_at=now,
        made_by=actor.person_id,
    )
    db.session.add(made)
    try:
        db.session.flush()
    except IntegrityError as fault:
        db.session.rollback()
        raise _used() from fault
    for other, standing in found.items():
        if ends and other != side and standing.is_kept:
            make_secret(actor, row, other, now=now)
    return made


def _check_is_committed(secret: str, commitment: str) -> None:
    if commitment_to(bytes.fromhex(secret)) == commitment:
        return
    if hashlib.sha256(secret.encode()).hexdigest() == commitment:
        raise Faulty(
            Message("The SHA-256 was taken of the 64 digits. It has to be of the 32 bytes they stand for: commit anew.")
        )
    raise Faulty(Message("This is not the secret that was committed to: its SHA-256 is another."))


def _revealed(row: AssessmentRow, found: DrawCommitmentRow | None) -> str:
    if row.state != _S.RELEASED or found is None or found.secret is None:
        return ""
    return found.secret.secret


def _hex(text: str) -> str | None:
    """64 hexadecimal digits as we keep them, whatever blanks and capitals they came with; None for anything else."""
    digits = "".join(text.split()).lower()
    return digits if len(digits) == 2 * SECRET_BYTES and _DIGITS.issuperset(digits) else None


def _used() -> Faulty:
    return Faulty(Message("This SHA-256 was committed to before. Make a new secret for each draw."))
