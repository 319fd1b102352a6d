"""The one exam page: what it draws whoever's sitting it is, and how it takes an answer and refuses one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import jsonify, redirect, render_template, request
from werkzeug.wrappers import Response

from assessments.errors import AssessmentError
from assessments.words import Message
from lms.records.delivery import ShownItem
from lms.services.answer_log import Receipt
from lms.services.desks import FORM_DEVICE
from lms.services.errors import Faulty
from lms.services.sittings import Sitting, answers_of
from lms.web.exam.forms import AnswerForm
from lms.web.filters import clock, say
from lms.web.intake import sent_fields

Save = Callable[..., Receipt]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """What the page's script sends with and where to.

    `flags` are the numbers of the questions that were flagged at the device `flagged_at`, and `given` the seconds that
    were given since it told them.
    """

    token: str
    epoch: int
    started_at: datetime
    is_paused: bool
    sync_until: datetime | None
    events_url: str
    contact_url: str
    take_over_url: str
    hand_in_url: str
    flags: tuple[str, ...] = ()
    flagged_at: str = ""
    given: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingPage:
    """What the exam page shows of a sitting, and where it sends.

    `key` tells this sitting from every other on the same device; `mark` says at the top that it does not count. `face`
    is the paper as stored. Where it `is_kept`, the device keeps the page, to come back without a network; where it
    `is_large`, it begins with large text; with `has_watermark` the candidate's number stands across it.
    """

    key: str
    person_id: int
    title: str
    pack: str
    number: str
    name: str
    face: str
    items: tuple[tuple[ShownItem, int | None], ...]
    saved_at: datetime | None
    deadline_at: datetime
    moment: datetime
    save_url: str
    submit_url: str
    wire: Wire
    is_kept: bool = False
    is_large: bool = False
    has_watermark: bool = False
    mark: str = ""

    @property
    def answered(self) -> int:
        """How many questions have an answer that counts."""
        return sum(place is not None for _, place in self.items)

    @property
    def open(self) -> tuple[int, ...]:
        """The numbers of the questions that have none."""
        return tuple(item.number for item, place in self.items if place is None)


def answered_items(sitting: Sitting) -> tuple[tuple[ShownItem, int | None], ...]:
    """The items of a paper, each with the place of the answer that counts."""
    answers = answers_of(sitting)
    return tuple((item, item.place_of(answers.get(item.item))) for item in sitting.items)


def take_answer(require_own: Callable[[], object], save: Save, page_url: str) -> Response:
    """Save the answer that was sent; the reply is its receipt, given only after the commit, or without script the page.

    `require_own` raises Absent: somebody else's sitting is absent, whatever is sent to it.
    """
    form = AnswerForm(sent_fields()) if request.is_json else AnswerForm()
    if not form.validate():
        require_own()
        raise Faulty(Message("An answer has a question number and the place of an option.", {}))
    receipt = save(
        device=form.device.data or FORM_DEVICE, seq=form.seq.data, number=form.number.data, place=form.place.data
    )
    if not request.is_json:
        return redirect(f"{page_url}#q{form.number.data}")
    return jsonify(
        device=receipt.device,
        seq=receipt.seq,
        saved_at=clock(receipt.received_at, seconds=True),
        key_id=receipt.key_id,
        receipt=receipt.mac,
    )


def refused(fault: AssessmentError) -> tuple[Response, int] | tuple[str, int]:
    """Too late, not started, handed in: said in the place where the answer was given."""
    if request.is_json:
        return jsonify(error="closed", words=" ".join(say(message) for message in fault.messages)), 409
    return render_template("exam/refused.html", messages=fault.messages), 409
