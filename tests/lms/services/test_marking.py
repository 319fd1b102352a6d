"""Scoring practicals: who may, one tap is one score, the newest counts, and nothing is lost."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import event

from assessments.model import PracticalScorer
from lms.extensions import db
from lms.permissions import Actor
from lms.services import marking, practical_lists
from lms.services.errors import Absent, Conflict, Faulty
from lms.services.taps import TAKEN_BACK, Tap
from lms.tables.assessing import AssessmentState, CandidateStatus
from lms.tables.marking import PracticalScoreRow
from tests import world
from tests.conftest import BOTH
from tests.practicals import OPENS, add_assessor, practicals_drawn, score_all, sheet_of

NOW = OPENS + timedelta(hours=1)
REF = "ASC/N1105#PC4"
ActorOf = Callable[[str], Actor]


@pytest.fixture
def sheet(app):
    """A drawn practical of the first trainee."""
    return sheet_of(practicals_drawn())


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that the database is sent meanwhile."""
    seen: list[str] = []

    def listen(_connection, _cursor, statement: str, *_rest) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    yield seen
    event.remove(db.engine, "before_cursor_execute", listen)


def tap(who: Actor, sheet_id: int, **given) -> PracticalScoreRow:
    return marking.score(who, sheet_id, **({"ref": REF, "share": "2/3", "key": "tap-0001", "now": NOW} | given))


@BOTH
def test_a_tap_sent_twice_is_one_score(sheet, actor: ActorOf) -> None:
    first = tap(actor("assessor"), sheet.id)
    again = tap(actor("assessor"), sheet.id, now=NOW + timedelta(minutes=3))
    assert (first.id, first.scored_at) == (again.id, again.scored_at)
    assert db.session.query(PracticalScoreRow).count() == 1


@BOTH
def test_taps_sent_together_are_saved_together_and_again_are_the_same_scores(sheet, actor: ActorOf) -> None:
    other = "ASC/N1105#PC5"
    taps = [Tap(ref=REF, share="2/3", key="tap-0001"), Tap(ref=other, share="1", key="tap-0002")]
    first = marking.score_all(actor("assessor"), sheet.id, taps[:1], now=NOW)
    both = marking.score_all(actor("assessor"), sheet.id, taps, now=NOW)
    assert [row.ref for row in both] == [REF, other]
    assert both[0].id == first[0].id
    assert db.session.query(PracticalScoreRow).count() == 2


def test_of_taps_sent_together_none_is_saved_when_one_is_refused(sheet, actor: ActorOf) -> None:
    taps = [Tap(ref=REF, share="2/3", key="tap-0001"), Tap(ref=REF, share="7/9", key="tap-0002")]
    with pytest.raises(Faulty):
        marking.score_all(actor("assessor"), sheet.id, taps, now=NOW)
    assert db.session.query(PracticalScoreRow).count() == 0


@BOTH
def test_the_same_key_for_another_level_is_refused_and_the_saved_one_stays(sheet, actor: ActorOf) -> None:
    tap(actor("assessor"), sheet.id)
    with pytest.raises(Conflict, match="older than what is saved"):
        tap(actor("assessor"), sheet.id, share="1")
    assert marking.scores_of(sheet)[REF].share == "2/3"


@BOTH
def test_the_newest_level_counts_and_the_older_ones_are_kept(sheet, actor: ActorOf) -> None:
    for number, share in enumerate(("1/3", "1", "2/3")):
        tap(actor("assessor"), sheet.id, share=share, key=f"tap-000{number}")
    assert marking.shares_of([sheet.candidate_id]) == {sheet.candidate_id: {REF: Fraction(2, 3)}}
    assert [row.share for row in marking.chains_of(sheet)[REF]] == ["1/3", "1", "2/3"]


