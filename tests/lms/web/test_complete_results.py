"""Results, appeals, rulings and certificates on pages declared complete show no word of another language."""

import re
from datetime import timedelta
from fractions import Fraction

from lms.extensions import db
from lms.services import booklets, certification, reassessment
from lms.tables.appeals import AppealRow
from lms.tables.assessing import AssessmentState
from lms.tables.certification import CertificateFileRow, CertificateRow
from lms.web import printed_papers, printouts
from tests.lms import released
from tests.lms.every_rule import publish_every_rule
from tests.lms.services import assessing_steps, ruling_steps
from tests.lms.web import complete_walk
from tests.lms.web import test_units_on_pages as choices
from tests.lms.web.complete_walk import DRAWN_IN, Walk, browser_of
from tests.small_pack import REPAIR, SALES
from tests.small_steps import imported

walk, batch = complete_walk.walk, choices.batch


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
