"""The bot's public face: commands, name, descriptions."""

from __future__ import annotations

import json
import re
from typing import Any

from .errors import bad
from .params import Params

LONGEST = {"name": 64, "description": 512, "short_description": 120}
_SCOPES = frozenset({
    "default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat",
    "chat_administrators",
    "chat_member",
})  # fmt: skip


class Profile:
    """Texts by language, commands by scope and language."""

    def __init__(self) -> None:
        self.texts: dict[tuple[str, str], str] = {}
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}

    def set_text(self, what: str, params: Params) -> bool:
        """setMyName, setMyDescription, setMyShortDescription; an empty text takes it away."""
        text = params.text(what)
        if len(text) > LONGEST[what]:
            raise bad(f"bot {what.replace('_', ' ')} is too long")
        language = _language(params)
        if text:
            self.texts[what, language] = text
        else:
            self.texts.pop((what, language), None)
        return True

    def get_text(self, what: str, params: Params) -> dict[str, str]:
        """The text in this language, or else the one for all."""
        return {what: self.texts.get((what, _language(params)), self.texts.get((what, ""), ""))}

    def set_commands(self, params: Params) -> bool:
        """setMyCommands: at most 100, lower case, 1–32 signs, described in 1–256."""
        commands = params.array("commands", "can't parse commands JSON object")
        if commands is None:
            raise bad('parameter "commands" is required')
        if len(commands) > 100:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        clean: list[dict[str, str]] = []
        for command in commands:
            if not isinstance(command, dict) or not isinstance(command.get("command"), str):
                raise bad("can't parse BotCommand: BotCommand must be an Object")
            if not re.fullmatch(r"/?[a-z0-9_]{1,32}", command["command"]):
                raise bad("BOT_COMMAND_INVALID")
            description = command.get("description")
            if not isinstance(description, str) or not 1 <= len(description) <= 256:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
            clean.append({"command": command["command"].lstrip("/"), "description": description})
        self.commands[_scope(params), _language(params)] = clean
        return True

    def delete_commands(self, params: Params) -> bool:
        """deleteMyCommands."""
        self.commands.pop((_scope(params), _language(params)), None)
        return True

    def get_commands(self, params: Params) -> list[dict[str, str]]:
        """getMyCommands: of exactly this scope and language."""
        return self.commands.get((_scope(params), _language(params)), [])


def _language(params: Params) -> str:
    code = params.text("language_code")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad("invalid language code specified")
    return code


def _scope(params: Params) -> str:
    scope: Any = params.json("scope", "can't parse BotCommandScope JSON object")
    if scope is None:
        return "default"
    if not isinstance(scope, dict):
        raise bad("can't parse BotCommandScope: BotCommandScope must be an Object")
    if scope.get("type") not in _SCOPES:
        raise bad("can't parse BotCommandScope: unsupported type specified")
    return "default" if scope["type"] == "default" else json.dumps(scope, sort_keys=True)
