"""A reviewer's sheet goes out and comes back: nothing changes by itself, and what is wrong is named by its row."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from flows import texts, words
from flows.__main__ import main
from flows.intake import INTAKE
from flows.words import pofile, sheet

REVIEWER = "native speaker, shelter worker"
Edit = Callable[[str, str, str], str]
PO = Path(words.__file__).parent / "en.po"
FUZZY = frozenset({"throat", "throat.no", "pets", "told.nobody", "right_now.unsure"})


@pytest.fixture(autouse=True)
def po(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalogue of which a few texts are not yet reviewed, where the command looks for it."""
    text = PO.read_text(encoding="utf-8")
    for key in FUZZY:
        text = text.replace(f'\nmsgid "{key}"\n', f'\n#, fuzzy\nmsgid "{key}"\n')
    (tmp_path / "en.po").write_text(text, encoding="utf-8")
    monkeypatch.setattr(texts, "FOLDER", tmp_path)
    monkeypatch.setattr(words, "unreviewed", lambda _language: FUZZY)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "en.po"


def edited(*edits: tuple[str, str, str], delimiter: str = ";") -> str:
    """The sheet as it comes back, each edit a key, a column and what was written there."""
    rows = list(
        csv.DictReader(io.StringIO(sheet.written(INTAKE, "en").removeprefix("\ufeff")), delimiter=";")
    )
    for key, column, value in edits:
        next(row for row in rows if row["key"] == key)[column] = value
    into = io.StringIO()
    back = csv.DictWriter(into, sheet.COLUMNS, delimiter=delimiter)
    back.writeheader()
    back.writerows(rows)
    return into.getvalue()


def given_back(tmp_path: Path, text: str, *more: str) -> int:
    (tmp_path / "back.csv").write_text(text, encoding="utf-8-sig")
    read = ["--read", "back.csv", "--reviewer", REVIEWER, "--date", "2026-11-26"]
    return main(["texts", "--language", "en", *read, *more])


# --- out --------------------------------------------------------------------------------------------------------


