"""What one worker grants to its clients: sizes, times, numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of the HTTP connections of one worker.

    >>> Limits().body_bytes
    1048576
    """

    header_bytes: int = (
        32 * 1024
    )  # browsers and proxies stay below 16 KiB; a named query with parameters fits too
    body_bytes: int = 1024 * 1024  # the site takes more where its longest query is longer (SiteSettings)
    header_seconds: float = 10  # twice what the slowest modem (56 kbit/s) needs for 32 KiB
    request_seconds: float = 30  # the largest body at 35 KB/s
    idle_seconds: float = (
        15  # longer than a reader's next click, shorter than the patience of usual proxies (60)
    )
    read_window_seconds: float = (
        30  # TCP opens its window in lumps; shorter windows would cut honest slow lines
    )
    read_window_bytes: int = 32 * 1024  # about 1 KB/s: slower than any line still in use
    holding_window_seconds: float = (
        5  # for a reader whose answer outgrew the buffer and now holds a thread: 6 KB/s
    )
    buffered_bytes: int = (
        16 * 1024 * 1024
    )  # of one answer, on disk beyond 256 KiB; then the application waits
    connections: int = 1000  # each takes one descriptor, and two more while large bodies pass
    all_buffered_bytes: int = (
        256 * 1024 * 1024
    )  # of all answers of one worker; beyond, the slowest readers are cut
    drained_bytes: int = (
        4 * 1024 * 1024
    )  # read and thrown away so that a client still sending sees its refusal
    drained_seconds: float = 2
