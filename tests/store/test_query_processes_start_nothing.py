"""Inside the kernel's filter: threads are started, processes and programs are not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from slm_graph.store import confinement

pytestmark = pytest.mark.skipif(
    not confinement.can_refuse_network(), reason="this kernel has no filter for system calls that we know"
)

TRIED = """
import ctypes, errno, json, os, platform, subprocess, sys, threading
from pathlib import Path
from slm_graph.engine.evaluation import Evaluator
from slm_graph.store import confinement

evaluator = Evaluator.in_memory(Path(sys.argv[1]))
confinement.refuse_network()
said = {}
libc = ctypes.CDLL(None, use_errno=True)

def refused(name, call):
    try:
        if call() == 0 and name in ("fork", "raw fork"):
            os._exit(0)
        said[name] = None
    except OSError as fault:
        said[name] = errno.errorcode[fault.errno]

def raw(*arguments):
    done = libc.syscall(*arguments)
    if done == -1:
        raise OSError(ctypes.get_errno(), "")
    return done

refused("fork", os.fork)
refused("program", lambda: subprocess.run(["/bin/true"], check=False))
refused("spawned", lambda: os.posix_spawn("/bin/true", ["true"], {}))
refused("raw clone3", lambda: raw(435, 0, 0))
if platform.machine() == "x86_64":
    refused("raw fork", lambda: raw(57))
thread = threading.Thread(target=said.update, args=({"thread": True},))
thread.start()
thread.join()
said["answered"] = evaluator.evaluate("ASK { ?s ?p ?o }").boolean()
print(json.dumps(said))
"""


def test_no_process_and_no_program_is_started_and_threads_are(data: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", TRIED, str(data)], capture_output=True, text=True, timeout=60, check=False
    )
    said = json.loads(done.stdout.splitlines()[-1])
    assert (said.pop("thread"), said.pop("answered")) == (True, True)
    assert said.pop("raw clone3") == "ENOSYS"
    assert set(said.values()) == {"EPERM"}, said
