"""Who may do what: one list of permissions, which roles hold them, and the mark a page carries.

A permission says what kind of act; whose things it may touch is said by the query that loads
them through the `Actor`. A page without a mark is refused to everybody.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from lms.tables.people import Role

_View = TypeVar("_View", bound=Callable[..., Any])
PUBLIC = "public"


class Permission(StrEnum):
    """An act, as `area:act`."""

    ACCOUNT_USE = "account:use"
    APPEAL_ASK = "appeal:ask"
    APPEAL_DECIDE = "appeal:decide"
    ASSESSMENT_ANSWER = "assessment:answer"
    ASSESSMENT_DRAW = "assessment:draw"
    ASSESSMENT_READ = "assessment:read"
    ASSESSMENT_SCHEDULE = "assessment:schedule"
    BATCH_MANAGE = "batch:manage"
    BATCH_READ = "batch:read"
    BATCH_TEACH = "batch:teach"
    CERTIFICATE_READ = "certificate:read"
    CERTIFICATE_REISSUE = "certificate:reissue"
    CERTIFICATE_REVOKE = "certificate:revoke"
    COURSEWORK_DO = "coursework:do"
    COURSEWORK_READ = "coursework:read"
    COVERAGE_READ = "coverage:read"
    DECLARATION_CHECK = "declaration:check"
    EXAM_ADMIT = "exam:admit"
    EXAM_INVIGILATE = "exam:invigilate"
    EXAM_TAKE = "exam:take"
    FRAMEWORK_PUBLISH = "framework:publish"
    ITEM_RULE = "item:rule"
    LESSON_READ = "lesson:read"
    MARKS_APPROVE = "marks:approve"
    MARKS_VERIFY = "marks:verify"
    ORGANISATION_MANAGE = "organisation:manage"
    PACK_PUBLISH = "pack:publish"
    PACK_READ = "pack:read"
    PERSON_MANAGE = "person:manage"
    PRACTICAL_SCORE = "practical:score"
    PRACTICE_TAKE = "practice:take"
    REASSESSMENT_ASK = "reassessment:ask"
    REASSESSMENT_DECIDE = "reassessment:decide"
    REGISTER_KEEP = "register:keep"
    RESULT_READ = "result:read"
    RESULT_READ_OWN = "result:read-own"
    RESULTS_EXPORT = "results:export"
    ROLE_PREPARE = "role:prepare"
    ROLE_READ = "role:read"
    SKILL_AIM = "skill:aim"
    SKILL_FOLLOW = "skill:follow"
    SKILL_JUDGE = "skill:judge"
    SKILL_RATE_OWN = "skill:rate-own"
    SKILL_READ = "skill:read"


_P = Permission
ROLES: dict[Role, frozenset[Permission]] = {
    Role.TRAINEE: frozenset(
        {
            _P.LESSON_READ,
            _P.PRACTICE_TAKE,
            _P.EXAM_TAKE,
            _P.RESULT_READ,
            _P.RESULT_READ_OWN,
            _P.REASSESSMENT_ASK,
            _P.APPEAL_ASK,
            _P.CERTIFICATE_READ,
            _P.COURSEWORK_DO,
            _P.ROLE_PREPARE,
            _P.ROLE_READ,
            _P.SKILL_READ,
            _P.SKILL_RATE_OWN,
        }
    ),
    Role.TRAINER: frozenset(
        {
            _P.PACK_READ,
            _P.LESSON_READ,
            _P.BATCH_READ,
            _P.BATCH_TEACH,
            _P.COURSEWORK_READ,
            _P.REGISTER_KEEP,
            _P.ASSESSMENT_READ,
            _P.PRACTICAL_SCORE,
            _P.ROLE_READ,
            _P.SKILL_READ,
            _P.SKILL_FOLLOW,
            _P.SKILL_AIM,
        }
    ),
    Role.ASSESSOR: frozenset(
        {
            _P.PACK_READ,
            _P.ASSESSMENT_READ,
            _P.EXAM_ADMIT,
            _P.EXAM_INVIGILATE,
            _P.PRACTICAL_SCORE,
            _P.ROLE_READ,
            _P.SKILL_READ,
            _P.SKILL_FOLLOW,
            _P.SKILL_JUDGE,
        }
    ),
    Role.CENTRE_STAFF: frozenset(
        {
            _P.PACK_READ,
            _P.LESSON_READ,
            _P.BATCH_READ,
            _P.BATCH_MANAGE,
            _P.COURSEWORK_READ,
            _P.REGISTER_KEEP,
            _P.PERSON_MANAGE,
            _P.ASSESSMENT_READ,
            _P.EXAM_ADMIT,
            _P.RESULT_READ,
            _P.REASSESSMENT_DECIDE,
            _P.CERTIFICATE_READ,
            _P.COVERAGE_READ,
            _P.DECLARATION_CHECK,
            _P.ROLE_READ,
            _P.SKILL_READ,
            _P.SKILL_FOLLOW,
            _P.SKILL_AIM,
        }
    ),
    Role.AGENCY_STAFF: frozenset(
        {
            _P.PACK_READ,
            _P.PERSON_MANAGE,
            _P.ASSESSMENT_READ,
            _P.EXAM_ADMIT,
            _P.ASSESSMENT_ANSWER,
            _P.ASSESSMENT_DRAW,
            _P.EXAM_INVIGILATE,
            _P.MARKS_VERIFY,
            _P.RESULT_READ,
            _P.REASSESSMENT_DECIDE,
            _P.APPEAL_DECIDE,
            _P.COVERAGE_READ,
            _P.ROLE_READ,
        }
    ),
    Role.COUNCIL_STAFF: frozenset(
        {
            _P.ORGANISATION_MANAGE,
            _P.PERSON_MANAGE,
            _P.PACK_READ,
            _P.PACK_PUBLISH,
            _P.FRAMEWORK_PUBLISH,
            _P.SKILL_READ,
            _P.LESSON_READ,
            _P.BATCH_READ,
            _P.ASSESSMENT_READ,
            _P.ASSESSMENT_SCHEDULE,
            _P.MARKS_APPROVE,
            _P.RESULT_READ,
            _P.RESULTS_EXPORT,
            _P.REASSESSMENT_DECIDE,
            _P.CERTIFICATE_READ,
            _P.CERTIFICATE_REVOKE,
            _P.CERTIFICATE_REISSUE,
            _P.ITEM_RULE,
            _P.APPEAL_DECIDE,
            _P.COVERAGE_READ,
            _P.DECLARATION_CHECK,
            _P.ROLE_READ,
        }
    ),
    Role.ADMINISTRATOR: frozenset({_P.ORGANISATION_MANAGE, _P.PERSON_MANAGE, _P.FRAMEWORK_PUBLISH, _P.SKILL_READ}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role held in an organisation (None for the site's administrator)."""

    role: Role
    organisation_id: int | None
    organisation_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The person who acts, as services see them: who, and which roles where.

    `limits` are all that a session allows which is not for everything, such as one begun with an exam code.
    """

    person_id: int
    name: str
    grants: tuple[Grant, ...]
    limits: frozenset[Permission] | None = None

    @property
    def permissions(self) -> frozenset[Permission]:
        """All that the actor's roles allow; every signed-in person may use their own account."""
        held = (ROLES[grant.role] for grant in self.grants)
        whole = frozenset({Permission.ACCOUNT_USE}).union(*held)
        return whole if self.limits is None else whole & self.limits

    def may(self, permission: Permission) -> bool:
        """Whether any of the actor's roles holds the permission."""
        return permission in self.permissions

    def has(self, role: Role) -> bool:
        """Whether the actor holds the role anywhere."""
        return any(grant.role is role for grant in self.grants)

    def organisations(self, *roles: Role) -> frozenset[int]:
        """The organisations in which the actor holds one of the roles."""
        return frozenset(
            grant.organisation_id for grant in self.grants if grant.role in roles and grant.organisation_id is not None
        )


def requires(permission: Permission) -> Callable[[_View], _View]:
    """Mark a page with the permission it needs; `lms.web` enforces the mark before the page runs."""

    def mark(view: _View) -> _View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def public(view: _View) -> _View:
    """Mark a page that anybody may open without signing in."""
    view.permission = PUBLIC  # type: ignore[attr-defined]
    return view
