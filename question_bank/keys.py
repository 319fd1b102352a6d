"""The right answers: what no candidate's page may ever reach."""

from collections.abc import Mapping

from pydantic import Field

from curriculum.documents import Content
from curriculum.model import Text
from question_bank.model import ItemId, Language, OptionId


class KeyWords(Content):
    """Why the key is right and the others are not, in one more language."""

    rationale: Text
    feedback: Mapping[OptionId, Text]


class ItemKey(Content):
    """The key of one item version: the right option, why it is right, why the others are not."""

    item: ItemId
    version: int
    right: OptionId
    rationale: Text
    feedback: Mapping[OptionId, Text]
    translations: Mapping[Language, KeyWords] | None = Field(default=None, min_length=1)

    def in_language(self, language: str) -> "ItemKey":
        """The same key with its words in this language, else as first written."""
        words = (self.translations or {}).get(language)
        return self.model_copy(update=dict(words)) if words else self

    def is_right(self, chosen: str | None) -> bool:
        """Whether the chosen option is the key; no answer is not right."""
        return chosen == self.right
