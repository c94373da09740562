"""Where the kernel, or a sandbox around us, refuses what confines a query process: told, and no query's fault."""

from __future__ import annotations

import json
import platform
import sys
from pathlib import Path

import pytest

from slm_graph.errors import Busy, QueryRefused
from slm_graph.store import confinement, start_host

CALLS = {"x86_64": {"prctl": 157, "prlimit64": 302}, "aarch64": {"prctl": 167, "prlimit64": 261}}
"""From <asm/unistd.h>."""
PYTHON_OF_A_SANDBOX = """\
#!{python}
import ctypes, os, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
rows = [(LOAD, 0, 0, 0), (EQUAL, 0, 3, {call}), (LOAD, 0, 0, {argument}), (EQUAL, {jumps}, {value}),
        (RETURN, 0, 0, 0x50000 | {fault}), (RETURN, 0, 0, 0x7FFF0000)]
rows = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *row) for row in rows))
program = ctypes.create_string_buffer(struct.pack("HP", 6, ctypes.addressof(rows)))
assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, program, 0, 0) == 0
os.execv({python!r}, [{python!r}, *sys.argv[1:]])
"""
"""Refuses one system call by its argument, then is the Python it was called as."""

pytestmark = pytest.mark.skipif(
    not confinement.can_refuse_network(), reason="this kernel has no filter for system calls that we know"
)


def sandbox(folder: Path, *, call: str, argument: int, jumps: str, value: int, fault: int) -> str:
    """A Python in whose processes that call fails, where its argument (from 0) is, or is not, `value`."""
    path = folder / "python"
    numbers = {"call": CALLS[platform.machine()][call], "argument": 16 + 8 * argument, "fault": fault}
    path.write_text(PYTHON_OF_A_SANDBOX.format(python=sys.executable, jumps=jumps, value=value, **numbers))
    path.chmod(0o700)
    return str(path)


def test_without_a_filter_queries_are_answered_and_what_is_lacking_is_told(
    tmp_path, ask, monkeypatch, caplog
) -> None:
    python = sandbox(tmp_path, call="prctl", argument=0, jumps="0, 1", value=22, fault=22)
    monkeypatch.setattr(sys, "executable", python)
    with start_host() as open_host:
        answer = open_host.client.answer(ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")).read()
        assert json.loads(answer)["results"]["bindings"][0]["n"]["value"] == "8"
        said = open_host.client.statistics()
        with pytest.raises(QueryRefused):
            open_host.client.answer(ask("ASK { SERVICE <http://127.0.0.1/> {} }"))
    assert (said["network_refused_by_kernel"], said["network_is_open"]) == (False, "Invalid argument")
    assert "does not keep queries from the network (Invalid argument)" in caplog.text


def test_where_the_filter_works_nothing_is_told(host, caplog) -> None:
    said = host.client.statistics()
    assert (said["network_refused_by_kernel"], said["network_is_open"]) == (True, None)
    assert "network" not in caplog.text


def test_a_process_that_cannot_be_set_up_is_no_fault_of_the_query(tmp_path, ask, monkeypatch, capfd) -> None:
    python = sandbox(tmp_path, call="prlimit64", argument=2, jumps="1, 0", value=0, fault=1)
    monkeypatch.setattr(sys, "executable", python)
    with start_host() as crippled, pytest.raises(Busy, match="could not be set up"):
        crippled.client.answer(ask("ASK { ?s ?p ?o }"))
    assert "a query process cannot be set up: ValueError" in capfd.readouterr().err
