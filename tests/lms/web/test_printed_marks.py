"""Marks that a published text prints, on the page of the pack that was just published from it."""

import pytest

from tests.lms.web.test_published_texts import FACTS, PRINTED, WEB_TEXT, send

OFFER = "Take the printed marks"


@pytest.fixture
def council(signed_in):
    return signed_in("council")


def action_in(page: str, begins: str) -> str:
    """The address that the first form sends to which begins so."""
    return begins + page.partition(f'action="{begins}')[2].partition('"')[0]


def published(council, content: bytes, facts: dict[str, str] | None = None) -> str:
    """The address that publishing a text leads to."""
    address = send(council, content, "pack.txt").location
    if facts:
        council.post(f"{address}/facts", data=facts)
    draft = council.post(address)
    assert draft.status_code == 302, draft.text
    page = council.get(draft.location).text
    return council.post(action_in(page, "/packs/drafts/")).location


def test_a_pack_that_was_read_from_a_text_with_marks_offers_to_take_them_until_it_has_a_scheme(council) -> None:
    pack = published(council, PRINTED.read_bytes())
    page = council.get(pack).text
    assert OFFER in page
    assert council.post(action_in(page, "/packs/texts/")).status_code == 302
    assert OFFER not in council.get(pack).text


def test_a_pack_whose_text_prints_no_marks_or_is_another_offers_none(council, signed_in) -> None:
    pack = published(council, PRINTED.read_bytes())
    other = published(council, WEB_TEXT.read_bytes(), FACTS)
    assert OFFER not in council.get(other).text
    text = pack.partition("text=")[2]
    assert OFFER not in council.get(f"{other.partition('?')[0]}?text={text}").text
    assert OFFER not in signed_in("agency").get(pack).text


def test_who_goes_back_after_publishing_is_offered_the_marks_again(council) -> None:
    address = send(council, PRINTED.read_bytes(), "pack.txt").location
    draft = council.post(address).location
    council.post(action_in(council.get(draft).text, "/packs/drafts/"))
    assert OFFER in council.get(council.get(draft).location).text
