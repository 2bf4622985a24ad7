"""Reply markup: its shape is checked, inline keyboards are kept."""

from __future__ import annotations

from typing import Any

from .errors import bad
from .params import Params

Keyboard = list[list[dict[str, Any]]]
DATA_BYTES = 64
_SWITCH = ("switch_inline_query", "switch_inline_query_current_chat")
_ACTIONS = ("url", "web_app", "login_url", "copy_text", "pay", *_SWITCH)


def read_markup(params: Params, inline_only: bool = False) -> Keyboard:
    """The inline keyboard of a request; empty when there is none or another kind of markup."""
    markup = params.json("reply_markup", "can't parse reply keyboard markup JSON object")
    if markup is None:
        return []
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    rows = markup.get("inline_keyboard")
    if rows is None:
        _check_reply_keyboard(markup.get("keyboard"))
        if inline_only and any(markup.get(key) for key in ("keyboard", "remove_keyboard", "force_reply")):
            raise bad("inline keyboard expected")
        return []
    if not isinstance(rows, list):
        raise bad('field "inline_keyboard" must be of type Array')
    for row in rows:
        if not isinstance(row, list):
            raise bad('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
        for button in row:
            _check_button(button)
    return [row for row in rows if row]


def _check_reply_keyboard(rows: Any) -> None:
    if rows is None:
        return
    if not isinstance(rows, list):
        raise bad('field "keyboard" must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad('field "keyboard" must be an Array of Arrays')


def _check_button(button: Any) -> None:
    parse = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise bad(parse + "InlineKeyboardButton must be an Object")
    label = button.get("text")
    if label is None:
        raise bad(parse + 'Can\'t find field "text"')
    if not isinstance(label, str):
        raise bad(parse + 'Field "text" must be of type String')
    if not label.strip():
        raise bad("keyboard button text must be non-empty")
    data = button.get("callback_data")
    if data is not None:
        if not isinstance(data, str):
            raise bad(parse + 'Field "callback_data" must be of type String')
        if not 1 <= len(data.encode()) <= DATA_BYTES:
            raise bad("BUTTON_DATA_INVALID")
    elif not any(action in button for action in _ACTIONS):
        raise bad(parse + "Text buttons are unallowed in the inline keyboard")
