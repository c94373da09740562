"""Work on a stranger's bytes in a child process that cannot take the machine with it.

The child has its own memory, processor time and wall time, writes no files, and answers bytes; what it refuses
comes back as the same SourceError it raised, and what kills it as a SourceError that names the limit.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slm_graph.errors import EnvironmentFault, SourceError, Text, german_number

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one source may cost."""

    memory_bytes: int = 4096 * _MIB
    """Address space; 600,000 statements take about a quarter of it."""
    cpu_seconds: int = 120
    """Ten times what 600,000 statements take on a slow core."""
    wall_seconds: float = 300.0
    """For a machine that has more to do than this."""


DONE, REFUSED, OUT_OF_MEMORY = b"+", b"-", b"m"
"""The first byte of the child's answer."""


def run(
    function: Callable[..., bytes],
    data: bytes,
    *,
    name: str,
    limits: Limits | None = None,
    options: dict[str, str | None] | None = None,
) -> bytes:
    """`function(data, name=name, **options)`, called in a limited child process.

    `function` is a function of a module (the child imports it by name) that raises SourceError for what it
    refuses; `name` is the source's, for messages. Raises SourceError for a refusal and for a limit reached,
    EnvironmentFault when the child cannot work at all.
    """
    allowed = limits or Limits()
    task = {
        "module": function.__module__,
        "function": function.__qualname__,
        "memory_bytes": allowed.memory_bytes,
        "cpu_seconds": allowed.cpu_seconds,
        "options": {"name": name, **(options or {})},
    }
    command = [
        sys.executable,
        "-P",  # no module from the folder we happen to stand in
        "-c",
        "from slm_graph.sources.limited import answer; answer()",
        json.dumps(task),
    ]
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    try:
        child = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=allowed.wall_seconds,
            check=False,
            env=environment,
        )
    except subprocess.TimeoutExpired as fault:
        raise _limit_reached(
            Text(
                de=f"die Frist von {german_number(allowed.wall_seconds)} Sekunden",
                en=f"the deadline of {allowed.wall_seconds:g} seconds",
            ),
            name=name,
        ) from fault
    except OSError as fault:
        raise EnvironmentFault(
            Text(
                de=f"Der Leseprozess lässt sich nicht starten: {fault.strerror}",
                en=f"the reading process cannot be started: {fault.strerror}",
            )
        ) from fault
    return _result(child, name=name, limits=allowed)


def _result(child: subprocess.CompletedProcess[bytes], *, name: str, limits: Limits) -> bytes:
    kind, payload = child.stdout[:1], child.stdout[1:]
    if child.returncode == 0 and kind == DONE:
        return payload
    if child.returncode == 0 and kind == REFUSED:
        raise _refusal(json.loads(payload))
    memory = Text(
        de=f"die Speichergrenze von {limits.memory_bytes // _MIB} MiB",
        en=f"the memory limit of {limits.memory_bytes // _MIB} MiB",
    )
    if kind == OUT_OF_MEMORY:
        raise _limit_reached(memory, name=name)
    if child.returncode == -signal.SIGXCPU:
        raise _limit_reached(
            Text(
                de=f"die Grenze von {limits.cpu_seconds} Sekunden Rechenzeit",
                en=f"the limit of {limits.cpu_seconds} seconds of processor time",
            ),
            name=name,
        )
    if child.returncode in (-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS, -signal.SIGKILL):
        raise _limit_reached(
            Text(
                de=f"{memory.de} oder die Tiefe, bis zu der geschachtelt werden darf",
                en=f"{memory.en}, or the depth to which things may be nested",
            ),
            name=name,
        )
    last = child.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
    raise EnvironmentFault(
        Text(
            de=f"Der Leseprozess endete ohne Ergebnis (Status {child.returncode})",
            en=f"the reading process ended without a result (status {child.returncode})",
        ),
        where=last[0] if last else None,
    )


def _limit_reached(limit: Text, *, name: str) -> SourceError:
    return SourceError(
        Text(de=f"Beim Lesen wurde {limit.de} erreicht.", en=f"reading it reached {limit.en}."),
        name=name,
        hint=Text(
            de="Die Datei verkleinern oder in mehrere teilen.",
            en="Make the file smaller, or split it into several.",
        ),
    )


def _refusal(said: dict[str, Any]) -> SourceError:
    hint = Text(**said["hint"]) if said["hint"] is not None else None
    return SourceError(
        Text(**said["text"]), name=said["name"], line=said["line"], column=said["column"], hint=hint
    )


def answer() -> None:
    """The child: sets its limits, does the work its last argument names on standard input, answers on standard output."""
    task = json.loads(sys.argv[-1])
    for kind, limit in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_AS, task["memory_bytes"]),
        (resource.RLIMIT_CPU, task["cpu_seconds"]),
    ):
        hard = resource.getrlimit(kind)[1]
        allowed = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (allowed, hard if kind == resource.RLIMIT_CPU else allowed))
    try:
        function = getattr(importlib.import_module(task["module"]), task["function"])
        made = function(sys.stdin.buffer.read(), **task["options"])
        kind_of_answer = DONE
    except MemoryError:
        made, kind_of_answer = b"", OUT_OF_MEMORY
    except SourceError as refusal:
        made, kind_of_answer = _as_json(refusal), REFUSED
    sys.stdout.buffer.write(kind_of_answer)
    sys.stdout.buffer.write(made)
    sys.stdout.buffer.flush()
    os._exit(0)  # nothing to tidy up, and freeing a million terms one by one takes longer than reading them


def _as_json(refusal: SourceError) -> bytes:
    hint = {"de": refusal.hint.de, "en": refusal.hint.en} if refusal.hint else None
    said = {
        "text": {"de": refusal.text.de, "en": refusal.text.en},
        "hint": hint,
        "name": refusal.name,
        "line": refusal.line,
        "column": refusal.column,
    }
    return json.dumps(said).encode()
