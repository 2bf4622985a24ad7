"""Open pages hear which cases changed: one stream a page, with ids and nothing else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse

from desk.room import Visit, visit
from storage import views

QUIET = 20.0  # seconds; a line now and then keeps proxies from closing the stream
LASTS = 300.0  # then the page connects anew, and its session is looked at again

router = APIRouter()


@router.get("/live")
async def live(asking: Annotated[Visit, Depends(visit)]) -> StreamingResponse:
    return StreamingResponse(stream(asking), media_type="text/event-stream")


async def stream(asking: Visit) -> AsyncIterator[str]:
    """Server-sent events: ids of changed handoffs, without those that this person is barred from."""
    until = time.monotonic() + LASTS
    async with asking.room.watcher.listen() as queue:
        yield "retry: 2000\n\n"  # the page then fetches anew: from here on it misses nothing
        while time.monotonic() < until:
            try:
                changed = await asyncio.wait_for(queue.get(), QUIET)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            if changed is None:
                return
            kept_from = await asyncio.to_thread(views.hidden, asking.store, asking.who.id)
            if changed - kept_from:
                yield f"data: {','.join(map(str, sorted(changed - kept_from)))}\n\n"
