"""The page of a certificate: what it states, and that names are only ever text.

`tests/goldens/certificate.html` is the page of the sample. After a meant change of the design renew it with
`YOGYATA_RENEW_GOLDENS=1 ./run test tests/certificates/test_html.py` and read the difference.
"""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape
from pydantic import ValidationError

from certificates.codes import read_code, read_number
from certificates.errors import UnknownDesign
from certificates.html import balanced, certificate_html, size_of, visible_length
from certificates.loading import DESIGNS, get_design, load_design, load_sample
from certificates.model import CertificateFacts
from certificates.qr import qr_svg

GOLDEN = Path(__file__).parents[1] / "goldens" / "certificate.html"
HOSTILE = [
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "{% include 'design.yaml' %}",
    '"><img src=x onerror=y>',
    "O'Neil & Co",
]


def page(facts: CertificateFacts, **changes: object) -> str:
    """The page of these facts with some of them changed."""
    changed = facts.model_copy(update=changes)
    return certificate_html(changed, qr_svg(changed.verify_url))


def test_the_page_of_the_sample_is_what_it_was(facts: CertificateFacts) -> None:
    made = page(facts)
    if os.environ.get("YOGYATA_RENEW_GOLDENS"):
        GOLDEN.write_text(made, encoding="utf-8")
    assert made == GOLDEN.read_text(encoding="utf-8"), "a meant change? The head of this file says how to renew"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_plain_text(facts: CertificateFacts, name: str) -> None:
    made = page(facts, holder_name=name, guardian_line=name, centre_name=name)
    assert made.count(str(escape(name))) == len(["title", "holder", "guardian", "centre"])
    assert "<script" not in made


def test_what_is_not_known_is_left_out(facts: CertificateFacts) -> None:
    made = page(facts, guardian_line=None, nsqf_level=None, percent_display=None)
    assert "None" not in made
    assert "NSQF" not in made
    assert "Marks" not in made
    assert 'class="guardian"' not in made


def test_an_employers_pack_says_so_in_place_of_a_level_in_every_language(facts: CertificateFacts) -> None:
    for language, words in get_design("standard").words.items():
        made = page(facts, nsqf_level=None, is_employers=True, language=language)
        assert f" · {words.employer_pack} · " in made
        assert words.nsqf_level not in made
        assert words.employer_pack not in page(facts, language=language)
    with pytest.raises(ValidationError, match="level 4 of the NSQF, but the pack is an employer's own"):
        CertificateFacts.model_validate(facts.model_dump() | {"is_employers": True})


def test_only_a_specimen_says_specimen(facts: CertificateFacts) -> None:
    assert "SPECIMEN: marks are sample figures, not official" in page(facts)
    assert "specimen" not in page(facts, specimen=False).lower()


@pytest.mark.parametrize(
    ("language", "words", "day"),
    [
        ("en", "Certificate of competence", "22 November 2026"),
        ("hi", "दक्षता प्रमाणपत्र", "22 नवंबर 2026"),
        ("pl", "Certyfikat kompetencji", "22 listopada 2026"),
    ],
)
def test_a_certificate_speaks_its_language(facts: CertificateFacts, language: str, words: str, day: str) -> None:
    made = page(facts, language=language)
    assert f'<html lang="{language}">' in made
    assert words in made
    assert day in made


def test_a_short_name_stays_on_one_line() -> None:
    assert balanced("Ananya Sharma") == ("Ananya Sharma",)


def test_a_long_name_breaks_near_its_middle() -> None:
    name = "Venkatanarasimharajuvaripeta Lakshmi Subrahmanyeswari Chattopadhyaya"
    assert balanced(name) == ("Venkatanarasimharajuvaripeta Lakshmi", "Subrahmanyeswari Chattopadhyaya")


def test_marks_on_letters_take_no_width() -> None:
    assert visible_length("लक्ष्मी") == visible_length("लकषम")


@given(st.text(min_size=1, max_size=120))
def test_no_character_of_a_name_is_lost_but_spaces_at_the_break(name: str) -> None:
    lines = balanced(name)
    assert "".join("".join(lines).split()) == "".join(name.split())
    assert len(lines) <= 2


@given(st.text(alphabet="ab ", min_size=1, max_size=120), st.text(alphabet="ab", max_size=20))
def test_a_longer_line_is_never_set_larger(name: str, more: str) -> None:
    order = ["xl", "l", "m", "s", "xs"]
    assert order.index(size_of((name,))) <= order.index(size_of((name + more,)))


@pytest.mark.parametrize("folder", sorted(path.name for path in DESIGNS.iterdir() if path.is_dir()))
def test_every_design_and_its_sample_are_without_fault(folder: str) -> None:
    design, problems = load_design(folder)
    assert design is not None, problems
    assert design.name == folder
    sample, problems = load_sample(folder)
    assert sample is not None, problems
    assert read_code(sample.code) == sample.code
    assert read_number(sample.number) == sample.number
    assert sample.verify_url.endswith(sample.code)
    assert certificate_html(sample, qr_svg(sample.verify_url), folder)


@pytest.mark.parametrize("name", ["gold", "..", "standard/..", ""])
def test_a_design_that_is_not_there_is_refused(name: str) -> None:
    with pytest.raises(UnknownDesign):
        get_design(name)


def test_nothing_is_issued_before_it_was_assessed(facts: CertificateFacts) -> None:
    given = {**facts.model_dump(), "issued_on": "2026-11-01"}
    with pytest.raises(ValidationError, match="before the assessment"):
        CertificateFacts.model_validate(given)


def test_facts_survive_the_way_through_json(facts: CertificateFacts) -> None:
    assert CertificateFacts.model_validate_json(facts.model_dump_json()) == facts
