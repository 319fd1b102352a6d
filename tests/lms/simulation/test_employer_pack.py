"""The whole road for an employer's own pack: trained, examined, decided, certified, and said to be what it is."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from assessments.bank import shortages
from assessments.blueprint import blueprint_of
from assessments.decisions import Outcome
from certificates.html import certificate_html
from certificates.qr import qr_svg
from lms.catalogues import catalogue
from lms.extensions import db
from lms.records.certificates import facts_of
from lms.records.content import pack_of, scheme_of, stored
from lms.services import bank, demo_visitors, learning, publishing
from lms.services.coverage import matrix_of
from lms.simulation import people, road
from lms.simulation.people import Place, Training, as_person
from lms.simulation.tally import Tally, silent
from lms.tables.assessing import AssessmentRow, PracticalSheetRow
from lms.tables.certification import CertificateRow
from lms.tables.content import ItemVersionRow, PackVersionRow, SchemeVersionRow
from lms.tables.keys import ItemKeyRow
from lms.tables.marking import ResultRow
from lms.tables.people import OrganisationKind, OrganisationRow, PersonRow, Role, RoleGrantRow
from lms.tables.training import BatchRow
from lms.web.owner_words import EMPLOYERS
from lms.web.page_prints import coverage_print
from lms.web.printouts import mark_sheet_page
from tests import world
from tests.builders import a_bank, a_key
from tests.lms.services import assessing_steps as steps

SEED = b"a seed of a test" * 2
OPENS = world.DAY + timedelta(days=20)
PLAN = Training(code="AHS-T", name="Morning batch", size=3, starts_on=date(2026, 8, 3), ends_on=date(2026, 10, 30))
# What each trainee of the batch knows and can do, in per cent.
ABILITY = {people.login_of(PLAN.code, place): able for place, able in ((1, 97), (2, 95), (3, 20))}
NOT_ALIGNED = "employer pack, not aligned to the nsqf"


def walk() -> AssessmentRow:
    """A batch of the employer's pack from its roster to the release of its results."""
    place, tally = _place(), Tally(silent)
    _fill_the_bank(place.pack)
    batch = people.open_batch(place, PLAN, seed=SEED, now=world.DAY)
    row = road.propose(
        place, batch, opens_at=OPENS, closes_at=OPENS + timedelta(hours=8), now=world.DAY, seed=SEED.hex().encode()
    )
    road.prepare(row, seed=SEED, tally=tally, now=world.DAY + timedelta(days=1))
    road.hold(row, road.Sitting(ability=ABILITY, seed=SEED, tally=tally))
    road.release(place, row)
    return row


def _place() -> Place:
    """The shipped pack and its owner, with an agency, a centre, and the world's people at work for them."""
    pack = db.session.scalars(select(PackVersionRow).filter_by(code="EMP/Q0001")).one()
    owner = db.session.get_one(OrganisationRow, pack.council_id)
    made = {
        kind: OrganisationRow(kind=kind, code=code, name=code, council_id=owner.id, created_at=world.DAY)
        for kind, code in ((OrganisationKind.AGENCY, "AA-EMP"), (OrganisationKind.CENTRE, "TC-EMP"))
    }
    db.session.add_all(made.values())
    db.session.flush()
    agency, centre = made[OrganisationKind.AGENCY], made[OrganisationKind.CENTRE]
    for login, role, organisation in (
        ("council2", Role.COUNCIL_STAFF, owner),
        ("agency", Role.AGENCY_STAFF, agency),
        ("assessor", Role.ASSESSOR, agency),
        ("centre", Role.CENTRE_STAFF, centre),
        ("trainer", Role.TRAINER, centre),
    ):
        person = db.session.query(PersonRow).filter_by(login=login).one()
        db.session.add(RoleGrantRow(person_id=person.id, role=role, organisation_id=organisation.id))
    db.session.commit()
    return Place(council="council2", agency=agency, centre=centre, pack=pack)


def _fill_the_bank(row: PackVersionRow) -> None:
    """Made-up items, only where the shipped ones would not fill a paper."""
    pack = pack_of(row)
    scheme = scheme_of(db.session.query(SchemeVersionRow).filter_by(pack_version_id=row.id).one())
    shipped = [face for faces in bank.list_faces([pack]).values() for face in faces]
    if not shortages(blueprint_of(scheme), shipped):
        return
    for face in a_bank(scheme, spare=4):
        made = face.model_copy(update={"id": f"made-{face.id}"})
        names = {"code": made.id, "version": 1, "unit_code": made.unit, "use": made.use, "is_sample": True}
        item = ItemVersionRow(**names, **stored(made), published_at=world.DAY)
        db.session.add(item)
        db.session.flush()
        db.session.add(ItemKeyRow(item_version_id=item.id, **stored(a_key(made))))
    db.session.commit()


def test_an_employers_pack_is_trained_examined_decided_and_certified_as_a_specimen(app: Flask) -> None:
    row = walk()
    trainee = as_person(people.login_of(PLAN.code, 1))
    assert [line.pack.code for line in learning.list_packs(trainee)] == ["EMP/Q0001"]
    outcomes = {
        candidate.trainee.person.login: db.session.query(ResultRow).filter_by(candidate_id=candidate.id).one().outcome
        for candidate in row.candidates
    }
    assert list(outcomes.values()) == [Outcome.COMPETENT, Outcome.COMPETENT, Outcome.NOT_YET_COMPETENT]
    sheets = db.session.query(PracticalSheetRow).all()
    assert len({sheet.content for sheet in sheets}) == PLAN.size
    facts = [facts_of(certificate) for certificate in db.session.query(CertificateRow)]
    assert [(fact.is_employers, fact.nsqf_level, fact.specimen) for fact in facts] == [(True, None, True)] * 2
    assert all(fact.number.startswith("EMP-Q0001-") and len(fact.units) == 5 for fact in facts)
    printed = certificate_html(facts[0], qr_svg(facts[0].verify_url))
    assert NOT_ALIGNED in printed.lower()
    assert "SPECIMEN" in printed
    assert "NSQF level" not in printed


