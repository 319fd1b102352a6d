"""Pages of rulings: what will happen is shown in numbers, confirmed by another person, told to the candidate."""

import re

import pytest

from lms.extensions import db
from lms.services import certification, rulings
from lms.tables.assessing import CandidateRow
from lms.tables.content import ItemVersionRow
from lms.tables.rulings import ItemRulingAnswerRow, ItemRulingRow
from tests import world
from tests.lms.services.ruling_steps import WHY, confirm, item_of, propose, released, second, work, wrong_option


@pytest.fixture
def candidate(app, actor) -> CandidateRow:
    """A candidate with everything right and half a practical, released; a second person in the council."""
    row = released(actor, share="2/3", right=True)
    second()
    return row.candidates[0]


def page_of(signed_in, login: str, path: str) -> str:
    answer = signed_in(login).get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def seen_in(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert found, page
    return found[1]


def test_a_council_goes_from_the_bank_to_the_preview_proposes_and_a_colleague_confirms(
    app, signed_in, candidate
) -> None:
    item = item_of(candidate)
    bank = page_of(signed_in, "council", f"/packs/{world.pack_version().id}/bank?unit={item.unit_code}")
    assert f"/rulings/items/{item.id}" in bank
    choice = f"/rulings/items/{item.id}?policy=keys&options={wrong_option(item)}"
    page = page_of(signed_in, "council", choice)
    assert re.search(r"<strong class=\"num\">[1-4]</strong> (candidate was|candidates were) given it", page)
    form = {"policy": "keys", "options": wrong_option(item), "seen": seen_in(page), "reason": WHY}
    answer = signed_in("council").post(f"/rulings/items/{item.id}", data=form)
    assert answer.status_code == 302
    ruling = db.session.query(ItemRulingRow).one()
    own = page_of(signed_in, "council", f"/rulings/{ruling.id}")
    assert "Somebody else of the council has to confirm it" in own
    assert "/confirm" not in own
    page = page_of(signed_in, "council-b", f"/rulings/{ruling.id}")
    assert "Confirm: " in page
    confirmed = {"seen": seen_in(page)}
    answers = [signed_in("council-b").post(f"/rulings/{ruling.id}/confirm", data=confirmed) for _ in range(2)]
    assert [each.status_code for each in answers] == [302, 302]
    work()
    page = page_of(signed_in, "council", f"/rulings/{ruling.id}")
    assert "In force" in page
    assert "results were corrected" in page or "1 result was corrected" in page
    listed = page_of(signed_in, "council", "/rulings")
    assert item.code in listed


def test_the_candidate_sees_both_results_and_why_and_never_which_item(app, actor, signed_in, candidate) -> None:
    item = item_of(candidate)
    stem = item.code
    confirm(propose(actor("council"), item, "keys", wrong_option(item)))
    page = page_of(signed_in, candidate.trainee.person.login, f"/results/{candidate.id}")
    assert "An item of PC" in page
    assert WHY in page
    assert "Before: " in page
    assert "After: " in page
    assert stem not in page
    assert "To be re-issued" in page or certification.find_of_candidate(candidate.id) is None


def test_whoever_checks_a_recalled_certificate_is_told_and_then_by_which_it_is_replaced(
    app, actor, signed_in, candidate
) -> None:
    item = item_of(candidate)
    confirm(propose(actor("council"), item, "keys", wrong_option(item)))
    old = certification.find_of_candidate(candidate.id)
    assert old is not None
    page = app.test_client().get(f"/verify/{old.code}").text
    assert "To be re-issued" in page
    assert "It is a specimen" in page
    assert "Settle the certificate" in page_of(signed_in, "council", f"/certificates/{old.id}")
    assert "Settle the certificate" not in page_of(signed_in, "centre", f"/certificates/{old.id}")
    listed = page_of(signed_in, "council", "/certificates/to-settle")
    assert old.number in listed
    answers = [signed_in("council").post(f"/certificates/{old.id}/reissue") for _ in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    db.session.expire_all()
    page = app.test_client().get(f"/verify/{old.code}").text
    assert f"by certificate no. {old.replacement.new.number}" in page
    assert signed_in("centre").post(f"/certificates/{old.id}/reissue").status_code == 403
    assert signed_in("council").post("/certificates/to-settle").status_code == 302
    assert "No certificate has to be settled" in page_of(signed_in, "council", "/certificates/to-settle")


def test_the_list_is_sorted_cut_to_who_changes_and_a_file(app, actor, signed_in, candidate) -> None:
    item = item_of(candidate)
    base = f"/rulings/items/{item.id}?policy=full_marks"
    page = page_of(signed_in, "council", base)
    assert "Nobody’s marks change." in page
    for sort in ("candidate", "assessment", "outcome", "difference", "<script>"):
        assert candidate.number in page_of(signed_in, "council", f"{base}&all=1&sort={sort}")
    answer = signed_in("council").get(f"/rulings/items/{item.id}/changes.csv?policy=void")
    assert answer.mimetype == "text/csv"
    lines = answer.get_data().decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Candidate number,Name,Assessment,Marks before,Marks after")
    assert any(line.startswith(candidate.number) for line in lines[1:])


def test_a_ruling_that_cannot_be_made_is_told_beside_the_form(app, signed_in, candidate) -> None:
    item = item_of(candidate)
    council = signed_in("council")
    for query, words in (
        ("policy=keys&options=Q", "has no option Q"),
        ("policy=scrap", "Choose what the ruling does"),
        ("policy=keys&options=" + "A" * 5000, "has no option AAAA"),
    ):
        answer = council.get(f"/rulings/items/{item.id}?{query}")
        assert answer.status_code == 422
        assert words in answer.text
    answer = council.post(f"/rulings/items/{item.id}", data={"policy": "void", "reason": "short", "seen": ""})
    assert answer.status_code == 422
    assert "10 to 1000 characters." in answer.text
    answer = council.post(f"/rulings/items/{item.id}", data={"policy": "void", "reason": WHY, "seen": "0" * 64})
    assert answer.status_code == 409
    assert "something has changed in who changes" in answer.text
    hostile = "<img src=x onerror=alert(1)> is the reason"
    seen = seen_in(council.get(f"/rulings/items/{item.id}?policy=void").text)
    council.post(f"/rulings/items/{item.id}", data={"policy": "void", "reason": hostile, "seen": seen})
    ruling = db.session.query(ItemRulingRow).one()
    assert "<img src=x" not in page_of(signed_in, "council", f"/rulings/{ruling.id}")


def test_a_changed_preview_is_shown_anew_and_proposed_anew(app, actor, signed_in, candidate) -> None:
    ruling = propose(actor("council"), item_of(candidate), "keys", wrong_option(item_of(candidate)))
    other = item_of(candidate, 1)
    confirm(propose(actor("council"), other, "keys", wrong_option(other)))
    colleague = signed_in("council-b")
    page = colleague.get(f"/rulings/{ruling.id}").text
    assert "Propose it anew with these figures" in page
    answer = colleague.post(f"/rulings/{ruling.id}/confirm", data={"seen": ruling.preview_sha256})
    assert answer.status_code == 409
    answer = colleague.post(f"/rulings/{ruling.id}/renew", data={"seen": seen_in(page)})
    assert answer.status_code == 302
    fresh = db.session.query(ItemRulingRow).order_by(ItemRulingRow.id.desc()).first()
    assert fresh.proposed_by.login == "council-b"


def test_refusing_needs_a_reason_and_is_shown(app, actor, signed_in, candidate) -> None:
    ruling = propose(actor("council"), item_of(candidate), "void")
    colleague = signed_in("council-b")
    assert colleague.post(f"/rulings/{ruling.id}/refuse", data={"reason": ""}).status_code == 422
    assert colleague.post(f"/rulings/{ruling.id}/refuse", data={"reason": "The item is sound."}).status_code == 302
    page = page_of(signed_in, "council", f"/rulings/{ruling.id}")
    assert "Refused by Council B" in page
    assert "The item is sound." in page
    assert signed_in("council").get(f"/rulings/{ruling.id}/changes.csv").status_code == 409
    assert db.session.query(ItemRulingAnswerRow).one().is_confirmed is False


def test_another_councils_people_find_nothing(app, actor, signed_in, candidate) -> None:
    item = db.session.get_one(ItemVersionRow, item_of(candidate).id)
    ruling = propose(actor("council"), item, "void")
    stranger = signed_in("council2")
    assert stranger.get(f"/rulings/items/{item.id}").status_code == 404
    for act in ("confirm", "refuse", "renew"):
        assert stranger.post(f"/rulings/{ruling.id}/{act}").status_code == 404
    assert rulings.state_of(ruling) == "proposed"
    assert "No item has been ruled on" in page_of(signed_in, "council2", "/rulings")
