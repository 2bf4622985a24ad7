"""What the server answers when it refuses, in Telegram's own words."""

from __future__ import annotations

from typing import Any

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a"
    " current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
BLOCKED = "Forbidden: bot was blocked by the user"
NEVER_WROTE = "Forbidden: bot can't initiate conversation with a user"
TWO_POLLS = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)
POLL_ENDED_BY_WEBHOOK = "Conflict: terminated by setWebhook request"
WEBHOOK_IS_SET = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the"
    " webhook first"
)


class ApiError(Exception):
    """A refusal: HTTP status, description and, where Telegram gives them, parameters."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """The JSON body of the refusal."""
        answer: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def bad(description: str) -> ApiError:
    """A 400 with this description."""
    return ApiError(400, f"Bad Request: {description}")


def too_many(seconds: int) -> ApiError:
    """A 429 that names the seconds to wait."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def migrated(new_id: int) -> ApiError:
    """What a send to a group gets after the group became a supergroup."""
    return ApiError(
        400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=new_id
    )
