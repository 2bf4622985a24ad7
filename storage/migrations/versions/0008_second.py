"""The second step of signing in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("totp", sa.LargeBinary(), nullable=True))
    op.add_column("staff", sa.Column("totp_set", sa.Double(), nullable=True))
    op.add_column("staff", sa.Column("totp_step", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("staff", sa.Column("second_failed", sa.Integer(), server_default="0", nullable=False))
    op.add_column("staff", sa.Column("second_until", sa.Double(), nullable=True))
    op.add_column("sessions", sa.Column("second", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "recovery_codes",
        sa.Column("staff_id", Id, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_recovery_codes_staff_id"),
        sa.PrimaryKeyConstraint("staff_id", "code_hash", name="pk_recovery_codes"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("recovery_codes")
    op.drop_column("sessions", "second")
    for column in ("second_until", "second_failed", "totp_step", "totp_set", "totp"):
        op.drop_column("staff", column)
