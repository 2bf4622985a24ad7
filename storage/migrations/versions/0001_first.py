"""The first shape of the store."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_log",
        sa.Column("id", Id, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("staff_id", Id, nullable=False),
        sa.Column("intake_id", sa.BigInteger(), nullable=True),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_access_log"),
    )
    op.create_index("ix_access_log_intake_id", "access_log", ["intake_id", "id"], unique=False)
    op.create_table(
        "intakes",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("bot", sa.String(length=64), nullable=False),
        sa.Column("chat_hash", sa.String(length=64), nullable=True),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("head", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("colour", sa.SmallInteger(), nullable=False),
        sa.Column("urgency", sa.SmallInteger(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("due", sa.Double(), nullable=True),
        sa.Column("last_order", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.Double(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("handoff_id", Id, nullable=True),
        sa.CheckConstraint("colour in (0, 1, 2)", name="ck_intakes_colour"),
        sa.CheckConstraint("urgency in (0, 1, 2)", name="ck_intakes_urgency"),
        sa.PrimaryKeyConstraint("id", name="pk_intakes"),
        sa.UniqueConstraint("chat_hash", name="uq_intakes_chat_hash"),
    )
    op.create_index(
        "ix_intakes_due",
        "intakes",
        ["due"],
        unique=False,
        sqlite_where=sa.text("due is not null"),
        postgresql_where=sa.text("due is not null"),
    )
    op.create_table(
        "log",
        sa.Column("id", Id, nullable=False),
        sa.Column("trace", sa.String(length=32), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("goes_to", sa.String(length=64), nullable=False),
        sa.Column("indicator", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("colour", sa.SmallInteger(), nullable=False),
        sa.Column("urgency", sa.SmallInteger(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_log"),
    )
    op.create_index("ix_log_trace", "log", ["trace", "id"], unique=False)
    op.create_table(
        "messages",
        sa.Column("id", Id, nullable=False),
        sa.Column("intake_id", sa.BigInteger(), nullable=False),
        sa.Column("chat", sa.String(length=64), nullable=False),
        sa.Column("bot", sa.String(length=64), nullable=False),
        sa.Column("remote_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("protect", sa.Boolean(), nullable=False),
        sa.Column("question", sa.Boolean(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("part", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_messages_at", "messages", ["at"], unique=False)
    op.create_index("ix_messages_bot", "messages", ["bot", "id"], unique=False)
    op.create_index("ix_messages_chat", "messages", ["chat", "id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", Id, nullable=False),
        sa.Column("bot", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("chat", sa.String(length=64), nullable=False),
        sa.Column("line", sa.String(length=64), nullable=False),
        sa.Column("lane", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("intake_id", sa.BigInteger(), nullable=True),
        sa.Column("handoff_id", Id, nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("part", sa.SmallInteger(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("vaulted", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("reply_until", sa.Double(), nullable=False),
        sa.Column("pressed_id", sa.BigInteger(), nullable=True),
        sa.Column("edit_id", sa.BigInteger(), nullable=True),
        sa.Column("after_id", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due", sa.Double(), nullable=False),
        sa.Column("lease", sa.Double(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_outbox_in_flight",
        "outbox",
        ["line"],
        unique=False,
        sqlite_where=sa.text("lease > 0"),
        postgresql_where=sa.text("lease > 0"),
    )
    op.create_index(
        "ix_outbox_handoff_id",
        "outbox",
        ["handoff_id"],
        unique=False,
        sqlite_where=sa.text("handoff_id is not null"),
        postgresql_where=sa.text("handoff_id is not null"),
    )
    op.create_index("ix_outbox_lane", "outbox", ["lane", "id"], unique=False)
    op.create_index("ix_outbox_line", "outbox", ["line", "lane", "id"], unique=False)
    op.create_table(
        "parked",
        sa.Column("id", Id, nullable=False),
        sa.Column("bot", sa.String(length=64), nullable=False),
        sa.Column("update_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("why", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_parked"),
        sa.UniqueConstraint("bot", "update_id", name="uq_parked_bot_update_id"),
    )
    op.create_table(
        "seen",
        sa.Column("bot", sa.String(length=64), nullable=False),
        sa.Column("update_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("bot", "update_id", name="pk_seen"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "staff",
        sa.Column("id", Id, nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("alert_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("telegram_hash", sa.String(length=64), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.Double(), nullable=True),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("disabled", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("login", name="uq_staff_login"),
        sa.UniqueConstraint("telegram_hash", name="uq_staff_telegram_hash"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "troubles",
        sa.Column("id", Id, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.String(length=64), nullable=False),
        sa.Column("intake_id", sa.BigInteger(), nullable=True),
        sa.Column("cleared", sa.Double(), nullable=True),
        sa.Column("cleared_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_troubles"),
    )
    op.create_index(
        "ix_troubles_open",
        "troubles",
        ["at"],
        unique=False,
        sqlite_where=sa.text("cleared is null"),
        postgresql_where=sa.text("cleared is null"),
    )
    op.create_table(
        "vault",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_vault"),
    )
    op.create_table(
        "barred",
        sa.Column("staff_id", Id, nullable=False),
        sa.Column("intake_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["intake_id"], ["intakes.id"], name="fk_barred_intake_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_barred_staff_id"),
        sa.PrimaryKeyConstraint("staff_id", "intake_id", name="pk_barred"),
    )
    op.create_table(
        "entries",
        sa.Column("intake_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["intake_id"], ["intakes.id"], name="fk_entries_intake_id"),
        sa.PrimaryKeyConstraint("intake_id", "seq", name="pk_entries"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "handoffs",
        sa.Column("id", Id, nullable=False),
        sa.Column("intake_id", sa.BigInteger(), nullable=False),
        sa.Column("case_name", sa.String(length=64), nullable=False),
        sa.Column("colour", sa.SmallInteger(), nullable=False),
        sa.Column("urgency", sa.SmallInteger(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("opened", sa.Double(), nullable=False),
        sa.Column("taken_by", sa.String(length=64), nullable=False),
        sa.Column("taken", sa.Double(), nullable=True),
        sa.Column("touched", sa.Double(), nullable=True),
        sa.Column("due", sa.Double(), nullable=True),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("spoken_live", sa.Boolean(), nullable=False),
        sa.Column("talking", sa.Boolean(), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column("desks", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("card_message_id", sa.BigInteger(), nullable=True),
        sa.Column("closed", sa.Double(), nullable=True),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.CheckConstraint("colour in (0, 1, 2)", name="ck_handoffs_colour"),
        sa.CheckConstraint("urgency in (0, 1, 2)", name="ck_handoffs_urgency"),
        sa.ForeignKeyConstraint(["intake_id"], ["intakes.id"], name="fk_handoffs_intake_id"),
        sa.PrimaryKeyConstraint("id", name="pk_handoffs"),
    )
    op.create_index("ix_handoffs_intake_id", "handoffs", ["intake_id"], unique=False)
    op.create_index("ix_handoffs_opened", "handoffs", ["opened"], unique=False)
    op.create_index(
        "uq_handoffs_case_name",
        "handoffs",
        ["case_name"],
        unique=True,
        sqlite_where=sa.text("closed is null"),
        postgresql_where=sa.text("closed is null"),
    )
    op.create_table(
        "link_codes",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", Id, nullable=False),
        sa.Column("expires", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_link_codes_staff_id"),
        sa.PrimaryKeyConstraint("code_hash", name="pk_link_codes"),
    )
    op.create_table(
        "rota",
        sa.Column("id", Id, nullable=False),
        sa.Column("staff_id", Id, nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=True),
        sa.Column("from_minute", sa.SmallInteger(), nullable=True),
        sa.Column("to_minute", sa.SmallInteger(), nullable=True),
        sa.Column("starts", sa.Double(), nullable=True),
        sa.Column("ends", sa.Double(), nullable=True),
        sa.CheckConstraint(
            "(weekday between 0 and 6 and from_minute is not null and to_minute is not null and starts"
            " is null and ends is null) or (weekday is null and starts is not null and ends is not null)",
            name="ck_rota_weekly_or_once",
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_rota_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rota"),
    )
    op.create_index("ix_rota_staff_id", "rota", ["staff_id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", Id, nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("last_used", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_sessions_staff_id"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
    )
    op.create_index("ix_sessions_staff_id", "sessions", ["staff_id"], unique=False)


def downgrade() -> None:
    op.drop_table("sessions")
    op.drop_table("rota")
    op.drop_table("link_codes")
    op.drop_table("handoffs")
    op.drop_table("entries")
    op.drop_table("barred")
    op.drop_table("vault")
    op.drop_table("troubles")
    op.drop_table("staff")
    op.drop_table("seen")
    op.drop_table("parked")
    op.drop_table("outbox")
    op.drop_table("messages")
    op.drop_table("log")
    op.drop_table("intakes")
    op.drop_table("access_log")
