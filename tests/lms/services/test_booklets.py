"""Paper booklets: for the agency alone, once papers are drawn, and never with a key."""

import pytest

from lms.extensions import db
from lms.records.keys import keys_of_items
from lms.services import booklets
from lms.services.errors import Absent, Conflict, NotAllowed
from lms.tables.history import HistoryRow
from lms.web import printed_papers
from tests.lms.services.assessing_steps import NOW, accepted, drawn


def test_every_candidate_has_a_booklet_and_the_history_tells_of_it(app, actor) -> None:
    row = drawn(actor)
    row.candidates[0].extra_minutes = 30
    _, printed = booklets.print_booklets(actor("agency"), row.id, now=NOW)
    assert [booklet.candidate.number for booklet in printed] == [candidate.number for candidate in row.candidates]
    assert printed[0].minutes == printed[1].minutes + 30
    told = db.session.query(HistoryRow).order_by(HistoryRow.id.desc()).first()
    assert told.what == "printed %(papers)s paper booklets"


@pytest.mark.parametrize("login", ["council", "centre", "assessor"])
def test_nobody_but_the_agency_prints_booklets(app, actor, login: str) -> None:
    row = drawn(actor)
    with pytest.raises(NotAllowed):
        booklets.print_booklets(actor(login), row.id, now=NOW)


def test_strangers_find_no_booklets(app, actor) -> None:
    row = drawn(actor)
    with pytest.raises(Absent):
        booklets.print_booklets(actor("agency2"), row.id, now=NOW)


def test_before_the_draw_there_is_nothing_to_print(app, actor) -> None:
    row = accepted(actor)
    with pytest.raises(Conflict, match="not drawn yet"):
        booklets.print_booklets(actor("agency"), row.id, now=NOW)


def test_a_booklet_shows_the_candidate_and_every_item_and_tells_nothing_of_the_key(app, actor) -> None:
    row, printed = booklets.print_booklets(actor("agency"), drawn(actor).id, now=NOW)
    page = printed_papers.booklet_page(row, printed[0])
    assert printed[0].candidate.number in page
    assert page.count("<li>") >= sum(len(item.options) for item in printed[0].items)
    keys = keys_of_items({item.item for item in printed[0].items})
    for key in keys.values():
        assert key.rationale not in page
        assert key.item not in page
