"""Telegram: the only folder that knows python-telegram-bot."""

import os

# PTB gives a 429's wait as a timedelta when this is set, and warns at each one when it is not.
os.environ.setdefault("PTB_TIMEDELTA", "1")
