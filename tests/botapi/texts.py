"""Message text: its length, its HTML marks, its entities."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from .errors import bad
from .params import Params

LONGEST = 4096
_MARKS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
    "tg-spoiler": "spoiler", "span": "spoiler", "blockquote": "blockquote", "a": "text_link",
}  # fmt: skip


def read_text(params: Params, too_long: str) -> tuple[str, list[dict[str, Any]]]:
    """The text of a request without its marks, and its entities; refused when empty or too long."""
    text = params.text("text")
    entities: list[dict[str, Any]] = []
    if params.has("parse_mode"):
        mode = params.text("parse_mode").lower()
        # Markdown is refused on purpose: a test that needs it shall say so here first.
        if mode != "html":
            raise bad("unsupported parse_mode")
        text, entities = _from_html(text)
    elif params.has("entities"):
        entities = params.array("entities", "can't parse entities JSON object") or []
    if not text or text.isspace():
        raise bad("message text is empty")
    if len(text) > LONGEST:
        raise bad(too_long)
    return text.strip(), entities


def units(text: str) -> int:
    """Length in UTF-16 units, in which Telegram counts offsets."""
    return len(text.encode("utf-16-le")) // 2


def commands_in(text: str) -> list[dict[str, Any]]:
    """The bot_command entity of a text that begins with a slash."""
    word = text.split(maxsplit=1)[0] if text.strip() else ""
    if len(word) < 2 or not text.startswith("/"):
        return []
    return [{"type": "bot_command", "offset": 0, "length": units(word)}]


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out = ""
        self.open: list[tuple[str, int, str | None]] = []
        self.entities: list[dict[str, Any]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _MARKS:
            raise bad(
                f'can\'t parse entities: Unsupported start tag "{tag}" at byte offset {units(self.out)}'
            )
        self.open.append((tag, units(self.out), dict(attrs).get("href")))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1][0] != tag:
            raise bad(f"can't parse entities: Unmatched end tag at byte offset {len(self.out.encode())}")
        name, start, href = self.open.pop()
        entity: dict[str, Any] = {"type": _MARKS[name], "offset": start, "length": units(self.out) - start}
        if href:
            entity["url"] = href
        if entity["length"]:
            self.entities.append(entity)

    def handle_data(self, data: str) -> None:
        self.out += data


def _from_html(text: str) -> tuple[str, list[dict[str, Any]]]:
    reader = _Html()
    reader.feed(text)
    reader.close()
    if reader.open:
        raise bad(
            f"can't parse entities: Can't find end tag corresponding to start tag \"{reader.open[-1][0]}\""
        )
    return reader.out, sorted(reader.entities, key=lambda entity: (entity["offset"], -entity["length"]))
