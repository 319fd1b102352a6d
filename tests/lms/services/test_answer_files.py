"""Answers that come as a file: taken in once, and refused in words when another's, changed, or no such file."""

import json
import stat
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.extensions import db
from lms.services import answer_file_key, answer_files, delivery, history
from lms.services.errors import Absent, Faulty
from lms.services.sitting_tokens import token_of
from lms.tables.assessing import AssessmentAssessorRow
from lms.tables.attempts import AnswerEventRow, AttemptRow
from tests import world
from tests.conftest import BOTH
from tests.exams import a_drawn_assessment, candidate_of
from tests.lms.services import assessing_steps
from tests.sealed_files import sealed

NOW = world.DAY + timedelta(minutes=5)


@pytest.fixture
def attempt(app, actor) -> AttemptRow:
    """An exam that was started, in an assessment with an assessor."""
    row = a_drawn_assessment()
    row.assessors = [AssessmentAssessorRow(person_id=assessing_steps.person("assessor"))]
    db.session.commit()
    return delivery.start(actor("trainee"), candidate_of(row, "trainee").id, now=NOW)


def a_file(attempt: AttemptRow, count: int = 3, **other) -> bytes:
    key = answer_file_key.site_key()
    events = [
        {"seq": seq, "epoch": 1, "anchor_at": NOW.isoformat(), "number": seq, "place": 2, "elapsed_ms": 1000 * seq}
        for seq in range(1, count + 1)
    ]
    token = token_of("attempt", attempt.id, attempt.candidate.trainee.person_id)
    facts = {"sitting": attempt.id, "number": attempt.candidate.number, "device": "tablet", "events": events}
    facts["token"] = token
    return sealed(key.public, key.id, **(facts | other))


def take_in(actor, attempt: AttemptRow, content: bytes, login: str = "assessor", hours: int = 3):
    assessment = attempt.candidate.assessment_id
    return answer_files.take_in(actor(login), assessment, content, now=NOW + timedelta(hours=hours))


def test_answers_of_a_file_count_by_when_they_were_made_and_twice_is_once(attempt, actor) -> None:
    content = a_file(attempt)
    first, again = take_in(actor, attempt, content), take_in(actor, attempt, content)
    assert (first.new, first.known, first.refused) == (3, 0, ())
    assert (again.new, again.known, again.refused) == (0, 3, ())
    assert db.session.query(AnswerEventRow).count() == 3


def test_the_agency_may_bring_a_file_in_and_others_find_nothing(attempt, actor) -> None:
    assert take_in(actor, attempt, a_file(attempt), "agency").new == 3
    for login in ("centre", "trainer", "agency2"):
        with pytest.raises(Absent):
            take_in(actor, attempt, a_file(attempt), login)


def test_what_was_answered_after_the_end_is_kept_and_left_to_a_person(attempt, actor) -> None:
    late = {"seq": 1, "epoch": 1, "anchor_at": NOW.isoformat(), "number": 1, "place": 1, "elapsed_ms": 100 * 60_000}
    taken = take_in(actor, attempt, a_file(attempt, events=[late]))
    assert (taken.new, [one.why for one in taken.refused]) == (1, ["late"])


def test_a_file_of_another_candidate_is_refused_even_with_its_head_rewritten(attempt, actor) -> None:
    other = delivery.start(actor("trainee-b"), candidate_of(attempt.candidate.assessment, "trainee-b").id, now=NOW)
    content = json.loads(a_file(attempt))
    for change in ({"sitting": str(other.id)}, {"sitting": str(other.id), "number": other.candidate.number}):
        with pytest.raises(Faulty):
            take_in(actor, attempt, json.dumps(content | change).encode())
    with pytest.raises(Faulty, match="none of"):
        take_in(actor, attempt, json.dumps(content | {"sitting": "999"}).encode())
    assert db.session.query(AnswerEventRow).count() == 0


