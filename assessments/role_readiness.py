"""Readiness for a job role: what of it is proved and by what, what only practice has shown, what is missing.

Proof is what others decided or looked at: a released result, a certificate, a practical scored by an assessor, a level
judged by an assessor, declared evidence confirmed by staff. Practice, mock exams, assignments and observations never
prove; they show that it is worth while to be assessed.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from assessments.mastery import CERTAINTY_FROM, LEVEL_FROM, NOTHING_YET, Certainty, Level, Standing
from assessments.words import Message
from curriculum.roles import Covers, Mapped, RoleLine, RoleLineKind, RoleProfile

Facts = dict[str, str | date | Message]
# A criterion is proved from the same share on that makes it shown everywhere else.
PROVED_FROM = LEVEL_FROM[Level.SHOWN]
# What a certificate stands for as a whole holds for a criterion that was awarded half of its marks at least.
CERTIFIED_FROM = Fraction(1, 2)
# Practice that counts as shown, not as a first sign.
PRACTISED_FROM = CERTAINTY_FROM[Certainty.FAIRLY_SURE]


class ProofKind(StrEnum):
    """What proves something."""

    CERTIFICATE = "certificate"
    RESULT = "result"
    PRACTICAL = "practical"
    SKILL_LEVEL = "skill_level"
    CHECKED = "checked"


class Ready(StrEnum):
    """Where somebody stands with a line of a role, the furthest first."""

    PROVED = "proved"
    PARTLY = "partly"
    PRACTISED = "practised"
    WAITING = "waiting"
    MISSING = "missing"
    OUTSIDE = "outside"


READY_WORDS: Mapping[Ready, Message] = {
    Ready.PROVED: Message("Proved"),
    Ready.PARTLY: Message("Proved in part"),
    Ready.PRACTISED: Message("Shown in practice only"),
    Ready.WAITING: Message("Declared, not checked yet"),
    Ready.MISSING: Message("Missing"),
    Ready.OUTSIDE: Message("Nothing here can show it"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """What the newest released result that assessed a criterion says of it: shares of its marks, exact.

    `practical` is the share in the practical, None where it has no marks there. `certificate` is the number of the
    certificate for that result, empty where there is none; a result whose certificate was revoked proves nothing.
    """

    share: Fraction
    practical: Fraction | None
    assessment: str
    on: date
    certificate: str = ""
    is_revoked: bool = False
    is_specimen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSkill:
    """The level that an assessor judged somebody to have in a skill."""

    level: int
    on: date
    by: str


class Stage(StrEnum):
    """How far declared evidence has come."""

    NOTHING = "nothing"
    DECLARED = "declared"
    REFUSED = "refused"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """Declared evidence about one line: how far it has come, when that was, and who confirmed or refused it."""

    stage: Stage
    on: date
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """All that is known of a person: by reference of a criterion, by code of a skill, by id of a line."""

    assessed: Mapping[str, Assessed] = field(default_factory=dict)
    standings: Mapping[str, Standing] = field(default_factory=dict)
    skills: Mapping[str, HeldSkill] = field(default_factory=dict)
    declared: Mapping[str, Declaration] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What proves something, in words, and since when; a specimen is never said to be valid."""

    kind: ProofKind
    words: Message
    on: date
    is_specimen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One criterion or level that a line is mapped to: proved (with the proof), practised or missing, and why."""

    name: str
    state: Ready
    words: Message
    proof: Proof | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedNeeds:
    """One mapping of a line with what it needs, all of it together."""

    mapped: Mapped
    needs: tuple[Need, ...]

    @property
    def is_proved(self) -> bool:
        """Whether all of it is proved."""
        return all(need.state is Ready.PROVED for need in self.needs)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineReadiness:
    """One line of a role for one person, with the reason."""

    line: RoleLine
    kind: RoleLineKind
    state: Ready
    words: Message
    mapped: tuple[MappedNeeds, ...]
    declaration: Declaration | None
    proof: Proof | None

    @property
    def proofs(self) -> tuple[Proof, ...]:
        """Everything that proves it or a part of it."""
        own = () if self.proof is None else (self.proof,)
        return (*own, *(need.proof for one in self.mapped for need in one.needs if need.proof))

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of what would still have to be proved, each once."""
        if self.state is Ready.PROVED:
            return ()
        needs = (need for one in self.mapped for need in one.needs if need.state is not Ready.PROVED)
        return tuple(dict.fromkeys(need.name for need in needs))


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleReadiness:
    """A role for one person: every line in the order of the role."""

    role: RoleProfile
    lines: tuple[LineReadiness, ...]

    @property
    def counts(self) -> Mapping[Ready, int]:
        """How many lines stand where."""
        found = Counter(line.state for line in self.lines)
        return {state: found[state] for state in Ready}

    @property
    def nearness(self) -> tuple[int, ...]:
        """What people are put in order by, the nearest first: proved lines, those proved in part, those practised.

        As much proof is worth more where a certificate gives it: who did well in the practical alone comes after. What
        somebody declared brings nobody forward before staff have looked at it.
        """
        counts, proofs = self.counts, [proof for line in self.lines for proof in line.proofs]
        certified = sum(proof.kind is ProofKind.CERTIFICATE for proof in proofs)
        return (
            -counts[Ready.PROVED],
            -counts[Ready.PARTLY],
            -len(proofs),
            -certified,
            -counts[Ready.PRACTISED],
        )

    @property
    def sources(self) -> tuple[tuple[Message, int], ...]:
        """What its proof rests on, the most used first: each in words, with how many things it proves."""
        words = {str(proof.words): proof.words for line in self.lines for proof in line.proofs}
        found = Counter(str(proof.words) for line in self.lines for proof in line.proofs)
        return tuple((words[name], times) for name, times in found.most_common())

    @property
    def is_specimen(self) -> bool:
        """Whether anything in it rests on sample marks or sample items."""
        return any(proof.is_specimen for line in self.lines for proof in line.proofs)

    def of(self, line_id: str) -> LineReadiness:
        """The line of that id; raises KeyError."""
        for line in self.lines:
            if line.line.id == line_id:
                return line
        raise KeyError(line_id)


