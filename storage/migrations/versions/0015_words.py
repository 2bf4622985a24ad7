"""Words of her own by chat and case: what is chosen in a case begun anew takes none of those before away."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _keyed("chat", "intake_id")


def downgrade() -> None:
    op.execute(
        "DELETE FROM watchwords WHERE intake_id < "
        "(SELECT max(one.intake_id) FROM watchwords one WHERE one.chat = watchwords.chat)"
    )
    _keyed("chat")


def _keyed(*columns: str) -> None:
    with op.batch_alter_table("watchwords", recreate="auto") as table:
        table.drop_constraint("pk_watchwords", type_="primary")
        table.create_primary_key("pk_watchwords", [*columns])
