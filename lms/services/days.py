"""Calendar days where the site is: the day of a moment, and the moments at which days begin and end."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app


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
