"""Sitting a mock exam on the one exam page: start, paper, saving an answer, handing in. Nothing here reaches a key."""

from datetime import datetime
from functools import partial

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from assessments.errors import AssessmentError
from lms.clock import now
from lms.permissions import Permission, requires
from lms.services import mocks, sittings
from lms.tables.mocks import MockExamRow
from lms.web.bearer import token_of
from lms.web.exam import device
from lms.web.exam.page import draw_asking, draw_page
from lms.web.exam.sitting_page import SittingPage, Wire, answered_items, refused, take_answer
from lms.web.gate import actor

bp = Blueprint("mock", __name__, url_prefix="/mock")
KIND = "mock"  # in tokens
bp.register_error_handler(AssessmentError, refused)


@bp.post("/<int:pack_id>/start")
@requires(Permission.PRACTICE_TAKE)
def start(pack_id: int) -> Response:
    """Draw a paper and start its clock, or go on where one runs."""
    row = mocks.start(actor(), pack_id, now=now())
    return redirect(url_for("mock.show_paper", mock_id=row.id))


@bp.get("/exams/<int:mock_id>")
@requires(Permission.PRACTICE_TAKE)
def show_paper(mock_id: int) -> Response:
    """The paper with what is saved; after the end, its result."""
    row, moment = mocks.get_own_mock(actor(), mock_id), now()
    if mocks.is_over(row, moment):
        return redirect(url_for("mock.show_result", mock_id=mock_id))
    return draw_page(_page_of(row, moment))


@bp.post("/exams/<int:mock_id>/answers")
@requires(Permission.PRACTICE_TAKE)
def save_answer(mock_id: int) -> Response:
    """Save one answer; the reply is its receipt, given only after the commit."""
    moment = now()
    return take_answer(
        partial(mocks.get_own_mock, actor(), mock_id),
        partial(mocks.save_answer, actor(), mock_id, now=moment),
        url_for("mock.show_paper", mock_id=mock_id),
    )


@bp.get("/exams/<int:mock_id>/submit")
@requires(Permission.PRACTICE_TAKE)
def ask_hand_in(mock_id: int) -> str | Response:
    """Without script: say what is not answered before the paper is handed in."""
    row, moment = mocks.get_own_mock(actor(), mock_id), now()
    if mocks.is_over(row, moment):
        return redirect(url_for("mock.show_result", mock_id=mock_id))
    return draw_asking(_page_of(row, moment), url_for("mock.show_paper", mock_id=mock_id))


@bp.post("/exams/<int:mock_id>/submit")
@requires(Permission.PRACTICE_TAKE)
def submit(mock_id: int) -> Response:
    """Hand the paper in, and see what it came to."""
    mocks.submit(actor(), mock_id, now=now())
    return redirect(url_for("mock.show_result", mock_id=mock_id))


def _page_of(row: MockExamRow, moment: datetime) -> SittingPage:
    sitting = mocks.sitting_of(row)
    return SittingPage(
        key=device.key_of(mocks.LOG, row.id),
        person_id=row.person_id,
        title=_("Mock exam"),
        pack=row.pack_version.title,
        number=_("Mock %(number)s", number=row.number),
        name=actor().name,
        face=sitting.face,
        items=answered_items(sitting),
        saved_at=sittings.last_saved_at(sitting),
        deadline_at=row.deadline_at,
        moment=moment,
        save_url=url_for("mock.save_answer", mock_id=row.id),
        submit_url=url_for("mock.submit", mock_id=row.id),
        wire=Wire(
            token=token_of(KIND, row.id, row.person_id),
            epoch=row.epoch,
            started_at=row.started_at,
            is_paused=False,
            sync_until=sitting.clock.sync_until,
            events_url=url_for("mock.keep_events", mock_id=row.id),
            contact_url=url_for("mock.keep_contact", mock_id=row.id),
            take_over_url=url_for("mock.take_over", mock_id=row.id),
            hand_in_url=url_for("mock.hand_in", mock_id=row.id),
        ),
        mark=_("Mock exam: does not count"),
    )