def test_a_file_for_another_site_is_refused_by_name(attempt, actor) -> None:
    content = json.loads(a_file(attempt)) | {"key_id": "0" * 8}
    with pytest.raises(Faulty, match="another site"):
        take_in(actor, attempt, json.dumps(content).encode())


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff\xfe", b'{"format": "other"}', b"PK\x03\x04"], ids=repr)
def test_what_is_no_such_file_is_refused_in_words(attempt, actor, content) -> None:
    with pytest.raises(Faulty, match="not a file with answers"):
        take_in(actor, attempt, content)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_change_of_a_file_is_found(attempt, actor, data) -> None:
    content = json.loads(a_file(attempt))
    name = data.draw(st.sampled_from(["point", "salt", "iv", "sealed", "number"]))
    place = data.draw(st.integers(0, 10_000)) % (len(content[name]) - 2)
    sign = "B" if content[name][place] == data.draw(st.sampled_from("Aab01")) else "A"
    sign = "C" if sign == content[name][place] else sign
    changed = content | {name: content[name][:place] + sign + content[name][place + 1 :]}
    with pytest.raises(Faulty):
        take_in(actor, attempt, json.dumps(changed).encode())
    assert db.session.query(AnswerEventRow).count() == 0


def test_nobody_makes_a_file_for_somebody_else(attempt, actor) -> None:
    row = attempt.candidate.assessment
    other = delivery.start(actor("trainee-b"), candidate_of(row, "trainee-b").id, now=NOW)
    own = token_of("attempt", other.id, other.candidate.trainee.person_id)
    mock = token_of("mock", attempt.id, attempt.candidate.trainee.person_id)
    for token in (own, mock, own[:-1], "", "attempt.1.1"):
        with pytest.raises(Faulty, match="was not saved by the exam page"):
            take_in(actor, attempt, a_file(attempt, token=token))
    assert db.session.query(AnswerEventRow).count() == 0


@BOTH
def test_a_file_of_a_sitting_that_no_row_can_be_is_refused_in_words(attempt, actor) -> None:
    for number in (2**31, 9_999_999_999):
        with pytest.raises(Faulty, match="not a file with answers"):
            take_in(actor, attempt, a_file(attempt, sitting=number))


def test_a_file_whose_inside_has_no_end_is_refused_in_words(attempt, actor) -> None:
    deep: list = []
    for _level in range(900):
        deep = [deep]
    events = [{"seq": 1, "epoch": 1, "number": 1, "place": deep}]
    with pytest.raises(Faulty, match="was changed"):
        take_in(actor, attempt, a_file(attempt, events=events))


def test_a_file_larger_than_a_page_saves_is_refused_before_it_grows(attempt, actor) -> None:
    with pytest.raises(Faulty, match="larger than any"):
        take_in(actor, attempt, a_file(attempt, events=[{}] * 20_001))
    with pytest.raises(Faulty, match="larger than any"):
        take_in(actor, attempt, a_file(attempt, number="x" * 5_000_000))


@BOTH
def test_what_was_taken_before_a_part_was_refused_stands_in_the_history(attempt, actor) -> None:
    facts = {"anchor_at": NOW.isoformat(), "place": 2, "elapsed_ms": 1000}
    events = [{"seq": 1, "epoch": 1, "number": 1, **facts}, {"seq": 2, "epoch": 5, "number": 2, **facts}]
    with pytest.raises(Faulty, match="does not fit this exam"):
        take_in(actor, attempt, a_file(attempt, events=events))
    assert db.session.query(AnswerEventRow).count() == 1
    told = [str(history.words_of(one)) for one in history.list_history("candidate", attempt.candidate_id)]
    assert told[0] == "took 1 answers in from a file"


def test_a_file_of_a_suspended_candidate_waits_for_the_account_to_be_restored(attempt, actor) -> None:
    content, person = a_file(attempt), attempt.candidate.trainee.person
    person.standing = "suspended"
    db.session.commit()
    with pytest.raises(Faulty, match="once the account is restored"):
        take_in(actor, attempt, content)
    person.standing = "active"
    db.session.commit()
    assert take_in(actor, attempt, content).new == 3


def test_the_key_is_made_once_and_nobody_else_reads_it(app, tmp_path) -> None:
    first = answer_file_key.get_key(tmp_path)
    answer_file_key.get_key.cache_clear()
    assert answer_file_key.get_key(tmp_path).id == first.id
    assert stat.S_IMODE((tmp_path / answer_file_key.NAME).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob("*answer_file*")] == [answer_file_key.NAME]
