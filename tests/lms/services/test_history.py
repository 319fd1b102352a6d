"""History is read in the words of today and in every language, whenever its lines were written."""

import json

import pytest
from flask_babel import force_locale

from lms.catalogues import catalogue, languages
from lms.extensions import db
from lms.reports.room_log import log_file
from lms.services import history, room_log
from lms.tables.history import HistoryRow
from lms.web.filters import say
from tests import rooms, world
from tests.exams import candidate_of

# Lines that earlier versions kept, with their facts, and what they say now.
EARLIER = [
    ("another device took the exam over", {}, "let another device take the exam over"),
    ("asked for a re-check of the result", {}, "appealed against the result"),
    (
        "changed %(_field)s from “%(old)s” to “%(new)s”",
        {"_field": "Phone", "old": "–", "new": "98200"},
        "changed Phone from “–” to “98200”",
    ),
    ("enrolled in batch %(batch)s", {"batch": "B-1"}, "enrolled this trainee in batch B-1"),
    ("marked as dropped out", {}, "marked this trainee as dropped out"),
    ("took back into the batch", {}, "took this trainee back into the batch"),
]


def a_line(what: str, facts: dict[str, str], thing_id: int = 1) -> HistoryRow:
    return HistoryRow(at=world.DAY, thing="candidate", thing_id=thing_id, what=what, facts=json.dumps(facts))


@pytest.mark.parametrize(("what", "facts", "said"), EARLIER, ids=[what for what, _, _ in EARLIER])
def test_a_line_of_an_earlier_version_is_said_in_the_words_of_today_and_translated(
    app, what: str, facts: dict[str, str], said: str
) -> None:
    words = history.words_of(a_line(what, facts))
    assert str(words) == said
    for language in languages()[1:]:
        translated = catalogue(language).gettext(words.template)
        assert translated != words.template, language
        with app.test_request_context(), force_locale(language):
            assert say(words) == translated % words.facts


def test_the_log_of_a_room_says_it_so_too(app) -> None:
    row = rooms.a_room()
    db.session.add(a_line("another device took the exam over", {}, candidate_of(row, "trainee").id))
    db.session.commit()
    with app.test_request_context(), force_locale("hi"):
        log = log_file(room_log.list_log(row), say).decode("utf-8-sig")
    assert "ने परीक्षा दूसरे डिवाइस पर जाने दी" in log
    assert "took the exam over" not in log
