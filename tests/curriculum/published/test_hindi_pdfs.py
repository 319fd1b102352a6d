"""PDFs with Hindi in them: signs that a PDF does not name are no other letters, and people are asked to compare."""

from pathlib import Path

from curriculum.published.files import published_text
from curriculum.published.reading import read_published
from tests.curriculum.published.test_pdf import pdf_of

FONTS = Path(__file__).parents[3] / "lms" / "static" / "fonts"
# A font that shapes Hindi; where a machine has none, each letter is drawn as a box, with its own name.
HINDI = (
    f"<style>@font-face {{font-family: Hindi; src: url({(FONTS / 'NotoSansDevanagari-400.woff2').as_uri()})}}"
    "body {font-family: Hindi, sans-serif !important}</style>"
)
# Signs of these letters are drawn in parts, of which one bears the name.
WORDS = ("सफ़ाई करना", "भाई", "प्रक्रिया", "उपयोगिता", "कठिनाई", "ईमानदारी", "शिक्षक")
PAGE = """<p>Qualifications Pack Occupational Standards XYZ/N0101</p><p>Unit Code\tXYZ/N0101</p>
<p>Unit Title (Task)\tTaste the tea, hold the pot, and say what of it is good and what is not good at all</p>
<p>Performance Criteria (PC) w.r.t. the Scope</p>"""


def page(criteria: list[str]) -> bytes:
    rows = "".join(f"<p>PC{number}. {text}</p>" for number, text in enumerate(criteria, start=1))
    cover = "<div class=page><p>Curriculum of tea</p></div>"
    return pdf_of(f"{HINDI}{cover}{PAGE}<p>To be competent, the user/individual on the job must be able to:</p>{rows}")


def test_signs_of_hindi_that_a_pdf_names_beside_them_put_no_strange_letters_into_words() -> None:
    text = published_text(page([f"boil the water {word}" for word in WORDS]))
    assert [line.split("water ")[1] for line in text.splitlines() if "boil" in line] == list(WORDS)


def test_who_gives_a_pdf_with_hindi_is_asked_to_compare_it_with_the_document() -> None:
    told = [str(one.message) for one in read_published(published_text(page(["boil", "pour पानी", "चाय"]))).problems]
    assert sum("PDFs often name its letters wrongly" in one for one in told) == 1
    told = [str(one.message) for one in read_published(published_text(page(["boil", "pour", "taste"]))).problems]
    assert not any("PDFs often name its letters wrongly" in one for one in told)
