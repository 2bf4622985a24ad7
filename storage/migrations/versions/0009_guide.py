"""The guide: words of her own, cases of one chat that are perhaps of one person, codes that lead to their case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watchwords",
        sa.Column("chat", sa.String(length=64), nullable=False),
        sa.Column("intake_id", sa.BigInteger(), nullable=False),
        sa.Column("return_word", sa.LargeBinary(), nullable=True),
        sa.Column("return_near", sa.LargeBinary(), nullable=True),
        sa.Column("duress_word", sa.LargeBinary(), nullable=True),
        sa.Column("duress_near", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["intake_id"], ["intakes.id"], name="fk_watchwords_intake_id"),
        sa.PrimaryKeyConstraint("chat", name="pk_watchwords"),
    )
    op.create_index("ix_watchwords_intake_id", "watchwords", ["intake_id"])
    op.add_column("intakes", sa.Column("after_id", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_intakes_after_id",
        "intakes",
        ["after_id"],
        sqlite_where=sa.text("after_id is not null"),
        postgresql_where=sa.text("after_id is not null"),
    )
    op.add_column("return_codes", sa.Column("intake_id", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("return_codes", "intake_id")
    op.drop_index("ix_intakes_after_id", "intakes")
    op.drop_column("intakes", "after_id")
    op.drop_table("watchwords")
