"""The queue that wakes workers. What is to be done stands in the job rows; losing the queue loses nothing."""

import logging

from huey import Huey, PostgresHuey, SqliteHuey
from sqlalchemy import make_url

from lms.settings import Settings


def open_queue(settings: Settings) -> Huey:
    """The queue beside the site's database: a file in the instance folder, or tables in PostgreSQL."""
    if settings.is_sqlite:
        return SqliteHuey("yogyata", filename=str(settings.instance / "queue.db"))
    address = make_url(settings.database_url).set(drivername="postgresql")
    return PostgresHuey("yogyata", dsn=address.render_as_string(hide_password=False))


def wake(settings: Settings, job_id: int) -> None:
    """Tell a worker about a job. Where that fails the sweep finds the job within a minute."""
    from lms.jobs.tasks import bind  # noqa: PLC0415 -- tasks make the app, and the app's pages wake workers

    try:
        bind(open_queue(settings))(job_id)
    except Exception as fault:
        logging.getLogger(__name__).warning("the queue did not take job %s: %s", job_id, fault)
