"""when results were decided on what had come by then; and what was written on paper is held by the paper."""

import sqlalchemy as sa
from alembic import op

from lms.tables.types import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    for table in ("attempt", "mock_exam"):
        op.add_column(table, sa.Column("settled_at", UtcDateTime(), nullable=True))
    recorded = "SELECT attempt_id FROM paper_entry WHERE attempt_id IS NOT NULL"
    op.execute(f"UPDATE attempt SET holder = 'on paper' WHERE id IN ({recorded})")  # noqa: S608 -- no value of anybody's


def downgrade() -> None:
    """Take the tables back to the version before."""
    for table in ("mock_exam", "attempt"):
        op.drop_column(table, "settled_at")