@BOTH
def test_a_level_taken_back_is_missing_again_everywhere(sheet, actor: ActorOf) -> None:
    tap(actor("assessor"), sheet.id)
    assert REF not in marking.missing_refs(sheet)
    tap(actor("assessor"), sheet.id, share=TAKEN_BACK, key="tap-0002")
    assert REF in marking.missing_refs(sheet)
    assert marking.shares_of([sheet.candidate_id]) == {sheet.candidate_id: {}}
    assert marking.counts_of([sheet.candidate_id]) == {sheet.candidate_id: 0}


@BOTH
def test_two_assessors_who_score_the_same_criterion_are_both_kept(app, actor: ActorOf) -> None:
    add_assessor("colleague")
    sheet = sheet_of(practicals_drawn(assessors=("assessor", "colleague")))
    tap(actor("assessor"), sheet.id, share="1/3")
    tap(actor("colleague"), sheet.id, share="1", key="other-tap")
    rows = marking.chains_of(sheet)[REF]
    assert [(row.scorer.login, row.share) for row in rows] == [("assessor", "1/3"), ("colleague", "1")]
    assert marking.scores_of(sheet)[REF].share == "1"


@BOTH
def test_taps_of_two_assessors_at_the_same_moment_some_sent_thrice_are_each_kept_once(app, actor: ActorOf) -> None:
    add_assessor("colleague")
    sheet = sheet_of(practicals_drawn(assessors=("assessor", "colleague")))
    sheet_id, people = sheet.id, [actor("assessor"), actor("colleague")]
    db.session.remove()

    def send(tap_number: int) -> int:
        with app.app_context():
            who = people[tap_number % 2]
            return tap(who, sheet_id, share=("1/3", "1")[tap_number % 2], key=f"tap-000{tap_number}").id

    taps = [0, 1, 2, 3] * 3
    with ThreadPoolExecutor(len(taps)) as threads:
        saved = list(threads.map(send, taps))
    assert len(set(saved)) == 4
    assert saved[:4] == saved[4:8] == saved[8:]
    assert db.session.query(PracticalScoreRow).filter_by(sheet_id=sheet_id).count() == 4


def test_a_share_that_is_no_level_is_refused_naming_the_levels(sheet, actor: ActorOf) -> None:
    with pytest.raises(
        Faulty, match=r"PC4 takes one of its levels: Not shown \(0\), Partly \(1/3\), Mostly \(2/3\), Full"
    ):
        tap(actor("assessor"), sheet.id, share="1/2")


@pytest.mark.parametrize("share", ["0.5", "-1", "2", "1/0", "much"])
def test_no_other_text_is_a_share(sheet, actor: ActorOf, share: str) -> None:
    with pytest.raises(Faulty):
        tap(actor("assessor"), sheet.id, share=share)


def test_a_share_written_otherwise_is_the_same_level(sheet, actor: ActorOf) -> None:
    assert tap(actor("assessor"), sheet.id, share="4/6").share == "2/3"


def test_a_criterion_that_is_not_on_the_practical_is_refused(sheet, actor: ActorOf) -> None:
    with pytest.raises(Faulty, match="ASC/N1105#PC99 is not on this practical"):
        tap(actor("assessor"), sheet.id, ref="ASC/N1105#PC99")


@BOTH
def test_nothing_is_scored_after_the_mark_sheet_was_submitted_but_a_tap_sent_again_is_acknowledged(
    sheet, actor: ActorOf
) -> None:
    saved = tap(actor("assessor"), sheet.id)
    sheet.candidate.assessment.state = AssessmentState.SUBMITTED
    db.session.commit()
    assert tap(actor("assessor"), sheet.id).id == saved.id
    with pytest.raises(Conflict, match="has been submitted"):
        tap(actor("assessor"), sheet.id, key="tap-0002")


@pytest.mark.parametrize(
    ("status", "words"), [(CandidateStatus.ABSENT, "absent"), (CandidateStatus.DISQUALIFIED, "disqualified")]
)
def test_who_is_not_assessed_is_not_scored(sheet, actor: ActorOf, status: str, words: str) -> None:
    sheet.candidate.status = status
    db.session.commit()
    with pytest.raises(Conflict, match=words):
        tap(actor("assessor"), sheet.id)


