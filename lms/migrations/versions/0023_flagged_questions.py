"""the device that holds an exam tells which questions are flagged: another one that takes it over shows them too."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.add_column("attempt_contact", sa.Column("flags", sa.Text(), server_default="[]", nullable=False))


def downgrade() -> None:
    """Take the column back."""
    op.drop_column("attempt_contact", "flags")
