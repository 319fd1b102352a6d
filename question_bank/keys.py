"""The right answers: what no candidate's page may ever reach."""

from collections.abc import Mapping

from curriculum.documents import Content
from curriculum.model import Text
from question_bank.model import ItemId, OptionId


class ItemKey(Content):
    """The key of one item version: the right option, why it is right, why the others are not."""

    item: ItemId
    version: int
    right: OptionId
    rationale: Text
    feedback: Mapping[OptionId, Text]

    def is_right(self, chosen: str | None) -> bool:
        """Whether the chosen option is the key; no answer is not right."""
        return chosen == self.right
