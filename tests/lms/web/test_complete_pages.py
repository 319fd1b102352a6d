"""A page that is declared complete in a language shows no word in another."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from fnmatch import fnmatch
from fractions import Fraction
from typing import Any

import pytest
import time_machine
from flask import Flask, template_rendered
from jinja2 import meta

from lms.catalogues import declared_complete
from lms.cli.words import read_catalogue, said_by_sources, untranslated
from lms.extensions import db
from lms.services import booklets, certification, declarations, demo_visitors, jobs, reassessment
from lms.tables.appeals import AppealRow
from lms.tables.assessing import AssessmentState
from lms.tables.certification import CertificateFileRow, CertificateRow
from lms.tables.jobs import JobRow
from lms.tables.people import PersonRow
from lms.tables.roles import DeclarationRow
from lms.web import printed_papers, printouts
from tests import exams, mocks, world
from tests.lms import released
from tests.lms.every_rule import publish_every_rule
from tests.lms.services import assessing_steps, ruling_steps
from tests.lms.shown_words import MarkedCatalogue, content_of_the_site, is_translated, shown
from tests.lms.web import test_authorisation as everything
from tests.lms.web import test_units_on_pages as choices
from tests.small_pack import REPAIR, SALES
from tests.small_steps import imported

LANGUAGES = sorted(declared_complete())
# Pages are drawn with marks in this one: no word of it, not even a month, has a Latin letter.
DRAWN_IN = "hi"
things, batch = everything.things, choices.batch
EXAM_DAY = world.DAY + timedelta(minutes=5)
Look = Callable[..., Any]


class Walk:
    """Opens pages with every message marked, and finds what they show that no catalogue gave."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.pages: list[tuple[str, str]] = []
        self.opened: set[str] = set()
        self.templates: set[str] = set()

    def see(self, answer: Any, status: int = 200) -> Any:
        """Look at an answer."""
        address = f"{answer.request.method} {answer.request.path}"
        assert answer.status_code == status, address
        assert f'<html lang="{DRAWN_IN}"' in answer.text, address
        self.pages.append((address, answer.text))
        endpoint = self.app.url_map.bind("").match(answer.request.path, method=answer.request.method)[0]
        self.opened.add(endpoint)
        return answer

    def faults(self) -> dict[str, list[str]]:
        """By address what is shown and neither translated nor content."""
        content = content_of_the_site()
        texts = {text for _, page in self.pages for text in shown(page)}
        strange = {text for text in texts if not is_translated(text, content)}
        found = {where: [text for text in shown(page) if text in strange] for where, page in self.pages}
        return {where: texts for where, texts in found.items() if texts}


@pytest.fixture
def walk(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Walk]:
    """A walk; at its end everything it saw is held against what each language declares."""
    marked = MarkedCatalogue()
    monkeypatch.setattr("lms.catalogues.catalogue", lambda _language: marked)
    walk = Walk(app)

    def remember(_app: Flask, template: Any, **_facts: Any) -> None:
        walk.templates.add(template.name)

    with template_rendered.connected_to(remember, app):
        yield walk
    db.session.remove()
    assert walk.faults() == {}
    said = {text: files for text, files in said_by_sources().items() if text in marked.asked}
    assert marked.asked == set(said), "asked for words that no source says"
    complete_in = [language for language in LANGUAGES if walk.opened <= declared_complete()[language]["pages"]]
    assert DRAWN_IN in complete_in
    for language in complete_in:
        assert untranslated(read_catalogue(language), said) == []
        assert {name for name in _with_parts(app, walk.templates) if not _is_declared(language, name)} == set()


def _with_parts(app: Flask, names: set[str]) -> set[str]:
    """Templates and all that they extend, include and import."""
    found, open_ = set(), set(names)
    while open_:
        name = open_.pop()
        found.add(name)
        source, _, _ = app.jinja_env.loader.get_source(app.jinja_env, name)
        open_ |= {part for part in meta.find_referenced_templates(app.jinja_env.parse(source)) if part} - found
    return found


