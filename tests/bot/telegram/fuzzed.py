"""Updates that nobody would send: valid shapes with wild fields, by a seed. `MARK` stands in every text of hers."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

from flows.intake import INTAKE
from flows.tokens import token

MARK = "kanarievogel"
WILD: tuple[Any, ...] = (
    *(
        "",
        "x",
        MARK,
        "\u202e" + MARK,
        "\ud83d",
        "\x00" + MARK,
        "A" * 5000,
        "😀" * 3000,
        "ا" * 4096,
        "/start " + MARK,
    ),
    *(0, -1, 1, 2**31, 2**53, 2**63 - 1, -(2**63), 1.5, 1e300, True, False, None, [], {}, [1], {"id": 1}),
)
TEXTS = (
    *(
        "hij gaat me vermoorden",
        "help",
        "hallo",
        "stop",
        "/menu",
        "ja",
        "nee",
        "weg",
        "06 00000000",
        "polski",
    ),
    *(
        "zonnebloem",
        "ik weet het niet",
        "he is strangling me",
        "beni öldürecek",
        "سيقتلني",
        "\u200f\u200e\u200b",
        "ﷺ" * 100,
    ),
)
KINDS = (
    "voice",
    "video",
    "photo",
    "sticker",
    "location",
    "contact",
    "document",
    "venue",
    "audio",
    "animation",
)
DANGER = "hij gaat me vermoorden"


class Fuzz:
    """A stream of updates, as the bytes that Telegram would send."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.number = 10_000
        self.tokens = [token(step.name, option.code) for step in INTAKE.steps for option in step.options]

    def update(self) -> bytes:
        rng = self.rng
        self.number += rng.choice((1, 1, 1, 1, 0, -1, 2, 50))
        one: dict[str, Any] = {"update_id": self.number}
        kind = rng.choice(
            ("message", "message", "message", "edited_message", "callback_query", "my_chat_member")
        )
        one[kind] = {"callback_query": self._press, "my_chat_member": self._member}.get(kind, self._message)()
        for _ in range(rng.choice((0, 0, 1, 1, 2, 4))):
            self._spoil(one)
        raw = json.dumps(one).encode()
        return raw if rng.random() < 0.98 else raw[: rng.randrange(len(raw))]

    def danger(self, chat: int) -> bytes:
        """One that can be read, and says danger."""
        self.number += 1
        message = {
            "message_id": self.number,
            "date": 1,
            "chat": {"id": chat, "type": "private"},
            "text": DANGER,
        }
        return json.dumps({"update_id": self.number, "message": message}).encode()

    def _chat(self) -> dict[str, Any]:
        chat = self.rng.choice((1001, 1002, 1003, 1004, -500, -1001))
        return {
            "id": chat,
            "type": "private" if chat > 0 else self.rng.choice(("group", "supergroup", "channel")),
        }

    def _from(self) -> dict[str, Any]:
        language = self.rng.choice(("nl", "ar", "en-GB", "", "xx", "ti"))
        return {"id": 1001, "is_bot": False, "first_name": MARK, "language_code": language}

    def _message(self) -> dict[str, Any]:
        rng = self.rng
        one: dict[str, Any] = {"message_id": rng.randrange(1, 10**6), "date": 1, "chat": self._chat()}
        one["from"] = self._from()
        if rng.random() < 0.7:
            one["text"] = f"{rng.choice(TEXTS)} {MARK}" if rng.random() < 0.5 else rng.choice(TEXTS)
        else:
            one[rng.choice(KINDS)] = rng.choice(
                ({"file_id": "f"}, [{"file_id": "f"}], {"latitude": 1, "longitude": 2})
            )
            one["caption"] = MARK
        return one

    def _press(self) -> dict[str, Any]:
        rng = self.rng
        data = rng.choice((*self.tokens, "", "x", "::", "o:1", MARK))
        data = f"{data}:{rng.randrange(50)}" if rng.random() < 0.7 else data
        return {
            "id": str(rng.randrange(10**9)),
            "from": self._from(),
            "message": self._message(),
            "data": data,
        }

    def _member(self) -> dict[str, Any]:
        status = ("kicked", "member", "left", "restricted", MARK)
        one = {"chat": self._chat(), "date": 1, "from": self._from()}
        one["old_chat_member"] = {"status": self.rng.choice(status)}
        one["new_chat_member"] = {"status": self.rng.choice(status)}
        return one

    def _spoil(self, one: dict[str, Any]) -> None:
        """One field somewhere inside is something else, or gone."""
        if not one:  # all of it is gone already
            return
        place, key = one, self.rng.choice(list(one))
        while isinstance(place[key], dict) and place[key] and self.rng.random() < 0.8:
            place, key = place[key], self.rng.choice(list(place[key]))
        if self.rng.random() < 0.2:
            del place[key]
        else:
            place[key] = copy.deepcopy(self.rng.choice(WILD))  # else one spoils the next