def role_readiness(role: RoleProfile, facts: PersonFacts) -> RoleReadiness:
    """How ready somebody is for a role."""
    return RoleReadiness(role=role, lines=tuple(_line(line, kind, facts) for _path, kind, line in role.each()))


def proof_in(assessed: Assessed) -> Proof | None:
    """What a released result proves of a criterion: by its certificate, by all marks, or by the practical alone."""
    if assessed.is_revoked:
        return None
    facts: Facts = {"assessment": assessed.assessment, "day": assessed.on, "certificate": assessed.certificate}
    if assessed.certificate and assessed.share >= CERTIFIED_FROM:
        kind, words = ProofKind.CERTIFICATE, Message("certificate %(certificate)s", facts)
    elif assessed.share >= PROVED_FROM:
        kind, words = ProofKind.RESULT, Message("released result of %(assessment)s", facts)
    elif assessed.practical is not None and assessed.practical >= PROVED_FROM:
        kind, words = ProofKind.PRACTICAL, Message("practical of %(assessment)s", facts)
    else:
        return None
    return Proof(kind=kind, words=words, on=assessed.on, is_specimen=assessed.is_specimen)


def _line(line: RoleLine, kind: RoleLineKind, facts: PersonFacts) -> LineReadiness:
    mapped = tuple(MappedNeeds(mapped=one, needs=tuple(_needs(one, facts))) for one in line.mapped)
    declaration = facts.declared.get(line.id) if line.declared else None
    proof = _checked(declaration)
    state = _state(line, mapped, declaration)
    return LineReadiness(
        line=line,
        kind=kind,
        state=state,
        words=_words(line, state, mapped, declaration),
        mapped=mapped,
        declaration=declaration,
        proof=proof,
    )


