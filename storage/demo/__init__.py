"""Made-up people to try Drempel with, recognisably so: a small shelter, its houses, a whole year."""

from __future__ import annotations

from storage.demo.shelter import BOT, SHELTER, STAFF, WOMEN, Person, Woman, fill, is_demo, wakes_nobody

__all__ = ["BOT", "SHELTER", "STAFF", "WOMEN", "Person", "Woman", "fill", "is_demo", "wakes_nobody"]
