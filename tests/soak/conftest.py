"""Fixtures of long runs: a hall of candidates, and a database cluster that may be killed."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from lms.clock import now
from lms.extensions import close_connections, db
from tests.conftest import filled, site_on
from tests.oracle import journal, judge
from tests.oracle.cluster import Cluster, cluster
from tests.oracle.hall import Seat, open_hall

Hall = Callable[..., list[Seat]]


@pytest.fixture
def hall(app: Flask) -> Hall:
    """Opens a hall of some candidates; the test's own connections are let go of."""

    def open_one(count: int, *, started: bool = True, at: datetime | None = None) -> list[Seat]:
        seats = open_hall(count, at or now(), started=started)
        db.session.remove()
        close_connections()
        return seats

    return open_one


@pytest.fixture
def own_cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A PostgreSQL cluster of this test's own, filled with the world."""

    def fill(url: str) -> None:
        site = filled(tmp_path, url)
        with site.app_context():
            close_connections()

    try:
        with cluster(fill) as made:
            yield made
    except (FileNotFoundError, KeyError):
        pytest.skip("PostgreSQL is not installed, only a server to ask")


@pytest.fixture
def clustered(own_cluster: Cluster, tmp_path: Path) -> Iterator[Flask]:
    """The site on that cluster."""
    site = site_on(tmp_path, own_cluster.url)
    with site.app_context():
        yield site
        db.session.remove()
        close_connections()


def faults_of(folder: Path) -> tuple[journal.Told, list[str]]:
    """What candidates wrote down, and all that the database has otherwise."""
    told = journal.read(folder)
    faults = judge.faults(told, judge.kept_events(), judge.counted_answers())
    db.session.remove()
    return told, faults
