"""What she gets when a turn fails: the emergency numbers, directly, past the outbox and all that broke."""

from __future__ import annotations

from collections import OrderedDict

from flows import words
from flows.helplines import LINES

QUIET_SECONDS = 600.0  # at most once in ten minutes to one chat
REMEMBERED = 10_000  # chats; the oldest is forgotten first

# Used when the catalogue itself is what has broken. Numbers come from the help-line data all the same.
_PACKAGED = {
    "nl": "Er ging hier iets mis.\nGevaar? Bel {emergency}.\n"
    "Hulp en raad: {safe_home}.\nDenk je aan zelfmoord? Bel {suicide}.",
    "en": "Something went wrong here.\nDanger? Call {emergency}.\n"
    "Help and advice: {safe_home}.\nThinking of suicide? Call {suicide}.",
    "tr": "Bizim tarafta bir aksilik oldu.\nTehlikede misin? {emergency} numarasını ara.\n"
    "Yardım ve danışma: {safe_home}.\nArtık yaşamak istemiyor musun? {suicide} numarasını ara.",
    "ar": "حدث خطأ عندنا.\nهل أنت في خطر؟ اتصلي بالرقم {emergency}.\n"
    "للمساعدة والنصيحة: {safe_home}.\nلا تريدين أن تعيشي؟ اتصلي بالرقم {suicide}.",
    "pl": "Coś u nas nie zadziałało.\nJesteś w niebezpieczeństwie? Dzwoń pod {emergency}.\n"
    "Pomoc i porada: {safe_home}.\nMyślisz o samobójstwie? Dzwoń pod {suicide}.",
    "uk": "У нас щось пішло не так.\nТи в небезпеці? Дзвони {emergency}.\n"
    "Допомога і порада: {safe_home}.\nНе хочеш більше жити? Дзвони {suicide}.",
    "es": "Algo falló de nuestro lado.\n¿Estás en peligro? Llama al {emergency}.\n"
    "Ayuda y consejo: {safe_home}.\n¿Piensas en el suicidio? Llama al {suicide}.",
    "fr": "Un problème est arrivé chez nous.\nTu es en danger ? Appelle le {emergency}.\n"
    "Aide et conseils : {safe_home}.\nTu penses au suicide ? Appelle le {suicide}.",
    "ti": "ብወገንና ገለ ጸገም ኣጋጢሙ።\nኣብ ሓደጋ ዲኺ? ናብ {emergency} ደውሊ።\n"
    "ሓገዝን ምኽርን: {safe_home}።\nብህይወት ክትነብሪ ኣይትደልዪን ዲኺ? ናብ {suicide} ደውሊ።",
}
_NUMBERS = {code: f"{words.ISOLATE}{line.number}{words.END}" for code, line in LINES.items()}


def text(language: str) -> str:
    """The last-resort words. Never fails."""
    try:
        return words.text(language, "last_resort")
    except Exception:  # noqa: BLE001 - whatever is wrong with the catalogue, she gets the numbers
        short = language[:2] if language[:2] in _PACKAGED else "en"
        return _PACKAGED[short].format(**_NUMBERS)


class LastResort:
    """Who got the words when; bounded, and gone when the process is."""

    def __init__(self) -> None:
        self._given: OrderedDict[str, float] = OrderedDict()

    def may(self, chat: str, now: float) -> bool:
        """Whether this chat gets them now; if so, it is remembered."""
        if now - self._given.get(chat, -QUIET_SECONDS) < QUIET_SECONDS:
            return False
        self._given[chat] = now
        self._given.move_to_end(chat)
        while len(self._given) > REMEMBERED:
            self._given.popitem(last=False)
        return True
