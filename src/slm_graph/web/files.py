"""Files of a release on their way to a client: whole, in ranges (RFC 9110, 14), or unpacked."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, cast

from flask import Response, request

from slm_graph import negotiation
from slm_graph.errors import Text
from slm_graph.web.problems import Problem
from slm_graph.web.responses import http_date, is_spared

GZIP = "application/gzip"

BLOCK_BYTES = 64 * 1024
"""Of a file at a time: what a socket takes in one go."""

_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.IGNORECASE)


def send_file(
    path: Path,
    *,
    size_bytes: int,
    etag: str,
    content_type: str,
    headers: Sequence[tuple[str, str]],
    issued: str | None,
) -> Response:
    """The file, or the range of it that is asked for, or 304. Raises PreconditionFailed, and a Problem for no such range."""
    said = [*headers, ("ETag", etag), ("Accept-Ranges", "bytes"), *_last_modified(issued)]
    if is_spared(etag, http_date(issued)):
        return Response(status=304, headers=said)
    wanted = _wanted(size_bytes, etag, http_date(issued))
    if wanted is not None and not wanted:
        raise Problem(
            416,
            Text(
                de=f"Die Datei hat {size_bytes} Bytes, die gewünschten sind nicht darunter.",
                en=f"The file has {size_bytes} bytes, and not those asked for.",
            ),
            headers=[("Content-Range", f"bytes */{size_bytes}")],
        )
    part = range(size_bytes) if wanted is None else wanted
    if wanted is not None:
        said.append(("Content-Range", f"bytes {part.start}-{part.stop - 1}/{size_bytes}"))
    said.append(("Content-Length", str(len(part))))
    return Response(_blocks(path, part), 200 if wanted is None else 206, said, content_type=content_type)


def send_unpacked(
    path: Path, *, etag: str, content_type: str, headers: Sequence[tuple[str, str]], issued: str | None
) -> Response:
    """What is in the gzip file, unpacked while it is sent: its length is not known before, so there are no ranges."""
    said = [*headers, ("ETag", etag), ("Accept-Ranges", "none"), *_last_modified(issued)]
    if is_spared(etag, http_date(issued)):
        return Response(status=304, headers=said)
    return Response(_unpacked(path), 200, said, content_type=content_type)


def send_packed(
    path: Path,
    *,
    sha256: str,
    size_bytes: int,
    content_type: str,
    headers: Sequence[tuple[str, str]],
    issued: str | None,
) -> Response:
    """What is in the gzip file: as it lies there where the client takes gzip, else unpacked. `sha256` is the file's."""
    if negotiation.takes_gzip(request.environ.get("HTTP_ACCEPT_ENCODING")):
        return send_file(
            path,
            size_bytes=size_bytes,
            etag=f'"{sha256[:32]}"',
            content_type=content_type,
            headers=[*headers, ("Content-Encoding", "gzip")],
            issued=issued,
        )
    # another tag than the packed form's, and as much of the content's own
    return send_unpacked(
        path, etag=f'"{sha256[32:]}"', content_type=content_type, headers=headers, issued=issued
    )


def _last_modified(issued: str | None) -> list[tuple[str, str]]:
    modified = http_date(issued)
    return [("Last-Modified", modified)] if modified is not None else []


def _wanted(size_bytes: int, etag: str, modified: str | None) -> range | None:
    """The bytes asked for, None for all: no Range, several ranges, other units, or an If-Range that does not hold.

    Empty where there are no such bytes (416).
    """
    environ = request.environ
    match = _ONE_RANGE.fullmatch(environ.get("HTTP_RANGE", "").strip())
    if match is None or match[0].endswith("=-"):
        return None
    if_range = environ.get("HTTP_IF_RANGE")
    if if_range is not None and if_range.strip() not in (etag, modified):
        return None
    first, last = match[1], match[2]
    if not first:  # the last so many bytes
        return range(max(0, size_bytes - int(last)), size_bytes)
    if last and int(last) < int(first):
        return None  # 14.1.1: not a valid range, so it is ignored
    return range(int(first), min(int(last) + 1, size_bytes) if last else size_bytes)


def _blocks(path: Path, part: range) -> Iterator[bytes]:
    with path.open("rb") as stream:
        stream.seek(part.start)
        left = len(part)
        while left > 0:
            block = stream.read(min(BLOCK_BYTES, left))
            if not block:
                raise OSError(f"{path.name} is shorter than it was")
            left -= len(block)
            yield block


def _unpacked(path: Path) -> Iterator[bytes]:
    with gzip.open(path, "rb") as packed:
        stream = cast("BinaryIO", packed)
        while block := stream.read(BLOCK_BYTES):
            yield block
