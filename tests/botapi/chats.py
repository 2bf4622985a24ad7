"""Chats and the messages in them: what is on a phone now, and what ever was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .errors import BLOCKED, NEVER_WROTE, ApiError, bad, migrated
from .keyboards import Keyboard

DELETABLE_SECONDS = 48 * 3600


@dataclass(slots=True)
class Version:
    """What a message said before an edit."""

    at: float
    text: str
    keyboard: Keyboard


@dataclass(slots=True, eq=False)
class Message:
    """One message with its flags, its earlier versions and, once deleted, the time of it."""

    id: int
    chat: Chat
    date: float
    sender: dict[str, Any]
    by_bot: bool = False
    text: str = ""
    entities: list[dict[str, Any]] = field(default_factory=list)
    keyboard: Keyboard = field(default_factory=list)
    silent: bool = False
    protected: bool = False
    preview: bool = True
    content: dict[str, Any] = field(default_factory=dict)
    reply_to: Message | None = None
    edited: float | None = None
    deleted: float | None = None
    deleted_by: str = ""
    versions: list[Version] = field(default_factory=list)

    @property
    def buttons(self) -> list[str]:
        """Labels of the buttons, row after row."""
        return [button["text"] for row in self.keyboard for button in row]

    @property
    def data(self) -> dict[str, str]:
        """Label to callback data."""
        return {b["text"]: b["callback_data"] for row in self.keyboard for b in row if "callback_data" in b}

    def every_button(self) -> Iterator[dict[str, Any]]:
        """Buttons it has now, then those it had before: an old screen still shows them."""
        for keyboard in (self.keyboard, *(version.keyboard for version in reversed(self.versions))):
            for row in keyboard:
                yield from row

    def change(self, at: float, text: str, entities: list[dict[str, Any]], keyboard: Keyboard) -> None:
        """Another text and keyboard; the former ones are kept in ``versions``."""
        self.versions.append(Version(self.edited or self.date, self.text, self.keyboard))
        self.text, self.entities, self.keyboard, self.edited = text, entities, keyboard, at

    def json(self, deep: bool = True) -> dict[str, Any]:
        """The Message object of the Bot API."""
        out: dict[str, Any] = {
            "message_id": self.id,
            "from": self.sender,
            "chat": self.chat.json,
            "date": int(self.date),
            **self.content,
        }
        if self.text:
            out["text"] = self.text
        if self.entities:
            out["entities"] = self.entities
        if self.keyboard:
            out["reply_markup"] = {"inline_keyboard": self.keyboard}
        if self.protected:
            out["has_protected_content"] = True
        if not self.preview:
            out["link_preview_options"] = {"is_disabled": True}
        if self.edited is not None:
            out["edit_date"] = int(self.edited)
        if deep and self.reply_to is not None:
            out["reply_to_message"] = self.reply_to.json(deep=False)
        return out

    def brief(self) -> dict[str, Any]:
        """What a person sees, for the control API."""
        return {
            "id": self.id,
            "who": "bot" if self.by_bot else self.sender["first_name"],
            "text": self.text,
            "buttons": [[button["text"] for button in row] for row in self.keyboard],
            "data": self.data,
            "silent": self.silent,
            "protected": self.protected,
            "preview": self.preview,
            "edits": len(self.versions),
            "deleted": self.deleted is not None,
            **({"content": self.content} if self.content else {}),
        }


class Chat:
    """A private chat, group or supergroup as the bot's account has it."""

    def __init__(self, chat_id: int, json: dict[str, Any]) -> None:
        self.id = chat_id
        self.json = json
        self.messages: dict[int, Message] = {}
        self.started = chat_id < 0
        self.blocked = False
        self.bot_status = "member"
        self.migrated_to: int | None = None
        self.actions: list[str] = []
        self.own_ids = 0

    @property
    def kind(self) -> str:
        """private, group or supergroup."""
        return str(self.json["type"])

    @property
    def history(self) -> list[Message]:
        """Every message there ever was, deleted ones too."""
        # A copy in one step: the server's thread goes on writing.
        return list(self.messages.values())

    def visible(self) -> list[Message]:
        """What is on the phone now, oldest first."""
        return [message for message in self.history if message.deleted is None]

    def texts(self) -> list[str]:
        """The visible texts."""
        return [message.text for message in self.visible()]

    def last(self, by_bot: bool = True) -> Message:
        """The newest visible message, of the bot unless told otherwise."""
        for message in reversed(self.history):
            if message.deleted is None and (message.by_bot or not by_bot):
                return message
        raise LookupError(f"no visible message in chat {self.id}")

    def find(self, pattern: str) -> list[Message]:
        """Visible messages whose text matches."""
        return [message for message in self.visible() if re.search(pattern, message.text)]

    def message(self, message_id: int, what: str) -> Message:
        """The message with this id that is still there."""
        message = self.messages.get(message_id)
        if message is None or message.deleted is not None:
            raise bad(f"{what} not found")
        return message

    def check_access(self) -> None:
        """Refuses where the bot is no member any more."""
        if self.migrated_to is not None:
            raise migrated(self.migrated_to)
        if self.bot_status == "kicked":
            raise ApiError(403, f"Forbidden: bot was kicked from the {self.kind} chat")
        if self.bot_status == "left":
            raise ApiError(403, f"Forbidden: bot is not a member of the {self.kind} chat")

    def check_write(self) -> None:
        """Refuses where the bot may not write."""
        self.check_access()
        if self.blocked:
            raise ApiError(403, BLOCKED)
        if not self.started:
            raise ApiError(403, NEVER_WROTE)

    def check_delete(self, message: Message, now: float) -> None:
        """Refuses what is older than 48 hours, and in groups the messages of others, unless an
        administrator."""
        if self.id < 0 and self.bot_status == "administrator":
            return
        if now - message.date > DELETABLE_SECONDS or (self.id < 0 and not message.by_bot):
            raise bad("message can't be deleted")
