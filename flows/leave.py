"""Words and commands that mean one thing wherever they are typed, as a whole message, in nine languages."""

from __future__ import annotations

# Whole messages only: "stop" leaves, "hij wil niet stoppen" does not. The check refuses one that equals an answer.
# One line a language, in the order of flows.tongues, with the spelling of phones that lack its letters.
_LEAVE = (
    "weg, stop, stoppen, sluit, sluiten, later, doei, dag",
    "leave, exit, quit, bye, close",
    "çık, cik, çıkış, cikis, dur, kapat, hoşça kal, hosca kal",
    "خروج, اخرج, أخرج, اخرجي, توقف, توقفي, وقف, قف, إيقاف, اغلق, أغلق, مع السلامة",
    "wyjdź, wyjdz, wyjście, wyjscie, zamknij, koniec, pa pa",
    "вийти, вихід, стоп, закрити, бувай, выйти, выход, vyity, vyyty",
    "salir, sal, parar, para, cerrar, adiós, adios",
    "sortir, quitter, arrêter, arreter, arrête, arrete, fermer, au revoir",
    "ውጻእ, ውጻኢ, ደው በል, ደው በሊ, ዕጸው, ዕጸዊ, ቻው, wtsa, wtsai",
    "☀, 🌤, 🌦, 🌧, ⛅, 👋, ❌",
)
_DANGER = (
    "gevaar, in gevaar, danger, in danger, tehlike, tehlikedeyim, خطر, في خطر, أنا في خطر, انا في خطر,"
    " niebezpieczeństwo, niebezpieczenstwo, небезпека, я в небезпеці, опасность, peligro, estoy en peligro,"
    " en danger, je suis en danger, ሓደጋ, ኣብ ሓደጋ, hadega, sos, 112"
)
# Never a menu in answer to distress: a cry for help reaches a person.
_HELP = (
    "help, help me, hulp, help mij, yardım, yardim, imdat, مساعدة, ساعدوني, ساعديني, النجدة, pomoc, pomocy,"
    " допомога, допоможіть, помогите, помощь, ayuda, ayúdame, ayudame, socorro, aide, aidez-moi, aidez moi,"
    " au secours, ሓገዝ, ሓግዙኒ, ሓግዝኒ, ርድኡኒ"
)
_COMMANDS = {
    "again": "start",
    "menu": "menu",
    "leave": "stop, leave, weg, cik, çık, خروج, wyjdz, wyjdź, вийти, salir, sortir, ውጻእ",
    "help_lines": "help, hulp, yardim, yardım, مساعدة, pomoc, допомога, ayuda, aide, ሓገዝ",
    "language": "taal, language, dil, لغة, اللغة, jezyk, język, мова, idioma, langue, ቋንቋ",
    "delete": "wissen, delete, sil, حذف, usun, usuń, видалити, borrar, effacer, ደምስስ",
    "danger_now": "gevaar, danger, tehlike, خطر, niebezpieczenstwo, niebezpieczeństwo, небезпека, peligro, ሓደጋ",
}
_VARIATION = "️"  # the invisible sign that asks for the coloured form of an emoji
_DOT = "\u0307"  # what lower case leaves of "İ": Turkish has two letters i, and capitals hide which one was meant


def plain(text: str) -> str:
    """For comparing whole messages: lower case, one i, single spaces, no closing marks, no emoji variation."""
    folded = text.replace(_VARIATION, "").casefold().replace(_DOT, "").replace("ı", "i")
    return " ".join(folded.split()).strip(" .!?…,؟،።፧¡¿")


def listed(words: str) -> frozenset[str]:
    """Words of one line, separated by commas, as they are compared."""
    return frozenset(plain(word) for word in words.split(","))


LEAVE = frozenset().union(*map(listed, _LEAVE))
MEANS = dict.fromkeys(listed(_DANGER), "danger_now") | dict.fromkeys(listed(_HELP), "human")
COMMANDS = {f"/{word}": option for option, words in _COMMANDS.items() for word in listed(words)}


def everywhere(text: str) -> str | None:
    """The button that works everywhere for which this whole message stands, if any."""
    said = plain(text)
    return "leave" if said in LEAVE else MEANS.get(said) or COMMANDS.get(said.split("@")[0])
