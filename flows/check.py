"""A loud check of a Flow and its words: each mistake by name, before any Telegram exists."""

from __future__ import annotations

from collections.abc import Iterator

from flows import guide, wording, words
from flows.helplines import LINES
from flows.indicators import INDICATORS
from flows.lexicon import files
from flows.machine import ASKED_BY_THE_ENGINE, edges
from flows.making import BEATS, everywhere
from flows.model import ASIDE, ENTRIES, RESUME, Content, Flow, Step
from flows.promises import RED_ALONE
from flows.tokens import table, token
from flows.tongues import LANGUAGES
from flows.words import EVERYWHERE

CALLBACK_BYTES = 64  # Bot API: callback_data
TEXT_LIMIT = 4096  # Bot API: text of a message
MOMENT_BYTES = 16  # what the channel adds to a token
CORE_QUESTIONS = 7  # at most, before the rest is offered
NAMED = (
    "menu", "help_lines", "listen", "human", "handed_back", "closed", "old_button", "left", "last_resort",
    "nobody_on_duty",
    "told.on_duty", "told.nobody", "news.rung_1", "news.rung_2", "news.unanswered", "news.unanswered_self",
    "news.taken", "news.place", "with_worker", "heard.front", "heard.answer",
    "word.notice", "word.next", "word.chosen", "guide.emergency", "face.line", "face.start", "face.language",
    "duty.on", "duty.until", "duty.off", "duty.from", "web_chat.address",
    "cover.default", "button.open", "person.partner", "person.family", "person.work", "person.other",
)  # fmt: skip
SHORT = ("where", "cover")  # from the first to the last step that the read-back shows


def mistakes(flow: Flow) -> list[str]:
    """Every mistake of a declaration and its words, one line each; empty when all is well."""
    found = list(declared(flow))
    for language in LANGUAGES:
        found += dict.fromkeys(_words(flow, language))
    return found


def declared(flow: Flow) -> Iterator[str]:
    """The mistakes of the declaration itself, without its words."""
    yield from _steps(flow)
    yield from _reach(flow)
    yield from _signs(flow)
    yield from _buttons(flow)


def _steps(flow: Flow) -> Iterator[str]:
    names = [step.name for step in flow.steps]
    yield from (f"step {name}: declared twice" for name in sorted({n for n in names if names.count(n) > 1}))
    for step, goto in edges(flow):
        if goto.to not in (RESUME, ASIDE) and goto.to not in flow.by_name:
            yield f"step {step.name}: leads to {goto.to}, which does not exist"
    for step in flow.steps:
        yield from _gotos(step)
        codes = [option.code for option in step.options]
        yield from (
            f"step {step.name}: option {code} stands twice"
            for code in {c for c in codes if codes.count(c) > 1}
        )
        if not step.options and not step.text:
            yield f"step {step.name}: nothing to press and nothing to type"
    if flow.start not in flow.by_name:
        yield f"flow {flow.name}: starts at {flow.start}, which does not exist"
    for alarm in flow.alarms:
        if alarm.to and alarm.to not in flow.by_name:
            yield f"alarm {alarm.option}: leads to {alarm.to}, which does not exist"


def _gotos(step: Step) -> Iterator[str]:
    if not step.gotos or step.gotos[-1].when is not None:
        yield f"step {step.name}: no otherwise (its last way on has a condition, or there is none)"
    if any(goto.when is None for goto in step.gotos[:-1]):
        yield f"step {step.name}: ways on after its otherwise can never be taken"


def _reach(flow: Flow) -> Iterator[str]:
    """Steps that no path reaches, by declared edges and alarms."""
    ways: dict[str, set[str]] = {step.name: set() for step in flow.steps}
    for step, goto in edges(flow):
        ways[step.name].add(goto.to)
    always = {alarm.to for alarm in flow.alarms if alarm.to} | set(ASKED_BY_THE_ENGINE.values())
    reached, waiting = set(), [flow.start, *always]
    while waiting:
        name = waiting.pop()
        if name in ways and name not in reached:
            reached.add(name)
            waiting += ways[name]
    yield from (f"step {step.name}: no path leads to it" for step in flow.steps if step.name not in reached)


