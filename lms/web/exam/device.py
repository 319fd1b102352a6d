"""What a candidate's device sends as JSON, whoever's sitting it is, and how it is answered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, TypeVar

from flask import jsonify, redirect, request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from werkzeug.wrappers import Response

from assessments.attempts import HandedInBy
from assessments.exam_time import end_as_shown
from assessments.words import Message
from lms.services import answer_log, contacts, takeovers
from lms.services.answer_log import Kept, SentAnswer, Why
from lms.services.contacts import Notice, Told
from lms.services.desks import ClockFacts, Desk, look
from lms.services.errors import Faulty
from lms.services.sittings import HandedIn, Log
from lms.web.filters import say
from lms.web.intake import sent_json

_FAULTY = Message("What the page sent cannot be read. Reload it; what is saved stays saved.")
OWN = {"X-Yogyata-Receipt": "1"}  # the header of the site's own replies, which no portal on the way sends
_THREE_DAYS = 3 * 24 * 60 * 60 * 1000
Device = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,40}$")]
Number = Annotated[int, Field(ge=1, le=10**9)]
Count = Annotated[int, Field(ge=0, le=10**6)]
_Shape = TypeVar("_Shape", bound=BaseModel)
Label = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{0,40}$")]


class _Sent(BaseModel):
    """What is sent; names that only newer pages know are passed over."""

    model_config = ConfigDict(frozen=True, strict=False)


class SentEvent(_Sent):
    """One answer as a device sends it; its own anchor goes before the one of the whole request."""

    seq: Number
    number: Number
    place: Number | None = None
    elapsed_ms: Annotated[int, Field(ge=-_THREE_DAYS, le=_THREE_DAYS)] | None = None
    anchor_at: AwareDatetime | None = None
    wall_at: AwareDatetime | None = None


class SentEvents(_Sent):
    """Answers of one device, in any order."""

    device: Device
    epoch: Number | None = None
    anchor_at: AwareDatetime | None = None
    events: list[dict[str, Any]]
    waiting: Count = 0
    mode: Label = ""


class SentNotice(_Sent):
    """Something that happened on the device."""

    kind: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]
    at: AwareDatetime
    detail: Annotated[str, StringConstraints(max_length=300)] = ""


class SentContact(_Sent):
    """That a device is there, and what it keeps."""

    device: Device
    epoch: Number | None = None
    saved: Count = 0
    waiting: Count = 0
    mode: Label = ""
    sent_at: AwareDatetime | None = None
    integrity: Annotated[list[SentNotice], Field(max_length=50)] = []
    flags: Annotated[tuple[Number, ...], Field(max_length=500)] | None = None


class SentHandIn(_Sent):
    """That the paper is handed in, by the page itself or by a person, and how many events the device made."""

    device: Device
    epoch: Number | None = None
    last_seq: Annotated[int, Field(ge=0, le=10**9)] = 0
    by_page: bool = False


class SentCode(_Sent):
    """The invigilator's code, typed on the device that is to go on."""

    code: Annotated[str, StringConstraints(max_length=40)] = ""
    device: Device


def take_events(desk: Desk, moment: datetime) -> Response:
    """Keep the answers that were sent; the reply has a receipt for each that is saved, given only after the commit.

    A device that used numbers again is told the greatest that came, as with a sign of life.
    """
    sent = _read(SentEvents)
    kept, unread = _keep(desk, sent, moment)
    said = _facts(kept.facts, moment) | _saved(kept) | _refused(kept, unread)
    if any(one.why is Why.CONFLICT for one in kept.refused):
        said |= {"last_seq": answer_log.next_seq(desk, sent.device) - 1}
    return _reply(desk, sent.device, said)


def saved_at_once(desk: Desk, body: bytes, moment: datetime) -> Mapping[str, Any] | None:
    """Keep the answers of a body: the whole reply where all of them are saved, else None.

    Raises ValidationError for what cannot be read, and what `answer_log.keep` raises.
    """
    sent = SentEvents.model_validate_json(body)
    kept, unread = _keep(desk, sent, moment)
    if kept.refused or unread:
        return None
    return _signed(desk, sent.device) | _facts(kept.facts, moment) | _saved(kept) | {"refused": []}


