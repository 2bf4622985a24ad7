"""Whether a look stands in the log twice is asked before it is sealed."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_access_log_mac", "access_log", ["mac"])


def downgrade() -> None:
    op.drop_index("ix_access_log_mac", "access_log")
