"""one-time codes for the exam, and sessions that are for the exam alone."""

import sqlalchemy as sa
from alembic import op

from lms.tables.types import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    with op.batch_alter_table("user_session") as batch:
        batch.add_column(sa.Column("purpose", sa.String(length=40), nullable=False, server_default="everything"))
    with op.batch_alter_table("user_session") as batch:
        batch.alter_column("purpose", server_default=None)
    op.create_table(
        "exam_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=False),
        sa.Column("first_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tried_at", UtcDateTime(), nullable=True),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("device_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name=op.f("fk_exam_code_candidate_id_candidate"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_exam_code_made_by_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["user_session.id"],
            name=op.f("fk_exam_code_session_id_user_session"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_code")),
        sa.UniqueConstraint("candidate_id", name=op.f("uq_exam_code_candidate_id")),
    )


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("exam_code")
    with op.batch_alter_table("user_session") as batch:
        batch.drop_column("purpose")
