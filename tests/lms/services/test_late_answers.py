"""Answers that came late: a person decides on them, and may decide anew."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from lms.extensions import db
from lms.services import answer_log, assessing, delivery, exam_clock, history, late_answers, sittings
from lms.services.answer_log import SentAnswer, Why
from lms.services.errors import Faulty
from lms.services.invigilation import Who
from lms.tables.invigilation import LateRulingRow
from tests.conftest import BOTH
from tests.lms.services.exam_hall import END, MINUTE, NOW, WHY, attempt_of, desk_of, give


@BOTH
def test_a_person_decides_on_late_answers_and_may_decide_again(hall, actor) -> None:
    desk = desk_of(hall, actor)
    sent = [SentAnswer(seq=number, number=number, place=1) for number in (1, 2)]
    answer_log.keep(desk, device="one", epoch=1, sent=sent, now=END + 5 * MINUTE)
    late = late_answers.list_late(actor("agency"), desk.id)
    assert [(one.name, one.item.number, one.letter, one.ruling) for one in late.shown] == [
        ("one/1", 1, "A", None),
        ("one/2", 2, "A", None),
    ]
    names = [one.name for one in late.shown]
    facts = {"reason": WHY, "now": END + 6 * MINUTE}
    late_answers.decide(actor("assessor"), desk.id, names, is_accepted=True, **facts)
    assert late_answers.decide(actor("assessor"), desk.id, names, is_accepted=True, **facts) is None
    assert len(sittings.answers_of(delivery.sitting_of(attempt_of(hall)))) == 2
    late_answers.decide(actor("agency"), desk.id, names[:1], is_accepted=False, **facts)
    assert len(sittings.answers_of(delivery.sitting_of(attempt_of(hall)))) == 1
    assert [row.number for row in db.session.query(LateRulingRow).order_by(LateRulingRow.number)] == [1, 2]


@BOTH
def test_what_a_person_refused_stays_so_though_time_is_given_that_reaches_it_until_somebody_decides_anew(
    hall, actor
) -> None:
    desk = desk_of(hall, actor)
    sent = [SentAnswer(seq=number, number=number, place=1) for number in (1, 2)]
    answer_log.keep(desk, device="one", epoch=1, sent=sent, now=END + 5 * MINUTE)
    facts = {"reason": WHY, "now": END + 6 * MINUTE}
    late_answers.decide(actor("assessor"), desk.id, ["one/1"], is_accepted=False, **facts)
    for key in ("k1", "k2"):
        give(actor, hall, seconds=1200, key=key, now=END + 7 * MINUTE)
    items = delivery.sitting_of(attempt_of(hall)).items
    assert set(sittings.answers_of(delivery.sitting_of(attempt_of(hall)))) == {items[1].item}
    # What is sent again is told what counts: the reply to it was lost.
    again = answer_log.keep(desk, device="one", epoch=1, sent=sent, now=END + 8 * MINUTE)
    assert ([one.seq for one in again.saved], [(one.seq, one.why) for one in again.refused]) == ([2], [(1, Why.LATE)])
    (shown,) = late_answers.list_late(actor("agency"), desk.id).shown
    assert (shown.name, shown.standing.counts, shown.ruling.is_accepted) == ("one/1", True, False)
    told = [str(history.words_of(line)) for line in history.list_history("candidate", attempt_of(hall).candidate_id)]
    assert told.count("left 1 late answers not counting, as was decided, though the time reaches them now") == 1
    late_answers.decide(actor("assessor"), desk.id, ["one/1"], is_accepted=True, **facts)
    assert len(sittings.answers_of(delivery.sitting_of(attempt_of(hall)))) == 2


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_a_refusal_that_waited_while_time_was_given_is_not_of_an_answer_that_is_in_time_now(
    app, hall, actor, monkeypatch
) -> None:
    desk = desk_of(hall, actor)
    sent = [SentAnswer(seq=1, number=1, place=1)]
    answer_log.keep(desk, device="one", epoch=1, sent=sent, now=END + 5 * MINUTE)
    real, agency, number = assessing.lock, actor("agency"), hall.id

    def give_in_between() -> None:
        with app.app_context():
            give_it = {"seconds": 1200, "reason": WHY, "key": "k1", "now": END + 6 * MINUTE}
            exam_clock.give_time(agency, number, Who(), **give_it)

    def waits(row):
        monkeypatch.setattr(assessing, "lock", real)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(give_in_between).result()
        return real(row)

    monkeypatch.setattr(assessing, "lock", waits)
    with pytest.raises(Faulty, match="changed meanwhile"):
        late_answers.decide(agency, desk.id, ["one/1"], is_accepted=False, reason=WHY, now=END + 7 * MINUTE)


def test_only_what_does_not_count_by_itself_is_decided_on(hall, actor) -> None:
    desk = desk_of(hall, actor)
    sent = [SentAnswer(seq=1, number=1, place=1)]
    answer_log.keep(desk, device="one", epoch=1, sent=sent, now=NOW + MINUTE)
    with pytest.raises(Faulty):
        late_answers.decide(actor("agency"), desk.id, ["one/1"], is_accepted=False, reason=WHY, now=NOW)
