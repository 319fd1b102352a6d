"""The file of a published skill: its text, or a PDF whose lines are put together to the paragraphs that pages broke."""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace

from curriculum.documents import decode_text
from curriculum.framework_import import LONGEST, Imported, Origin, clean_lines, import_skill
from curriculum.framework_layout import LAYOUTS, layout_language
from curriculum.framework_paragraphs import paragraphs_of, rows_of
from curriculum.problems import Place, Problem, error, has_errors, quoted, warning
from curriculum.published.errors import NotAPack
from curriculum.published.files import is_pdf, published_text
from curriculum.words import Message


def import_file(
    content: bytes, file: str, origin: Origin, language: str | None, read_pdf: Callable[[bytes], str]
) -> Imported:
    """Read a published text from the bytes of a file: text, or a PDF that `read_pdf` gives the text of."""
    if not is_pdf(content):
        text, problems = decode_text(content, file)
        return _refused(problems) if text is None else import_skill(text, file, origin, language)
    try:
        return import_pdf_text(published_text(content, read_pdf), file, origin, language)
    except NotAPack as refusal:
        return _refused([error("", refusal.message, place=Place(file=file, line=1, column=1))])


def import_pdf_text(text: str, file: str, origin: Origin, language: str | None = None) -> Imported:
    """Read the text of a PDF, whose pages broke paragraphs into lines; the lines returned are its paragraphs."""
    found = language or layout_language(clean_lines(text.replace("\f", "\n")))
    if found is None or len(text) > LONGEST:
        return import_skill(text, file, origin, language)
    rows, repeated = rows_of(unicodedata.normalize("NFC", text), LAYOUTS[found])
    paragraphs = paragraphs_of(rows, LAYOUTS[found])
    read = import_skill("\n".join(one.text for one in paragraphs), file, origin, found)
    told = [(1, warning("", _around(line))) for line in repeated]
    told += [(number, one) for number, part in enumerate(paragraphs, start=1) for one in part.problems]
    own = (replace(one, place=Place(file=file, line=number, column=1)) for number, one in told)
    problems = sorted((*read.problems, *own), key=lambda problem: problem.place.line)
    return replace(read, skill=None if has_errors(problems) else read.skill, problems=tuple(problems))


def _around(line: str) -> Message:
    return Message("%(text)s stands around the text of a page; it was left out", {"text": quoted(line)})


def _refused(problems: Iterable[Problem]) -> Imported:
    return Imported(skill=None, lines=(), problems=tuple(problems))
