"""When cases began, to count how many did so in a while."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_intakes_created", "intakes", ["created"])


def downgrade() -> None:
    op.drop_index("ix_intakes_created", "intakes")
