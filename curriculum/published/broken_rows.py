"""Elements whose row of a table a page breaks: put together where that is sure, told where only a person can say."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from curriculum.published.elements import CriteriaText, ElementText
from curriculum.published.headings import lead_at
from curriculum.published.items import Known
from curriculum.published.names import ends_amid, is_same_name, says_again
from curriculum.published.pieces import found
from curriculum.published.problems import PublishedProblem, oddity
from curriculum.words import Message


def put_together(text: CriteriaText, known: Known) -> None:
    """Make one of elements in a row where a page repeats the name of the first, or goes on with it.

    Names that are the same and no page's doing are those of two elements; what only a person can say is told.
    """
    led = sorted(piece.line for piece in text.form if lead_at([piece], 0, known.leads))
    elements: list[ElementText] = []
    for element in text.elements:
        before = elements[-1] if elements else None
        if before is None or not (before.title and element.title):
            elements.append(element)
            continue
        paged, alone = _is_on_next_page(before, element, known), _is_without_lead(before, element, led)
        if is_same_name(found(before.title).text, found(element.title).text):
            text.twice.append((element, is_one := paged and alone))
            if is_one:
                text.again += element.title
                _join(before, element)
            else:
                elements.append(element)
        elif paged and alone and before.items and _ends_amid(before, element):
            before.title += element.title
            text.parted.append(before)
            _join(before, element)
        else:
            if _ends_amid(before, element) or not before.items or (paged and alone and not element.guessed):
                text.may_go_on.append((before, element))
            elements.append(element)
    text.elements = elements


def _join(before: ElementText, element: ElementText) -> None:
    before.items += element.items
    before.guessed = before.guessed or element.guessed


def _is_without_lead(before: ElementText, element: ElementText, led: Sequence[int]) -> bool:
    """Whether nothing says that another element begins: no lead-in stands between the criteria of the two."""
    if not element.items:
        return False
    return bisect_right(led, _last_line(before)) == bisect_right(led, element.items[0].code.piece.line)


def _is_on_next_page(before: ElementText, element: ElementText, known: Known) -> bool:
    """Whether a name stands on a page on which nothing of the element before it begins."""
    begins = before.items[-1].code.piece if before.items else before.title[-1]
    return known.page_of(element.title[0].line) > known.page_of(begins.line)


def _last_line(element: ElementText) -> int:
    if not element.items:
        return element.title[-1].line
    last = element.items[-1]
    return max(piece.line for piece in (last.code.piece, *last.pieces) if piece.text)


def _ends_amid(before: ElementText, element: ElementText) -> bool:
    return ends_amid(found(before.title).text, found(element.title).text)


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
    for element, is_one in text.twice:
        facts = {"title": found(element.title).text}
        if not is_one:
            words = Message("“%(title)s” is printed for two elements in a row; check that they are not one", facts)
            yield oddity(element.title[0].line, words)
        elif not says_again(facts["title"]):
            words = Message("“%(title)s” is printed again on a new page; check that it is not another element", facts)
            yield oddity(element.title[0].line, words)
