"""What she sent beside words, opened on the desk."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import func, select

from flows.model import Content, Said
from storage import access, files, turns, views
from storage.files import Sent
from storage.store import Store
from storage.tables import files as table
from tests.desk.conftest import Browser, People
from tests.storage.her import HOUSE, Her

RAW = b"made-up bytes of a voice"


def sends(her: Her, mime: str = "audio/ogg", raw: bytes = RAW) -> str:
    """Sent and fetched; where the desk shows it."""
    her.at = time.time()
    her.takes(Said("", her.at, Content.VOICE), file=Sent("where-it-is", mime))
    [waits] = files.waiting(her.store, her.bot)
    assert waits.where == "where-it-is"
    assert files.keep(her.store, waits.id, raw)
    return f"/case/1/file/{waits.id}"


def test_whoever_may_open_the_case_opens_it_from_the_conversation(sanne: Browser, her: Her) -> None:
    """The line of the message leads to it; nothing it holds may run, be stored, or be taken for another kind."""
    path = sends(her)
    assert f'href="{path}"' in sanne.get("/case/1").text
    answer = sanne.get(path)
    assert (answer.status_code, answer.content) == (200, RAW)
    assert answer.headers["content-type"] == "audio/ogg"
    assert "content-disposition" not in answer.headers
    policy = answer.headers["content-security-policy"]
    assert policy == "default-src 'none'; media-src 'self'; frame-ancestors 'none'"  # or it would not play
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "opende wat zij stuurde" in sanne.get("/case/1").text


@pytest.mark.parametrize("mime", ["text/html", "image/svg+xml", "application/pdf", ""])
def test_a_kind_that_could_hold_a_program_is_only_saved(sanne: Browser, her: Her, mime: str) -> None:
    """A page, a drawing or a document is never shown in the browser, whatever it says of itself."""
    answer = sanne.get(sends(her, mime, b"<script>1</script>"))
    assert "sandbox; default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment"


def test_who_is_barred_gets_nothing(sanne: Browser, mo: Browser, people: People, her: Her) -> None:
    """For a worker kept from the case it does not exist, as for a case that it does not belong to."""
    path = sends(her)
    access.bar(people.store, people.mo, her.intake_id, people.ria, time.time())
    assert mo.get(path).status_code == 404
    assert sanne.get(path).status_code == 200
    other = Her(people.store, "2", at=time.time() - 60)
    other.is_in_danger()
    assert sanne.get(path.replace("/case/1/", "/case/2/")).status_code == 404
    assert sanne.get("/case/999/file/1").status_code == 404


def test_what_is_not_fetched_is_named_and_has_no_link(sanne: Browser, her: Her) -> None:
    """First the line says that it is being fetched, and after a failure that it could not be."""
    her.takes(Said("", time.time(), Content.VOICE), file=Sent("where-it-is"))
    assert "wordt nog opgehaald" in sanne.get("/case/1").text
    [waits] = files.waiting(her.store, her.bot)
    assert sanne.get(f"/case/1/file/{waits.id}").status_code == 404
    files.lost(her.store, waits.id, time.time(), for_good=True)
    page = sanne.get("/case/1").text
    assert "kon niet opgehaald worden" in page
    assert "/file/" not in page
    assert not files.keep(her.store, waits.id + 1, RAW)


def test_a_forgotten_case_takes_its_files_along(store: Store, people: People) -> None:
    """She asks to delete and no case is open: no row is left, and what is fetched too late is not kept."""
    her = Her(store, "3", at=time.time() - 60)
    her.walks("talk")
    her.takes(Said("", her.at, Content.VOICE), file=Sent("one"))
    her.takes(Said("", her.at, Content.VOICE), file=Sent("two"))
    first, second = files.waiting(store, her.bot)
    assert files.keep(store, first.id, RAW)
    intake_id = her.intake_id
    her.everywhere("delete")
    her.presses("yes", "delete")
    assert turns.current(store, her.channel, her.bot, her.chat) is None
    assert not files.keep(store, second.id, RAW)
    files.lost(store, second.id, her.at, for_good=False)
    assert files.waiting(store, her.bot) == []
    with store.read() as conn:
        assert conn.execute(select(func.count()).select_from(table)).scalar() == 0
    assert views.open_file(store, intake_id, first.id, people.sanne) is None


def test_moved_to_another_place_it_no_longer_opens(sanne: Browser, store: Store, her: Her) -> None:
    """It is bound to its case and its number: under another number it cannot be read."""
    path = sends(her)
    with store.write() as conn:
        conn.execute(table.update().values(id=7))
    assert sanne.get("/case/1/file/7").status_code == 404
    assert sanne.get(path).status_code == 404


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_it_is_kept_in_either_database(request: pytest.FixtureRequest, database: str) -> None:
    """Noted with its turn, fetched, sealed and read again, on SQLite and on PostgreSQL."""
    from storage.store import open_store

    store = open_store(request.getfixturevalue(database))
    her = Her(store, "1", house=HOUSE)
    her.is_in_danger()
    sends(her)
    with store.read() as conn:
        [file] = files.of_case(conn, her.intake_id).values()
        assert files.read(conn, her.case, file.id) == (RAW, "audio/ogg")
    store.close()
