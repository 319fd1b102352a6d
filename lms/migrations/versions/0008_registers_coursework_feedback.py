"""the room: registers of attendance, assignments and observations, feedback."""

import sqlalchemy as sa
from alembic import op

from lms.tables.append_only import create_triggers
from lms.tables.types import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "attendance_register",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("kept_by", sa.Integer(), nullable=False),
        sa.Column("kept_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name=op.f("fk_attendance_register_batch_id_batch"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["kept_by"], ["person.id"], name=op.f("fk_attendance_register_kept_by_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_register")),
        sa.UniqueConstraint("batch_id", "day", "number", name=op.f("uq_attendance_register_batch_id_day_number")),
    )
    op.create_index(op.f("ix_attendance_register_batch_id"), "attendance_register", ["batch_id"])
    op.create_table(
        "attendance_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("register_id", sa.Integer(), nullable=False),
        sa.Column("trainee_id", sa.Integer(), nullable=False),
        sa.Column("is_present", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["register_id"],
            ["attendance_register.id"],
            name=op.f("fk_attendance_mark_register_id_attendance_register"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["trainee_id"], ["trainee.id"], name=op.f("fk_attendance_mark_trainee_id_trainee"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_mark")),
        sa.UniqueConstraint("register_id", "trainee_id", name=op.f("uq_attendance_mark_register_id_trainee_id")),
    )
    op.create_index(op.f("ix_attendance_mark_trainee_id"), "attendance_mark", ["trainee_id"])
    op.create_table(
        "coursework",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("face", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Integer(), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name=op.f("fk_coursework_batch_id_batch"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["given_by"], ["person.id"], name=op.f("fk_coursework_given_by_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coursework")),
        sa.UniqueConstraint("batch_id", "key", name=op.f("uq_coursework_batch_id_key")),
    )
    op.create_index(op.f("ix_coursework_batch_id"), "coursework", ["batch_id"])
    op.create_table(
        "coursework_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coursework_id", sa.Integer(), nullable=False),
        sa.Column("trainee_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["coursework_id"],
            ["coursework.id"],
            name=op.f("fk_coursework_entry_coursework_id_coursework"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["trainee_id"], ["trainee.id"], name=op.f("fk_coursework_entry_trainee_id_trainee"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coursework_entry")),
        sa.UniqueConstraint("coursework_id", "trainee_id", name=op.f("uq_coursework_entry_coursework_id_trainee_id")),
    )
    op.create_index(op.f("ix_coursework_entry_trainee_id"), "coursework_entry", ["trainee_id"])
    op.create_table(
        "coursework_score",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("share", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("scorer_id", sa.Integer(), nullable=False),
        sa.Column("scored_at", UtcDateTime(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["coursework_entry.id"],
            name=op.f("fk_coursework_score_entry_id_coursework_entry"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["scorer_id"], ["person.id"], name=op.f("fk_coursework_score_scorer_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coursework_score")),
        sa.UniqueConstraint("entry_id", "key", name=op.f("uq_coursework_score_entry_id_key")),
    )
    op.create_index(op.f("ix_coursework_score_entry_id"), "coursework_score", ["entry_id"])
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_feedback_author_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name=op.f("fk_feedback_batch_id_batch"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("batch_id", "key", name=op.f("uq_feedback_batch_id_key")),
    )
    op.create_index(op.f("ix_feedback_batch_id"), "feedback", ["batch_id"])
    op.create_table(
        "feedback_recipient",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feedback_id", sa.Integer(), nullable=False),
        sa.Column("trainee_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["feedback_id"],
            ["feedback.id"],
            name=op.f("fk_feedback_recipient_feedback_id_feedback"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["trainee_id"], ["trainee.id"], name=op.f("fk_feedback_recipient_trainee_id_trainee"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_recipient")),
        sa.UniqueConstraint("feedback_id", "trainee_id", name=op.f("uq_feedback_recipient_feedback_id_trainee_id")),
    )
    op.create_index(op.f("ix_feedback_recipient_trainee_id"), "feedback_recipient", ["trainee_id"])
    op.create_table(
        "feedback_read",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recipient_id"],
            ["feedback_recipient.id"],
            name=op.f("fk_feedback_read_recipient_id_feedback_recipient"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_read")),
        sa.UniqueConstraint("recipient_id", name=op.f("uq_feedback_read_recipient_id")),
    )
    op.create_table(
        "feedback_withdrawal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feedback_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_feedback_withdrawal_by_id_person"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["feedback_id"],
            ["feedback.id"],
            name=op.f("fk_feedback_withdrawal_feedback_id_feedback"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_withdrawal")),
        sa.UniqueConstraint("feedback_id", name=op.f("uq_feedback_withdrawal_feedback_id")),
    )
    create_triggers(op.get_bind())


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("feedback_withdrawal")
    op.drop_table("feedback_read")
    op.drop_table("feedback_recipient")
    op.drop_table("feedback")
    op.drop_table("coursework_score")
    op.drop_table("coursework_entry")
    op.drop_table("coursework")
    op.drop_table("attendance_mark")
    op.drop_table("attendance_register")
