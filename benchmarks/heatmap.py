"""The heat map of a batch of 300 people: how long its page takes and what it weighs, beside a cell for each square."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

import time_machine
from flask import render_template_string
from flask.testing import FlaskClient

from benchmarks.crowded import app_on, template
from benchmarks.harness import Row, compare, weigh
from benchmarks.pages import signed_in
from benchmarks.weights import KIB, PACKED, PAGE_BUDGET
from lms.extensions import db
from lms.records.content import pack_of
from lms.records.learning import practice_items_of
from lms.services import coursework, room
from lms.services.accounts import actor_of
from lms.services.taps import Tap
from lms.tables.people import PersonRow
from lms.tables.training import BatchRow, PracticeAnswerRow, PracticeCardRow, TraineeRow
from lms.web.competence_map import draw_map
from lms.web.learning.mastery_map import LEGEND, look_of, looks_of
from lms.web.room.heat_map import heat_map
from tests import world

PEOPLE = 300
NOW = world.DAY
# What a table of squares usually is: an element with a class and a title for each.
CELLS = (
    "<table>{% for name, looks in rows %}<tr><th>{{ name }}</th>"
    '{% for look, title in looks %}<td class="sq sq-{{ look }}" title="{{ title }}"></td>{% endfor %}</tr>'
    "{% endfor %}</table>"
)
PATHS = (
    "<table>{% for row in rows %}<tr><th>{{ row.line.name }}</th><td><svg>{% for look, d in row.paths %}"
    '<path class="hm-{{ look }}" d="{{ d }}"/>{% endfor %}</svg></td></tr>{% endfor %}</table>'
)
# The competence map of everybody, one below the other.
MAPS = (
    "{% from 'macros/map.html' import competence_map %}"
    "{% for map in maps %}{{ competence_map(map, table=false) }}{% endfor %}"
)


def rows(rounds: int) -> Iterator[Row]:
    """Drawing alone, the whole page with its queries, and what it weighs."""
    with template() as database, time_machine.travel(NOW, tick=False):
        app = app_on(database)
        app.config.update(WTF_CSRF_ENABLED=False)
        with app.app_context():
            batch_id = _filled()
        with app.test_request_context():
            yield from _drawn(batch_id, rounds)
        browser = signed_in(app.test_client(), "trainer")
        address = f"/batches/{batch_id}/room"
        yield compare(
            f"the whole page, {PEOPLE} people",
            rounds=rounds,
            unit="ms",
            ours=_get(browser, address),
            baseline_name="the page of the same batch, which lists the people alone",
            baseline=_get(browser, f"/batches/{batch_id}"),
            note="all that was ever practised, scored and attended by everybody is looked up for it",
        )
        for words, headers, aim in (("packed", PACKED, 1), ("plain", {}, None)):
            yield weigh(
                f"the whole page, {PEOPLE} people, {words}",
                ours=len(browser.get(address, headers=headers).data) / KIB,
                baseline_name="100 KiB for a page after the first visit",
                baseline=PAGE_BUDGET,
                aim=aim,
            )


def _drawn(batch_id: int, rounds: int) -> Iterator[Row]:
    found = room.room_of(db.session.get_one(BatchRow, batch_id), NOW)
    pack, legend = found.pack, [(look, str(word)) for look, word in LEGEND]
    size = f"{PEOPLE} × {len(pack.criterion_refs())}"
    words = dict(legend)

    def cells() -> str:
        table = [
            (line.name, [(look_of(one), f"{ref} {words[look_of(one)]}") for ref, one in line.standings.items()])
            for line in found.lines
        ]
        return render_template_string(CELLS, rows=table)

    def maps() -> str:
        views = [draw_map(pack, looks_of(line.standings), legend) for line in found.lines]
        return render_template_string(MAPS, maps=views)

    def ours() -> str:
        return render_template_string(PATHS, rows=heat_map(pack, found.lines).rows)

    for name, other in (("an element for each square", cells), ("a competence map for each person", maps)):
        yield compare(f"drawing {size}", rounds=rounds, unit="ms", ours=ours, baseline_name=name, baseline=other, aim=1)
        ratio = {"ours": len(ours()) / KIB, "baseline": len(other()) / KIB}
        yield weigh(f"drawing {size}, plain", baseline_name=name, **ratio)


def _get(browser: FlaskClient, address: str):  # type: ignore[no-untyped-def]
    return lambda: browser.get(address)


def _filled() -> int:
    """A batch in training: everybody has practised, half were given work that was scored for some."""
    chance = random.Random(1)
    batch = db.session.query(BatchRow).filter_by(code="B-TC-1").one()
    batch.ends_on = date(2026, 12, 30)
    known = db.session.query(PersonRow).filter_by(login="trainee").one().password_hash
    people = [PersonRow(login=f"h{n}", name=f"Person {n}", password_hash=known, created_at=NOW) for n in range(PEOPLE)]
    people = people[: PEOPLE - len(batch.trainees)]
    batch.trainees += [TraineeRow(person=one, enrolment_number=f"H-{n}") for n, one in enumerate(people)]
    db.session.commit()
    pack, ids = pack_of(batch.pack_version), [row.person_id for row in batch.trainees]
    items = practice_items_of(pack.units)
    answers = [(who, item, chance.random() < 0.7) for who in ids for item in items if chance.random() < 0.8]
    kept = {"answered_at": NOW, "due_at": NOW + timedelta(days=1), "state": "{}"}
    cards = [{"person_id": who, "item_code": item.face.id, "is_right": right, **kept} for who, item, right in answers]
    db.session.execute(PracticeCardRow.__table__.insert(), cards)  # type: ignore[attr-defined]
    tries = [
        {"person_id": who, "item_version_id": item.id, "choice": "A", "is_right": right, "answered_at": NOW}
        for who, item, right in answers
    ]
    db.session.execute(PracticeAnswerRow.__table__.insert(), tries)  # type: ignore[attr-defined]
    _scored(batch, pack.criterion_refs(), chance)
    return batch.id


def _scored(batch: BatchRow, refs: tuple[str, ...], chance: random.Random) -> None:
    trainer = actor_of(db.session.query(PersonRow).filter_by(login="trainer").one())
    row = coursework.give(
        trainer,
        batch.id,
        title="Role play",
        text="Do it with a partner.",
        refs=refs,
        due_on=NOW.date() + timedelta(days=3),
        trainee_ids=(),
        key="heat-map-1",
        now=NOW,
    )
    for entry in row.entries[::2]:
        taps = [Tap(ref=ref, share="1", key=f"t-{place:05}") for place, ref in enumerate(refs) if chance.random() < 0.5]
        coursework.score(trainer, batch.id, entry.id, taps, now=NOW)
