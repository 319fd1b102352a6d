"""Taking pictures: pages as Chromium shows them and a printed certificate, as small WebP files."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pypdfium2
from PIL.Image import Image
from PIL.Image import open as open_image
from playwright.sync_api import Browser, Page

from tests.pictures.scenes import Scene, enter

# Text stays sharp and a page stays below 150 KB.
QUALITY = 80
PATIENCE = 30_000
CERTIFICATE_WIDTH = 1000


def photograph(browser: Browser, url: str, scene: Scene) -> bytes:
    """The scene as its visitor sees it, from the top of the screen to its bottom."""
    with looking(browser, url, scene) as page:
        page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready.then(() => document.activeElement.blur())")
        return packed(open_image(BytesIO(page.screenshot())))


@contextmanager
def looking(browser: Browser, url: str, scene: Scene) -> Iterator[Page]:
    """The page before its visitor, when the scene has been played."""
    screen = scene.screen
    context = browser.new_context(
        base_url=url,
        viewport={"width": screen.width, "height": screen.height},
        device_scale_factor=screen.sharpness,
        color_scheme=screen.scheme,
        reduced_motion="reduce",
        locale="en-IN",
        timezone_id="Asia/Kolkata",
    )
    try:
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        enter(page, scene.part, scene.language)
        scene.way(page)
        yield page
    finally:
        context.close()


def photograph_paper(pdf: bytes) -> bytes:
    """The first page of a printed file."""
    page = pypdfium2.PdfDocument(pdf)[0]
    return packed(page.render(scale=CERTIFICATE_WIDTH / page.get_width()).to_pil())


def packed(image: Image) -> bytes:
    """The picture as a small WebP file."""
    kept = BytesIO()
    image.convert("RGB").save(kept, "WEBP", quality=QUALITY, method=6)
    return kept.getvalue()


def keep(content: bytes, path: Path) -> str:
    """Write a picture; returns what to say of it."""
    path.write_bytes(content)
    return f"{path.name} ({len(content) / 1000:.0f} kB)"
