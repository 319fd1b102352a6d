"""Words as values: an English template and its facts, put into a person's language elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence: `template` is English with `%(name)s`; with facts, a per cent sign is written `%%`.

    Write the template as a literal in the call, so that the extractor of translations finds it. A fact is text that is
    the same in every language (a name, a code, a figure), a day, or words that are translated too: a Message.
    """

    template: str
    facts: Mapping[str, str | date | Message] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        facts = {name: str(fact) for name, fact in self.facts.items()}
        return self.template % facts if facts else self.template


def either(words: Sequence[str]) -> Message | str:
    """`a, b or c`, of one or more."""
    if len(words) == 1:
        return words[0]
    return Message("%(several)s or %(last)s", {"several": ", ".join(words[:-1]), "last": words[-1]})


def facts_json(message: Message) -> dict[str, Any]:
    """The facts as plain JSON values: text as it is, a day as `2026-11-26`, words as `{"template": …, "facts": …}`."""
    return {name: _fact_json(fact) for name, fact in message.facts.items()}


def message_from_json(template: str, facts: Mapping[str, Any]) -> Message:
    """The message of a template whose facts `facts_json` wrote."""
    return Message(template, {name: _fact_from(fact) for name, fact in facts.items()})


def _fact_json(fact: str | date | Message) -> str | dict[str, Any]:
    if isinstance(fact, Message):
        return {"template": fact.template, "facts": facts_json(fact)}
    return str(fact)


def _fact_from(fact: str | Mapping[str, Any]) -> str | Message:
    return fact if isinstance(fact, str) else message_from_json(fact["template"], fact["facts"])
