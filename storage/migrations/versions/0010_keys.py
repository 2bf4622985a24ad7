"""The keys of the cases stand in a store of their own: storage.store.migrate has put them there before this."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("intakes", "wrapped_key")
    op.drop_column("intakes", "key_id")


def downgrade() -> None:
    op.add_column("intakes", sa.Column("key_id", sa.String(length=64), server_default="", nullable=False))
    op.add_column("intakes", sa.Column("wrapped_key", sa.LargeBinary(), nullable=True))
