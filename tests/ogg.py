"""Silence as a real file: Ogg with Opus in it, made here so that no sound lies in the repository."""

from __future__ import annotations

import struct
from itertools import count
from pathlib import Path

_SILENT = b"\xf8\xff\xfe"  # twenty milliseconds of it
_FRAME = 960  # samples, at 48 kHz


def silence(seconds: float = 1.0) -> bytes:
    """So long, as a messenger's voice message is made."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 0, 48000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 0) + struct.pack("<I", 0)
    frames = [_SILENT] * round(seconds * 50)
    number = count()
    pages = [_page(next(number), 2, 0, [head]), _page(next(number), 0, 0, [tags])]
    for begin in range(0, len(frames), 100):
        part = frames[begin : begin + 100]
        last = begin + 100 >= len(frames)
        pages.append(_page(next(number), 4 if last else 0, (begin + len(part)) * _FRAME, part))
    return b"".join(pages)


def recorded(folder: Path, *which: tuple[str, str]) -> Path:
    """A folder with a silent recording for each language and name."""
    for language, name in which:
        (folder / language).mkdir(parents=True, exist_ok=True)
        (folder / language / f"{name}.ogg").write_bytes(silence())
    return folder


def _page(number: int, flags: int, samples: int, packets: list[bytes]) -> bytes:
    sizes = bytes(len(packet) for packet in packets)
    head = struct.pack("<4sBBqIII", b"OggS", 0, flags, samples, 7, number, 0) + bytes([len(sizes)]) + sizes
    body = b"".join(packets)
    summed = struct.pack("<I", _crc(head + body))
    return head[:22] + summed + head[26:] + body


def _crc(data: bytes) -> int:
    """As Ogg sums a page: polynomial 0x04c11db7, from the highest bit, beginning with 0."""
    crc = 0
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = ((crc << 1) ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    return crc
