"""2 is for a call that names what is not there, 1 for content that is refused."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from slm_graph.errors import NotASource, SourceError
from slm_graph.sources.files import read_bytes


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["validate", "gone.ttl"], "gone.ttl: there is no such file."),
        (["import", "sfia", "gone.txt"], "gone.txt: there is no such file."),
        (["import", "sfia", "."], "this is a folder, not a file."),
        (["validate", "report.docx"], "suffix is not known. Known are .ttl"),
        (["query", "no-such-query"], "there is no query no-such-query. There are: "),
    ],
)
def test_what_is_not_there_is_a_wrong_call(run, arguments: list[str], words: str) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_content_that_cannot_be_read_is_refused_data(run, tmp_path: Path) -> None:
    (tmp_path / "broken.ttl").write_text("<a> <b>")
    assert run("validate", "broken.ttl").returncode == 1


def test_a_folder_and_nothing_are_no_source_and_a_pipe_is_one(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone.txt"):
        with pytest.raises(NotASource):
            read_bytes(path)
    (tmp_path / "large.txt").write_bytes(b"12345")
    with pytest.raises(SourceError) as refused:
        read_bytes(tmp_path / "large.txt", max_bytes=4)
    assert refused.value.exit_code == 1
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"a page",))
    writer.start()
    assert read_bytes(pipe) == b"a page"
    writer.join()
