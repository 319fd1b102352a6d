"""The mark of a demo and the people it offers."""

from lms.services import demo_visitors
from lms.services.demo_visitors import PARTS, Part
from tests.conftest import BOTH
from tests.world import DAY


@BOTH
def test_a_database_without_the_mark_is_no_demo_and_offers_nobody(app) -> None:
    assert not demo_visitors.is_demo()
    assert demo_visitors.list_visitors() == []


@BOTH
def test_a_demo_is_one_once_it_is_finished(app) -> None:
    demo_visitors.begin("a seed", now=DAY)
    assert demo_visitors.find_demo() is not None
    assert not demo_visitors.is_demo()
    assert demo_visitors.list_visitors() == []
    demo_visitors.finish({Part.COUNCIL: "council"}, now=DAY)
    assert demo_visitors.is_demo()


def test_visitors_come_in_the_order_of_their_parts_with_what_to_do(app) -> None:
    demo_visitors.begin("a seed", now=DAY)
    demo_visitors.finish({Part.FAILED: "late", Part.COUNCIL: "first"}, now=DAY)
    visitors = demo_visitors.list_visitors()
    assert [visitor.login for visitor in visitors] == ["first", "late"]
    assert (visitors[0].who, visitors[0].task) == PARTS[Part.COUNCIL]
    assert {visitor.password for visitor in visitors} == {demo_visitors.PASSWORD}


def test_every_part_has_words() -> None:
    assert set(PARTS) == set(Part)
