"""Printing one certificate, beside WeasyPrint called the plain way on the same page."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.harness import Row, compare
from certificates.html import STANDARD, certificate_html
from certificates.loading import design_folder, load_sample
from certificates.qr import qr_svg
from lms import printing


def rows(rounds: int) -> Iterator[Row]:
    """The sample of the standard design."""
    if printing.missing_libraries():
        raise SystemExit("what WeasyPrint needs is not installed: ./run doctor says how to get it")
    from weasyprint import HTML  # noqa: PLC0415 -- seconds to import, and not everywhere

    facts, _ = load_sample(STANDARD)
    if facts is None:
        raise SystemExit("the sample of the design cannot be read: ./run check says why")
    folder = design_folder(STANDARD)
    page = certificate_html(facts, qr_svg(facts.verify_url))
    fetch = printing._fetcher(folder)

    def plain() -> object:
        html = HTML(string=page, base_url=f"{Path(folder).resolve().as_uri()}/", url_fetcher=fetch)
        return html.write_pdf(pdf_variant=printing.ACCESSIBLE)

    yield compare(
        "one certificate, page and PDF",
        rounds=rounds,
        unit="ms",
        ours=lambda: printing.print_pdf(certificate_html(facts, qr_svg(facts.verify_url)), folder, pages=1),
        baseline_name="HTML(...).write_pdf() on the finished page",
        baseline=plain,
        note="ours also fills the page in and draws the square",
    )
