"""Calendar days where the site is: the day of a moment, when days begin and end, and what no clock of ours shows."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app

_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def day_of(moment: datetime) -> date:
    """The local date of a moment."""
    return moment.astimezone(zone()).date()


def start_of(day: date) -> datetime:
    """The moment at which a local day begins."""
    return datetime.combine(day, time(), tzinfo=zone())


def end_of(day: date) -> datetime:
    """The moment at which a local day is over."""
    return start_of(day + timedelta(days=1))


def zone() -> ZoneInfo:
    """The zone in which the site's days begin and end."""
    return ZoneInfo(current_app.config["SETTINGS"].time_zone)


def believable(moment: datetime | None) -> datetime | None:
    """What a device says is the time, brought into this century: all others overflow somewhere, and mean nothing."""
    return None if moment is None else min(max(moment, _FIRST), _LAST)
