"""What the documents show is what happens: every ```console block of README and tutorial is run, in order, in one folder.

A line that starts with `$ ` is a command (continued by lines that start with `> `), the lines up to the next one are
what it prints. `…` in an expected line stands for anything, a line of its own for any lines. A command that ends in `&`
goes on in the background until the document ends. Port 8000 is replaced by a free one.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ("README.md", "docs/tutorial.md")
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECONDS = 120
"""For one command: far more than any takes, so that only a hang meets it."""


@dataclass(frozen=True, slots=True)
class Step:
    command: str
    expected: str
    line: int


def steps(document: str) -> list[Step]:
    found: list[Step] = []
    for block in _BLOCK.finditer(document):
        line = document.count("\n", 0, block.start()) + 2
        command, expected, at = "", [], line
        for number, text in enumerate(block[1].splitlines(), start=line):
            if text.startswith("$ "):
                if command:
                    found.append(Step(command, "\n".join(expected), at))
                command, expected, at = text[2:], [], number
            elif text.startswith("> ") or text == ">":
                command += "\n" + text[2:]
            else:
                expected.append(text)
        if command:
            found.append(Step(command, "\n".join(expected), at))
    return found


def pattern(expected: str) -> re.Pattern[str]:
    lines = expected.strip("\n").split("\n")
    parts = [
        ".*\n" if line.strip() == "…" else ".*?".join(re.escape(p) for p in line.rstrip().split("…")) + "\n"
        for line in lines
    ]
    return re.compile("".join(f"(?s:{p})" if p == ".*\n" else p for p in parts))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the server of the document did not start")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_console_block_does_what_it_shows(name: str, tmp_path: Path) -> None:
    if shutil.which("bash") is None or shutil.which("curl") is None:
        pytest.skip("bash or curl is not installed")
    document = (ROOT / name).read_text("utf-8")
    todo = steps(document)
    assert todo
    port = free_port()
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "LC_ALL": "C.UTF-8",
        "XDG_DATA_HOME": str(tmp_path / "share"),
    }
    running: list[subprocess.Popen[bytes]] = []
    try:
        for step in todo:
            command = step.command.replace("8000", str(port))
            if command.endswith("&"):
                command = command.rstrip("& ")
                if "serve" in command and "--port" not in command:
                    command += f" --port {port}"
                running.append(
                    subprocess.Popen(
                        ["bash", "-c", f"exec {command}"], cwd=tmp_path, env=environment,
                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                    )
                )  # fmt: skip
                wait_for(port)
                continue
            if command.startswith("python -m pip"):
                continue  # this very installation is what the test runs in
            done = subprocess.run(
                ["bash", "-c", command], cwd=tmp_path, env=environment, check=False,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS,
            )  # fmt: skip
            printed = done.stdout.decode().replace(f":{port}", ":8000")
            shown = "\n".join(line.rstrip() for line in printed.strip("\n").split("\n")) + "\n"
            assert pattern(step.expected).fullmatch(shown), (
                f"{name}:{step.line}: {step.command}\nprinted:\n{shown}"
            )
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            assert process.wait(timeout=SECONDS) == 0


def test_the_runner_tells_a_wrong_output_from_a_right_one() -> None:
    assert pattern("a … c\n…\nz").fullmatch("a b c\n1\n2\nz\n")
    assert not pattern("a … c").fullmatch("a b d\n")
    assert [step.command for step in steps("```console\n$ one\nout\n$ two \\\n> three\n```\n")] == [
        "one",
        "two \\\nthree",
    ]
