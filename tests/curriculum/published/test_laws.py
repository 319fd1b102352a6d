"""Laws of the importer: any pack in any printed layout reads back the same, and no word is lost."""

from collections import Counter
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from curriculum.published.model import ReadPack
from curriculum.published.problems import PublishedSeverity
from curriculum.published.reading import read_published
from tests.published import lost_words, strange_words
from tests.published_packs import AnyPack, packs
from tests.published_printing import expected, in_hindi, print_new, print_old, print_web
from tests.strategies import law

widths = st.integers(60, 120)


def check(text: str, read: ReadPack, pack: AnyPack, wanted: dict[str, Any]) -> None:
    """The pack, its units and its list are what was printed; every word is accounted for, and none is made up."""
    assert list(read.units) == wanted["units"]
    assert read.pack["units"] == wanted["listed"]
    names = (
        "code",
        "title",
        "version",
        "nsqf_level",
        "sector",
        "brief_description",
        "personal_attributes",
        "guidelines",
    )
    known = (pack.code, pack.title, pack.version, pack.level, pack.sector, pack.brief, pack.attributes, pack.guidelines)
    assert tuple(read.pack[name] for name in names) == known
    assert lost_words(text, read) == Counter()
    assert strange_words(text, read) == []
    odd = [problem for problem in read.problems if problem.severity is not PublishedSeverity.NOTE]
    assert [problem for problem in odd if problem.words or problem.severity is PublishedSeverity.ERROR] == []


@law
@given(packs(), widths, st.integers(20, 50))
def test_a_pack_printed_in_the_new_layout_reads_back_the_same(pack: AnyPack, width: int, page: int) -> None:
    text = print_new(pack, width, page)
    codes = {unit.code: unit.code for unit in pack.every_unit()}
    check(text, read_published(text), pack, expected(pack, codes=codes, status="published", versions=True))


@law
@given(packs(), widths, st.integers(20, 50))
def test_a_pack_with_headings_in_hindi_reads_back_the_same(pack: AnyPack, width: int, page: int) -> None:
    text = in_hindi(print_new(pack, width, page))
    codes = {unit.code: unit.code for unit in pack.every_unit()}
    check(text, read_published(text), pack, expected(pack, codes=codes, status="published", versions=True))


@law
@given(packs(), widths, st.integers(20, 50))
def test_a_pack_with_its_codes_in_small_letters_reads_back_the_same(pack: AnyPack, width: int, page: int) -> None:
    codes = {unit.code: unit.code for unit in pack.every_unit()}
    text = print_new(pack, width, page)
    for code in (pack.code, *codes):
        text = text.replace(code, code.lower())
    check(text, read_published(text), pack, expected(pack, codes=codes, status="published", versions=True))


@law
@given(packs(old=True), widths, st.booleans())
def test_a_pack_printed_in_the_old_layout_reads_back_the_same(pack: AnyPack, width: int, amid: bool) -> None:
    text = print_old(pack, width, amid=amid)
    codes = {unit.code: unit.code for unit in pack.every_unit()}
    read = read_published(text)
    # Names beside the first of their criteria can look just as names in the middle of others do; that is told.
    assume(amid or not any("stands among criteria" in problem.message.template for problem in read.problems))
    check(text, read, pack, expected(pack, codes=codes, status="published", versions=True))


@law
@given(packs(), widths, st.booleans())
def test_a_pack_printed_on_a_web_page_reads_back_the_same(pack: AnyPack, width: int, apart: bool) -> None:
    text = print_web(pack, width, apart=apart)
    meta = {"code": pack.code, "version": pack.version, "nsqf_level": pack.level, "sector": pack.sector}
    codes = {unit.code: f"{pack.code}-U{number}" for number, unit in enumerate(pack.every_unit(), start=1)}
    check(text, read_published(text, meta), pack, expected(pack, codes=codes, status="local", versions=False))