@pytest.mark.parametrize(
    ("scorer", "may"),
    [
        (PracticalScorer.ASSESSOR, {"assessor"}),
        (PracticalScorer.TRAINER, {"trainer"}),
        (PracticalScorer.EITHER, {"assessor", "trainer"}),
    ],
)
def test_only_those_whom_the_scheme_names_score_and_the_rest_see_nothing(
    app, actor: ActorOf, scorer: str, may: set[str]
) -> None:
    row = practicals_drawn(scorer=scorer)
    sheet = sheet_of(row)
    for login in world.LOGINS:
        if login in may:
            assert tap(actor(login), sheet.id, key=f"tap-of-{login}").ref == REF
            assert [entry.assessment.id for entry in practical_lists.list_practicals(actor(login))] == [row.id]
        else:
            with pytest.raises(Absent):
                tap(actor(login), sheet.id, key=f"tap-of-{login}")
            with pytest.raises(Absent):
                marking.get_assessment(actor(login), row.id)
            assert practical_lists.list_practicals(actor(login)) == []


def test_an_assessor_sees_nothing_of_an_assessment_they_are_not_named_in(app, actor: ActorOf) -> None:
    row = practicals_drawn(assessors=())
    assert practical_lists.list_practicals(actor("assessor")) == []
    with pytest.raises(Absent):
        marking.get_sheet(actor("assessor"), sheet_of(row).id)


@pytest.mark.parametrize("state", [AssessmentState.PROPOSED, AssessmentState.ACCEPTED, AssessmentState.DECLINED])
def test_before_the_draw_there_is_nothing_to_see(app, actor: ActorOf, state: str) -> None:
    row = practicals_drawn(state=state)
    with pytest.raises(Absent):
        marking.get_assessment(actor("assessor"), row.id)


@BOTH
def test_home_counts_the_candidates_done_and_falls_silent_when_all_who_came_are(app, actor: ActorOf) -> None:
    row = practicals_drawn()
    assert practical_lists.waiting(actor("assessor"), OPENS - timedelta(seconds=1)) == []
    score_all(sheet_of(row, "trainee"))
    score_all(sheet_of(row, "trainee-b"), but=1)
    (task,) = practical_lists.waiting(actor("assessor"), NOW)
    assert (str(task.title), str(task.detail)) == ("Score the practicals of batch B-TC-1", "1 of 4 candidates done")
    assert task.due == row.closes_at
    score_all(sheet_of(row, "trainee-b"))
    score_all(sheet_of(row, "trainee-c"))
    sheet_of(row, "trainee-d").candidate.status = CandidateStatus.ABSENT
    db.session.commit()
    assert practical_lists.waiting(actor("assessor"), NOW) == []


def test_the_next_candidate_is_the_first_open_one_after_this_one_and_round_again(app) -> None:
    row = practicals_drawn()
    score_all(sheet_of(row, "trainee-c"))
    sheet_of(row, "trainee-d").candidate.status = CandidateStatus.ABSENT
    db.session.commit()
    lines = practical_lists.list_lines(row)
    first, second, third, _ = (line.candidate.id for line in lines)
    assert practical_lists.next_line(lines).candidate.id == first
    assert practical_lists.next_line(lines, after=first).candidate.id == second
    assert practical_lists.next_line(lines, after=second).candidate.id == first
    assert practical_lists.next_line(lines, after=third).candidate.id == first


def test_a_list_costs_the_same_queries_for_one_candidate_and_for_all(app, actor: ActorOf) -> None:
    small, large = practicals_drawn(batch_code="B-TC-2"), practicals_drawn()
    score_all(sheet_of(large))
    assert len(large.candidates) > len(small.candidates)

    def queries(row_id: int) -> int:
        db.session.expire_all()
        with statements() as seen:
            row = marking.get_assessment(actor("assessor"), row_id)
            assert practical_lists.list_lines(row)
        return len(seen)

    small_id, large_id = small.id, large.id
    assert queries(large_id) == queries(small_id)
