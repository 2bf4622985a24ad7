"""A keyed chain through the logs, and seals over them: what was changed afterwards shows."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

LOGS = ("log", "access_log")
COLUMNS: dict[str, Any] = {
    "mac": sa.LargeBinary(),
    "seal": sa.Integer(),
    "leaf": sa.Integer(),
    "stamp": sa.LargeBinary(),
}


def upgrade() -> None:
    for table in LOGS:
        for name, kind in COLUMNS.items():
            op.add_column(table, sa.Column(name, kind, nullable=True))
        op.create_index(f"ix_{table}_seal", table, ["seal", "leaf"], unique=False)
    op.add_column("traces", sa.Column("chain", sa.LargeBinary(), nullable=True))
    op.create_table(
        "seals",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_seals"),
    )


def downgrade() -> None:
    op.drop_table("seals")
    op.drop_column("traces", "chain")
    for table in LOGS:
        op.drop_index(f"ix_{table}_seal", table)
        for name in COLUMNS:
            op.drop_column(table, name)
