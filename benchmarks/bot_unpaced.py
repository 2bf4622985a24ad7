"""The bot as it is, but for Telegram's pace: the Bot API server that it is measured with has no limits."""

from __future__ import annotations

import sys
from typing import Any

from bot import sender
from bot.__main__ import main
from bot.pace import Pace


def _unbound(**_limits: Any) -> Pace:
    return Pace.unbound()


if __name__ == "__main__":
    setattr(sender, "Pace", _unbound)  # noqa: B010 - the one thing that is not as it always is
    sys.exit(main())
