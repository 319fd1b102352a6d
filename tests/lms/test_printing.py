"""Printing: one faithful page, our fonts inside, and no way out of the design's folder."""

import os
import subprocess
import sys
from datetime import date
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from certificates.html import STANDARD, certificate_html
from certificates.loading import design_folder, load_sample
from certificates.model import CertificateFacts
from certificates.qr import qr_svg
from lms import printing
from lms.printing import (
    FONTS,
    ForeignResource,
    PrintingUnavailable,
    WrongPageCount,
    file_of,
    missing_libraries,
    print_pdf,
)

ROOT = Path(__file__).parents[2]
FOLDER = design_folder(STANDARD)
LONG_NAME = "Venkatanarasimharajuvaripeta Lakshmi Subrahmanyeswari Chattopadhyaya"

# Where everything is required these tests run without Pango too, and fail with the command that installs it.
CAN_BE_SPARED = os.environ.get("YOGYATA_REQUIRE_ALL") != "1"
needs_pango = pytest.mark.skipif(bool(missing_libraries()) and CAN_BE_SPARED, reason="Pango is not installed")


@pytest.fixture(scope="module")
def facts() -> CertificateFacts:
    """The sample certificate of the standard design."""
    sample, problems = load_sample(STANDARD)
    assert sample is not None, problems
    return sample


def printed(facts: CertificateFacts, **changes: object) -> bytes:
    """The PDF of these facts with some of them changed; it must fit one page."""
    changed = facts.model_copy(update=changes)
    return print_pdf(certificate_html(changed, qr_svg(changed.verify_url)), FOLDER, pages=1)


def text_of(pdf: bytes) -> str:
    """The words of the only page, with one space between them."""
    (page,) = PdfReader(BytesIO(pdf)).pages
    return " ".join(page.extract_text().split())


def fonts_of(pdf: bytes) -> dict[str, bool]:
    """The fonts of the only page by name, and whether each is embedded."""
    (page,) = PdfReader(BytesIO(pdf)).pages
    found = {}
    for reference in page["/Resources"]["/Font"].values():
        descendant = reference.get_object()["/DescendantFonts"][0].get_object()
        name = str(descendant["/BaseFont"]).partition("+")[2]
        found[name] = "/FontFile2" in descendant["/FontDescriptor"].get_object()
    return found


def squares_of(pdf: bytes, dots_per_inch: int) -> list[str]:
    """What a reader of QR codes finds on the drawn page."""
    image = pypdfium2.PdfDocument(pdf)[0].render(scale=dots_per_inch / 72).to_pil()
    return [code.text for code in zxingcpp.read_barcodes(image) if code.format == zxingcpp.BarcodeFormat.QRCode]


@needs_pango
def test_a_certificate_is_one_landscape_page_of_a4(facts: CertificateFacts) -> None:
    (page,) = PdfReader(BytesIO(printed(facts))).pages
    assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == [297, 210]


@needs_pango
def test_it_says_everything_that_was_certified(facts: CertificateFacts) -> None:
    text = text_of(printed(facts))
    stated = [facts.number, facts.code, facts.holder_name, facts.guardian_line, facts.pack_title, facts.pack_code]
    stated += [facts.council_name, facts.centre_name, facts.agency_name, "22 November 2026", "84.21 %", "NSQF level 4"]
    stated += [unit.code for unit in facts.units] + [unit.title for unit in facts.units]
    assert [words for words in stated if words not in text] == []


@needs_pango
@pytest.mark.parametrize("dots_per_inch", [110, 200])
@pytest.mark.parametrize("specimen", [True, False])
def test_the_square_leads_to_exactly_the_address(facts: CertificateFacts, specimen: bool, dots_per_inch: int) -> None:
    assert squares_of(printed(facts, specimen=specimen), dots_per_inch) == [facts.verify_url]


