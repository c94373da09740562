"""What a query process may not do: reach the network, write files, start processes and programs, outgrow its memory."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import platform
import resource
import signal
import socket
import struct
import sys
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NoReturn

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2

# Classic BPF, <linux/filter.h>: load a word of seccomp_data, jump if equal, jump if greater or equal, return,
# jump if any bit is set.
_LOAD, _JUMP_EQUAL, _JUMP_NOT_BELOW, _RETURN, _JUMP_ANY_BIT = 0x20, 0x15, 0x35, 0x06, 0x45
_ALLOW, _KILL_PROCESS, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | errno.EPERM
_SAY_UNKNOWN = 0x00050000 | errno.ENOSYS
_NUMBER_OFFSET, _ARCHITECTURE_OFFSET = 0, 4
_FIRST_ARGUMENT_OFFSET = 16
"""Of its lower half: both machines are little-endian."""
_CLONE_THREAD = 0x00010000
_X32_BIT = 0x40000000
"""Numbers of x86_64's second calling convention begin here; they would pass a list of the first one's."""

_MACHINES: dict[str, tuple[int, dict[str, int]]] = {
    "x86_64": (
        0xC000003E,
        {
            "socket": 41,
            "connect": 42,
            "accept": 43,
            "bind": 49,
            "listen": 50,
            "socketpair": 53,
            "sendmsg": 46,
            "sendmmsg": 307,
            "accept4": 288,
            "fork": 57,
            "vfork": 58,
            "execve": 59,
            "execveat": 322,
            "ptrace": 101,
            "kill": 62,
            "process_vm_readv": 310,
            "process_vm_writev": 311,
            "io_uring_setup": 425,
            "pidfd_getfd": 438,
        },
    ),
    "aarch64": (
        0xC00000B7,
        {
            "socket": 198,
            "connect": 203,
            "accept": 202,
            "bind": 200,
            "listen": 201,
            "socketpair": 199,
            "sendmsg": 211,
            "sendmmsg": 269,
            "accept4": 242,
            "execve": 221,
            "execveat": 281,
            "ptrace": 117,
            "kill": 129,
            "process_vm_readv": 270,
            "process_vm_writev": 271,
            "io_uring_setup": 425,
            "pidfd_getfd": 438,
        },
    ),
}
"""Audit architecture and the numbers of refused system calls, from <linux/audit.h> and <asm/unistd.h>."""

_CLONE = {"x86_64": 56, "aarch64": 220}
_CLONE3 = 435
"""Of both machines. Its flags lie in memory, where no filter looks; told that there is none, the C library takes clone."""

_STACK_BYTES = 64 * 1024 * 1024
"""Eight times the usual: the parser and the evaluation recurse, and Linux leaves at least 128 MiB below a stack."""
_NICENESS = 10
"""Strangers' queries yield to pages and to the site's own queries when the cores are few."""


def close_descriptors_except(kept: Iterable[int]) -> None:
    """Close everything open but standard error and `kept`; standard input and output become /dev/null."""
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    last = 2
    for descriptor in sorted(kept):
        os.closerange(last + 1, descriptor)
        last = descriptor
    os.closerange(last + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def die_with_parent(parent: int) -> None:
    """SIGKILL when the process `parent`, which has just started us, ends (Linux); elsewhere its closed socket tells."""
    if sys.platform != "linux":
        return
    _libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended before the call
        os._exit(0)


def leave_signals_to_the_host() -> None:
    """Ctrl-C and a stop reach the whole group; only the host decides when a query ends."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def limit_resources(*, max_memory_bytes: int, yielding: bool) -> None:
    """The limits of a query process; `max_memory_bytes` comes on top of the address space it has now."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_STACK)
    if hard == resource.RLIM_INFINITY or hard > _STACK_BYTES:
        resource.setrlimit(resource.RLIMIT_STACK, (_STACK_BYTES, _STACK_BYTES))
    if sys.platform == "linux":
        most = address_space_bytes() + max_memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        # When memory runs out, a query dies before anything else does. Not where the kernel forbids to say so.
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("1000")
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if yielding:
        os.nice(_NICENESS)


def address_space_bytes() -> int:
    """The address space of this process (Linux); 0 elsewhere."""
    if sys.platform != "linux":
        return 0
    return int(os.pread(_statistics_of(os.getpid()), 256, 0).split()[0]) * resource.getpagesize()


@lru_cache(maxsize=1)
def _statistics_of(_process: int) -> int:
    """The descriptor of this very process's statistics: it is read after every query."""
    return os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)


def can_refuse_network() -> bool:
    """True where `refuse_network` knows the machine's system calls."""
    return sys.platform == "linux" and platform.machine() in _MACHINES and sys.maxsize > 2**32


def refuse_network() -> None:
    """From now on this process can open no socket, and start neither a process nor a program; the calls fail with EPERM.

    Threads it can start: the engine's store on disk has some.
    Raises OSError where the kernel refuses the filter. To be called only if `can_refuse_network()`.
    """
    architecture, numbers = _MACHINES[platform.machine()]
    refused = sorted(set(numbers.values()))
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE_OFFSET),
        (_JUMP_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, _NUMBER_OFFSET),
        (_JUMP_NOT_BELOW, 0, 1, _X32_BIT),
        (_RETURN, 0, 0, _REFUSE),
        (_JUMP_EQUAL, 0, 1, _CLONE3),
        (_RETURN, 0, 0, _SAY_UNKNOWN),
        (_JUMP_EQUAL, 0, 4, _CLONE[platform.machine()]),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_OFFSET),
        (_JUMP_ANY_BIT, 0, 1, _CLONE_THREAD),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    program += [(_JUMP_EQUAL, len(refused) - place, 0, number) for place, number in enumerate(refused)]
    program += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    instructions = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *row) for row in program))
    filter_ = ctypes.create_string_buffer(struct.pack("HP", len(program), ctypes.addressof(instructions)))
    for arguments in (
        (_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, filter_, 0, 0),
    ):
        if _libc().prctl(*arguments) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))


@lru_cache(maxsize=1)
def why_network_is_open() -> str | None:
    """Why `refuse_network` does not work here; None: it does.

    Tried once, in a fork that ends: a kernel or a sandbox may refuse filters, or take them and do nothing. To be called
    first where there is one thread; forks of the caller know the answer.
    """
    if not can_refuse_network():
        return f"no filter for {sys.platform} on {platform.machine()}"
    pid = os.fork()
    if pid == 0:
        _try_to_refuse_network()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code < 0:
        return f"the filter ends the process with signal {-code}"
    return os.strerror(code) if code else None


def _try_to_refuse_network() -> NoReturn:
    """Ends this process: with 0, with the number of the fault, or with that of a filter that does nothing."""
    number = errno.ENOSYS
    try:
        refuse_network()
        with contextlib.suppress(PermissionError):
            socket.socket().close()
            os._exit(number)
        number = 0
    except OSError as fault:
        number = fault.errno or number
    finally:
        os._exit(number)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
