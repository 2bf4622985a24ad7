"""Who may do what: every route of the desk for every role, beside a table that is kept by hand."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from storage.accounts import ROLES
from tests.desk.conftest import Opens, People
from tests.desk.test_gate import closed_routes

ALL = frozenset(ROLES)
CASES = frozenset({"worker", "placement", "supervisor"})
PLACES = frozenset({"placement", "supervisor"})
# By the beginning of a path, the longest that fits; and for one method alone where that differs.
MAY = {
    "/": ALL,  # leads whoever sees no case to what they may see
    "/second": ALL,
    "/sign-out": ALL,
    "/here": ALL,
    "/password": ALL,
    "/language": ALL,
    "/account": ALL,
    "/board": CASES,
    "/trouble": CASES,
    "/case": CASES,
    "/case/1/place": frozenset({"placement"}),
    "/case/1/regions": frozenset({"placement"}),
    "/case/1/hold": frozenset({"placement"}),
    "/case/1/placed": CASES,
    "/case/1/journey": CASES,
    "/live": CASES,
    "/places": PLACES,
    "/places/1/address": frozenset({"placement"}),
    "/house": frozenset({"house"}),
    "/rota": ALL,
    "/rota/weekly": frozenset({"supervisor", "admin"}),
    "/rota/once": frozenset({"supervisor", "admin"}),
    "/rota/1": frozenset({"supervisor", "admin"}),
    "/people": frozenset({"admin"}),
    "/access": frozenset({"supervisor"}),
    "/logs": frozenset({"supervisor"}),
    "/export": frozenset({"supervisor"}),
    "/figures": frozenset({"supervisor"}),
    "/flow": frozenset({"supervisor"}),
    "/whatif": frozenset({"supervisor"}),
}


# One's own: a wrong password or code is refused as well; one ends the session, one never ends.
APART = frozenset({"/password", "/second", "/second/set-up", "/sign-out", "/live", "/account/passkeys"})


def allowed(path: str) -> frozenset[str]:
    fits = [one for one in MAY if path == one or (one != "/" and path.startswith(one + "/"))]
    assert fits, f"{path} is not in the table: who may?"
    return MAY[max(fits, key=len)]


@pytest.mark.parametrize("role", ROLES)
def test_every_route_is_for_whom_the_table_says(
    desk: FastAPI, opens: Opens, people: People, role: str
) -> None:
    """A role that may not is refused, whatever it sends; one that may comes further, if only to a wrong form."""
    people.hire("somebody", role)
    somebody = opens("somebody")
    routes = sorted(closed_routes(desk))
    assert len(routes) > 60
    wrong = []
    for method, path in routes:
        if path in APART:
            continue
        form = {"csrf": somebody.token} if method == "POST" else None
        answer = somebody.client.request(method, path, data=form)
        if (answer.status_code != 403) != (role in allowed(path)):
            wrong.append((method, path, answer.status_code))
    assert wrong == []
