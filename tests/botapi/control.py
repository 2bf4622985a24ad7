"""The control API: what another process, or a person with curl, does on behalf of people and of trouble.

Bodies are JSON or form fields; answers are JSON. The package's docstring lists the paths.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .errors import ApiError
from .flood import flood
from .params import read

if TYPE_CHECKING:
    from .server import BotApi
    from .users import Person

Body = dict[str, Any]
_CONTENTS = (
    "voice", "audio", "photo", "video", "video_note", "animation", "document", "sticker", "location",
    "contact",
    "poll", "dice",
)  # fmt: skip
_NUMBERS = ("status", "retry_after", "migrate_to", "times", "after", "seed", "chat")
_SECONDS = ("hang", "slow", "probability")
_FLAGS = ("html", "malformed", "acts")


def _yes(value: Any) -> bool:
    return value is True or str(value).lower() in ("true", "yes", "1")


class Control:
    """Answers /control/… for a server."""

    def __init__(self, api: BotApi) -> None:
        self.api = api

    async def handle(self, request: web.BaseRequest) -> web.Response:
        """One request of the control API."""
        words = request.path.removeprefix("/control/").strip("/").split("/")
        try:
            is_json = request.content_type == "application/json"
            body: Any = await request.json() if is_json else await read(request)
            if request.method == "GET":
                return web.json_response(self._look(words, body))
            if words[0] == "flood":
                return web.json_response(await flood(self.api, body))
            if words[0] == "many":
                with self.api.lock:
                    return web.json_response([self._do(str(one.pop("do")), one) for one in body])
            return web.json_response(self._do(words[0], body))
        except (LookupError, ValueError, TypeError, AttributeError, ApiError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)

    def _look(self, words: list[str], body: Body) -> Any:
        api = self.api
        with api.lock:
            match words:
                case ["chat", id]:
                    every = _yes(body.get("all"))
                    chat = api.chats[int(id)]
                    return [m.brief() for m in (chat.history if every else chat.visible())]
                case ["chats"]:
                    return [chat.json for chat in api.chats.values()]
                case ["calls"]:
                    calls = api.calls(str(body.get("method", "")))
                    return [
                        {"method": c.method, "params": c.params, "at": c.at, "status": c.status}
                        for c in calls
                    ]
                case ["press", id]:
                    press = api.presses[id]
                    return {"answered": press.answered, "answer": press.answer, "alert": press.alert}
                case ["state"]:
                    return {
                        "base_url": api.base_url,
                        "now": api.now(),
                        "calls": len(api.log),
                        "sent": sum(1 for c in api.chats.values() for m in c.messages.values() if m.by_bot),
                        "webhook": api.webhook.info(),
                        "conflicts": api.updates.conflicts,
                        "drops_asked": api.drops_asked,
                        "violations": api.pace.violations,
                        "odd": api.odd,
                    }
        raise LookupError(f"nothing at /control/{'/'.join(words)}")

    def _who(self, body: Body) -> Person:
        user, language = int(body["user"]), body.get("language", "nl")
        if body.get("group"):
            return self.api.group(int(body["group"])).member(user, language)
        return self.api.user(user, language)

    def _do(self, verb: str, body: Body) -> Any:
        with self.api.lock:
            if verb in _CONTENTS:
                return getattr(self._who(body), verb)().brief()
            verbs: dict[str, Callable[[Body], Any]] = {
                "say": lambda b: self._who(b).say(b["text"]).brief(),
                "command": lambda b: self._who(b).command(b["command"], b.get("argument", "")).brief(),
                "forward": lambda b: self._who(b).forward(b["text"]).brief(),
                "press": self._press,
                "edit": self._edit,
                "delete": self._delete,
                "clear": lambda b: self._who(b).clear(),
                "block": lambda b: self.api.user(int(b["user"])).block(),
                "unblock": lambda b: self.api.user(int(b["user"])).unblock(),
                "group": lambda b: (
                    self.api.group(int(b["group"]), b.get("title", "Verzonnen team")).chat.json
                ),
                "migrate": lambda b: {"group": self.api.group(int(b["group"])).migrate()},
                "bot_status": lambda b: self.api.group(int(b["group"])).set_bot(b["status"]),
                "fault": self._fault,
                "clear_faults": lambda b: self.api.faults.clear(),
                "clock": lambda b: self.api.push_clock(float(b.get("seconds", 0)), float(b.get("hours", 0))),
                "pace": self._pace,
                "updates": self._updates,
                "forget_calls": lambda b: self.api.log.clear(),
                "stop": self._stop,
            }
            if verb not in verbs:
                raise LookupError(f"nothing to do named {verb}; there are {sorted((*verbs, *_CONTENTS))}")
            done = verbs[verb](body)
            return {"done": True} if done is None else done

    def _press(self, body: Body) -> Any:
        button: Any = body.get("button", 0)
        if isinstance(button, str) and button.isdigit() and _yes(body.get("place")):
            button = int(button)
        message = int(body["message"]) if body.get("message") else None
        press = self._who(body).press(button, message, body.get("data"))
        return {"press": press.id, "message": press.message.id, "data": press.data}

    def _edit(self, body: Body) -> Any:
        person = self._who(body)
        return person.edit(person.chat.messages[int(body["message"])], body["text"]).brief()

    def _delete(self, body: Body) -> None:
        person = self._who(body)
        person.delete(person.chat.messages[int(body["message"])])

    def _fault(self, body: Body) -> Any:
        settings = dict(body)
        method = str(settings.pop("method", "*"))
        for names, kind in ((_NUMBERS, int), (_SECONDS, float), (_FLAGS, _yes)):
            settings.update({name: kind(settings[name]) for name in names if name in settings})
        self.api.fault(method, **settings)
        return {"faults": len(self.api.faults.all)}

    def _pace(self, body: Body) -> None:
        for name, value in body.items():
            if name not in (
                "on",
                "overall",
                "overall_burst",
                "chat",
                "chat_burst",
                "group",
                "group_burst",
                "speed",
            ):
                raise LookupError(f"pace has no {name}")
            setattr(self.api.pace, name, _yes(value) if name == "on" else float(value))

    def _updates(self, body: Body) -> None:
        updates = self.api.updates
        match body.get("do", ""):
            case "hold":
                updates.hold()
            case "release":
                shuffle = int(body["shuffle"]) if "shuffle" in body else None
                updates.release(shuffle, _yes(body.get("reverse")), int(body.get("copies", 1)))
            case "repeat":
                updates.repeat(int(body.get("times", 1)))
            case "restart":
                updates.restart_ids(int(body["at"]))
            case other:
                raise LookupError(f"updates has no {other!r}")

    def _stop(self, body: Body) -> None:
        if self.api.stop_asked is None:
            raise LookupError("this server is stopped by who started it")
        self.api.stop_asked()
