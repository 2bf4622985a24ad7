"""Numbers for Prometheus: only with the token that was set, and of nobody in particular."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from sqlalchemy import insert

from flows.shelters import FRESH_SECONDS
from storage import troubles
from storage.gauges import gauges
from storage.settings import Settings
from storage.store import Store
from storage.tables import shelters
from tests.desk.conftest import Client, People, in_red, open_desk
from tests.storage.her import Her, Worker

TOKEN = "made-up-token-for-a-test-0123456789"
LABELS = {"colour", "urgency", "state", "lane", "code", "kind", "channel", "ended"}


@pytest.fixture
def settings(either: Settings) -> Settings:
    """Either database, with a token set."""
    return either.model_copy(update={"metrics_token": SecretStr(TOKEN)})


@pytest.fixture
def scraper(desk: FastAPI) -> Iterator[Client]:
    client = Client(desk)
    yield client
    client.close()


def scraped(client: Client) -> dict[tuple[str, ...], float]:
    answer = client.request("GET", "/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def shelter(name: str, **known: object) -> dict[str, object]:
    sealed = {"name": b"x", "address": b"x", "contact": b"x"}
    plain = {
        "code_name": name,
        "kind": "secure",
        "region": "r",
        "takes": "{}",
        "beds": 6,
        "free": 3,
        "held": 1,
    }
    return plain | sealed | {"counted": time.time(), "counted_by": "1", "version": 1, "created": 1.0} | known


def test_each_number_is_what_the_store_holds(scraper: Client, store: Store, people: People) -> None:
    """Open cases, the longest wait, what waits to be sent, troubles, beds, conversations, and how far counting is."""
    red = in_red(store)
    taken = in_red(store, "2")
    Worker(store, taken.intake_id, people.sanne, time.time()).does("take")
    Her(store, "3", channel="web", at=time.time()).says("/start")
    troubles.report(store, time.time(), "undelivered")
    old = {"counted": time.time() - FRESH_SECONDS - 60}
    with store.write() as conn:
        conn.execute(insert(shelters), [shelter("een"), shelter("twee", **old), shelter("drie", free=0)])
    found = scraped(scraper)
    assert found["drempel_handoffs_open", "red", "offered", "now"] == 1
    assert found["drempel_handoffs_open", "red", "claimed", "now"] == 1
    assert found["drempel_wait_seconds",] == pytest.approx(time.time() - red.at, abs=30)
    assert found["drempel_outbox_waiting", "red_reply"] > 0
    assert found["drempel_outbox_waiting", "wipe"] == 0
    assert found["drempel_troubles_open", "undelivered"] == 1
    beds = {state: found["drempel_beds", "secure", state] for state in ("free", "held", "unknown")}
    assert beds == {"free": 2, "held": 3, "unknown": 6}
    assert found["drempel_beds", "visible_house", "free"] == 0
    assert found["drempel_conversations", "telegram", "going_on"] == 2
    assert found["drempel_conversations", "web", "going_on"] == 1
    assert found["drempel_counting_behind",] > 0


def test_nobody_waits_in_an_empty_house(store: Store) -> None:
    """With nothing in the store each number that an alert looks at is there, and 0."""
    found = {one.name: one.values for one in gauges(store, time.time())}
    assert found["drempel_wait_seconds"] == (((), 0.0),)
    assert found["drempel_counting_behind"] == (((), 0.0),)
    assert {n for _, n in found["drempel_outbox_waiting"]} == {0}


def test_no_person_no_trace_and_no_name_stands_in_it(scraper: Client, store: Store, people: People) -> None:
    """Labels are from a short list, and their values are codes: whoever reads the numbers meets nobody."""
    her = in_red(store)
    her.says("zilverreiger in voorbeeldstad")
    Worker(store, her.intake_id, people.sanne, time.time()).does("take")
    with store.write() as conn:
        conn.execute(insert(shelters), [shelter("blauwe-maan")])
    answer = scraper.request("GET", "/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    used = {
        name
        for family in text_string_to_metric_families(answer)
        for sample in family.samples
        for name in sample.labels
    }
    assert used <= LABELS
    secrets = ("sanne", "reiger", "voorbeeldstad", "maan", her.case.head.trace, str(her.intake_id), "4242")
    assert not [word for word in secrets if word in answer.lower()]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Basic {TOKEN}"},
    ],
)
def test_without_the_token_there_is_no_such_page(scraper: Client, headers: dict[str, str]) -> None:
    """A missing page, as for any address that does not exist."""
    assert scraper.request("GET", "/metrics", headers=headers).status_code == 404


@pytest.mark.parametrize("sent", ["Bearer ", f"Bearer {TOKEN}", "Bearer é"])
def test_where_no_token_is_set_nothing_opens_it(sqlite: Settings, sent: str) -> None:
    """An empty setting is no empty password."""
    app, store = open_desk(sqlite)
    client = Client(app)
    assert client.request("GET", "/metrics", headers={b"Authorization": sent.encode()}).status_code == 404
    client.close()
    store.close()
