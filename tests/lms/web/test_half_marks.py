"""What people read of marks that are counted in half marks: figures in marks, never in mark units."""

from fractions import Fraction

from assessments.model import Cell, Component
from assessments.scoring import Score
from lms.records.content import pack_of
from lms.web.results.picture import marks_map
from tests import world

HALF = Fraction(1, 2)


def test_the_map_of_a_result_tells_half_marks_as_marks(app) -> None:
    pack = pack_of(world.pack_version())
    ref = pack.criterion_refs()[0]
    scores = {Cell(ref=ref, component=Component.THEORY): Score(awarded=Fraction(5), available=9)}
    with app.test_request_context():
        told = str(marks_map(pack, scores, HALF))
    assert "2.50 of 4.50" in told
    assert "of 9" not in told
