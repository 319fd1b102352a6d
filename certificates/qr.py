"""The square a phone reads: a web address as a QR code."""

import segno

DARK = "#0b2b2b"
QUIET_ZONE = 4


def qr_svg(address: str) -> str:
    """An SVG of the address, one unit a module, error level M, with the quiet zone the standard asks for.

    Its title is the address, for those who have the page read out.
    """
    code = segno.make(address, error="m", boost_error=False, micro=False)
    return code.svg_inline(border=QUIET_ZONE, dark=DARK, omitsize=True, title=address, svgclass="qr", lineclass=None)
