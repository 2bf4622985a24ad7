"""Words and commands that mean one thing wherever they are typed, as a whole message."""

from __future__ import annotations

# Whole messages only: "stop" leaves, "hij wil niet stoppen" does not. The check refuses one that equals an answer.
LEAVE = frozenset(
    {
        *(
            "weg",
            "stop",
            "stoppen",
            "sluit",
            "sluiten",
            "later",
            "leave",
            "exit",
            "quit",
            "bye",
            "doei",
            "dag",
        ),
        *(
            "çik",  # "çık", as `plain` leaves it
            "cik",
            "dur",
            "خروج",
            "توقف",
            "wyjdź",
            "wyjdz",
            "вийти",
            "стоп",
            "salir",
            "sortir",
            "quitter",
            "ውጻእ",
        ),
        *("☀", "🌤", "🌦", "🌧", "⛅", "👋", "❌"),
    }
)
COMMANDS = {
    "/start": "again",
    "/stop": "leave",
    "/leave": "leave",
    "/weg": "leave",
    "/help": "help_lines",
    "/hulp": "help_lines",
    "/menu": "menu",
    "/taal": "language",
    "/language": "language",
    "/delete": "delete",
    "/wissen": "delete",
    "/danger": "danger_now",
    "/gevaar": "danger_now",
}
_VARIATION = "️"  # the invisible sign that asks for the coloured form of an emoji
_DOT = "\u0307"  # what lower case leaves of "İ": Turkish has two letters i, and capitals hide which one was meant


def plain(text: str) -> str:
    """For comparing whole messages: lower case, one i, single spaces, no closing marks, no emoji variation."""
    folded = text.replace(_VARIATION, "").casefold().replace(_DOT, "").replace("ı", "i")
    return " ".join(folded.split()).strip(" .!?…,؟،")


def everywhere(text: str) -> str | None:
    """The button that works everywhere for which this whole message stands, if any."""
    said = plain(text)
    return "leave" if said in LEAVE else COMMANDS.get(said.split("@")[0])
