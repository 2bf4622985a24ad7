"""Everything but text that people send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from .chats import Message
    from .server import BotApi


class _Sender(Protocol):
    api: BotApi
    json: dict[str, Any]

    def post(self, content: dict[str, Any], reply_to: Message | None = None) -> Message: ...


def _file(sender: _Sender, kind: str, **more: Any) -> dict[str, Any]:
    """A file whose content getFile and a download give."""
    files = sender.api.files
    file_id = f"made-up-{kind}-{len(files) + 1}"
    files[file_id] = f"made-up content of a {kind}".encode()
    return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": len(files[file_id]), **more}


def _caption(content: dict[str, Any], caption: str | None) -> dict[str, Any]:
    return {**content, "caption": caption} if caption else content


class Contents:
    """Voice, pictures, places … each one call."""

    def voice(self: _Sender, seconds: int = 7) -> Message:
        """A voice message."""
        return self.post({"voice": _file(self, "voice", duration=seconds, mime_type="audio/ogg")})

    def audio(self: _Sender) -> Message:
        """A sound file."""
        return self.post({"audio": _file(self, "audio", duration=60, mime_type="audio/mpeg")})

    def photo(self: _Sender, caption: str | None = None, album: str | None = None) -> Message:
        """A picture, alone or in an album."""
        sizes = [_file(self, "photo", width=side, height=side) for side in (90, 800)]
        content = {"photo": sizes, **({"media_group_id": album} if album else {})}
        return self.post(_caption(content, caption))

    def video(self: _Sender, caption: str | None = None) -> Message:
        """A film."""
        film = _file(self, "video", width=640, height=480, duration=9, mime_type="video/mp4")
        return self.post(_caption({"video": film}, caption))

    def video_note(self: _Sender) -> Message:
        """A round film."""
        return self.post({"video_note": _file(self, "video_note", length=240, duration=5)})

    def animation(self: _Sender) -> Message:
        """A moving picture; Telegram gives it as a document too."""
        file = _file(self, "animation", width=320, height=240, duration=2, mime_type="video/mp4")
        return self.post({"animation": file, "document": {k: file[k] for k in ("file_id", "file_unique_id")}})

    def document(self: _Sender, name: str = "verzonnen.pdf", caption: str | None = None) -> Message:
        """A file."""
        file = _file(self, "document", file_name=name, mime_type="application/pdf")
        return self.post(_caption({"document": file}, caption))

    def sticker(self: _Sender, emoji: str = "🙂") -> Message:
        """A sticker."""
        shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return self.post({"sticker": _file(self, "sticker", emoji=emoji, **shape)})

    def location(
        self: _Sender, latitude: float = 52.0, longitude: float = 4.0, live: bool = False
    ) -> Message:
        """A place."""
        more = {"live_period": 900} if live else {}
        return self.post({"location": {"latitude": latitude, "longitude": longitude, **more}})

    def contact(self: _Sender, phone: str = "+31600000000") -> Message:
        """A phone number of someone who does not exist."""
        return self.post(
            {"contact": {"phone_number": phone, "first_name": "Verzonnen", "last_name": "Contact"}}
        )

    def poll(self: _Sender, question: str = "Verzonnen vraag?") -> Message:
        """A poll."""
        options = [{"text": text, "voter_count": 0, "persistent_id": text} for text in ("een", "twee")]
        made: dict[str, Any] = {
            "id": "5000000001",
            "question": question,
            "options": options,
            "total_voter_count": 0,
        }
        made.update(is_closed=False, is_anonymous=True, type="regular", allows_multiple_answers=False)
        made.update(allows_revoting=True, members_only=False)
        return self.post({"poll": made})

    def dice(self: _Sender, value: int = 4) -> Message:
        """A throw."""
        return self.post({"dice": {"emoji": "🎲", "value": value}})

    def forward(self: _Sender, text: str, name: str = "Verzonnen Afzender") -> Message:
        """A text of someone else, forwarded."""
        origin = {"type": "hidden_user", "sender_user_name": name, "date": int(self.api.now()) - 60}
        return self.post({"forward_origin": origin, "text": text})
