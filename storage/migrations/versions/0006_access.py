"""The access log says in which role somebody looked, and whose case it was without pointing at it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("access_log", sa.Column("role", sa.Text(), server_default="", nullable=False))
    op.add_column("access_log", sa.Column("whose", sa.LargeBinary(), nullable=True))
    op.create_index("ix_access_log_at", "access_log", ["at", "id"], unique=False)
    op.create_index("ix_access_log_staff_id", "access_log", ["staff_id", "at", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_access_log_staff_id", "access_log")
    op.drop_index("ix_access_log_at", "access_log")
    for column in ("whose", "role"):
        op.drop_column("access_log", column)