def _state(line: RoleLine, mapped: Sequence[MappedNeeds], declaration: Declaration | None) -> Ready:
    """Proved is what is proved as a whole; what is mapped in part only can at best be proved in part."""
    whole = [one for one in mapped if one.mapped.covers is Covers.WHOLE]
    if any(one.is_proved for one in whole) or (declaration and declaration.stage is Stage.CONFIRMED):
        return Ready.PROVED
    states = {need.state for one in mapped for need in one.needs}
    if Ready.PROVED in states:
        return Ready.PARTLY
    if Ready.PRACTISED in states:
        return Ready.PRACTISED
    if declaration and declaration.stage is Stage.DECLARED:
        return Ready.WAITING
    return Ready.OUTSIDE if line.cover is None else Ready.MISSING


def _needs(mapped: Mapped, facts: PersonFacts) -> Iterator[Need]:
    if mapped.skill is not None and mapped.level is not None:
        yield _skill(mapped.names[0], mapped.level, facts.skills.get(mapped.skill))
    for ref in mapped.criteria:
        yield _criterion(ref, facts.assessed.get(ref), facts.standings.get(ref, NOTHING_YET))


def _skill(name: str, needed: int, held: HeldSkill | None) -> Need:
    if held is None:
        return Need(name=name, state=Ready.MISSING, words=Message("no level judged yet"))
    told: Facts = {"level": str(held.level), "by": held.by, "day": held.on}
    if held.level < needed:
        words = Message("judged at level %(level)s by %(by)s", told)
        return Need(name=name, state=Ready.MISSING, words=words)
    proof = Proof(kind=ProofKind.SKILL_LEVEL, words=Message("level %(level)s judged by %(by)s", told), on=held.on)
    return Need(name=name, state=Ready.PROVED, words=proof.words, proof=proof)


def _criterion(ref: str, assessed: Assessed | None, standing: Standing) -> Need:
    proof = proof_in(assessed) if assessed else None
    if proof is not None:
        return Need(name=ref, state=Ready.PROVED, words=proof.words, proof=proof)
    if standing.level is Level.SHOWN and standing.weight >= PRACTISED_FROM:
        return Need(name=ref, state=Ready.PRACTISED, words=standing.words)
    if assessed is not None and assessed.is_revoked:
        told = {"certificate": assessed.certificate}
        return Need(name=ref, state=Ready.MISSING, words=Message("certificate %(certificate)s was revoked", told))
    return Need(name=ref, state=Ready.MISSING, words=standing.words)


def _checked(declaration: Declaration | None) -> Proof | None:
    if declaration is None or declaration.stage is not Stage.CONFIRMED:
        return None
    return Proof(kind=ProofKind.CHECKED, words=Message("checked by %(by)s", {"by": declaration.by}), on=declaration.on)


def _words(line: RoleLine, state: Ready, mapped: Sequence[MappedNeeds], declaration: Declaration | None) -> Message:
    """Why a line stands where it does, in a sentence."""
    names = {need.name: need.state for one in mapped for need in one.needs}
    told = {"proved": str(list(names.values()).count(Ready.PROVED)), "all": str(len(names))}
    by, stage = {"by": declaration.by if declaration else ""}, declaration.stage if declaration else Stage.NOTHING
    match state:
        case Ready.PROVED if stage is Stage.CONFIRMED:
            words = Message("Checked by %(by)s.", by)
        case Ready.PARTLY if told["proved"] == told["all"]:
            words = Message("All that it is mapped to is proved (%(all)s); the rest of it nothing here shows.", told)
        case Ready.PARTLY:
            words = Message("%(proved)s of %(all)s things that show it are proved.", told)
        case Ready.MISSING if stage is Stage.REFUSED:
            words = Message("%(by)s looked at it and did not confirm it.", by)
        case Ready.MISSING if line.declared and not mapped:
            words = Message("Nothing is declared yet.")
        case _:
            words = _REASONS[state]
    return words


_REASONS: Mapping[Ready, Message] = {
    Ready.PROVED: Message("All that shows it as a whole is proved."),
    Ready.PRACTISED: Message("Practice has shown it; nobody has assessed it yet."),
    Ready.WAITING: Message("Declared; nobody has looked at it yet."),
    Ready.MISSING: Message("Nothing that shows it is proved yet."),
    Ready.OUTSIDE: Message("No criterion and no level shows it."),
}
