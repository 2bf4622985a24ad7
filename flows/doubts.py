"""What she may have meant: one gentle question, yes, no or rather not say, and back to where she was.

A doubt is never thrown away: without a clear no it counts as possible, and staff see her words. At most two
clarifying questions in a row; the date of an act is asked once.
"""

from __future__ import annotations

from collections.abc import Iterable

from flows.indicators import INDICATORS
from flows.making import Making
from flows.model import Colour, Intake, Raise, Sign, When

UNANSWERED_AFTER = 5 * 60.0  # seconds; then a doubt counts as possible
IN_A_ROW = 2  # clarifying questions, before she is left in peace
POSSIBLE = frozenset({"POSSIBLE", "POSSIBLE_RED"})
UNDERSTOOD, WHEN_WAS_IT = "understood", "when_was_it"
QUIET = frozenset(
    {"front", "safe_again", "cannot_write"}
)  # somebody else may be looking: nothing is clarified
STEPS = frozenset({UNDERSTOOD, WHEN_WAS_IT})
ANSWERS = {"yes": "yes", "no": "no", "unsure": "rather_not"}  # typed yes, no, don't know
DATES = {"recent": When.RECENT, "before": When.BEFORE}
# Of an act said together with these, the date is not asked: there is something more urgent now.
MORE_URGENT = frozenset({"NOW", "MED", "LOC", "LOCK", "SUIS"})


def doubt(making: Making, signs: Iterable[Sign], *, ask: bool) -> None:
    """Signs to be asked about; where that cannot be now (`ask`), and beyond two in a row, they count as possible."""
    known = {finding.indicator for finding in making.before.findings} | {
        sign for _, sign in making.intake.asked_about
    }
    fresh = [sign for sign in signs if sign.indicator not in known | making.found]
    room = IN_A_ROW - making.intake.in_a_row if ask else 0
    for sign in fresh[room:]:
        possible(making, sign)
    making.change(doubts=tuple(fresh[:room]))


def possible(making: Making, sign: Sign) -> None:
    """Nobody could ask, or she did not say: a person looks at it. At once, where it would be red."""
    red = INDICATORS[sign.indicator].colour is Colour.RED and not making.intake.talking
    making.find(Raise("POSSIBLE_RED" if red else "POSSIBLE", sign.when), f"doubt.{sign.rule}", sign.quote)


def date(making: Making, signs: Iterable[Sign]) -> None:
    """Remembers the act whose date is to be asked, if there is one; not where he is there now, or perhaps is."""
    perhaps = {sign.indicator for sign in making.reading.signs if sign.strength == "ask"}
    urgent = (making.found | perhaps) & MORE_URGENT
    for sign in signs:
        act = INDICATORS[sign.indicator].act
        if act and sign.when is When.UNKNOWN and sign.indicator not in making.intake.dated and not urgent:
            making.change(undated=sign.indicator, dated=(*making.intake.dated, sign.indicator))
            return


def next_question(intake: Intake) -> str:
    """The clarifying step that has to come before the open question, if any; never before it is known to be safe."""
    if intake.step in QUIET:
        return ""
    if intake.doubts:
        return UNDERSTOOD
    return WHEN_WAS_IT if intake.undated and intake.in_a_row < IN_A_ROW else ""


def turn_to(making: Making) -> bool:
    """Goes to the clarifying question, if there is one; her place is kept. Says whether it did."""
    step = next_question(making.intake)
    if not step:
        making.change(undated="")
        return False
    place = making.intake.aside if making.intake.step in STEPS else making.intake.step
    making.go(step)
    making.change(aside=place, in_a_row=making.intake.in_a_row + 1, doubted=making.event.at)
    if step == UNDERSTOOD:
        sign = making.intake.doubts[0]
        making.change(asked_about=(*making.intake.asked_about, (making.intake.seq, sign.indicator)))
        making.log("doubt", code="asked", indicator=sign.indicator, rule=sign.rule)
    return True


def answered(making: Making, code: str) -> str:
    """Her answer to the clarifying question; returns what to say above the next one. Her place is hers again."""
    if making.intake.step == WHEN_WAS_IT:
        _dated(making, code)
        return "heard.yes" if code in DATES else "heard.rather_not"
    sign, *others = making.intake.doubts or (None,)
    if sign is not None:
        making.log("doubt", code=code, indicator=sign.indicator, rule=sign.rule)
        making.change(doubts=tuple(others))
        if code == "yes":
            making.find(Raise(sign.indicator, sign.when), sign.rule, sign.quote)
            date(making, [sign])
        elif code != "no":
            possible(making, sign)
    return f"heard.{code}"


def _dated(making: Making, code: str) -> None:
    indicator = making.intake.undated
    making.change(undated="")
    if indicator and code in DATES:
        making.find(Raise(indicator, DATES[code]), f"{WHEN_WAS_IT}.{code}")


def settle(making: Making) -> None:
    """She turned to something else: what was in doubt counts as possible, and she is back at her place."""
    for sign in making.intake.doubts:
        making.log("doubt", code="unanswered", indicator=sign.indicator, rule=sign.rule)
        possible(making, sign)
    making.change(doubts=(), undated="")
    making.hand_on()
    if making.intake.step in STEPS:
        making.go("answer")
        making.change(aside="")


def late_yes(making: Making, moment: int) -> None:
    """Yes under an old question: what it asked about counts. Without a moment, the last one asked."""
    asked = dict(making.intake.asked_about)
    indicator = asked.get(moment) or (making.intake.asked_about[-1][1] if asked and moment < 0 else "")
    if indicator:
        making.find(Raise(indicator), f"{UNDERSTOOD}.yes.late")
