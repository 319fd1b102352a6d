"""skills of frameworks, and people's levels in them: judgements with evidence, self-ratings, targets."""

import sqlalchemy as sa
from alembic import op

from lms.tables.append_only import create_triggers
from lms.tables.types import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "framework_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("wording", sa.String(length=40), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        _to("person", "framework_version", "published_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_framework_version")),
        sa.UniqueConstraint("code", "language", "number", name=op.f("uq_framework_version_code_language_number")),
    )
    _judgements()
    _sayings("skill_rating", "rated_at", "note")
    _sayings("skill_target", "set_at", "reason", "set_by")
    create_triggers(op.get_bind())


def downgrade() -> None:
    """Take the tables back."""
    for table in ("skill_target", "skill_rating", "skill_evidence", "skill_judgement", "framework_version"):
        op.drop_table(table)


def _judgements() -> None:
    op.create_table(
        "skill_judgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("skill_code", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("framework_version_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column("assessor_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("judged_at", UtcDateTime(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        _to("person", "skill_judgement", "person_id"),
        _to("framework_version", "skill_judgement", "framework_version_id"),
        _to("skill_judgement", "skill_judgement", "corrects_id"),
        _to("person", "skill_judgement", "assessor_id"),
        _to("organisation", "skill_judgement", "organisation_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill_judgement")),
        sa.UniqueConstraint(
            "person_id", "skill_code", "number", name=op.f("uq_skill_judgement_person_id_skill_code_number")
        ),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_skill_judgement_person_id_key")),
        sa.UniqueConstraint("code", name=op.f("uq_skill_judgement_code")),
    )
    op.create_index(op.f("ix_skill_judgement_skill_code"), "skill_judgement", ["skill_code"])
    op.create_table(
        "skill_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("judgement_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        _to("skill_judgement", "skill_evidence", "judgement_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill_evidence")),
    )
    op.create_index(op.f("ix_skill_evidence_judgement_id"), "skill_evidence", ["judgement_id"])


def _sayings(table: str, at: str, why: str, by: str = "") -> None:
    """What is said of a person's level besides judgements: one row a saying."""
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("skill_code", sa.String(length=40), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column(why, sa.Text(), nullable=False),
        *([sa.Column(by, sa.Integer(), nullable=False), _to("person", table, by)] if by else []),
        sa.Column(at, UtcDateTime(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        _to("person", table, "person_id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("person_id", "key", name=op.f(f"uq_{table}_person_id_key")),
    )
    op.create_index(f"ix_{table}_of", table, ["person_id", "skill_code"])


def _to(target: str, table: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete="RESTRICT")