def test_pages_and_prints_say_that_it_is_an_employers_pack(
    app: Flask, client: FlaskClient, signed_in: Callable[[str], FlaskClient]
) -> None:
    row = walk()
    assessment, batch, pack = row.id, row.batch_id, row.pack_version_id
    learner = people.login_of(PLAN.code, 1)
    people.let_in([learner])
    certificate = db.session.query(CertificateRow).first()
    candidate = row.candidates[0].id
    sheet = mark_sheet_page(as_person("council2"), row.id, now=OPENS + timedelta(days=3))
    matrix = coverage_print(matrix_of(as_person("council2"), row.pack_version_id), "en", OPENS).html
    addresses = [
        f"/certificates/{certificate.id}",
        f"/packs/{row.pack_version_id}",
        "/packs",
        f"/results/{candidate}",
    ]
    code = certificate.code
    db.session.remove()
    employer = signed_in("council2")
    addresses += [f"/assessments/{assessment}", f"/batches/{batch}"]
    pages = {address: employer.get(address).text for address in addresses}
    pages |= {"/verify": client.get(f"/verify/{code}").text, "mark sheet": sheet, "coverage": matrix}
    trainee = app.test_client()
    trainee.post("/sign-in", data={"login": learner, "password": demo_visitors.PASSWORD})
    pages["mock exam"] = trainee.get(f"/mock/{pack}").text
    pages["coverage page"] = employer.get(f"{addresses[1]}/coverage").text
    for address, page in pages.items():
        assert NOT_ALIGNED in page.lower(), address
    for address in addresses:
        assert "Example Books (employer)" in pages[address], address
    assert "<dt>Employer</dt>" in pages[addresses[0]]


def test_a_unit_whose_files_are_not_written_yet_is_loaded_with_what_it_has(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = db.session.scalar(select(func.count()).select_from(ItemVersionRow))
    for name in ("items_path", "tasks_path"):
        monkeypatch.setattr(publishing, name, lambda _code: tmp_path / "not-written.yaml")
    publishing.load_shipped(now=OPENS)
    assert db.session.scalar(select(func.count()).select_from(ItemVersionRow)) == before


def test_a_councils_pack_says_no_such_thing(app: Flask, signed_in: Callable[[str], FlaskClient]) -> None:
    pack = db.session.query(BatchRow).first().pack_version_id
    page = signed_in("council").get(f"/packs/{pack}").text
    assert NOT_ALIGNED not in page.lower()
    assert "<dt>Council</dt>" in page


def test_pages_of_the_employers_road_speak_of_the_employer_and_of_no_council(
    app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    row = walk()
    failed, batch = row.candidates[2].id, row.batch_id
    sheet = mark_sheet_page(as_person("council2"), row.id, now=OPENS + timedelta(days=3))
    addresses = {
        f"/assessments/{row.id}": ("council2", "agency", "centre"),
        f"/assessments/{row.id}/secrets": ("council2", "agency"),
        f"/assessments/{row.id}/key-sheets": ("council2",),
        f"/assessments/{row.id}/manifest": ("council2", "agency"),
        f"/packs/{row.pack_version_id}/bank": ("council2",),
        f"/packs/{row.pack_version_id}/marks": ("council2",),
        "/assessments": ("council2",),
        "/rulings": ("council2",),
        f"/results/{failed}": ("council2", "agency", "centre"),
        f"/batches/{batch}": ("centre",),
    }
    db.session.remove()
    browsers = {login: signed_in(login) for login in ("council2", "agency", "centre")}
    pages = {
        (address, login): browsers[login].get(address) for address, logins in addresses.items() for login in logins
    }
    for place, page in pages.items():
        assert page.status_code == 200, place
        body = page.text.partition("<main")[2]
        assert "the council" not in body.replace("The council", "the council"), place
        assert "your council" not in body, place
        assert "<dt>Council</dt>" not in body, place
    assert "<dt>Employer</dt>" in pages[f"/assessments/{row.id}", "agency"].text
    assert "one of the employer and one of the agency" in pages[f"/assessments/{row.id}/secrets", "agency"].text
    assert "<dt>Council" not in pages[f"/assessments/{row.id}/manifest", "agency"].text
    assert "the council" not in sheet
    home = browsers["council2"].get("/").text
    assert "Staff, Example Books (employer)" in home
    assert "Council staff" not in home


def test_every_word_about_an_employer_stands_for_one_of_the_sources(app: Flask) -> None:
    for language in ("hi", "pl"):
        known = catalogue(language)._catalog  # type: ignore[attr-defined]
        assert [words for words in EMPLOYERS if words not in known] == []
    with app.test_request_context():
        about = {words: str(own) for words, own in EMPLOYERS.items()}
    for words, own in about.items():
        assert sorted(re.findall(r"%\(\w+\)s", words)) == sorted(re.findall(r"%\(\w+\)s", own))


def test_a_councils_assessment_goes_on_speaking_of_the_council(app: Flask, actor, signed_in) -> None:
    row = steps.accepted(actor)
    assert "<dt>Council</dt>" in signed_in("agency").get(f"/assessments/{row.id}").text
