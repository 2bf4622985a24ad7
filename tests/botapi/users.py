"""People on the other side: what they say, send and press. Their names are obviously made up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .chats import Chat, Message
from .contents import Contents
from .records import Press
from .texts import commands_in

if TYPE_CHECKING:
    from .server import BotApi

_NUMBERS = ("Een", "Twee", "Drie", "Vier", "Vijf", "Zes", "Zeven", "Acht", "Negen", "Tien", "Elf", "Twaalf")


class Person(Contents):
    """Someone with an account, writing in one chat."""

    def __init__(self, api: BotApi, json: dict[str, Any], chat: Chat) -> None:
        self.api = api
        self.json = json
        self.chat = chat

    @property
    def id(self) -> int:
        """The account's id."""
        return int(self.json["id"])

    @property
    def names(self) -> tuple[str, ...]:
        """Everything about this person that must never be stored."""
        return (
            f"{self.json['first_name']} {self.json['last_name']}",
            self.json["last_name"],
            self.json["username"],
        )

    def post(self, content: dict[str, Any], reply_to: Message | None = None) -> Message:
        """Any content as a message of this person."""
        api = self.api
        with api.lock:
            self._arrive()
            content = dict(content)
            text = str(content.pop("text", ""))
            message = Message(
                api.new_message_id(self.chat), self.chat, api.now(), self.json, text=text,
                entities=commands_in(text), content=content, reply_to=reply_to,
            )  # fmt: skip
            self.chat.messages[message.id] = message
            if self._bot_reads(message):
                api.updates.add("message", message.json(), self.chat.id)
            return message

    def _arrive(self) -> None:
        """Called before each message."""

    def _bot_reads(self, message: Message) -> bool:
        return True

    def say(self, text: str, reply_to: Message | None = None) -> Message:
        """A text message."""
        return self.post({"text": text}, reply_to)

    def command(self, command: str = "/start", argument: str = "") -> Message:
        """A command, with a deep link's payload if given."""
        return self.say(f"{command} {argument}".rstrip())

    def edit(self, message: Message, text: str) -> Message:
        """She changes what she said."""
        with self.api.lock:
            message.change(self.api.now(), text, commands_in(text), [])
            if self._bot_reads(message):
                self.api.updates.add("edited_message", message.json(), self.chat.id)
            return message

    def delete(self, message: Message) -> None:
        """She deletes a message for both sides: no update tells the bot."""
        with self.api.lock:
            message.deleted, message.deleted_by = self.api.now(), "user"

    def clear(self) -> None:
        """She deletes the whole conversation for both sides; no update tells the bot."""
        for message in self.chat.visible():
            self.delete(message)

    def press(
        self, button: str | int = 0, message: Message | int | None = None, data: str | None = None
    ) -> Press:
        """Presses a button by its label, callback data or place.

        Without ``message``: on the newest visible message that has it. With one: also on an old screen, where
        a button that was taken away, or a message deleted since, can still be pressed. ``data``
        sends any data.
        """
        with self.api.lock:
            where, found = self._button(button, message, data)
            return self._press(where, found)

    def _button(
        self, button: str | int, message: Message | int | None, data: str | None
    ) -> tuple[Message, str]:
        if isinstance(message, int):
            message = self.chat.messages[message]
        if data is not None:
            return message or self.chat.last(), data
        if message is None:
            for one in reversed(self.chat.visible()):
                hit = _pick([b for row in one.keyboard for b in row], button)
                if hit is not None:
                    return one, hit
            there = [label for one in self.chat.visible() for label in one.buttons]
            raise LookupError(f"no button {button!r} on the screen; there are {there}")
        hit = _pick(list(message.every_button()), button)
        if hit is None:
            raise LookupError(f"no button {button!r} on message {message.id}; there are {message.buttons}")
        return message, hit

    def _press(self, message: Message, data: str) -> Press:
        api = self.api
        press = Press(f"{4_000_000_000 + len(api.presses)}", api.now(), self.id, message, data)
        api.presses[press.id] = press
        shown = message.json()
        if message.deleted is not None:
            shown = {"chat": self.chat.json, "message_id": message.id, "date": 0}
        query = {
            "id": press.id,
            "from": self.json,
            "message": shown,
            "chat_instance": str(7_000_000_000 + abs(self.chat.id)),
            "data": data,
        }
        api.updates.add("callback_query", query, self.id)
        return press


def _pick(buttons: list[dict[str, Any]], wanted: str | int) -> str | None:
    """The data of the button that is meant."""
    pressable = [b for b in buttons if "callback_data" in b]
    if isinstance(wanted, int):
        return str(pressable[wanted]["callback_data"]) if -len(pressable) <= wanted < len(pressable) else None
    for key in ("text", "callback_data"):
        for button in pressable:
            if button[key] == wanted:
                return str(button["callback_data"])
    return None


def account(api: BotApi, number: int, language: str | None) -> dict[str, Any]:
    """A made-up account: Testpersoon Een, made_up_…"""
    known = api.accounts
    if number not in known:
        place = len(known)
        name = _NUMBERS[place] if place < len(_NUMBERS) else f"Nummer{place + 1}"
        known[number] = {
            "id": number,
            "is_bot": False,
            "first_name": "Testpersoon",
            "last_name": name,
            "username": f"made_up_{number}",
            **({"language_code": language} if language else {}),
        }
    return known[number]


