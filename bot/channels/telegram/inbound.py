"""An update becomes an arrival: its event, and how to find the chat again. Names stay behind here."""

from __future__ import annotations

from bot.channels.telegram import buttons
from bot.channels.telegram.updates import File, Member, MemberChange, Message, Press, Update
from flows.model import Blocked, Content, Pressed, Said
from storage.files import Sent
from storage.turns import Arrival

CHANNEL = "telegram"
LANGUAGE = "nl"  # where Telegram does not tell her language
RESTARTED = 1_000_000  # so far below the highest number seen, and numbering has begun anew
NO_CONTENT = (
    *("message_auto_delete_timer_changed", "pinned_message", "write_access_allowed"),
    *("migrate_to_chat_id", "migrate_from_chat_id"),
)
LARGEST_PHOTO = 5 * 1024 * 1024  # bytes
# The kinds that Telegram leaves unsaid.
_MIMES = {"voice": "audio/ogg", "video_note": "video/mp4"}
# In this order: an animation carries a document too.
_KINDS = (
    ("voice", Content.VOICE),
    ("video", Content.VIDEO),
    ("video_note", Content.VIDEO),
    ("animation", Content.VIDEO),
    ("photo", Content.PHOTO),
    ("sticker", Content.STICKER),
    ("location", Content.LOCATION),
    ("venue", Content.LOCATION),
    ("contact", Content.CONTACT),
    ("audio", Content.FILE),
    ("document", Content.FILE),
)


class Inbound:
    """Reads updates of one bot."""

    def __init__(self, bot: str) -> None:
        self.bot = bot
        self._highest = 0
        self._new_numbers = False

    def arrival(self, update: Update, at: float) -> Arrival | None:
        """What came in from a private chat; None for what says nothing to us."""
        order = self._order(update.update_id)
        if update.callback_query is not None:
            return self._press(update.callback_query, update.update_id, order, at)
        if update.my_chat_member is not None:
            return self._member(update.my_chat_member, update.update_id, order, at)
        message = update.message or update.edited_message
        if message is None or any(getattr(message, name) is not None for name in NO_CONTENT):
            return None
        return self._said(message, update.update_id, order, at, edited=update.edited_message is not None)

    def _said(self, message: Message, number: int, order: int, at: float, *, edited: bool) -> Arrival:
        content = Content.EDITED if edited else kind_of(message)
        text = message.text or message.caption or ""
        if content is Content.LOCATION and message.location is not None:
            text = f"{message.location.latitude}, {message.location.longitude}"
        if content is Content.COMMAND:
            text = text.split(maxsplit=1)[0]  # what a link carries along with /start is no word of hers
        # Beside the update's number, the message's own: numbers may be given out anew.
        seen = f"{number}.{'e' if edited else 'm'}{message.message_id}.{message.edit_date}"
        sender = message.from_
        return Arrival(
            CHANNEL,
            self.bot,
            str(message.chat.id),
            Said(text, at, content),
            seen,
            order,
            message_id=message.message_id,
            language=(sender.language_code if sender else "") or LANGUAGE,
            file=None if edited else file_of(message),
        )

    def _press(self, press: Press, number: int, order: int, at: float) -> Arrival | None:
        if press.message is None:
            return None
        opens = buttons.uncovered(press.data)
        step, option, moment = ("", "open", -1) if opens is not None else buttons.answered(press.data)
        return Arrival(
            CHANNEL,
            self.bot,
            str(press.message.chat.id),
            Pressed(step, option, at, moment),
            f"{number}.c{press.id}",
            order,
            pressed_id=press.message.message_id,
            language=press.from_.language_code or LANGUAGE,
            opens=opens,
        )

    def _member(self, change: MemberChange, number: int, order: int, at: float) -> Arrival | None:
        back = not _gone(change.new_chat_member)
        if back == (not _gone(change.old_chat_member)):
            return None
        seen = f"{number}.b{change.date}"
        return Arrival(CHANNEL, self.bot, str(change.chat.id), Blocked(at, back), seen, order)

    def _order(self, number: int) -> int:
        """Its place in time; 0, no place, where Telegram has begun to number anew while we listened."""
        if number > self._highest:
            self._highest = number
        elif number < self._highest - RESTARTED:
            self._new_numbers = True
        return 0 if self._new_numbers else number


def kind_of(message: Message) -> Content:
    """What kind of thing she sent."""
    if message.forward_origin is not None:
        return Content.FORWARDED
    if message.text is not None:
        return Content.COMMAND if message.text.startswith("/") and len(message.text) > 1 else Content.TEXT
    for name, content in _KINDS:
        if getattr(message, name) is not None:
            return content
    return Content.OTHER


def file_of(message: Message) -> Sent | None:
    """What is to be fetched of it; a sticker and a contact stay with Telegram."""
    if message.photo:
        return Sent(_best(message.photo).file_id, "image/jpeg")
    for name in ("voice", "video", "video_note", "animation", "audio", "document"):
        file: File | None = getattr(message, name)
        if file is not None:
            return Sent(file.file_id, file.mime_type or _MIMES.get(name, ""))
    return None


def _best(photo: list[File]) -> File:
    """The largest that is not too large; they come in order of size."""
    return next((size for size in reversed(photo) if size.file_size <= LARGEST_PHOTO), photo[0])


def _gone(member: Member) -> bool:
    return member.status in ("kicked", "left")
