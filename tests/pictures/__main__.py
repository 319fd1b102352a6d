"""`./run pictures`: makes the pictures of the documents from a demo of its own, on a site of its own."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
from playwright.sync_api import expect, sync_playwright
from sqlalchemy import select

from lms.cli.serve import make_ready
from lms.clock import now
from lms.extensions import db
from lms.services import certification
from lms.settings import ROOT, Settings
from lms.tables.certification import CertificateFileRow, CertificateRow
from tests.journeys.site import ARGUMENTS, Site, find_chromium, served
from tests.pictures import camera
from tests.pictures.scenes import SCENES

FOLDER = ROOT / "docs" / "pictures"
CERTIFICATE = "certificate"
NAMES = (*(scene.name for scene in SCENES), CERTIFICATE)


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
def pictures(names: tuple[str, ...]) -> None:
    """Make the pictures in docs/pictures anew, all or those named."""
    if unknown := sorted(set(names) - set(NAMES)):
        raise click.ClickException(f"There is no picture {', '.join(unknown)}. There are: {', '.join(NAMES)}")
    chromium = find_chromium(whole=True)
    if chromium is None:
        raise click.ClickException("Pictures are taken in Chromium, and here is none: sudo apt-get install -y chromium")
    with tempfile.TemporaryDirectory(prefix="yogyata-pictures-") as folder:
        site_of_its_own(Path(folder))
        make_ready(demo=True)
        FOLDER.mkdir(exist_ok=True)
        with served(Path(folder), Settings.load().database_url) as site:
            for told in take(site, chromium, set(names or NAMES)):
                click.echo(told)
    total = sum(path.stat().st_size for path in FOLDER.glob("*.webp"))
    click.echo(f"{len(list(FOLDER.glob('*.webp')))} pictures in {FOLDER}, {total / 1000:.0f} kB together.")


def site_of_its_own(folder: Path) -> None:
    """Nothing of a site that is run on this machine: its folder, its database, its settings."""
    for name in [name for name in os.environ if name.startswith("YOGYATA_")]:
        del os.environ[name]
    os.environ["YOGYATA_INSTANCE"] = str(folder)


def take(site: Site, chromium: Path, names: set[str]) -> Iterator[str]:
    """Take the pictures of these names; gives a line on each."""
    expect.set_options(timeout=camera.PATIENCE)
    scenes = [scene for scene in SCENES if scene.name in names]
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for scene in scenes:
            yield camera.keep(camera.photograph(browser, site.url, scene), place_of(scene.name))
        browser.close()
    if CERTIFICATE in names:
        yield camera.keep(camera.photograph_paper(printed_certificate(site)), place_of(CERTIFICATE))


def place_of(name: str) -> Path:
    """Where the picture of this name is kept."""
    return FOLDER / f"{name}.webp"


def printed_certificate(site: Site) -> bytes:
    """The PDF of the demo's first certificate."""
    with site.inside():
        row = db.session.scalars(select(CertificateRow).order_by(CertificateRow.id).limit(1)).one()
        certificate_id = row.id
        certification.print_certificate(row.result.candidate.assessment_id, str(certificate_id), now())
        file = select(CertificateFileRow.content).filter_by(certificate_id=certificate_id)
        return db.session.scalars(file).one()


if __name__ == "__main__":
    pictures(prog_name="./run pictures")
