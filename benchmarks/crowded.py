"""The site on a crowded world, in this process or for a server, at the moment that its pages are opened."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory

import time_machine
from flask import Flask
from flask_migrate import upgrade
from pydantic import SecretStr

from lms.app import create_app
from lms.extensions import close_connections, db
from lms.records import content
from lms.settings import Settings
from lms.tables.content import ItemVersionRow, LessonVersionRow, PackVersionRow, SchemeVersionRow
from lms.tables.skills import FrameworkVersionRow
from tests import crowd, world
from tests.crowd import Crowd

SMALL, LARGE = 6, 30
KEY = "for measuring only, never served"


@contextmanager
def template() -> Iterator[Path]:
    """A migrated database with the test world in it, in a folder of its own."""
    with TemporaryDirectory(prefix="yogyata-bench-") as name:
        path = Path(name) / "template.db"
        app = app_on(path)
        with app.app_context():
            upgrade()
            world.build()
            db.session.remove()
            close_connections()
        yield path


def app_on(path: Path) -> Flask:
    """The site on a database file."""
    settings = Settings(instance=path.parent, database_url=f"sqlite:///{path}", secret_key=SecretStr(KEY))
    return create_app(settings)


@contextmanager
def crowded(template: Path, folder: Path, count: int) -> Iterator[tuple[Flask, Crowd]]:
    """The site on a copy of the test world with `count` of everything, at the moment that its pages are opened."""
    folder.mkdir(exist_ok=True)
    path = folder / "yogyata.db"
    copy(template, path)
    app = app_on(path)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        filled = crowd.fill(count)
        _read_content()
        db.session.remove()
    with time_machine.travel(crowd.NOW, tick=False):
        yield app, filled
    with app.app_context():
        close_connections()


def _read_content() -> None:
    """Turn all content into its values once: they are kept by their hash, as on a site that has run for a minute."""
    for pack in db.session.query(PackVersionRow):
        content.pack_of(pack)
    for scheme in db.session.query(SchemeVersionRow):
        content.scheme_of(scheme)
    for item in db.session.query(ItemVersionRow):
        content.face_of(item)
    for lesson in db.session.query(LessonVersionRow):
        content.lesson_of(lesson)
    for skill in db.session.query(FrameworkVersionRow):
        content.skill_of(skill)


def from_environment() -> Flask:
    """For a server: the environment names the database, and the real time at which the pages are opened.

    All its processes get the same clock: a session signed by one that is ahead would be refused by the others.
    """
    passed = timedelta(seconds=time.time() - float(os.environ["CROWDED_SINCE"]))
    time_machine.travel(crowd.NOW + passed, tick=True).start()
    return app_on(Path(os.environ["CROWDED_DATABASE"]))
