"""Every table, in one place. Times are seconds since 1970 (UTC); what is `sealed` needs a key to be read.

What is sealed under the key of one case can never be read again once that key is destroyed.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts rows up by itself only in a column that is exactly INTEGER.
Id = BigInteger().with_variant(Integer, "sqlite")
Time: Double[float] = Double()
Code = String(64)
Hash = String(64)


def only_where(name: str, column: str, condition: str, *, unique: bool = False) -> Index:
    """An index over those rows alone for which the condition holds, in both databases."""
    where = text(condition)
    return Index(name, column, unique=unique, sqlite_where=where, postgresql_where=where)


def one_of_three(column: str) -> CheckConstraint:
    return CheckConstraint(f"{column} in (0, 1, 2)", name=column)


# --- the keys and the cases -----------------------------------------------------------------------

vault = Table(
    "vault",
    metadata,
    Column("name", Code, primary_key=True),  # lookup: finds chats; staff: seals what belongs to no case
    Column("key_id", Code, nullable=False),  # the master key that wraps it
    Column("wrapped", LargeBinary, nullable=False),
)

intakes = Table(
    "intakes",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # random: it is part of what is sealed
    Column("channel", Code, nullable=False),
    Column("bot", Code, nullable=False),
    Column("chat_hash", Hash, unique=True),  # the chat whose current intake this is; empty once it has ended
    Column("key_id", Code, nullable=False),
    Column("wrapped_key", LargeBinary),  # empty: forgotten, and nothing of it can be read again
    Column("head", LargeBinary),  # sealed: address and trace
    Column("state", LargeBinary),  # sealed: the snapshot, a flows.model.Intake
    Column("version", Integer, nullable=False),  # turns recorded; checked by each write
    Column("step", Code, nullable=False),
    Column("colour", SmallInteger, nullable=False),
    Column("urgency", SmallInteger, nullable=False),
    Column("language", String(16), nullable=False),
    Column("due", Time),  # when time alone brings something next
    Column("last_order", BigInteger, nullable=False),
    Column("last_at", Time, nullable=False),
    Column("created", Time, nullable=False),
    Column("handoff_id", Id),  # the current one
    one_of_three("colour"),
    one_of_three("urgency"),
    only_where("ix_intakes_due", "due", "due is not null"),
)

entries = Table(
    "entries",
    metadata,
    Column("intake_id", BigInteger, ForeignKey("intakes.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("intake_id", "seq"),
    sqlite_with_rowid=False,
)

files = Table(
    "files",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # random: it is part of what is sealed
    Column("intake_id", BigInteger, ForeignKey("intakes.id"), nullable=False),
    Column("seq", Integer, nullable=False),  # of the entry that it came with
    Column("content", Code, nullable=False),
    Column("mime", Code, nullable=False),
    Column("size", Integer),  # empty: not fetched
    Column("sealed", LargeBinary),  # until it is fetched, where it is to be had; empty: it never came
    Column("told", Boolean, nullable=False),  # staff know that it could not be fetched
    Column("at", Time, nullable=False),
    Index("ix_files_intake_id", "intake_id"),
    only_where("ix_files_waiting", "at", "size is null and sealed is not null"),
)

seen = Table(
    "seen",
    metadata,
    Column("bot", Code, nullable=False),
    Column("update_id", Code, nullable=False),
    Column("at", Time, nullable=False),
    PrimaryKeyConstraint("bot", "update_id"),
    sqlite_with_rowid=False,
)

log = Table(
    "log",
    metadata,
    Column("id", Id, primary_key=True),
    Column("trace", String(32), nullable=False),  # random; which case it belongs to is sealed in intakes.head
    Column("at", Time, nullable=False),
    Column("kind", Code, nullable=False),
    Column("step", Code, nullable=False),
    Column("code", Code, nullable=False),
    Column("goes_to", Code, nullable=False),
    Column("indicator", Code, nullable=False),
    Column("rule", Code, nullable=False),
    Column("colour", SmallInteger, nullable=False),
    Column("urgency", SmallInteger, nullable=False),
    Column("actor", Code, nullable=False),
    Column("said", Text, nullable=False),
    Index("ix_log_trace", "trace", "id"),
)

handoffs = Table(
    "handoffs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("intake_id", BigInteger, ForeignKey("intakes.id"), nullable=False),
    Column("case_name", Code, nullable=False),
    Column("colour", SmallInteger, nullable=False),
    Column("urgency", SmallInteger, nullable=False),
    Column("language", String(16), nullable=False),
    Column("state", Code, nullable=False),
    Column("opened", Time, nullable=False),
    Column("taken_by", Code, nullable=False),  # staff id, or empty
    Column("taken", Time),
    Column("touched", Time),
    Column("due", Time),  # when the next rung rings
    Column("rung", Integer, nullable=False),  # rungs rung so far
    Column("spoken_live", Boolean, nullable=False),
    Column("talking", Boolean, nullable=False),  # a worker is writing with her
    Column("marks", Text, nullable=False),  # separated by spaces
    Column("desks", Text, nullable=False),  # separated by spaces
    Column("version", Integer, nullable=False),  # counts up with each change, for those who watch
    Column("card_message_id", BigInteger),
    Column("closed", Time),
    Column("outcome", Code, nullable=False),
    one_of_three("colour"),
    one_of_three("urgency"),
    Index("ix_handoffs_intake_id", "intake_id"),
    Index("ix_handoffs_opened", "opened"),
    # A name is free again once its case is closed.
    only_where("uq_handoffs_case_name", "case_name", "closed is null", unique=True),
)

# --- what is to be sent, and what stands on her phone ---------------------------------------------

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("bot", Code, nullable=False),  # who sends it: a bot of hers, "staff" or "alerts"
    Column("channel", Code, nullable=False),
    Column("chat", Hash, nullable=False),  # what is paced together
    Column("line", Hash, nullable=False),  # what must stay in order
    Column("lane", SmallInteger, nullable=False),
    Column("kind", Code, nullable=False),
    Column("state", SmallInteger, nullable=False),  # 0 waiting or in flight, 1 covered: waits for her press
    Column("intake_id", BigInteger),
    Column("handoff_id", Id),
    Column("seq", Integer, nullable=False),  # Intake.seq of the turn that said it
    Column("part", SmallInteger, nullable=False),  # which message of that turn
    Column("language", String(16), nullable=False),
    Column(
        "vaulted", Boolean, nullable=False
    ),  # sealed under the staff key, because the case's own key may go
    Column("sealed", LargeBinary),
    Column("payload", Text, nullable=False),  # codes and ids only
    Column("reply_until", Time, nullable=False),
    Column("pressed_id", BigInteger),  # the message whose button this answers
    Column("edit_id", BigInteger),  # the cover message that this will replace
    Column("after_id", BigInteger, nullable=False),  # the highest message id known when it was last sent
    Column("attempts", Integer, nullable=False),
    Column("due", Time, nullable=False),  # not before
    Column("lease", Time, nullable=False),  # in flight until; 0 = not in flight
    Column("void", Boolean, nullable=False),  # she left while it was in flight: what it brings is wiped
    Column("created", Time, nullable=False),
    Index("ix_outbox_lane", "lane", "id"),
    Index("ix_outbox_line", "line", "lane", "id"),
    only_where("ix_outbox_handoff_id", "handoff_id", "handoff_id is not null"),
    only_where("ix_outbox_in_flight", "line", "lease > 0"),
    sqlite_autoincrement=True,  # an id stands in a button: it is never given out twice
)

messages = Table(
    "messages",
    metadata,
    Column("id", Id, primary_key=True),
    # No foreign key: whoever sends writes here while a turn holds the intake's row, and neither may wait.
    Column("intake_id", BigInteger, nullable=False),
    Column("chat", Hash, nullable=False),  # leaving wipes what earlier intakes of the same chat left, too
    Column("bot", Code, nullable=False),
    Column("remote_id", BigInteger),  # the messenger's id; empty for the web
    Column("kind", Code, nullable=False),  # hers, ours, cover, neutral; gap: a send whose result is unknown
    Column("at", Time, nullable=False),
    Column("protect", Boolean, nullable=False),
    Column("question", Boolean, nullable=False),  # has buttons
    Column("gone", Boolean, nullable=False),  # replaced by another; still wiped with the rest
    Column("language", String(16), nullable=False),
    Column("sealed", LargeBinary),  # what the web page shows
    Column("seq", Integer, nullable=False),
    Column("part", SmallInteger, nullable=False),
    Index("ix_messages_chat", "chat", "id"),
    Index("ix_messages_at", "at"),
    Index("ix_messages_bot", "bot", "id"),
    sqlite_autoincrement=True,
)

parked = Table(
    "parked",
    metadata,
    Column("id", Id, primary_key=True),
    Column("bot", Code, nullable=False),
    Column("update_id", Code, nullable=False),
    Column("at", Time, nullable=False),
    Column("why", Code, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    UniqueConstraint("bot", "update_id"),
)

troubles = Table(
    "troubles",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Time, nullable=False),
    Column("code", Code, nullable=False),  # undelivered, not_wiped, parked, failed_turn ...
    Column("detail", Code, nullable=False),  # a code or an id, never words
    Column("intake_id", BigInteger),
    Column("cleared", Time),
    Column("cleared_by", Code, nullable=False),
    only_where("ix_troubles_open", "at", "cleared is null"),
)

# --- the web chat ---------------------------------------------------------------------------------

web_sessions = Table(
    "web_sessions",
    metadata,
    Column("key_hash", Hash, primary_key=True),  # keyed hash of the cookie
    Column("chat", LargeBinary, nullable=False),  # sealed: the chat that the page speaks in
    Column("chat_hash", Hash, nullable=False),
    Column("intake_id", BigInteger),  # what the page shows, also once it has ended
    Column("seen", Time, nullable=False),  # when a page last asked for it
    Column("ended", Time),  # she left: this cookie never opens anything again
    Index("ix_web_sessions_chat_hash", "chat_hash"),
    Index("ix_web_sessions_seen", "seen"),
)

return_codes = Table(
    "return_codes",
    metadata,
    Column("code_hash", Hash, primary_key=True),  # keyed hash; the code itself is nowhere
    Column("chat", LargeBinary, nullable=False),  # sealed
    Column("chat_hash", Hash, nullable=False, unique=True),
    Column("expires", Time, nullable=False),
    Index("ix_return_codes_expires", "expires"),
)

# --- staff ----------------------------------------------------------------------------------------

staff = Table(
    "staff",
    metadata,
    Column("id", Id, primary_key=True),
    Column("login", String(64), nullable=False, unique=True),
    Column("name", String(128), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("roles", Text, nullable=False),  # separated by spaces
    Column("alert_sealed", LargeBinary),  # where an alert wakes this person
    Column("telegram_hash", Hash, unique=True),  # keyed hash of the linked account
    Column("language", String(16), nullable=False),  # of the desk's pages
    Column("must_change", Boolean, nullable=False),  # the password was given by somebody else
    Column("failed", Integer, nullable=False),  # sign-ins in a row with a wrong password
    Column("locked_until", Time),  # no sign-in before this moment
    Column("created", Time, nullable=False),
    Column("disabled", Time),
    sqlite_autoincrement=True,
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", Hash, primary_key=True),
    Column("staff_id", Id, ForeignKey("staff.id"), nullable=False),
    Column("csrf", Hash, nullable=False),
    Column("created", Time, nullable=False),
    Column("last_used", Time, nullable=False),
    Index("ix_sessions_staff_id", "staff_id"),
)

link_codes = Table(
    "link_codes",
    metadata,
    Column("code_hash", Hash, primary_key=True),
    Column("staff_id", Id, ForeignKey("staff.id"), nullable=False),
    Column("expires", Time, nullable=False),
)

rota = Table(
    "rota",
    metadata,
    Column("id", Id, primary_key=True),
    Column("staff_id", Id, ForeignKey("staff.id"), nullable=False),
    Column("weekday", SmallInteger),  # 0 is Monday; with the two minutes of the local day
    Column("from_minute", SmallInteger),
    Column("to_minute", SmallInteger),  # not after from_minute: it ends on the next day
    Column("starts", Time),  # or, instead of a weekday, once between two moments
    Column("ends", Time),
    CheckConstraint(
        "(weekday between 0 and 6 and from_minute is not null and to_minute is not null and starts is null"
        " and ends is null) or (weekday is null and starts is not null and ends is not null)",
        name="weekly_or_once",
    ),
    Index("ix_rota_staff_id", "staff_id"),
)

barred = Table(
    "barred",
    metadata,
    Column("staff_id", Id, ForeignKey("staff.id"), nullable=False),
    Column("intake_id", BigInteger, ForeignKey("intakes.id"), nullable=False),
    Column("at", Time, nullable=False),
    Column("by", Code, nullable=False),
    PrimaryKeyConstraint("staff_id", "intake_id"),
)

access_log = Table(
    "access_log",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Time, nullable=False),
    Column("staff_id", Id, nullable=False),
    Column("intake_id", BigInteger),
    Column("what", Code, nullable=False),
    Index("ix_access_log_intake_id", "intake_id", "id"),
)