def _is_declared(language: str, template: str) -> bool:
    return any(fnmatch(f"lms/templates/{template}", glob) for glob in declared_complete()[language]["sources"])


def browser_of(signed_in: Look, login: str) -> Any:
    """A person's browser, the language chosen."""
    browser = signed_in(login)
    browser.post("/account/preferences", data={"language": DRAWN_IN})
    return browser


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_of_a_complete_page_is_translated(language: str) -> None:
    globs = declared_complete()[language]["sources"]
    said = {
        text: files for text, files in said_by_sources().items() if any(fnmatch(f, g) for f in files for g in globs)
    }
    assert untranslated(read_catalogue(language), said) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_declared_complete_is_there(app: Flask, language: str) -> None:
    files = {file for files in said_by_sources().values() for file in files}
    declared = declared_complete()[language]
    assert declared["pages"] <= {rule.endpoint for rule in app.url_map.iter_rules()} | {"errors.refused"}
    # A list of files that names none of those that say something would let everything pass.
    assert [glob for glob in declared["sources"] if not any(fnmatch(file, glob) for file in files)] == []


def test_pages_for_everybody(walk: Walk, client, actor) -> None:
    row = released.an_assessment()
    certification.issue_for_assessment(actor("council"), row.id, now=released.RELEASED)
    db.session.commit()
    codes = [code for (code,) in db.session.query(CertificateRow.code).order_by(CertificateRow.id)]
    certification.revoke(
        actor("council"),
        db.session.query(CertificateRow).filter_by(code=codes[1]).one().id,
        reason="Issued for another person.",
        now=released.RELEASED,
    )
    client.post("/account/preferences", data={"language": DRAWN_IN})
    walk.see(client.get("/sign-in"))
    walk.see(client.post("/sign-in", data={"login": "", "password": ""}), 422)
    walk.see(client.post("/sign-in", data={"login": "nobody", "password": "whatever it is"}), 401)
    walk.see(client.get("/verify"))
    walk.see(client.get("/verify?code=12345"), 422)
    for code in codes:
        walk.see(client.get(f"/verify/{code}"))
    assert client.get("/nowhere").status_code == 404


def test_a_demo_before_and_after_signing_in(walk: Walk, client) -> None:
    logins = dict(zip(demo_visitors.Part, ("council", "council2", "agency", "assessor", "centre"), strict=False))
    db.session.query(PersonRow).filter(PersonRow.login.in_(logins.values())).update({"is_simulated": True})
    demo_visitors.begin("a seed", now=world.DAY)
    demo_visitors.finish(logins, now=world.DAY)
    client.post("/account/preferences", data={"language": DRAWN_IN})
    walk.see(client.get("/sign-in"))
    walk.see(client.post("/sign-in", data={"login": "", "password": ""}), 422)
    client.post("/demo/sign-in", data={"login": "agency"})
    client.post("/account/preferences", data={"language": DRAWN_IN})
    walk.see(client.get("/"))


