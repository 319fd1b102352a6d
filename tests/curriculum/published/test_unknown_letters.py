"""Letters of a PDF of which its fonts do not say what they mean: they are told, and never read as other letters."""

import pytest

from curriculum.published.errors import NotAPack
from curriculum.published.files import published_text
from curriculum.published.reading import read_published
from lms.settings import ROOT
from tests.curriculum.published.test_pdf import pdf_of
from tests.raw_pdf import letters_as, raw_pdf, shown

FONT = ROOT / "lms" / "static" / "fonts" / "NotoSansDevanagari-400.woff2"
HINDI = "सफ़ाई करें और गहराई को मापें तथा परिणाम को प्रपत्र में लिखें"
PLAIN = "look over every pump and every rope of the well before the season begins and write down what is worn out"
PACK = [
    "AGX/N1101: See to wells",
    "Description",
    "This unit is about wells.",
    "Elements and Performance Criteria",
    "See the well",
    "To be competent, the user/individual on the job must be able to:",
    *(f"PC{number}. {PLAIN}" for number in range(1, 21)),
]


def test_hindi_in_a_printed_pdf_is_what_was_printed_or_its_unknown_letters_are_told() -> None:
    style = f"<style>@font-face {{font-family: own; src: url(file://{FONT})}} p {{font-family: own, Noto Sans}}</style>"
    text = published_text(pdf_of(style + "".join(f"<p>{line}</p>" for line in [*PACK, f"PC21. {HINDI}"])))
    read = read_published(text)
    last = read.units[0]["elements"][-1]["criteria"][-1]["text"]  # type: ignore[index]
    told = [one for one in read.problems if one.message.template.startswith("letters that the file does not tell")]
    assert last == HINDI or ("\ufffd" in last and told)
    wrong = set(last) - set(HINDI) - {"\ufffd"}
    assert not wrong


def test_a_latin_sign_amid_hindi_of_which_the_font_says_nothing_is_an_unknown_letter() -> None:
    """A part of a letter has the number of any sign in its font, be it that of an H."""
    style = f"<style>@font-face {{font-family: own; src: url(file://{FONT})}} p {{font-family: own, Noto Sans}}</style>"
    text = published_text(pdf_of(style + "".join(f"<p>{line}</p>" for line in [*PACK, "PC21. विद्यार्थी कार्य"])))
    last = text.rstrip().splitlines()[-1]
    assert set(last) <= set("PC21. विद्यार्थी कार्यई\ufffd")


def test_who_gives_a_pdf_with_hindi_is_asked_to_compare_it_with_the_document() -> None:
    begins = "here begin words in a script of India"
    for last, times in ((["PC21. pour पानी", "PC22. चाय"], 1), (["PC21. pour"], 0)):
        pages = "".join(f"<p>{line}</p>" for line in [*PACK, *last])
        read = read_published(published_text(pdf_of(f"<div class=page><p>Wells</p></div>{pages}")))
        assert sum(one.message.template.startswith(begins) for one in read.problems) == times


def test_a_pdf_of_unknown_letters_is_refused_with_what_to_do() -> None:
    halves = raw_pdf([shown(PACK)], to_unicode=letters_as({"e": "\ud835"}))
    with pytest.raises(NotAPack, match="fonts do not say what they mean"):
        published_text(halves)
