"""The days of a training in weeks, as the page of registers draws them."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

from babel.dates import format_date, get_day_names
from flask_babel import get_locale

from lms.services.registers import RegisterDay

# A week from Monday to Sunday; None outside the training.
Week = tuple[RegisterDay | None, ...]


def weeks_of(days: Sequence[RegisterDay]) -> list[tuple[str, list[Week]]]:
    """The days by month and week: the month's name, and its weeks, each whole."""
    found = []
    for _, own in groupby(days, lambda one: (one.day.year, one.day.month)):
        month = list(own)
        weeks: list[list[RegisterDay | None]] = []
        for one in month:
            if not weeks or one.day.weekday() == 0:
                weeks.append([None] * 7)
            weeks[-1][one.day.weekday()] = one
        found.append((month_name(month[0].day), [tuple(week) for week in weeks]))
    return found


def month_name(day: date) -> str:
    """The month of a day and its year, in the reader's language."""
    return format_date(day, "LLLL y", locale=get_locale() or "en")


def day_names() -> list[tuple[str, str]]:
    """Monday to Sunday in the reader's language, short and whole."""
    language = get_locale() or "en"
    short, whole = get_day_names("abbreviated", locale=language), get_day_names("wide", locale=language)
    return [(short[place], whole[place]) for place in range(7)]


def beside(page_day: date, days: Sequence[RegisterDay]) -> tuple[RegisterDay | None, RegisterDay | None]:
    """The day before and the day after a day, as far as registers can be kept."""
    open_days = {one.day: one for one in days if not one.is_to_come}
    one_day = timedelta(days=1)
    return open_days.get(page_day - one_day), open_days.get(page_day + one_day)