def _have_a_handbook_made(walk: Walk, browser: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page of a handbook before, while and after it is printed, and the handbook itself."""
    printed: list[str] = []
    monkeypatch.setattr("lms.printing.print_pdf", lambda page, _folder: printed.append(page) or b"PDF")
    address = "/learn/handbooks/1/asc-n0003"
    walk.see(browser.get(address))
    browser.post(f"{address}/print")
    walk.see(browser.get(address))
    number = db.session.query(JobRow.id).filter_by(kind="handbook").one().id
    jobs.run_job(number, lambda: world.DAY)
    db.session.remove()
    walk.see(browser.get(address))
    walk.pages.append(("handbook", printed[0]))


def test_job_roles_of_a_trainee(walk: Walk, signed_in, actor) -> None:
    released.an_assessment()
    browser = browser_of(signed_in, "trainee-c")
    page = walk.see(browser.get("/roles")).text
    role = re.search(r'href="(/roles/\d+)"', page)[1]
    walk.see(browser.get(role))
    walk.see(browser.get(f"{role}/mine"))
    form = walk.see(browser.get(f"{role}/lines/Q1/declare")).text
    walk.see(browser.post(f"{role}/lines/Q1/declare", data={}), 422)
    key = re.search(r'name="key"[^>]*value="([^"]+)"', form)[1]
    sent = {"key": key, "what": "A degree of mine", "place": "A university", "day": "2024-06-12"}
    browser.post(f"{role}/lines/Q1/declare", data=sent)
    row = db.session.query(DeclarationRow).one()
    said = {"is_confirmed": True, "reason": "The original paper", "seen": 0, "now": world.DAY}
    declarations.check(actor("centre"), row.id, **said)
    browser.post(f"{role}/mine/print")
    walk.see(browser.get(f"{role}/mine"))


def test_home_account_and_lessons_of_a_trainee(walk: Walk, signed_in, monkeypatch) -> None:
    browser = browser_of(signed_in, "trainee")
    walk.see(browser.get("/"))
    walk.see(browser.get("/account/password"))
    wrong = {"old": "not this one", "new": "another-day-2", "again": "another-day-2"}
    walk.see(browser.post("/account/password", data=wrong), 422)
    page = walk.see(browser.get("/learn")).text
    lesson = re.search(r'href="(/learn/\d+)#section-1"', page)[1]
    walk.see(browser.get(lesson))
    browser.post(f"{lesson}/sections/1/read")
    walk.see(browser.get(lesson))
    walk.see(browser.get("/learn"))
    walk.see(browser.get(f"{lesson}?language=pl"))
    walk.see(browser.get("/learn/kept"))
    _have_a_handbook_made(walk, browser, monkeypatch)
    address = "/practice/asc-n0003"
    walk.see(browser.get(f"{address}/summary"))
    for choice in "ABCD":
        form = re.findall(r'name="(item|try_number)"[^>]* value="(\d+)"', walk.see(browser.get(address)).text)
        kept = browser.post(address, data={**dict(form), "choice": choice})
        walk.see(browser.get(kept.headers["Location"]))
    walk.see(browser.post(address, data=dict(form)), 422)
    walk.see(browser.get(f"{address}/summary"))
    walk.see(browser.get("/"))


def test_the_exam_from_the_waiting_room_to_the_end(walk: Walk, signed_in) -> None:
    with time_machine.travel(EXAM_DAY, tick=False) as clock:
        row = exams.a_drawn_assessment(opens_at=EXAM_DAY + timedelta(hours=1))
        room = f"/exam/candidates/{exams.candidate_of(row, 'trainee').id}"
        browser = browser_of(signed_in, "trainee")
        walk.see(browser.get("/"))
        walk.see(browser.get(room))
        walk.see(browser.post(f"{room}/start"), 409)
        clock.move_to(EXAM_DAY + timedelta(hours=1))
        walk.see(browser.get("/"))
        walk.see(browser.get(room))
        attempt = browser.post(f"{room}/start").headers["Location"]
        walk.see(browser.get(attempt))
        browser.post(f"{attempt}/answers", data={"number": "3", "place": "4"})
        walk.see(browser.get(attempt))
        walk.see(browser.get("/"))
        browser.post(f"{attempt}/submit")
        walk.see(browser.get(attempt))
        browser.post(f"{attempt}/answers", data={"number": "3", "place": "1"})
        walk.see(browser.get(attempt))
        clock.move_to(EXAM_DAY + timedelta(hours=9))
        other = browser_of(signed_in, "trainee-b")
        walk.see(other.get(f"/exam/candidates/{exams.candidate_of(row, 'trainee-b').id}"))


def test_a_mock_exam_from_the_start_page_to_what_it_came_to(walk: Walk, signed_in) -> None:
    with time_machine.travel(EXAM_DAY, tick=False) as clock:
        pack = mocks.a_batch("trainee").pack_version_id
        browser = browser_of(signed_in, "trainee")
        walk.see(browser.get("/"))
        walk.see(browser.get(f"/learn?pack={pack}"))
        walk.see(browser.get(f"/mock/{pack}"))
        mock = browser.post(f"/mock/{pack}/start").headers["Location"]
        walk.see(browser.get(mock))
        walk.see(browser.get("/"))
        walk.see(browser.get(f"/mock/{pack}"))
        walk.see(browser.get(f"{mock}/result"), 409)
        browser.post(f"{mock}/answers", data={"number": "1", "place": "1"})
        browser.post(f"{mock}/answers", data={"number": "2", "place": "2"})
        browser.post(f"{mock}/submit")
        walk.see(browser.get(f"{mock}/result"))
        browser.post(f"{mock}/answers", data={"number": "3", "place": "1"})
        late = browser.post(f"/mock/{pack}/start").headers["Location"]
        clock.move_to(EXAM_DAY + timedelta(hours=2))
        walk.see(browser.get(f"{late}/result"))
        walk.see(browser.get(f"/mock/{pack}"))


@pytest.mark.parametrize("chosen", [(), (SALES,)], ids=["no choice", "no questions"])
def test_a_mock_exam_that_cannot_be_begun_says_why(walk: Walk, signed_in, chosen: tuple[str, ...]) -> None:
    pack = mocks.a_batch("trainee", spare=None, chosen=chosen).pack_version_id
    browser = browser_of(signed_in, "trainee")
    walk.see(browser.get(f"/mock/{pack}"))
    walk.see(browser.post(f"/mock/{pack}/start"), 409)


def test_results_with_reasons_and_certificates(walk: Walk, signed_in, actor, monkeypatch) -> None:
    monkeypatch.setattr("lms.web.results.routes.now", lambda: released.RELEASED + timedelta(days=2))
    row = released.an_assessment()
    certification.issue_for_assessment(actor("council"), row.id, now=released.RELEASED)
    db.session.commit()
    addresses = {
        login: f"/results/{released.candidate_of(login).id}" for login in ("trainee", "trainee-b", "trainee-d")
    }
    for login, result in addresses.items():
        browser = browser_of(signed_in, login)
        walk.see(browser.get("/"))
        walk.see(browser.get("/results"))
        walk.see(browser.get(result))
    browser = browser_of(signed_in, "trainee-b")
    walk.see(browser.post(f"{addresses['trainee-b']}/reassessment", data={"reason": "5" * 501}), 422)
    browser.post(f"{addresses['trainee-b']}/reassessment", data={"reason": "The power went out."})
    walk.see(browser.get(addresses["trainee-b"]))
    asked = reassessment.find_request(released.candidate_of("trainee-b").id)
    reassessment.decide(
        actor("centre"), asked.id, level="centre", is_accepted=False, reason="It did not.", now=released.RELEASED
    )
    walk.see(browser.get(addresses["trainee-b"]))
    monkeypatch.setattr("lms.web.results.routes.now", lambda: released.RELEASED + timedelta(days=60))
    walk.see(browser_of(signed_in, "trainee-d").get(addresses["trainee-d"]))


def test_results_by_every_rule_of_a_scheme(walk: Walk, signed_in, monkeypatch) -> None:
    monkeypatch.setattr("lms.web.results.routes.now", lambda: released.RELEASED + timedelta(days=2))
    scheme = publish_every_rule()
    row = released.an_assessment(shares={"trainee": Fraction(3, 4), "trainee-b": Fraction(139, 200)})
    for login in ("trainee", "trainee-b"):
        walk.see(browser_of(signed_in, login).get(f"/results/{released.candidate_of(login).id}"))
    council = browser_of(signed_in, "council")
    walk.see(council.get(f"/schemes/{scheme.id}"))
    walk.see(council.get(f"/assessments/{row.id}/marks"))


def test_an_appeal_on_the_result_page_at_the_agency_and_in_the_council(
    walk: Walk, signed_in, actor, monkeypatch
) -> None:
    for area in ("results", "appeals"):
        monkeypatch.setattr(f"lms.web.{area}.routes.now", lambda: ruling_steps.NOW)
    row = ruling_steps.released(actor, share="2/3")
    ruling_steps.second()
    result = f"/results/{next(line.id for line in row.candidates if line.trainee.person.login == 'trainee')}"
    trainee, agency, council, second = (
        browser_of(signed_in, login) for login in ("trainee", "agency", "council", "council-b")
    )
    walk.see(council.get("/appeals"))
    walk.see(trainee.get(result))
    walk.see(trainee.post(f"{result}/appeal", data={"reason": "5"}), 422)
    trainee.post(f"{result}/appeal", data={"reason": "I showed the whole test drive."})
    walk.see(trainee.get(result))
    appeal = f"/appeals/{db.session.query(AppealRow).one().id}"
    found = dict.fromkeys(("theory", "practical", "clerical", "reason"), "No fault at all.")
    walk.see(agency.get("/"))
    walk.see(agency.post(f"{appeal}/answer", data={**found, "clerical": ""}), 422)
    agency.post(f"{appeal}/answer", data=found)
    walk.see(council.post(f"{appeal}/reject", data={"reason": "5"}), 422)
    walk.see(council.post(f"{appeal}/propose", data={"reason": found["reason"]}), 422)
    share = re.search(r'name="(share-[^"]+)">', walk.see(council.get(appeal)).text)[1]
    council.post(f"{appeal}/propose", data={share: "1", "reason": found["reason"]})
    walk.see(council.get(appeal))
    walk.see(second.get(appeal))
    walk.see(second.post(f"{appeal}/send-back", data={"reason": "5"}), 422)
    second.post(f"{appeal}/confirm")
    for browser, page in ((second, appeal), (second, "/appeals"), (trainee, result)):
        walk.see(browser.get(page))


def test_units_chosen_taken_again_and_kept(walk: Walk, batch, signed_in, actor, monkeypatch) -> None:
    candidate = choices.missed_the_elective(actor, batch)
    monkeypatch.setattr("lms.web.results.routes.now", lambda: assessing_steps.AFTER + timedelta(days=1))
    trainee, centre = browser_of(signed_in, "trainee-b"), browser_of(signed_in, "centre")
    walk.see(trainee.get(f"/results/{candidate.id}"))
    trainee.post(f"/results/{candidate.id}/reassessment", data={"reason": "I have practised."})
    walk.see(trainee.get(f"/results/{candidate.id}"))
    walk.see(centre.get(f"/reassessments/{reassessment.find_request(candidate.id).id}"))
    imported(actor, batch)
    page = f"/batches/{batch.id}/trainees/{batch.trainees[-1].id}"
    walk.see(centre.get(f"/batches/{batch.id}"))
    walk.see(centre.get(page))
    walk.see(centre.post(f"{page}/units", data={"units": [SALES, REPAIR]}), 422)


def test_a_ruling_from_its_choice_to_new_certificates(walk: Walk, signed_in, actor, client) -> None:
    row = ruling_steps.released(actor, share="2/3", right=True)
    ruling_steps.second()
    candidate = row.candidates[0]
    item = ruling_steps.item_of(candidate)
    council, second = (browser_of(signed_in, login) for login in ("council", "council-b"))
    for page in ("/rulings", "/certificates/to-settle", f"/rulings/items/{item.id}"):
        walk.see(council.get(page))
    walk.see(council.get(f"/rulings/items/{item.id}?policy=full_marks"))
    walk.see(council.get(f"/rulings/items/{item.id}?policy=keys&options=Q"), 422)
    walk.see(council.post(f"/rulings/items/{item.id}", data={"policy": "void", "reason": "5", "seen": ""}), 422)
    refused = f"/rulings/{ruling_steps.propose(actor('council'), item, 'void').id}"
    walk.see(second.post(f"{refused}/refuse", data={"reason": ""}), 422)
    second.post(f"{refused}/refuse", data={"reason": "The item is sound."})
    ruling = ruling_steps.propose(actor("council"), item, "keys", ruling_steps.wrong_option(item))
    for page in (refused, f"/rulings/items/{item.id}", f"/rulings/{ruling.id}", "/"):
        walk.see(council.get(page))
    for page in ("/", f"/rulings/{ruling.id}"):
        walk.see(second.get(page))
    walk.see(second.post(f"/rulings/{ruling.id}/confirm", data={"seen": "0" * 64}), 409)
    ruling_steps.confirm(ruling)
    old = certification.find_of_candidate(candidate.id)
    client.post("/account/preferences", data={"language": DRAWN_IN})
    walk.see(client.get(f"/verify/{old.code}"))
    own = browser_of(signed_in, candidate.trainee.person.login)
    walk.see(own.get(f"/results/{candidate.id}"))
    for page in ("/", "/rulings", f"/rulings/{ruling.id}", "/certificates/to-settle", f"/certificates/{old.id}"):
        walk.see(council.get(page))
    council.post("/certificates/to-settle")
    walk.see(client.get(f"/verify/{old.code}"))
    walk.see(council.get(f"/certificates/{old.id}"))
    walk.see(own.get(f"/results/{candidate.id}"))


def test_what_is_printed_before_and_after_an_exam(walk: Walk, actor) -> None:
    row, printed = booklets.print_booklets(actor("agency"), assessing_steps.drawn(actor).id, now=assessing_steps.NOW)
    walk.opened.add("exam.show_paper")
    walk.pages.append(("booklet", printed_papers.booklet_page(row, printed[0], language=DRAWN_IN)))
    walk.pages.append(("answer sheets", printed_papers.sheets_page(row, printed, language=DRAWN_IN)))
    walk.pages.append(("papers of the room", printed_papers.room_page(row, printed, language=DRAWN_IN)))
    sheet = printouts.mark_sheet_page(actor("agency"), row.id, now=assessing_steps.AFTER, language=DRAWN_IN)
    walk.pages.append(("mark sheet", sheet))


def test_a_certificate_while_it_is_printed_and_after(walk: Walk, signed_in, actor) -> None:
    row = released.an_assessment()
    certification.issue_for_assessment(actor("council"), row.id, now=released.RELEASED)
    db.session.commit()
    held = db.session.query(CertificateRow).order_by(CertificateRow.id).first().id
    browser = browser_of(signed_in, "trainee")
    walk.see(browser.get(f"/certificates/{held}"))
    walk.see(browser.get(f"/certificates/{held}.pdf"), 202)
    db.session.add(
        CertificateFileRow(certificate_id=held, sha256="0" * 64, content=b"%PDF-1.7 it", made_at=released.RELEASED)
    )
    db.session.commit()
    walk.see(browser.get(f"/certificates/{held}"))


def test_results_that_are_not_there_yet(walk: Walk, signed_in) -> None:
    row = released.an_assessment(state=AssessmentState.DRAWN)
    address = f"/results/{released.candidate_of('trainee').id}"
    browser = browser_of(signed_in, "trainee")
    walk.see(browser.get(address))
    for state in (AssessmentState.SUBMITTED, AssessmentState.APPROVED):
        row.state = state
        db.session.commit()
        walk.see(browser.get(address))
        walk.see(browser.get("/results"))
    nobody = browser_of(signed_in, "trainee2")
    walk.see(nobody.get("/results"))
    walk.see(nobody.get("/"))
    walk.see(nobody.get(address), 404)
    walk.see(nobody.post(f"{address}/reassessment"), 404)


def test_every_page_as_every_role_sees_it(walk: Walk, things, signed_in) -> None:
    declared = declared_complete()[DRAWN_IN]["pages"]
    for login in everything.OWN:
        browser = browser_of(signed_in, login)
        for rule, method in everything.rules(walk.app):
            if method == "GET" and rule.endpoint in declared:
                answer = browser.get(everything.address(walk.app, rule, things))
                if answer.status_code == 200 and answer.mimetype == "text/html":
                    walk.see(answer)
