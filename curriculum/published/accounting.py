"""That no word of a text is lost: what was used of each line, and what is said of the rest."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from curriculum.published.lines import Line, words_of
from curriculum.published.model import PrintedMarks
from curriculum.published.pieces import Piece
from curriculum.published.problems import PublishedProblem, PublishedSeverity, oddity
from curriculum.words import Message

_STRANGE = Message("is not understood and left out")


def account(lines: Iterable[Line], used: Iterable[Piece], reasons: Mapping[int, Message]) -> Iterator[PublishedProblem]:
    """Notes for the words that are in no value, joined where lines in a row are left out for the same reason."""
    claimed: dict[int, list[str]] = {}
    for piece in set(used):
        claimed.setdefault(piece.line, []).extend(words_of(piece.text))
    run: list[tuple[int, str]] = []
    reason: Message | None = None
    for line in lines:
        rest = left_over(line.text, claimed.get(line.number, ()))
        if not rest and line.number not in claimed:
            continue
        why = reasons.get(line.number, _STRANGE) if rest else None
        if run and (why is not reason or why is _STRANGE):
            yield _told(run, reason)
            run = []
        reason = why
        if rest:
            run.append((line.number, rest))
    if run:
        yield _told(run, reason)


def left_over(text: str, claimed: Iterable[str]) -> str:
    """What of a text was not claimed: all of it, its last words, or the words that nobody asked for."""
    words, taken = words_of(text), Counter(claimed)
    if not taken:
        return text if words else ""
    rest = []
    for word in reversed(words):
        if taken[word]:
            taken[word] -= 1
        else:
            rest.append(word)
    return " ".join(reversed(rest))


def lost_marks(
    lines: Sequence[Line], marks: PrintedMarks, told: Iterable[PublishedProblem]
) -> Iterator[PublishedProblem]:
    """Words of tables of marks that are neither in what was read of them nor in what is said about them."""
    pool: Counter[str] = Counter()
    for text in _texts(marks):
        pool.update(words_of(text))
    for problem in told:
        pool.update(words_of(problem.words))
    for line in lines:
        rest = []
        for word in words_of(line.text):
            if pool[word]:
                pool[word] -= 1
            else:
                rest.append(word)
        if rest:
            yield oddity(line.number, _STRANGE, " ".join(rest))


def _texts(marks: PrintedMarks) -> Iterator[str]:
    for row in marks.rows:
        yield from (row.unit, row.label, row.text, *row.marks.values())
    for total in marks.totals:
        yield from (total.unit or "", *total.marks.values())
    for weight in marks.weights:
        yield from (weight.unit, weight.title, weight.weight, weight.group, *weight.marks.values())
    for percent in marks.percents:
        yield from (percent.of, percent.percent)


def _told(run: Sequence[tuple[int, str]], reason: Message | None) -> PublishedProblem:
    return PublishedProblem(
        line=run[0][0],
        last=run[-1][0],
        severity=PublishedSeverity.WARNING if reason is _STRANGE else PublishedSeverity.NOTE,
        message=reason or _STRANGE,
        words="\n".join(text for _, text in run),
    )