@needs_pango
def test_only_a_specimen_carries_the_band(facts: CertificateFacts) -> None:
    words = "SPECIMEN: marks are sample figures, not official"
    assert words in text_of(printed(facts))
    assert "SPECIMEN" not in text_of(printed(facts, specimen=False))


@needs_pango
@pytest.mark.parametrize(
    ("name", "language", "font"),
    [
        ("Ananya Sharma", "en", "Certificate-Sans"),
        ("Żółcińska-Brzęczyszczykiewicz Małgorzata Świętosława", "pl", "Certificate-Sans-Extended-Semi-Bold"),
        ("श्रीमती लक्ष्मीप्रिया क्षत्रिय द्विवेदी", "hi", "Certificate-Devanagari-Semi-Bold"),
    ],
)
def test_every_letter_comes_from_a_font_of_ours_inside_the_file(
    facts: CertificateFacts, name: str, language: str, font: str
) -> None:
    fonts = fonts_of(printed(facts, holder_name=name, language=language))
    assert font in fonts
    assert all(fonts.values())
    assert [other for other in fonts if not other.startswith("Certificate-")] == []


@needs_pango
@pytest.mark.parametrize("name", [LONG_NAME, "W" * 65, "M" * 120, "Wolfgang " * 13])
def test_long_names_fit_the_page_with_every_letter(facts: CertificateFacts, name: str) -> None:
    text = text_of(printed(facts, holder_name=name.strip(), guardian_line=f"Daughter of {LONG_NAME}"))
    assert "".join(name.split()) in "".join(text.split())


@needs_pango
@pytest.mark.parametrize("count", [1, 6, 7, 14, 15, 24])
def test_packs_with_many_units_fit_the_page(facts: CertificateFacts, count: int) -> None:
    units = (facts.units * 5)[:count]
    text = text_of(printed(facts, units=units, holder_name=LONG_NAME))
    assert text.count("ASC/N") == count


@needs_pango
@pytest.mark.parametrize("count", [6, 14, 24])
def test_units_with_the_day_of_an_earlier_attempt_fit_the_page_too(facts: CertificateFacts, count: int) -> None:
    first, second = date(2026, 9, 23), date(2026, 11, 2)
    units = (facts.units * 5)[:count]
    kept = [unit.model_copy(update={"assessed_on": second if place % 3 else first}) for place, unit in enumerate(units)]
    text = text_of(printed(facts, units=(*kept[:-1], units[-1]), holder_name=LONG_NAME))
    assert text.count("ASC/N") == count
    assert "1 23 September 2026" in text
    assert "2 2 November 2026" in text


@needs_pango
def test_what_does_not_fit_is_refused_rather_than_cut(facts: CertificateFacts) -> None:
    with pytest.raises(WrongPageCount) as refusal:
        printed(facts, units=facts.units * 20)
    assert refusal.value.wanted == 1
    assert refusal.value.found > 1


@needs_pango
@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "{{ 7*7 }}", "<img src=https://x.example/a>"])
def test_a_hostile_name_is_printed_as_it_was_written(facts: CertificateFacts, name: str) -> None:
    assert name in text_of(printed(facts, holder_name=name))


@needs_pango
def test_the_same_facts_give_the_same_bytes(facts: CertificateFacts) -> None:
    first = printed(facts)
    printed(facts, holder_name="Somebody Else", language="hi")
    assert printed(facts) == first


@needs_pango
def test_another_process_gives_the_same_bytes_too(facts: CertificateFacts, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(certificate_html(facts, qr_svg(facts.verify_url)), encoding="utf-8")
    program = (
        "import sys; from pathlib import Path; from lms.printing import print_pdf;"
        "sys.stdout.buffer.write(print_pdf(Path(sys.argv[1]).read_text(encoding='utf-8'), Path(sys.argv[2])))"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "page.html"), str(FOLDER)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "7"}
    assert subprocess.run(command, env=environment, check=True, capture_output=True).stdout == printed(facts)


