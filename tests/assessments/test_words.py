"""Messages and the words of refusals."""

from datetime import date

from assessments.errors import AssessmentError, NotEnoughItems, SchemeFaulty, Shortage
from assessments.words import Message, facts_json, message_from_json
from curriculum.problems import error


def test_a_message_fills_in_its_facts():
    assert (
        str(Message("%(done)s of %(all)s is %(percent)s %%", {"done": "3", "all": "4", "percent": "75"}))
        == "3 of 4 is 75 %"
    )


def test_a_message_without_facts_stands_as_it_is():
    assert str(Message("Nothing is rounded.")) == "Nothing is rounded."


def test_a_message_comes_back_from_json_as_it_was_said():
    inner = Message("Theory")
    message = Message(
        "%(component)s until %(date)s: %(figure)s", {"component": inner, "date": date(2026, 11, 26), "figure": "7"}
    )
    again = message_from_json(message.template, facts_json(message))
    assert str(again) == str(message) == "Theory until 2026-11-26: 7"
    assert again.facts["component"] == inner


def test_a_shortage_says_what_is_needed_and_what_there_is():
    refusal = NotEnoughItems(
        [
            Shortage(ref="ASC/N1105#PC4", needed=2, available=1),
            Shortage(ref="ASC/N1105#PC5", needed=1, available=0),
        ]
    )
    assert str(refusal) == (
        "Items for PC4 of ASC/N1105: 2 needed, 1 in the bank\nItems for PC5 of ASC/N1105: 1 needed, 0 in the bank"
    )
    assert [shortage.available for shortage in refusal.shortages] == [1, 0]


def test_a_refusal_keeps_its_problems():
    refusal = SchemeFaulty([error("units", "is 100 % empty")])
    assert isinstance(refusal, AssessmentError)
    assert "is 100 % empty" in str(refusal)
    assert refusal.problems[0].path == "units"
