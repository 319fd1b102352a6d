"""The queue that wakes workers. What is to be done stands in the job rows; losing the queue loses nothing."""

from huey import Huey, PostgresHuey, SqliteHuey
from sqlalchemy import make_url

from lms.settings import Settings


def open_queue(settings: Settings) -> Huey:
    """The queue beside the site's database: a file in the instance folder, or tables in PostgreSQL."""
    if settings.is_sqlite:
        return SqliteHuey("yogyata", filename=str(settings.instance / "queue.db"))
    address = make_url(settings.database_url).set(drivername="postgresql")
    return PostgresHuey("yogyata", dsn=address.render_as_string(hide_password=False))
