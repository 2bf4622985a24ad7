"""How an error is written into the log: what kind and where in our code, never its words, which may be hers."""

from __future__ import annotations

import traceback


def where(error: BaseException) -> str:
    """As in "KeyError at outbound.py:61": the innermost line of ours."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/site-packages/" not in frame.filename and frame.name != "<lambda>"]
    last = (ours or frames)[-1:]
    return (
        f"{type(error).__name__} at {last[0].filename.rpartition('/')[2]}:{last[0].lineno}"
        if last
        else type(error).__name__
    )
