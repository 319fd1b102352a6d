"""Reports, coverage and records of levels as printed pages: their HTML, and what a worker does to make them."""

from datetime import datetime
from io import BytesIO

from flask import current_app, send_file
from werkzeug.wrappers import Response

from certificates.qr import qr_svg
from lms import printing
from lms.extensions import db
from lms.jobs.queue import wake
from lms.permissions import Actor
from lms.services import coverage, page_prints, role_readiness, skill_sheets
from lms.services.coverage import CoverageMatrix
from lms.services.days import day_of
from lms.services.errors import Absent
from lms.services.page_prints import PagePrint
from lms.services.role_readiness import Report
from lms.services.skill_sheets import SkillRecord
from lms.tables.content import PackVersionRow
from lms.web.printouts import FOLDER, page_in
from lms.web.roles.picture import person_map
from lms.web.skills.pages import evidence_words, source_word

REPORT, COVERAGE, RECORD = "report", "coverage", "record"


def report_print(report: Report, language: str) -> PagePrint:
    """A report of readiness as it is today."""
    html = page_in(
        "readiness.html",
        language,
        report=report,
        role=report.role,
        readiness=report.readiness,
        map=person_map,
        today=day_of(report.at),
    )
    key = f"{language}-{report.row.id}-{report.batch_id or 0}"
    return PagePrint(kind=REPORT, thing_id=report.person.id, key=key, html=html)


def coverage_print(matrix: CoverageMatrix, language: str, at: datetime) -> PagePrint:
    """The coverage of a pack as it is today, with every line and hole in all languages."""
    html = page_in("coverage.html", language, matrix=matrix, today=day_of(at))
    return PagePrint(kind=COVERAGE, thing_id=matrix.row.id, key=language, html=html)


def record_print(record: SkillRecord, language: str, at: datetime) -> PagePrint:
    """The record of a judged level as of today."""
    address = record_address(record)
    html = page_in(
        "record.html",
        language,
        record=record,
        address=address,
        qr=qr_svg(address),
        today=day_of(at),
        evidence_words=evidence_words,
        source_word=source_word,
    )
    return PagePrint(kind=RECORD, thing_id=record.judgement.id, key=language, html=html)


def record_address(record: SkillRecord) -> str:
    """Where anybody may ask whether a judged level still counts."""
    return f"{current_app.config['SETTINGS'].public_url.rstrip('/')}/skill-records/{record.judgement.code}"


def print_report(person_id: int, key: str, now: datetime) -> None:
    """Print a report of readiness (`key` says in which language, for which role and in which batch) and keep it."""
    language, role_id, batch_id = key.split("-")
    report = role_readiness.report_for_print(person_id, int(role_id), int(batch_id) or None, now, language)
    _print(report_print(report, language), now)


def print_coverage(pack_version_id: int, key: str, now: datetime) -> None:
    """Print the coverage of a pack (`key` says in which language) and keep it."""
    matrix = coverage.matrix_from(db.session.get_one(PackVersionRow, pack_version_id), is_own=False)
    _print(coverage_print(matrix, key, now), now)


def print_record(judgement_id: int, key: str, now: datetime) -> None:
    """Print the record of a judged level (`key` says in which language) and keep it."""
    _print(record_print(skill_sheets.record_for_print(judgement_id), key, now), now)


def have_printed(actor: Actor, page: PagePrint, now: datetime) -> None:
    """Have a page printed that the actor may see."""
    if (job := page_prints.request(actor, page, now=now)) is not None:
        wake(current_app.config["SETTINGS"], job.id)


def answer_with(page: PagePrint, name: str) -> Response:
    """The printed page as a download; raises Absent while it is not made."""
    pdf = page_prints.find_pdf(page)
    if pdf is None:
        raise Absent
    return send_file(BytesIO(pdf.content), mimetype="application/pdf", as_attachment=True, download_name=name)


def _print(page: PagePrint, now: datetime) -> None:
    if page_prints.find_pdf(page) is not None:
        return
    db.session.rollback()  # laying out takes seconds, and answers are saved meanwhile
    page_prints.save(page, printing.print_pdf(page.html, FOLDER), now=now)