class User(Person):
    """Someone in a private chat with the bot."""

    def __init__(self, api: BotApi, number: int, language: str | None) -> None:
        json = account(api, number, language)
        shown = {key: json[key] for key in ("id", "first_name", "last_name", "username")}
        chat = api.chats.setdefault(number, Chat(number, {**shown, "type": "private"}))
        super().__init__(api, json, chat)

    def _arrive(self) -> None:
        if self.chat.blocked:
            self.unblock()
        self.chat.started = True

    def block(self) -> None:
        """Stops and blocks the bot: a my_chat_member update, and sends get a 403."""
        with self.api.lock:
            self.chat.blocked = True
            member_update(self.api, self.chat, self.json, "member", "kicked")

    def unblock(self) -> None:
        """Lets the bot write again."""
        with self.api.lock:
            self.chat.blocked = False
            member_update(self.api, self.chat, self.json, "kicked", "member")


class Member(Person):
    """Someone in a group. The bot, in privacy mode, reads commands and replies to itself only."""

    def __init__(self, group: Group, number: int, language: str | None) -> None:
        self.group = group
        super().__init__(group.api, account(group.api, number, language), group.chat)
        # Seen in a group, known to the bot, but never written to it.
        shown = {key: self.json[key] for key in ("id", "first_name", "last_name", "username")}
        group.api.chats.setdefault(number, Chat(number, {**shown, "type": "private"}))

    def _arrive(self) -> None:
        self.chat = self.group.chat

    def _bot_reads(self, message: Message) -> bool:
        if self.chat.bot_status not in ("member", "administrator"):
            return False
        if not self.api.privacy or self.chat.bot_status == "administrator":
            return True
        to_bot = message.reply_to is not None and message.reply_to.by_bot
        return to_bot or bool(message.entities and message.entities[0]["type"] == "bot_command")

    def press(
        self, button: str | int = 0, message: Message | int | None = None, data: str | None = None
    ) -> Press:
        """Presses a button on a card of the group."""
        self.chat = self.group.chat
        return super().press(button, message, data)


class Group:
    """A group that the bot is in."""

    def __init__(self, api: BotApi, number: int, title: str, supergroup: bool) -> None:
        if number >= 0:
            raise ValueError("the id of a group is negative")
        self.api = api
        self.title = title
        kind = "supergroup" if supergroup or number < -1_000_000_000_000 else "group"
        self.chat = api.chats.setdefault(number, Chat(number, {"id": number, "title": title, "type": kind}))
        self.members: dict[int, Member] = {}
        self.owner = account(api, 9_000_001, "nl")

    @property
    def id(self) -> int:
        """The id it has now."""
        return self.chat.id

    def member(self, number: int, language: str | None = "nl") -> Member:
        """Someone in it; the same person each time."""
        with self.api.lock:
            if number not in self.members:
                self.members[number] = Member(self, number, language)
            return self.members[number]

    def set_bot(self, status: str) -> None:
        """Makes the bot a member, an administrator, left or kicked; a my_chat_member update tells it."""
        with self.api.lock:
            before, self.chat.bot_status = self.chat.bot_status, status
            member_update(self.api, self.chat, self.owner, before, status)

    def migrate(self, to: int | None = None) -> int:
        """The group becomes a supergroup with another id; a message on either side tells the bot."""
        api = self.api
        with api.lock:
            old = self.chat
            new_id = to if to is not None else -1_000_000_000_000 + old.id
            json = {"id": new_id, "title": self.title, "type": "supergroup"}
            self.chat = api.chats[new_id] = Chat(new_id, json)
            self.chat.bot_status, old.migrated_to = old.bot_status, new_id
            api.groups[new_id] = self
            for chat, content in (
                (old, {"migrate_to_chat_id": new_id}),
                (self.chat, {"migrate_from_chat_id": old.id}),
            ):
                note = Message(api.new_message_id(chat), chat, api.now(), self.owner, content=content)
                chat.messages[note.id] = note
                api.updates.add("message", note.json(), chat.id)
            return new_id


def member_update(api: BotApi, chat: Chat, by: dict[str, Any], before: str, after: str) -> None:
    """A my_chat_member update: what became of the bot in a chat."""
    update = {
        "chat": chat.json,
        "from": by,
        "date": int(api.now()),
        "old_chat_member": _member(api.bot, before),
        "new_chat_member": _member(api.bot, after),
    }
    api.updates.add("my_chat_member", update, chat.id)


_RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
    "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
    "can_edit_stories", "can_delete_stories",
)  # fmt: skip


def _member(bot: dict[str, Any], status: str) -> dict[str, Any]:
    out: dict[str, Any] = {"user": bot, "status": status}
    if status == "kicked":
        out["until_date"] = 0
    elif status == "administrator":
        out.update(dict.fromkeys(_RIGHTS, False), can_delete_messages=True, can_manage_chat=True)
    return out