def _signs(flow: Flow) -> Iterator[str]:
    raised = set()
    for step in flow.steps:
        for option in step.options:
            for sign in option.raises:
                raised.add(sign.indicator)
                if sign.indicator not in INDICATORS:
                    yield f"step {step.name}: option {option.code} raises {sign.indicator}, which is no indicator"
    yield from (f"indicator {code}: no question raises it" for code in sorted(RED_ALONE - raised))
    core = [step for step in flow.steps if step.block == "core"]
    everyone = [step for step in core if step.asked_if is None]
    if len(everyone) + 1 > CORE_QUESTIONS:
        yield f"danger block: {len(everyone) + 1} core questions for one woman, at most {CORE_QUESTIONS}"


def _buttons(flow: Flow) -> Iterator[str]:
    try:
        table(flow)
    except ValueError as trouble:
        yield f"buttons: {trouble}"
    for step in flow.steps:
        for option in step.options:
            if len(token(step.name, option.code).encode()) + MOMENT_BYTES > CALLBACK_BYTES:
                yield f"step {step.name}: option {option.code}: callback over {CALLBACK_BYTES} bytes"


def keys(flow: Flow) -> Iterator[str]:
    """Every catalogue key that the conversation may say."""
    names = [step.name for step in flow.steps]
    read_back = (
        set(names[names.index(SHORT[0]) : names.index(SHORT[1]) + 1]) if set(SHORT) <= set(names) else set()
    )
    for step in flow.steps:
        yield step.name
        yield from (f"{step.name}.{option.code}" for option in step.options)
        if step.block:
            yield f"{step.name}.why"
        if step.name in read_back:
            yield f"{step.name}.short"
    yield from NAMED
    yield from (f"button.{option}" for option in EVERYWHERE)
    yield from (f"guide.{entry}" for entry in ENTRIES)
    yield from (f"word.{why}" for why in guide.REFUSED)
    yield from (f"heard.{content}" for content in Content)
    yield from (f"beats.{family}" for family in ("violence", *(name for name, _ in BEATS)))
    yield from (f"line.{code}" for code in LINES)
    yield from (f"understood.{code}" for code in sorted(_asked_about()))


def _asked_about() -> set[str]:
    """The indicators that a rule of a lexicon may ask about."""
    return {rule.indicator for language in LANGUAGES for rule in files.lexicon(language).rules}


def _words(flow: Flow, language: str) -> Iterator[str]:
    try:
        texts = words.catalogue(language)
    except (OSError, ValueError) as trouble:
        yield f"{language}: its catalogue cannot be read ({trouble})"
        return
    yield from (f"{language}: no words for {key}" for key in keys(flow) if key not in texts)
    yield from (f"{language}: {found}" for found in wording.mistakes(flow, language, texts))
    yield from _unsaid(flow, language, texts)
    yield from _lengths(flow, language, texts)


def _unsaid(flow: Flow, language: str, texts: dict[str, str]) -> Iterator[str]:
    """Words of an answer that no button gives any more."""
    for key in texts:
        step, _, code = key.split("@")[0].partition(".")
        known = flow.by_name.get(step)
        # Every language has its own name, every sign its own gentle question.
        spoken = code not in BESIDE_ANSWERS and step != "language" and not code.isupper()
        if known and code and spoken and "." not in code and known.option(code) is None:
            yield f"{language}: words for {step}.{code}, which is no answer"


BESIDE_ANSWERS = ("why", "short", "address", "default")


def _lengths(flow: Flow, language: str, texts: dict[str, str]) -> Iterator[str]:
    """The longest a step can become: what may be said above it, itself, and its why-line."""
    above = max(
        (len(said) for key, said in texts.items() if key.startswith(("heard.", "news.", "human"))), default=0
    )
    for step in flow.steps:
        length = above + len(texts.get(step.name, "")) + len(texts.get(f"{step.name}.why", "")) + 4
        rows = len(step.options) + len(everywhere(step))
        if length > TEXT_LIMIT:
            yield f"{language}: {step.name} can become {length} characters, at most {TEXT_LIMIT}"
        if rows > 20:
            yield f"{language}: {step.name} shows {rows} rows of buttons"
