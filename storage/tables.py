"""Every table, in one place. Times are seconds since 1970 (UTC); what is `sealed` needs a key to be read.

What is sealed under the key of one case can never be read again once that key is destroyed.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
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
    false,
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


def _against_tampering() -> tuple[Column[Any], ...]:
    """Of an entry of a log: see storage.logs.chain and storage.logs.seals."""
    return (
        Column("mac", LargeBinary),  # over itself and what it follows; empty: from before there was one
        Column("seal", Integer),  # empty: not sealed yet
        Column("leaf", Integer),  # its place under that seal
        Column("stamp", LargeBinary),
    )


# --- the keys and the cases -----------------------------------------------------------------------

vault = Table(
    "vault",
    metadata,
    Column("name", Code, primary_key=True),  # lookup: finds chats; staff: seals what belongs to no case
    Column("key_id", Code, nullable=False),  # the master key that wraps it
    Column("wrapped", LargeBinary, nullable=False),
)

# Releases that were proven, in the order in which they ran (flows.proof.certificate).
certified = Table(
    "certified",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Code, nullable=False),
    Column("flow_hash", Code, nullable=False),
    Column("words_hash", Code, nullable=False),
    Column("states", Integer, nullable=False),
    Column("edges", Integer, nullable=False),
    Column("at", Time, nullable=False),
)

intakes = Table(
    "intakes",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # random: it is part of what is sealed
    Column("channel", Code, nullable=False),
    Column("bot", Code, nullable=False),
    Column("chat_hash", Hash, unique=True),  # the chat whose current intake this is; empty once it has ended
    Column("head", LargeBinary),  # sealed: address and trace; empty: forgotten, and its key is destroyed
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
    # The one that this chat had before, where somebody began anew without her word: perhaps the same person.
    Column("after_id", BigInteger),
    Column(
        "may_house", Boolean, nullable=False, server_default=false()
    ),  # whether the visible house may be considered
    one_of_three("colour"),
    one_of_three("urgency"),
    Index("ix_intakes_created", "created"),  # how many begin in a while: storage.crowd
    only_where("ix_intakes_due", "due", "due is not null"),
    only_where("ix_intakes_after_id", "after_id", "after_id is not null"),
    # What a placement copies (and follows): see placements.
    Index("uq_intakes_roof", "id", "colour", "may_house", unique=True),
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
    Column("took", Double),  # seconds since she last did anything; empty for what others did
    *_against_tampering(),
    Index("ix_log_trace", "trace", "id"),
    Index("ix_log_seal", "seal", "leaf"),
)

# One row a conversation: what its log amounts to. Written in the turn; codes only, and no way back to the case.
traces = Table(
    "traces",
    metadata,
    Column("trace", String(32), primary_key=True),
    Column("started", Time, nullable=False),
    Column("week", Integer, nullable=False),  # the Monday of its local week, as a day number (date.toordinal)
    Column("hour", SmallInteger, nullable=False),  # local hour of that week, 0 to 167
    Column("last_at", Time, nullable=False),
    Column("channel", Code, nullable=False),
    Column("language", String(16), nullable=False),
    Column("version", Code, nullable=False),  # of the flow that last moved it
    Column("step", Code, nullable=False),  # where it stands, or where she left it
    Column("turns", Integer, nullable=False),
    Column("colour", SmallInteger, nullable=False),
    Column("highest", SmallInteger, nullable=False),  # the highest colour that rules gave it
    Column("urgency", SmallInteger, nullable=False),
    Column("ended", Code, nullable=False),  # flows.logbook.ENDINGS; empty while it goes on
    Column("handoff", Code, nullable=False),  # the state of its handoff; empty: never handed on
    Column("opened", Time),
    Column("taken", Time),
    Column("touched", Time),
    Column("closed", Time),
    Column("rungs", SmallInteger, nullable=False),
    Column("outcome", Code, nullable=False),
    Column("overridden", Boolean, nullable=False),  # a human raised or lowered the colour
    Column("no_place", Boolean, nullable=False),  # at some moment no place that fits was free
    Column("placed", Code, nullable=False),  # the kind of house where she arrived
    Column("placed_at", Time),
    Column("signs", Text, nullable=False),  # every indicator ever found: " KILL STR "
    Column("rules", Text, nullable=False),  # every rule that ever counted: " KILL four_secondary "
    Column("chain", LargeBinary),  # log.mac of its last entry
    Index("ix_traces_started", "started", "trace"),
    # Of what never changes: who only counts conversations need not look at their rows.
    Index("ix_traces_week", "week", "language", "channel", "hour"),
    one_of_three("colour"),
    one_of_three("highest"),
    one_of_three("urgency"),
)

# Seals over the entries of log and access_log, each over the one before it: storage.logs.seals.
seals = Table(
    "seals",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", Time, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("seal", LargeBinary, nullable=False),
)

# What the log adds up to by week: counted row by row by the ticker, so that a year is read at once.
traffic = Table(
    "traffic",
    metadata,
    Column("week", Integer, nullable=False),  # of the conversation's beginning, as in traces
    Column("language", String(16), nullable=False),
    Column("version", Code, nullable=False),
    Column("kind", Code, nullable=False),  # as in log; came, took: see storage.logs.counting
    Column("step", Code, nullable=False),
    Column("what", Code, nullable=False),  # the step it led to, or the rule, deed or code
    Column("bucket", SmallInteger, nullable=False),  # of log.took, flows.logbook.bucket; -1: none
    Column("n", Integer, nullable=False),
    # In the order in which it is added up: a year is a sum without a sort.
    PrimaryKeyConstraint("kind", "step", "what", "bucket", "week", "language", "version"),
    sqlite_with_rowid=False,
)

# How far the counting has come: the last row of the log that stands in traffic.
counted = Table(
    "counted",
    metadata,
    Column("name", Code, primary_key=True),
    Column("log_id", BigInteger, nullable=False),  # all up to here is counted
    Column(
        "until", BigInteger, nullable=False
    ),  # what was the newest row at the last look: counted next time
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

# --- where she can go -----------------------------------------------------------------------------

shelters = Table(
    "shelters",
    metadata,
    Column("id", Id, primary_key=True),
    Column(
        "code_name", Code, nullable=False, unique=True
    ),  # two neutral words: how staff speak of it in writing
    Column("kind", Code, nullable=False),  # flows.placement.Kind
    Column("region", Code, nullable=False),
    Column("name", LargeBinary, nullable=False),  # sealed
    Column("address", LargeBinary, nullable=False),  # sealed; opened by addresses.reveal alone
    Column("contact", LargeBinary, nullable=False),  # sealed: whom to ring for a place
    Column(
        "takes", Text, nullable=False
    ),  # its attributes, as flows.shelters.ATTRIBUTES declares them, in JSON
    Column("beds", Integer, nullable=False),  # all there are
    Column("free", Integer, nullable=False),  # empty ones, as last counted
    Column("held", Integer, nullable=False),  # of those, kept for somebody who is coming
    Column("counted", Time),  # when the house last said so; older than the limit is unknown
    Column("counted_by", Code, nullable=False),  # staff id
    Column("version", Integer, nullable=False),  # counts up with each change
    Column("created", Time, nullable=False),
    Column("closed", Time),  # not used any more
    CheckConstraint("kind in ('secure', 'visible_house', 'hotel', 'partner')", name="kind"),
    CheckConstraint("held >= 0 and free >= 0", name="beds"),
    Index("uq_shelters_kind", "id", "kind", unique=True),  # what a placement copies
    sqlite_autoincrement=True,
)

# Recognisable parts of names and addresses, as keyed hashes: what may not go out (storage.places.guard).
guarded = Table(
    "guarded",
    metadata,
    Column("shelter_id", Id, ForeignKey("shelters.id"), nullable=False),
    Column("what", Code, nullable=False),  # name, address or region
    Column("hash", Hash, nullable=False),
    Column("length", SmallInteger, nullable=False),  # of the part, in letters and digits
    Column("words", Boolean, nullable=False),  # counts only where it stands as whole words
    PrimaryKeyConstraint("shelter_id", "what", "hash"),
    sqlite_with_rowid=False,
)

# Who works at which house: they count its beds and see who is coming, and no case.
house_staff = Table(
    "house_staff",
    metadata,
    Column("staff_id", Id, ForeignKey("staff.id"), nullable=False),
    Column("shelter_id", Id, ForeignKey("shelters.id"), nullable=False),
    PrimaryKeyConstraint("staff_id", "shelter_id"),
    sqlite_with_rowid=False,
)

# The gate of the store against a red in the visible house: a placement copies what the case may and what the house
# is, follows the case when that changes, and cannot stand where the two do not go together.
placements = Table(
    "placements",
    metadata,
    Column("id", Id, primary_key=True),
    Column("intake_id", BigInteger, nullable=False),
    Column("colour", SmallInteger, nullable=False),
    Column("may_house", Boolean, nullable=False),
    Column("handoff_id", Id, ForeignKey("handoffs.id"), nullable=False),
    Column("shelter_id", Id, nullable=False),
    Column("kind", Code, nullable=False),
    Column("state", Code, nullable=False),  # flows.placement.STATES
    Column("beds", SmallInteger, nullable=False),
    Column("held_by", Code, nullable=False),  # staff id
    Column("since", Time, nullable=False),
    Column("until", Time, nullable=False),  # when a hold ends by itself
    Column("confirmed", Time),
    Column("set_out", Time),
    Column("arrived", Time),
    Column("ended", Time),
    ForeignKeyConstraint(
        ["intake_id", "colour", "may_house"],
        ["intakes.id", "intakes.colour", "intakes.may_house"],
        name="fk_placements_roof",
        onupdate="CASCADE",
    ),
    ForeignKeyConstraint(["shelter_id", "kind"], ["shelters.id", "shelters.kind"], name="fk_placements_kind"),
    CheckConstraint(
        "kind <> 'visible_house' or (colour < 2 and may_house) or state in ('released', 'expired', 'withdrawn')",
        name="never_a_red_in_the_visible_house",
    ),
    CheckConstraint("beds > 0", name="beds"),
    Index("ix_placements_intake_id", "intake_id"),
    Index("ix_placements_shelter_id", "shelter_id", "state"),
    only_where("uq_placements_open", "intake_id", "ended is null", unique=True),
    sqlite_autoincrement=True,
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
    Column("intake_id", BigInteger),  # the case that it leads back to, or that a link carries to the page
    Index("ix_return_codes_expires", "expires"),
)

# Slow keyed hashes of the words that she chose (storage.watchwords); the words themselves are nowhere.
watchwords = Table(
    "watchwords",
    metadata,
    Column("chat", Hash, nullable=False),  # keyed hash
    # The case that they lead to: one begun anew behind it takes nothing away.
    Column("intake_id", BigInteger, ForeignKey("intakes.id"), nullable=False),
    Column("return_word", LargeBinary),
    Column("return_near", LargeBinary),
    Column("duress_word", LargeBinary),
    Column("duress_near", LargeBinary),
    PrimaryKeyConstraint("chat", "intake_id"),
    Index("ix_watchwords_intake_id", "intake_id"),
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
    Column("totp", LargeBinary),  # sealed: what makes the codes of the second step
    Column("totp_set", Time),  # when it was set up with a first right code
    Column("totp_step", BigInteger, nullable=False, server_default="0"),  # the last step whose code was used
    Column("second_failed", Integer, nullable=False, server_default="0"),  # wrong codes in a row
    Column("second_until", Time),  # no code is taken before this moment
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
    Column("second", Boolean, nullable=False, server_default=false()),  # the second step was done
    Index("ix_sessions_staff_id", "staff_id"),
)

wrong_tries = Table(
    "wrong_tries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("address", Hash, nullable=False),  # keyed hash
    Column("at", Time, nullable=False),
    Index("ix_wrong_tries_address_at", "address", "at"),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("staff_id", Id, ForeignKey("staff.id"), nullable=False),
    Column("code_hash", Hash, nullable=False),  # keyed hash; gone once it is used
    PrimaryKeyConstraint("staff_id", "code_hash"),
    sqlite_with_rowid=False,
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", Id, primary_key=True),
    Column("staff_id", Id, ForeignKey("staff.id"), nullable=False),
    Column("credential_hash", Hash, nullable=False, unique=True),
    Column("credential", LargeBinary, nullable=False),  # its public key: no secret
    Column("host", String(253), nullable=False),
    Column("name", String(64), nullable=False),
    Column("count", BigInteger, nullable=False),  # how often it signed, where it counts
    Column("created", Time, nullable=False),
    Column("used", Time),
    Index("ix_passkeys_staff_id", "staff_id"),
)

used_challenges = Table(
    "used_challenges",
    metadata,
    Column("challenge_hash", Hash, primary_key=True),
    Column("at", Time, nullable=False),
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
    Column("staff_id", Id, nullable=False),  # 0: nobody who is signed in
    Column("role", Text, nullable=False, server_default=""),  # roles of that person then, separated by spaces
    Column("intake_id", BigInteger),  # emptied when the case is forgotten
    Column(
        "whose", LargeBinary
    ),  # what stands for the case: only its own key leads from the one to the other
    Column("what", Code, nullable=False),
    Column(
        "why", LargeBinary
    ),  # sealed, under the key of the case where it is about one: the reason asked for
    *_against_tampering(),
    Index("ix_access_log_seal", "seal", "leaf"),
    Index("ix_access_log_intake_id", "intake_id", "id"),
    Index("ix_access_log_at", "at", "id"),
    Index("ix_access_log_mac", "mac"),  # whether it stands there twice
    Index("ix_access_log_staff_id", "staff_id", "at", "id"),
)