def take_contact(desk: Desk, moment: datetime) -> Response:
    """Take a sign of life; the reply is the clock, and the greatest number that came of this device's answers."""
    sent = _read(SentContact)
    told = Told(saved=sent.saved, waiting=sent.waiting, mode=sent.mode, flags=sent.flags, sent_at=sent.sent_at)
    notices = [Notice(kind=one.kind, at=one.at, detail=one.detail.replace("\0", "")) for one in sent.integrity]
    facts = contacts.heartbeat(desk, device=sent.device, told=told, notices=notices, now=moment)
    last_seq = answer_log.next_seq(desk, sent.device) - 1
    return _reply(desk, sent.device, _facts(facts, moment) | {"last_seq": last_seq})


def take_over(desk: Desk, moment: datetime) -> Response:
    """Let this device go on with the exam by the invigilator's code."""
    sent = _read(SentCode)
    takeovers.take_over(desk, sent.code, device=sent.device, now=moment)
    return _reply(desk, sent.device, _facts(look(desk, sent.device, moment), moment))


def sent_hand_in() -> Mapping[str, Any]:
    """What a hand-in says of the device; a form says nothing."""
    if not request.is_json:
        return {}
    sent = _read(SentHandIn)
    by = HandedInBy.PAGE if sent.by_page else HandedInBy.CANDIDATE
    return {"device": sent.device, "last_seq": sent.last_seq, "by": by}


def handed_in(desk: Desk, done: HandedIn, page_url: str) -> Response:
    """To a script the numbers of answers that are still to come, to a form the page of the end."""
    if not request.is_json:
        return redirect(page_url)
    said = {
        "state": "open" if done.goes_on else "handed_in",
        "missing": list(done.missing),
        "awaits": bool(done.missing),
    }
    return _reply(desk, _read(SentHandIn).device, said)


def key_of(log: Log, sitting_id: int) -> str:
    """What tells a sitting from every other on the same device."""
    return str(sitting_id) if log.is_fenced else f"mock-{sitting_id}"


def _read(shape: type[_Shape]) -> _Shape:
    try:
        return shape.model_validate_json(sent_json())
    except ValidationError as fault:
        raise Faulty(_FAULTY) from fault


def _keep(desk: Desk, sent: SentEvents, moment: datetime) -> tuple[Kept, list[int]]:
    """What became of the answers, and the numbers of those that cannot be read."""
    answer_log.require_few(len(sent.events))
    answers, unread = _answers(sent)
    return answer_log.keep(desk, device=sent.device, epoch=sent.epoch, sent=answers, now=moment), unread


def _answers(sent: SentEvents) -> tuple[list[SentAnswer], list[int]]:
    """The answers, and the numbers of those that cannot be read."""
    answers, unread = [], []
    for given in sent.events:
        try:
            event = SentEvent.model_validate(given)
        except ValidationError:
            seq = given.get("seq")
            unread.append(seq if isinstance(seq, int) else 0)
            continue
        answers.append(
            SentAnswer(
                seq=event.seq,
                number=event.number,
                place=event.place,
                anchor_at=event.anchor_at or sent.anchor_at,
                elapsed_ms=event.elapsed_ms,
                wall_at=event.wall_at,
            )
        )
    return answers, unread


def _saved(kept: Kept) -> dict[str, Any]:
    return {
        "saved": [
            {"seq": one.seq, "saved_at": one.received_at.isoformat(), "receipt": one.mac, "key_id": one.key_id}
            for one in kept.saved
        ]
    }


def _refused(kept: Kept, unread: list[int]) -> dict[str, Any]:
    refused = [(one.seq, one.why) for one in kept.refused] + [(seq, Why.FAULTY) for seq in unread]
    return {"refused": [{"seq": seq, "why": why, "words": say(answer_log.WORDS[why])} for seq, why in refused]}


def _facts(facts: ClockFacts, moment: datetime) -> dict[str, Any]:
    counted = {} if facts.answered is None else {"answered": facts.answered}
    return {
        "epoch": facts.epoch,
        "is_holder": facts.is_holder,
        "deadline_at": end_as_shown(facts.deadline_at, facts.paused_at, moment).isoformat(),
        "paused": facts.is_paused,
        "handed_in": facts.is_handed_in,
        "server_now": moment.isoformat(),
    } | counted


def _signed(desk: Desk, device: str) -> dict[str, Any]:
    """Whose a reply is: a page believes none that was given to another sitting or device."""
    return {"sitting": key_of(desk.log, desk.id), "device": device}


def _reply(desk: Desk, device: str, said: Mapping[str, Any]) -> Response:
    response = jsonify(_signed(desk, device) | said)
    response.headers.update(OWN)
    return response