@needs_pango
def test_the_file_names_its_title_its_author_and_its_language(facts: CertificateFacts) -> None:
    reader = PdfReader(BytesIO(printed(facts)))
    assert reader.metadata is not None
    assert reader.metadata.title == f"Certificate of competence {facts.number}: {facts.holder_name}"
    assert reader.metadata.author == facts.council_name
    assert reader.trailer["/Root"]["/Lang"] == "en"


@needs_pango
def test_nothing_in_it_is_without_words_for_those_who_hear_it(
    facts: CertificateFacts, caplog: pytest.LogCaptureFixture
) -> None:
    pdf = printed(facts)
    assert [record.getMessage() for record in caplog.records] == []
    assert PdfReader(BytesIO(pdf)).trailer["/Root"]["/MarkInfo"]["/Marked"].value is True


@needs_pango
def test_a_given_title_and_author_go_before_those_of_the_page(tmp_path: Path) -> None:
    pdf = print_pdf("<html lang=en><title>Draft</title><p>Words", tmp_path, title="Paper 7", author="Council")
    metadata = PdfReader(BytesIO(pdf)).metadata
    assert metadata is not None
    assert (metadata.title, metadata.author) == ("Paper 7", "Council")


@needs_pango
@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/a.png",
        "https://example.org/a.png",
        "file:///etc/passwd",
        "../../../../../etc/passwd",
        "fonts/../../settings.py",
        "data:image/png;base64,AAAA",
        "ftp://example.org/a.png",
    ],
)
def test_a_page_that_asks_for_something_foreign_is_not_printed(tmp_path: Path, address: str) -> None:
    with pytest.raises(ForeignResource):
        print_pdf(f'<html lang=en><title>t</title><img alt="" src="{address}">', tmp_path)


@needs_pango
def test_a_style_sheet_cannot_ask_for_more_than_its_page(tmp_path: Path) -> None:
    (tmp_path / "page.css").write_text('@font-face { font-family: X; src: url("http://127.0.0.1:9/x.woff2") }')
    with pytest.raises(ForeignResource):
        print_pdf("<html lang=en><title>t</title><link rel=stylesheet href=page.css><p>Words", tmp_path)


def test_files_of_the_folder_and_our_fonts_are_opened(tmp_path: Path) -> None:
    (tmp_path / "a b.css").write_text("p { color: teal }")
    assert file_of(f"{tmp_path.as_uri()}/a%20b.css", tmp_path) == tmp_path / "a b.css"
    font = "NotoSans-latin-400.woff2"
    assert file_of(f"{tmp_path.as_uri()}/fonts/{font}", tmp_path) == (FONTS / font).resolve()


def test_a_link_does_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "page.css").symlink_to("/etc/passwd")
    with pytest.raises(ForeignResource):
        file_of(f"{tmp_path.as_uri()}/page.css", tmp_path)


@pytest.mark.parametrize(
    "path", ["", "fonts/", "fonts/../style.css", "fonts/missing.woff2", "%2e%2e/etc", "fonts/%2e%2e"]
)
def test_folders_and_what_is_missing_are_not_opened(tmp_path: Path, path: str) -> None:
    with pytest.raises(ForeignResource):
        file_of(f"{tmp_path.as_uri()}/{path}", tmp_path)


def test_a_file_on_another_host_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "a.css").touch()
    with pytest.raises(ForeignResource):
        file_of(f"file://elsewhere{tmp_path}/a.css", tmp_path)


def test_without_pango_the_refusal_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "LIBRARIES", ("libpango-that-is-not-here.so.0",))
    printing._fonts.cache_clear()
    with pytest.raises(PrintingUnavailable, match=r"apt-get install .* libpango-1\.0-0") as refusal:
        print_pdf("<p>Words", tmp_path)
    assert refusal.value.missing == ("libpango-that-is-not-here.so.0",)
