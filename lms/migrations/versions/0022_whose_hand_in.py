"""who handed a paper in: its page by itself, the candidate, or the room."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

# What was concluded until now: the invigilator's act is in the history, and a page handed in just after the end.
_BY_ROOM = """EXISTS (
    SELECT 1 FROM history WHERE thing = 'candidate' AND thing_id = attempt.candidate_id
    AND what = 'ended the exam of %(name)s (%(number)s)'
)"""
_BY_ROOM_IN = {"attempt": _BY_ROOM, "mock_exam": "FALSE"}


def upgrade() -> None:
    """Bring the tables to this version."""
    for table, by_room in _BY_ROOM_IN.items():
        op.add_column(table, sa.Column("handed_in_by", sa.String(length=40), nullable=True))
        op.execute(
            f"UPDATE {table} SET handed_in_by = CASE WHEN {by_room} THEN 'room' "  # noqa: S608 -- no value of anybody's
            "WHEN submitted_at > deadline_at AND paused_at IS NULL THEN 'page' ELSE 'candidate' END "
            "WHERE submitted_at IS NOT NULL"
        )
        with op.batch_alter_table(table) as batch:
            batch.create_check_constraint(
                op.f(f"ck_{table}_whose_hand_in"), "(handed_in_by IS NULL) = (submitted_at IS NULL)"
            )


def downgrade() -> None:
    """Take the tables back to the version before."""
    for table in _BY_ROOM_IN:
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_whose_hand_in"), type_="check")
            batch.drop_column("handed_in_by")
