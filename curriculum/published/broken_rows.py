"""Elements whose row of a table a page breaks: put together where that is sure, told where only a person can say."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from curriculum.published.elements import CriteriaText, ElementText
from curriculum.published.headings import lead_at
from curriculum.published.items import Known
from curriculum.published.names import ends_amid, is_same_name
from curriculum.published.pieces import found
from curriculum.published.problems import PublishedProblem, oddity
from curriculum.words import Message


def put_together(text: CriteriaText, known: Known) -> None:
    """Make one of elements in a row of which the second only repeats the name of the first, or goes on with it."""
    led = sorted(piece.line for piece in text.form if lead_at([piece], 0, known.leads))
    elements: list[ElementText] = []
    for element in text.elements:
        before = elements[-1] if elements else None
        if before is None or not (before.title and element.title):
            elements.append(element)
        elif is_same_name(found(before.title).text, found(element.title).text):
            text.again += element.title
            _join(before, element)
        elif not _may_go_on(before, element, led):
            elements.append(element)
        elif (paged := _is_on_next_page(before, element, known)) and _ends_amid(before, element):
            before.title += element.title
            text.parted.append(before)
            _join(before, element)
        else:
            if _ends_amid(before, element) or (paged and _is_first(element)):
                text.may_go_on.append((before, element))
            elements.append(element)
    text.elements = elements


def _join(before: ElementText, element: ElementText) -> None:
    before.items += element.items
    before.guessed = before.guessed or element.guessed


def _may_go_on(before: ElementText, element: ElementText, led: Sequence[int]) -> bool:
    """Whether nothing says that another element begins: no lead-in stands between the criteria of the two."""
    if not (before.items and element.items):
        return False
    return bisect_right(led, _last_line(before)) == bisect_right(led, element.items[0].code.piece.line)


def _is_on_next_page(before: ElementText, element: ElementText, known: Known) -> bool:
    return known.page_of(element.title[0].line) > known.page_of(_last_line(before))


def _last_line(element: ElementText) -> int:
    last = element.items[-1]
    return max(piece.line for piece in (last.code.piece, *last.pieces) if piece.text)


def _ends_amid(before: ElementText, element: ElementText) -> bool:
    return ends_amid(found(before.title).text, found(element.title).text)


def _is_first(element: ElementText) -> bool:
    """Whether a name stands beside its first criterion."""
    return not element.guessed and element.title[0].line == element.items[0].code.piece.line


def tell_broken(text: CriteriaText) -> Iterator[PublishedProblem]:
    """Names that were put together from two pages, and those that may have to be."""
    for element in text.parted:
        words = Message(
            "the name “%(title)s” is put together from two places that a page parts; check that it is one element",
            {"title": found(element.title).text},
        )
        yield oddity(element.title[-1].line, words)
    for before, element in text.may_go_on:
        words = Message(
            "“%(name)s” is read as the name of another element; "
            "check that it is not the rest of the name “%(before)s”, which a page parts",
            {"name": found(element.title).text, "before": found(before.title).text},
        )
        yield oddity(element.title[0].line, words)
