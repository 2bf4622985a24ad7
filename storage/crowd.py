"""The budget for new conversations: so many may begin in a while; those that begin beyond it are answered last.

Nobody is refused and nothing that was typed is lost: a reply to one of them only waits for those to whoever was here
before, and leaves them more of what Telegram lets a bot send in a second. It is over for her with the first sign of
danger, or when staff come in. Staff see that so many begin.
"""

from __future__ import annotations

from sqlalchemy import bindparam, func, select
from sqlalchemy.engine import Connection

from flows.model import Intake
from storage import troubles
from storage.lean import Lean
from storage.tables import intakes
from storage.tables import troubles as troubles_table

MOST, SPAN = 60, 600.0  # conversations of one channel, within so many seconds
CODE, PAGE = "crowd", "web"

_BEGUN = Lean(
    select(func.count()).select_from(
        select(intakes.c.id)
        .where(intakes.c.created > bindparam("since"), intakes.c.channel == bindparam("channel"))
        .limit(MOST)
        .subquery()
    )
)
_TOLD = Lean(
    select(troubles_table.c.id)
    .where(troubles_table.c.code == CODE, troubles_table.c.cleared.is_(None))
    .limit(1)
)


def is_there(conn: Connection, channel: str, at: float) -> bool:
    """Whether as many as may have begun already. Staff are told, unless they know.

    Never on the page: it is answered while she looks, and has a budget of its own (bot/channels/web/budget.py).
    """
    if channel == PAGE:
        return False
    begun = _BEGUN.one(conn, {"since": at - SPAN, "channel": channel})[0]
    if begun < MOST:
        return False
    if _TOLD.one(conn, {}) is None:
        troubles.tell(conn, at, CODE)
    return True


def waits(intake: Intake) -> bool:
    """Whether one that began in a crowd is still one of many: no sign, no doubt, nobody of staff."""
    return not (intake.findings or intake.doubts or intake.handoff)
