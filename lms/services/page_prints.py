"""Pages printed by a worker: asked for, found once they are made, and made again when they have changed."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.extensions import db
from lms.permissions import Actor
from lms.services import jobs
from lms.tables.jobs import JobItemRow, JobRow
from lms.tables.roles import PagePrintRow


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePrint:
    """A page to be printed: what kind it is and of which thing, what the work is called, and all that stands on it.

    `key` says how the worker finds the page again: the language first, then what else it needs, 40 signs at most.
    """

    kind: str
    thing_id: int
    key: str
    html: str

    @property
    def digest(self) -> str:
        """What tells this page from the same one with anything else on it."""
        return sha256(self.html.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintState:
    """How far the printing of a page has come: the file once it is made, and the newest work of making it."""

    pdf: PagePrintRow | None
    job: JobRow | None

    @property
    def works(self) -> bool:
        """Whether it is being made."""
        return self.pdf is None and self.job is not None and self.job.state in jobs.OPEN


def state_of(page: PagePrint) -> PrintState:
    """How far the printing of a page has come; two queries."""
    query = select(JobRow).join(JobItemRow, JobItemRow.job_id == JobRow.id).where(JobItemRow.key == page.key)
    query = query.where(JobRow.kind == page.kind, JobRow.thing_id == page.thing_id)
    return PrintState(pdf=find_pdf(page), job=db.session.scalar(query.order_by(JobRow.id.desc()).limit(1)))


def find_pdf(page: PagePrint) -> PagePrintRow | None:
    """The printed page, None while nobody had it made as it is now."""
    return db.session.scalar(select(PagePrintRow).filter_by(digest=page.digest))


def request(actor: Actor, page: PagePrint, *, now: datetime) -> JobRow | None:
    """Have a page printed by a worker; None when it is printed or waits for one. The caller may see the page."""
    state = state_of(page)
    if state.pdf is not None or state.works:
        return None
    job = jobs.add_job(actor, page.kind, page.thing_id, [page.key], now=now)
    db.session.commit()
    return job


def save(page: PagePrint, content: bytes, *, now: datetime) -> None:
    """Keep a printed page; where another worker was faster, that one is kept."""
    db.session.add(PagePrintRow(digest=page.digest, size=len(content), content=content, made_at=now))
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
