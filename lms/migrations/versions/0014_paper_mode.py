"""exams written on paper: entries of answer sheets, printed papers, sealed key sheets."""

import sqlalchemy as sa
from alembic import op

from lms.tables.append_only import create_triggers
from lms.tables.types import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "paper_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("is_double", sa.Boolean(), nullable=False),
        _to("assessment", "paper_day", "assessment_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_day")),
        sa.UniqueConstraint("assessment_id", name=op.f("uq_paper_day_assessment_id")),
    )
    op.create_table(
        "paper_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("reference", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("entered_at", UtcDateTime(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=True),
        _to("candidate", "paper_entry", "candidate_id"),
        _to("person", "paper_entry", "entered_by"),
        _to("attempt", "paper_entry", "attempt_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_entry")),
        sa.UniqueConstraint("candidate_id", "number", name=op.f("uq_paper_entry_candidate_id_number")),
    )
    op.create_table(
        "paper_print",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        _to("assessment", "paper_print", "assessment_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_print")),
        sa.UniqueConstraint("assessment_id", "name", "number", name=op.f("uq_paper_print_assessment_id_name_number")),
    )
    op.create_table(
        "key_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        _to("assessment", "key_sheet", "assessment_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_sheet")),
        sa.UniqueConstraint(
            "assessment_id", "language", "digest", name=op.f("uq_key_sheet_assessment_id_language_digest")
        ),
    )
    create_triggers(op.get_bind())


def downgrade() -> None:
    """Take the tables back."""
    for table in ("key_sheet", "paper_print", "paper_entry", "paper_day"):
        op.drop_table(table)


def _to(target: str, table: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete="RESTRICT")
