"""What she typed, before its turn: does it mean more than it says? Only this place ever compares it with her words.

In guide mode the same slow hash is worked out once for every text of every chat, whether or not a word was chosen
there, so that neither the answer nor the time it takes tells which.
"""

from __future__ import annotations

import hmac
import unicodedata
from dataclasses import replace
from functools import cache

from flows import duress, guide, lexicon, words
from flows.hers import labelled
from flows.intake import INTAKE
from flows.leave import everywhere, plain
from flows.model import Content, Intake, Said, Word
from flows.tongues import LANGUAGES, named
from storage import book, watchwords
from storage.book import Case
from storage.store import Store
from storage.turns import Arrival
from storage.watchwords import Chosen, Known, Slow, slow

FEWEST, MOST, MOST_WORDS = 6, 32, 3  # letters and digits of a word, signs, words that it may consist of
NOBODYS = b"\0" * watchwords.BYTES
NOBODY = Known(0, b"", frozenset(), b"", frozenset())
# What anybody may type to a guide.
_OF_THE_GUIDE = ("front", "guide.", "page.guide", "page.title", "left", "heard.front", "cover.")


def heard(store: Store, arrival: Arrival, hash_of: Slow = slow) -> Arrival:
    """The same arrival; or, in place of what she typed, what a word of hers in it means.

    Called for every text, outside any transaction: it takes one slow hash in guide mode, one for each letter where
    a word is chosen, one in the open conversation of who has a duress word, none in any other.
    """
    event = arrival.event
    if not isinstance(event, Said) or not event.text:
        return arrival
    chat = book.chat_hash(store, arrival.channel, arrival.bot, arrival.chat)
    with store.read() as conn:
        case = book.peek_chat(store, conn, chat)
        known = watchwords.of_chat(conn, chat)
    if case is None or guide.is_shown(case.intake) or guide.is_due(case.intake, event.at):
        return _compared(store, arrival, event, chat, known, hash_of)
    if case.intake.step in duress.CHOOSING:
        return _chosen(store, arrival, event, case, known, hash_of)
    return _forced(store, arrival, event, case, known, hash_of)


def _forced(
    store: Store, arrival: Arrival, event: Said, case: Case, known: tuple[Known, ...], hash_of: Slow
) -> Arrival:
    """In the open conversation only her duress word means more than it says; a word that leads back has led."""
    if event.content is not Content.TEXT or not any(one.duress for one in known):
        return arrival
    digest = watchwords.hashed(store, case.chat, folded(event.text), hash_of)
    if not _is_duress(digest, known):
        return arrival
    answer = event.text if INTAKE.by_name[case.intake.step].text else ""
    return replace(arrival, event=Word("duress", event.at, answer), typed=event.text)


def _is_duress(digest: bytes, known: tuple[Known, ...]) -> bool:
    return any(hmac.compare_digest(digest, one.duress or NOBODYS) for one in known)


def _compared(
    store: Store, arrival: Arrival, event: Said, chat: str, known: tuple[Known, ...], hash_of: Slow
) -> Arrival:
    """One hash, whatever is known of this chat, and one comparison with each word; of two alike, duress counts."""
    digest = watchwords.hashed(store, chat, folded(event.text), hash_of)
    for one in known or (NOBODY,):
        if hmac.compare_digest(digest, one.duress or NOBODYS):
            return replace(arrival, event=Word("duress", event.at), leads=one.intake_id)
    for one in known or (NOBODY,):
        if hmac.compare_digest(digest, one.returns or NOBODYS):
            return replace(arrival, event=Word("return", event.at), leads=one.intake_id)
    return arrival


def _chosen(
    store: Store, arrival: Arrival, event: Said, case: Case, known: tuple[Known, ...], hash_of: Slow
) -> Arrival:
    """Where she chooses one. What says danger, or is a story or a button, stays what it is.

    It may be like a word of another case of this chat: whoever began anew is not told that there is one. Her duress
    word, chosen as the other one, means what it always means and is answered as any.
    """
    word, step = folded(event.text), case.intake.step
    if _is_no_word(event.text, case.intake):
        return arrival
    if refused := _refused(word):
        return replace(arrival, event=Word(refused, event.at))
    digest = watchwords.hashed(store, case.chat, word, hash_of)
    near = tuple(watchwords.hashed(store, case.chat, part, hash_of) for part in _without_one(word))
    if step == "return_word" and _is_duress(digest, known):  # after as many hashes as any other takes
        return replace(arrival, event=Word("duress", event.at))
    own = next((one for one in known if one.intake_id == case.id), NOBODY)
    if _is_close({digest, *near}, own, step):
        return replace(arrival, event=Word("close", event.at))
    return replace(arrival, event=Word("chosen", event.at), chosen=Chosen(step, digest, near))


def _is_no_word(text: str, intake: Intake) -> bool:
    button = everywhere(text) or words.everywhere_of(text, intake.language)
    answer = words.option_of(INTAKE.by_name[intake.step], text, intake.language, labelled(intake))
    story = len(text.split()) > MOST_WORDS
    return bool(story or button or answer or named(text) or lexicon.read(text).signs)


def _refused(word: str) -> str:
    """Why this cannot be a word of hers; empty where it can."""
    if sum(sign.isalnum() for sign in word) < FEWEST:
        return "brief"
    return "plain" if len(word) > MOST or word in _of_the_guide() else ""


@cache
def _of_the_guide() -> frozenset[str]:
    """Its own words, in every language."""
    found: set[str] = set()
    for language in LANGUAGES:
        for key, said in words.catalogue(language).items():
            if key.startswith(_OF_THE_GUIDE):
                found |= {folded(said), *map(folded, said.split())}
    return frozenset(found)


def _is_close(hashes: set[bytes], known: Known, step: str) -> bool:
    """Whether it is the other word, or one that a slip would make of it."""
    if step == "return_word":
        return bool(known.duress and hashes & {known.duress, *known.duress_near})
    return bool(hashes & {known.returns, *known.return_near})


def _without_one(word: str) -> list[str]:
    return sorted({word[:at] + word[at + 1 :] for at in range(len(word))})


def folded(text: str) -> str:
    """As it is compared: no capitals, no marks above or below its letters, single spaces."""
    apart = unicodedata.normalize("NFKD", plain(text))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
