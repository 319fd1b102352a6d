"""take-overs, changes of time, offline answers, decisions on late ones, and contacts of devices."""

import sqlalchemy as sa
from alembic import op

from lms.tables.append_only import create_triggers
from lms.tables.types import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_SITTINGS = ("attempt", "mock_exam")
_LOGS = ("answer_event", "mock_answer_event")


def upgrade() -> None:
    """Bring the tables to this version."""
    op.add_column("candidate", sa.Column("room", sa.String(length=40), server_default="", nullable=False))
    for table in _SITTINGS:
        op.add_column(table, sa.Column("paused_at", UtcDateTime(), nullable=True))
        op.add_column(table, sa.Column("epoch", sa.Integer(), server_default="1", nullable=False))
        op.add_column(table, sa.Column("holder", sa.String(length=40), server_default="", nullable=False))
        op.add_column(table, sa.Column("last_device", sa.String(length=40), server_default="", nullable=False))
        op.add_column(table, sa.Column("last_seq", sa.Integer(), server_default="0", nullable=False))
    for table in _LOGS:
        op.add_column(table, sa.Column("epoch", sa.Integer(), server_default="1", nullable=False))
        op.add_column(table, sa.Column("anchor_at", UtcDateTime(), nullable=True))
        op.add_column(table, sa.Column("elapsed_ms", sa.Integer(), nullable=True))
        op.add_column(table, sa.Column("wall_at", UtcDateTime(), nullable=True))
    _decided()
    _told()
    create_triggers(op.get_bind())


def _decided() -> None:
    """What people do around an attempt."""
    op.create_table(
        "time_change",
        *_of_an_attempt("time_change"),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        _by("time_change", "by_id"),
        sa.UniqueConstraint("attempt_id", "key", name=op.f("uq_time_change_attempt_id_key")),
    )
    op.create_table(
        "late_ruling",
        *_of_an_attempt("late_ruling"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("is_accepted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        _by("late_ruling", "by_id"),
        sa.UniqueConstraint("attempt_id", "number", name=op.f("uq_late_ruling_attempt_id_number")),
    )
    op.create_table(
        "takeover",
        *_of_an_attempt("takeover"),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("device", sa.String(length=40), nullable=False),
        _by("takeover", "made_by"),
        sa.UniqueConstraint("attempt_id", "epoch", name=op.f("uq_takeover_attempt_id_epoch")),
    )


def _told() -> None:
    """What devices send beside answers."""
    op.create_table(
        "answer_conflict",
        *_of_an_attempt("answer_conflict"),
        sa.Column("device", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("payload_hash", sa.String(length=64), nullable=False),
        sa.Column("item", sa.String(length=300), nullable=False),
        sa.Column("choice", sa.String(length=40), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.UniqueConstraint(
            "attempt_id",
            "device",
            "seq",
            "payload_hash",
            name=op.f("uq_answer_conflict_attempt_id_device_seq_payload_hash"),
        ),
    )
    op.create_table(
        "attempt_contact",
        *_of_an_attempt("attempt_contact"),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("device", sa.String(length=40), nullable=False),
        sa.Column("saved", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=40), nullable=False),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_attempt_contact_attempt_id")),
    )
    op.create_table(
        "integrity_event",
        *_of_an_attempt("integrity_event"),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("device", sa.String(length=40), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("detail", sa.String(length=300), nullable=False),
    )
    op.create_index(op.f("ix_integrity_event_attempt_id"), "integrity_event", ["attempt_id"])


def _of_an_attempt(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f(f"fk_{table}_attempt_id_attempt"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _by(table: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_person")
    return sa.ForeignKeyConstraint([column], ["person.id"], name=name, ondelete="RESTRICT")


def downgrade() -> None:
    """Take the tables back."""
    for table in ("integrity_event", "attempt_contact", "answer_conflict", "takeover", "late_ruling", "time_change"):
        op.drop_table(table)
    for table in _LOGS:
        for column in ("wall_at", "elapsed_ms", "anchor_at", "epoch"):
            op.drop_column(table, column)
    for table in _SITTINGS:
        for column in ("last_seq", "last_device", "holder", "epoch", "paused_at"):
            op.drop_column(table, column)
    op.drop_column("candidate", "room")
