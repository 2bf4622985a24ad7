"""Shelters, placements and their gate; what a log amounts to, by conversation and by week."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("intakes", sa.Column("may_house", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("uq_intakes_roof", "intakes", ["id", "colour", "may_house"], unique=True)
    op.add_column("log", sa.Column("took", sa.Double(), nullable=True))
    op.create_table(
        "counted",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("log_id", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counted"),
    )
    op.create_table(
        "shelters",
        sa.Column("id", Id, nullable=False),
        sa.Column("code_name", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("region", sa.String(length=64), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=False),
        sa.Column("takes", sa.Text(), nullable=False),
        sa.Column("beds", sa.Integer(), nullable=False),
        sa.Column("free", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Double(), nullable=True),
        sa.Column("counted_by", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("closed", sa.Double(), nullable=True),
        sa.CheckConstraint(
            "kind in ('secure', 'visible_house', 'hotel', 'partner')", name="ck_shelters_kind"
        ),
        sa.CheckConstraint("held >= 0 and free >= 0", name="ck_shelters_beds"),
        sa.PrimaryKeyConstraint("id", name="pk_shelters"),
        sa.UniqueConstraint("code_name", name="uq_shelters_code_name"),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_shelters_kind", "shelters", ["id", "kind"], unique=True)
    op.create_table(
        "traces",
        sa.Column("trace", sa.String(length=32), nullable=False),
        sa.Column("started", sa.Double(), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("hour", sa.SmallInteger(), nullable=False),
        sa.Column("last_at", sa.Double(), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("colour", sa.SmallInteger(), nullable=False),
        sa.Column("highest", sa.SmallInteger(), nullable=False),
        sa.Column("urgency", sa.SmallInteger(), nullable=False),
        sa.Column("ended", sa.String(length=64), nullable=False),
        sa.Column("handoff", sa.String(length=64), nullable=False),
        sa.Column("opened", sa.Double(), nullable=True),
        sa.Column("taken", sa.Double(), nullable=True),
        sa.Column("touched", sa.Double(), nullable=True),
        sa.Column("closed", sa.Double(), nullable=True),
        sa.Column("rungs", sa.SmallInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.Column("overridden", sa.Boolean(), nullable=False),
        sa.Column("no_place", sa.Boolean(), nullable=False),
        sa.Column("placed", sa.String(length=64), nullable=False),
        sa.Column("placed_at", sa.Double(), nullable=True),
        sa.Column("signs", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.CheckConstraint("colour in (0, 1, 2)", name="ck_traces_colour"),
        sa.CheckConstraint("highest in (0, 1, 2)", name="ck_traces_highest"),
        sa.CheckConstraint("urgency in (0, 1, 2)", name="ck_traces_urgency"),
        sa.PrimaryKeyConstraint("trace", name="pk_traces"),
    )
    op.create_index("ix_traces_started", "traces", ["started", "trace"], unique=False)
    op.create_index("ix_traces_week", "traces", ["week", "language", "channel", "hour"], unique=False)
    op.create_table(
        "traffic",
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("bucket", sa.SmallInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "kind", "step", "what", "bucket", "week", "language", "version", name="pk_traffic"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "guarded",
        sa.Column("shelter_id", Id, nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("length", sa.SmallInteger(), nullable=False),
        sa.Column("words", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["shelter_id"], ["shelters.id"], name="fk_guarded_shelter_id"),
        sa.PrimaryKeyConstraint("shelter_id", "what", "hash", name="pk_guarded"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "house_staff",
        sa.Column("staff_id", Id, nullable=False),
        sa.Column("shelter_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["shelter_id"], ["shelters.id"], name="fk_house_staff_shelter_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_house_staff_staff_id"),
        sa.PrimaryKeyConstraint("staff_id", "shelter_id", name="pk_house_staff"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "placements",
        sa.Column("id", Id, nullable=False),
        sa.Column("intake_id", sa.BigInteger(), nullable=False),
        sa.Column("colour", sa.SmallInteger(), nullable=False),
        sa.Column("may_house", sa.Boolean(), nullable=False),
        sa.Column("handoff_id", Id, nullable=False),
        sa.Column("shelter_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("beds", sa.SmallInteger(), nullable=False),
        sa.Column("held_by", sa.String(length=64), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.Column("confirmed", sa.Double(), nullable=True),
        sa.Column("set_out", sa.Double(), nullable=True),
        sa.Column("arrived", sa.Double(), nullable=True),
        sa.Column("ended", sa.Double(), nullable=True),
        sa.CheckConstraint(
            "kind <> 'visible_house' or (colour < 2 and may_house) or state in ('released', 'expired', 'withdrawn')",
            name="ck_placements_never_a_red_in_the_visible_house",
        ),
        sa.CheckConstraint("beds > 0", name="ck_placements_beds"),
        sa.ForeignKeyConstraint(["handoff_id"], ["handoffs.id"], name="fk_placements_handoff_id"),
        sa.ForeignKeyConstraint(
            ["intake_id", "colour", "may_house"],
            ["intakes.id", "intakes.colour", "intakes.may_house"],
            name="fk_placements_roof",
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shelter_id", "kind"], ["shelters.id", "shelters.kind"], name="fk_placements_kind"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_placements"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_placements_intake_id", "placements", ["intake_id"], unique=False)
    op.create_index("ix_placements_shelter_id", "placements", ["shelter_id", "state"], unique=False)
    op.create_index(
        "uq_placements_open",
        "placements",
        ["intake_id"],
        unique=True,
        sqlite_where=sa.text("ended is null"),
        postgresql_where=sa.text("ended is null"),
    )
    op.add_column("access_log", sa.Column("why", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    for table in ("placements", "house_staff", "guarded", "shelters", "counted", "traffic", "traces"):
        op.drop_table(table)
    op.drop_index("uq_intakes_roof", "intakes")
    for table, column in (("intakes", "may_house"), ("log", "took"), ("access_log", "why")):
        op.drop_column(table, column)
