"""The folder with what a demo leaves on paper: booklets, mark sheets, certificates and exports."""

import shutil
from concurrent.futures import Future, wait
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import func, select

from lms.cli.presses import Presses
from lms.extensions import db
from lms.services import booklets, exports
from lms.simulation.demo import Step
from lms.simulation.people import COUNCIL_LOGINS, as_person
from lms.simulation.tally import Stage, Tally
from lms.tables.certification import CertificateFileRow, CertificateRow
from lms.tables.jobs import JobItemRow
from lms.web import printed_papers, printouts

ABOUT = "README.txt"
BOOKLETS, MARK_SHEETS, CERTIFICATES, RESULTS = PARTS = ("booklets", "mark-sheets", "certificates", "results")
LOOK_SECONDS = 0.3
_MARK = "Made by the demo of Yogyata. Everybody and everything in here is simulated."
_CONTENTS = f"""{_MARK}

booklets/       a theory paper for each candidate of the assessment that runs, to be printed
mark-sheets/    the mark sheets of the finished batches
certificates/   a certificate for everybody who is competent; all are specimens
results/        the export of the results of each council that has some, as a workbook and as CSV

`./run demo --fresh` makes this folder anew.
"""


@dataclass(frozen=True, slots=True)
class Folder:
    """Where the files go; only what an earlier demo left is taken away."""

    path: Path

    def check(self) -> None:
        """Refuse a folder that is somebody else's; raises ClickException."""
        if self.path.exists() and not self.path.is_dir():
            raise click.ClickException(f"{self.path} is a file. Name a folder with --output.")
        if self.path.exists() and any(self.path.iterdir()) and not self._is_ours():
            raise click.ClickException(f"{self.path} holds other files. Name another folder with --output.")

    def begin(self) -> None:
        """Take an earlier demo's files away and make the folder."""
        self.check()
        for part in PARTS:
            if (self.path / part).is_dir():
                shutil.rmtree(self.path / part)
        self.path.mkdir(parents=True, exist_ok=True)
        (self.path / ABOUT).write_text(_CONTENTS)

    def add(self, part: str, name: str, content: bytes) -> None:
        """Write one file."""
        folder = self.path / part
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)

    def count(self) -> int:
        """How many files there are in it."""
        return sum(path.is_file() for part in PARTS for path in (self.path / part).glob("*"))

    def _is_ours(self) -> bool:
        about = self.path / ABOUT
        return about.is_file() and about.read_text(errors="replace").startswith(_MARK)


class DemoFiles:
    """Has printed what each step of the making gives, while the next step is made; needs an app context."""

    def __init__(self, folder: Folder, presses: Presses, tally: Tally, now: datetime) -> None:
        self._folder, self._presses, self._tally, self._now = folder, presses, tally, now
        self._pages: dict[Future[bytes], tuple[Stage, str, str]] = {}
        self._jobs: list[Future[None]] = []

    def follow(self, step: Step) -> None:
        """Give the presses what a step has made ready, and keep what they have done."""
        if step.job is not None:
            items = select(func.count(JobItemRow.id)).filter_by(job_id=step.job)
            self._tally.expect(Stage.CERTIFICATES, db.session.scalar(items) or 0)
            self._jobs.append(self._presses.do_job(step.job))
        if step.released is not None:
            page = printouts.mark_sheet_page(as_person("agency"), step.released, now=self._now)
            self._print(Stage.MARK_SHEETS, MARK_SHEETS, f"{step.words.split()[0]}.pdf", page)
        if step.drawn is not None:
            row, papers = booklets.print_booklets(as_person("agency"), step.drawn, now=self._now)
            for booklet in papers:
                page = printed_papers.booklet_page(row, booklet)
                self._print(Stage.BOOKLETS, BOOKLETS, f"{booklet.candidate.number}.pdf", page)
        self._collect()

    def finish(self) -> None:
        """Write the exports, wait for the presses, and write the certificates."""
        for council, login in COUNCIL_LOGINS.items():
            actor = as_person(login)
            if not exports.count(actor, exports.Filters()).lines:
                continue
            for kind in ("xlsx", "csv"):
                content = exports.export(actor, exports.Filters(), kind, now=self._now)
                self._folder.add(RESULTS, f"{council}-results.{kind}", content)
                self._collect()
        while open_now := [*self._pages, *(job for job in self._jobs if not job.done())]:
            wait(open_now, timeout=LOOK_SECONDS)
            self._collect()
        for job in self._jobs:
            job.result()
        printed = select(CertificateRow.number, CertificateFileRow.content).join(
            CertificateFileRow, CertificateFileRow.certificate_id == CertificateRow.id
        )
        for number, content in db.session.execute(printed):
            self._folder.add(CERTIFICATES, f"{number}.pdf", content)
        db.session.rollback()

    def _print(self, stage: Stage, part: str, name: str, page: str) -> None:
        self._tally.expect(stage, 1)
        self._pages[self._presses.print_page(page, printouts.FOLDER)] = (stage, part, name)

    def _collect(self) -> None:
        """Keep what is printed, and count the certificates that the jobs have printed meanwhile."""
        for page in [page for page in self._pages if page.done()]:
            stage, part, name = self._pages.pop(page)
            self._folder.add(part, name, page.result())
            self._tally.add(stage)
        printed = db.session.scalar(select(func.count(CertificateFileRow.id))) or 0
        db.session.rollback()  # the presses write, and must not wait for who only looks
        self._tally.add(Stage.CERTIFICATES, printed - self._tally.done[Stage.CERTIFICATES])
