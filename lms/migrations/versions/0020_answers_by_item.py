"""the answers of a sitting are found by their item: each save counts the changes of one."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_SITTINGS = {"answer_event": "attempt_id", "mock_answer_event": "mock_exam_id"}


def upgrade() -> None:
    """Bring the tables to this version."""
    for table, sitting in _SITTINGS.items():
        op.create_index(op.f(f"ix_{table}_{sitting}_{table}_item"), table, [sitting, "item"])
        op.drop_index(op.f(f"ix_{table}_{sitting}"), table_name=table)


def downgrade() -> None:
    """Give the old index back."""
    for table, sitting in _SITTINGS.items():
        op.create_index(op.f(f"ix_{table}_{sitting}"), table, [sitting])
        op.drop_index(op.f(f"ix_{table}_{sitting}_{table}_item"), table_name=table)
