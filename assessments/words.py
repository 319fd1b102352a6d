"""Words as values: an English template and its facts, put into a person's language elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence: `template` is English with `%(name)s`; with facts, a per cent sign is written `%%`.

    Write the template as a literal in the call, so that the extractor of translations finds it.
    """

    template: str
    facts: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template % self.facts if self.facts else self.template