def test_a_sheet_tells_where_each_text_appears(tmp_path: Path) -> None:
    """Beside Dutch and English: the step or button, who may see it, whether it is about danger, how far it is."""
    assert main(["texts", "--language", "en"]) == 0
    written = (tmp_path / "texts-en.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    rows = csv.DictReader(io.StringIO(written.decode("utf-8-sig")), delimiter=";")
    by_key = {row["key"]: row for row in rows}
    assert not [key for key in by_key if key.startswith(("desk.", "card.", "refused."))]
    throat = by_key["throat"]
    assert (throat["where"], throat["seen by"], throat["danger"]) == ("step throat", "locked screen", "yes")
    assert (throat["Dutch"], throat["text"]) == (
        words.template("nl", "throat"),
        words.template("en", "throat"),
    )
    assert by_key["throat.no"]["where"] == "button, step throat"
    assert by_key["threat@minor"]["where"] == "step threat; only if she is under 18"
    assert by_key["cover.sport"]["seen by"] == "anyone"
    assert by_key["pets.small"]["danger"] == ""
    assert {key for key, row in by_key.items() if row["status"] == "open"} == FUZZY


def test_a_sheet_that_lies_there_is_not_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody may have filled it in."""
    (tmp_path / "texts-en.csv").write_text("mine")
    assert main(["texts", "--language", "en"]) == 2
    assert "texts-en.csv" in capsys.readouterr().err
    assert (tmp_path / "texts-en.csv").read_text() == "mine"


def test_without_a_language_it_says_how_far_each_has_come(capsys: pytest.CaptureFixture[str]) -> None:
    """One line a language: texts, those to be reviewed, those about danger among them."""
    assert main(["texts"]) == 0
    assert "5 to be reviewed; 4 of them about danger: off unless it is set" in capsys.readouterr().out


# --- and back ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_sheet_without_a_change_changes_not_one_byte(po: Path, delimiter: str) -> None:
    """Whichever mark a spreadsheet puts between its cells."""
    before = po.read_bytes()
    assert given_back(po.parent, edited(delimiter=delimiter)) == 0
    assert po.read_bytes() == before


def test_a_correction_changes_one_text(po: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is no longer fuzzy, a comment says when it was reviewed and by what kind of reader; all else stays."""
    before = po.read_text(encoding="utf-8").split("\n\n")
    corrected = 'Next one.\nDid someone "squeeze" your neck?'
    assert given_back(po.parent, edited(("throat", "correction", corrected))) == 0
    after = po.read_text(encoding="utf-8").split("\n\n")
    ((old, new),) = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    assert "#, fuzzy" in old
    assert "fuzzy" not in new
    assert f"# Reviewed 2026-11-26: {REVIEWER}.\n" in new
    with po.open("rb") as file:
        catalogue = read_po(file)
    assert catalogue.get("throat").string == corrected
    assert not catalogue.get("throat").fuzzy
    assert "1 texts reviewed, 1 of them corrected" in capsys.readouterr().out


def test_a_text_that_is_right_is_marked_so(po: Path) -> None:
    """`ok` takes the flag away and leaves the words; a second review takes the place of the first."""
    before = po.read_text(encoding="utf-8")
    assert given_back(po.parent, edited(("pets", "status", "OK "))) == 0
    once = po.read_text(encoding="utf-8")
    assert once.replace(f"# Reviewed 2026-11-26: {REVIEWER}.\n", "") == before.replace(
        '#, fuzzy\nmsgid "pets"\n', 'msgid "pets"\n'
    )
    assert given_back(po.parent, edited(("pets", "status", "ok"))) == 0
    assert po.read_text(encoding="utf-8") == once
    assert once.count("# Reviewed ") == 1


@pytest.mark.parametrize(
    ("edits", "wrong"),
    [
        ([("told.nobody", "correction", "Call {n_emergency}.")], "told.nobody lacks {n_safe_home}"),
        ([("throat", "correction", "Next.\n" + "one " * 13)], "throat has a sentence of 13 words"),
        ([("throat", "correction", "Your throat.\nWas it?")], "throat: a locked screen would show “throat”"),
        ([("throat", "correction", "Next.\nCall 0800-2000.")], "throat has a number typed in"),
        ([("throat.no", "correction", "Stop")], "throat.no is a leave word"),
        ([("throat.no", "correction", "I don't know")], "throat.unsure reads as throat.no"),
        ([("button.danger_now", "correction", "Danger here")], "heard.text names “In danger now”"),
        ([("throat", "text", "Changed in place")], "what it should say belongs in “correction”"),
        ([("throat", "status", "fine")], "status “fine” is none of open, ok, reviewed"),
        ([("throat", "key", "throut")], "throut: there is no such text"),
        ([("throat", "key", "pets"), ("pets", "text", "x")], "pets: the text is not what the catalogue says"),
    ],
)
def test_what_is_wrong_is_named_by_its_row_and_nothing_is_written(
    po: Path, capsys: pytest.CaptureFixture[str], edits: list[tuple[str, str, str]], wrong: str
) -> None:
    """Variables, length, revealing words, labels, unknown keys, a text that was changed where it stands."""
    before = po.read_bytes()
    assert given_back(po.parent, edited(*edits, ("papers", "correction", "Next.\nDo you have papers?"))) == 1
    said = capsys.readouterr().out
    assert any(line.startswith("row ") and wrong in line for line in said.splitlines()), said
    assert po.read_bytes() == before


def test_with_partly_what_is_right_is_taken_over(po: Path) -> None:
    """The rest is named, and the command still ends with 1."""
    edits = [("throat", "correction", "Stop 0800-2000"), ("pets", "status", "ok")]
    assert given_back(po.parent, edited(*edits), "--partly") == 1
    with po.open("rb") as file:
        catalogue = read_po(file)
    assert not catalogue.get("pets").fuzzy
    assert catalogue.get("throat").fuzzy


def test_a_button_and_the_texts_that_name_it_may_change_together(po: Path) -> None:
    """Corrections are looked at with all the others in place."""
    hers = {key: said for key, said in words.catalogue("en").items() if "“In danger now”" in said}
    edits = [(key, "correction", said.replace("In danger now", "Danger here")) for key, said in hers.items()]
    assert given_back(po.parent, edited(("button.danger_now", "correction", "Danger here"), *edits)) == 0


def test_notes_are_told_and_kept_nowhere(po: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They are for whoever reads the sheet in."""
    before = po.read_bytes()
    assert given_back(po.parent, edited(("throat", "note", "Sounds old-fashioned."))) == 0
    assert ", throat: Sounds old-fashioned." in capsys.readouterr().out
    assert po.read_bytes() == before


def test_what_is_no_sheet_of_ours_is_said(po: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another table, another encoding, no reviewer: one line each, and nothing else."""
    assert given_back(po.parent, "a;b\n1;2\n") == 2
    assert "back.csv: its first row is not key;" in capsys.readouterr().err
    (po.parent / "back.csv").write_bytes("key;where;café".encode("latin-1"))
    read = ["texts", "--language", "en", "--read", "back.csv"]
    assert main([*read, "--reviewer", REVIEWER]) == 2
    assert "back.csv is not UTF-8" in capsys.readouterr().err
    assert main(read) == 2
    assert "--reviewer is missing" in capsys.readouterr().err


def test_the_last_entry_of_a_file_is_like_any_other() -> None:
    """Its line end stays, and another flag than `fuzzy` too."""
    po = 'msgid "a"\nmsgstr "b"\n\n# --- end ---\n#. Why.\n#, fuzzy, python-format\nmsgid "z"\nmsgstr "y"\n'
    assert pofile.reviewed(po, "z", "x\ny", "2026-11-26: x.") == (
        'msgid "a"\nmsgstr "b"\n\n# --- end ---\n# Reviewed 2026-11-26: x.\n#. Why.\n#, python-format\n'
        'msgid "z"\nmsgstr ""\n"x\\n"\n"y"\n'
    )


def test_a_translation_counts_as_reviewed_only_where_it_says_so() -> None:
    """Without the flag, and with day and role above it; one that somebody just added is neither."""
    po = (
        'msgid "a"\nmsgstr "1"\n\n#, fuzzy\nmsgid "b"\nmsgstr "2"\n\n'
        '# Reviewed 2026-11-26: native speaker.\nmsgid "c"\nmsgstr "3"\n'
    )
    messages = tuple(message for message in read_po(io.BytesIO(po.encode())) if message.id)
    said = {
        str(message.id): [words._is_reviewed(message, one) for one in ("tr", "nl")] for message in messages
    }
    assert said == {"a": [False, True], "b": [False, False], "c": [True, True]}
