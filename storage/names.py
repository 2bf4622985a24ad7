"""Case names of two neutral words, so that staff can speak of a case without saying anything about her."""

from __future__ import annotations

import secrets
from collections.abc import Callable

_HOW = """
blauwe groene gele witte grijze bruine paarse roze oranje lichte donkere heldere bonte gladde ronde
lange korte brede smalle hoge lage vlakke dunne dikke zachte warme koele frisse droge nieuwe vroege
late snelle kalme vrolijke gouden zilveren koperen houten stenen glazen wollen linnen katoenen
papieren gestreepte gespikkelde geblokte geruite kleine grote halve hele vierde vijfde zesde zevende
achtste negende tiende
"""
_WHAT = """
merel mus vink specht reiger zwaan ooievaar kievit lepelaar zwaluw eend gans uil duif valk meeuw eik
beuk berk linde wilg den spar hazelaar vlier iep populier kastanje olijf palm ceder tulp roos lelie
narcis klaproos margriet lavendel tijm munt klaver varen viool dahlia aster iris kiezel steen schelp
golf beek rivier vijver sloot duin heuvel berg vallei weide akker appel peer pruim kers druif
framboos braam citroen meloen noot walnoot pompoen wortel radijs lamp klok stoel tafel kast vaas kan
kop schaal lepel mand doos knoop draad naald sjaal jas muts fiets tram boot kano slee ballon vlieger
trommel fluit piano gitaar harp brug molen toren poort trap gevel tegel bank fontein kade steiger
wolk regen sneeuw wind mist zon maan ster komeet
"""
HOW = tuple(_HOW.split())
WHAT = tuple(_WHAT.split())


def two_words(choose: Callable[[int], int] = secrets.randbelow) -> str:
    """One of some seven thousand names; `choose(n)` gives a number below n."""
    return f"{HOW[choose(len(HOW))]} {WHAT[choose(len(WHAT))]}"
