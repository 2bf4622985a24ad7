"""Cookies and return codes of the web chat."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "web_sessions",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("chat", sa.LargeBinary(), nullable=False),
        sa.Column("chat_hash", sa.String(length=64), nullable=False),
        sa.Column("intake_id", sa.BigInteger(), nullable=True),
        sa.Column("seen", sa.Double(), nullable=False),
        sa.Column("ended", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("key_hash", name="pk_web_sessions"),
    )
    op.create_index("ix_web_sessions_chat_hash", "web_sessions", ["chat_hash"], unique=False)
    op.create_index("ix_web_sessions_seen", "web_sessions", ["seen"], unique=False)
    op.create_table(
        "return_codes",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("chat", sa.LargeBinary(), nullable=False),
        sa.Column("chat_hash", sa.String(length=64), nullable=False),
        sa.Column("expires", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("code_hash", name="pk_return_codes"),
        sa.UniqueConstraint("chat_hash", name="uq_return_codes_chat_hash"),
    )
    op.create_index("ix_return_codes_expires", "return_codes", ["expires"], unique=False)


def downgrade() -> None:
    op.drop_table("return_codes")
    op.drop_table("web_sessions")
