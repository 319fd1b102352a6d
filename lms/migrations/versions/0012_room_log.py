"""checks of identity and incidents in exam rooms."""

import sqlalchemy as sa
from alembic import op

from lms.tables.append_only import create_triggers
from lms.tables.types import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "identity_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        _to("identity_check", "candidate_id", "candidate"),
        _to("identity_check", "by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_check")),
        sa.UniqueConstraint("candidate_id", "number", name=op.f("uq_identity_check_candidate_id_number")),
    )
    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        _to("incident", "assessment_id", "assessment"),
        _to("incident", "by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        sa.UniqueConstraint("assessment_id", "key", name=op.f("uq_incident_assessment_id_key")),
    )
    op.create_table(
        "incident_candidate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=False),
        _to("incident_candidate", "incident_id", "incident"),
        _to("incident_candidate", "candidate_id", "candidate"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_candidate")),
        sa.UniqueConstraint("incident_id", "candidate_id", name=op.f("uq_incident_candidate_incident_id_candidate_id")),
    )
    op.create_index(op.f("ix_incident_candidate_candidate_id"), "incident_candidate", ["candidate_id"])
    create_triggers(op.get_bind())


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("incident_candidate")
    op.drop_table("incident")
    op.drop_table("identity_check")


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete="RESTRICT")
