"""PDFs written by hand, as no program writes them: what stands in their pages is given as it is."""

import zlib
from collections.abc import Sequence


def raw_pdf(contents: Sequence[bytes], *, page: bytes = b"", font: bytes = b"", to_unicode: bytes = b"") -> bytes:
    """A PDF with these pages; `page` and `font` are put into each page and into their one font."""
    helvetica = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding" + font
    objects = [helvetica + (b"/ToUnicode 2 0 R>>" if to_unicode else b">>"), _stream(to_unicode), b""]
    kids = []
    for content in contents:
        objects.append(_stream(content))
        names = b"/Resources<</Font<</F 1 0 R>>>>/Contents %d 0 R" % len(objects)
        objects.append(b"<</Type/Page/Parent 3 0 R/MediaBox[0 0 595 842]" + names + page + b">>")
        kids.append(len(objects))
    objects[2] = b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    objects.append(b"<</Type/Catalog/Pages 3 0 R>>")
    return _file(objects)


def shown(lines: Sequence[str], *, size: int = 9, step: int = 11, matrix: str = "1 0 0 1 {x} {y}") -> bytes:
    """Lines of text, one below the other; `matrix` says how they are turned, and where each stands."""
    rows = []
    for number, line in enumerate(lines):
        place = matrix.format(x=50, y=800 - number * step, along=50 + number * step)
        words = line.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        rows.append(place.encode() + b" Tm (" + words + b") Tj")
    return b"BT /F %d Tf " % size + b" ".join(rows) + b" ET"


def letters_as(letters: dict[str, str]) -> bytes:
    """What a font says about the meaning of its letters; what is not named means itself."""
    pairs = [(code, letters.get(chr(code), chr(code)).encode("utf-16-be", "surrogatepass")) for code in range(32, 127)]
    rows = b"\n".join(b"<%02x> <%b>" % (code, meant.hex().encode()) for code, meant in pairs)
    return (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def "
        b"1 begincodespacerange <00> <ff> endcodespacerange 95 beginbfchar\n" + rows + b"\nendbfchar endcmap end end"
    )


def _stream(content: bytes) -> bytes:
    packed = zlib.compress(content, 9)
    return b"<</Filter/FlateDecode/Length %d>>\nstream\n" % len(packed) + packed + b"\nendstream"


def _file(objects: Sequence[bytes]) -> bytes:
    written, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n" % number + one + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer <</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(objects), len(written))
    return written + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + end
