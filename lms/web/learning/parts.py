"""The words for the parts of a lesson, on pages and on paper."""

from assessments.words import Message
from curriculum.lessons import SectionPart

# The how-to needs no word: it is what a lesson is.
PART_WORDS = {
    SectionPart.SITUATION: Message("From the job"),
    SectionPart.EXAMPLES: Message("Good and bad"),
    SectionPart.CHECKLIST: Message("To tick off"),
    SectionPart.PRACTICE: Message("Try it"),
    SectionPart.SUMMARY: Message("In short"),
}
