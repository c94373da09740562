"""schemathesis asks a running server by its description: what is described is answered, what is not is refused.

How it asks, and which check has no meaning where, stands with the reasons in `schemathesis.toml` beside this file.
"""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema_rs import ValidationError, meta
from schemathesis import openapi

if TYPE_CHECKING:
    from conftest import Site

HERE = Path(__file__).parent

LONGEST_SECONDS = 600
"""Of the whole run, which takes some 40 on two cores: far beyond, something hangs."""


@pytest.fixture(scope="module")
def said(site: Site) -> dict[str, Any]:
    document: dict[str, Any] = site.ask("GET", "/openapi.json").document
    return document


def asked(directory: Path, *arguments: str) -> tuple[int, dict[str, Any], str]:
    """The exit code, the report and the output of one run."""
    report = directory / "report.json"
    command = [sys.executable, "-m", "schemathesis.cli"]
    command += ["--config-file", str(HERE / "schemathesis.toml"), "run", *arguments]
    command += ["--no-color", "--warnings", "off", "--report", "json", "--report-json-path", str(report)]
    environment = os.environ | {"PYTHONPATH": str(HERE), "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"}
    run = subprocess.run(
        command,
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    output = "\n".join(line[:400] for line in (run.stdout + run.stderr).splitlines())
    assert report.is_file(), output
    return run.returncode, json.loads(report.read_bytes()), output


def test_schemathesis_finds_no_fault_in_any_operation(
    site: Site, said: dict[str, Any], tmp_path: Path
) -> None:
    document = (
        tmp_path / "openapi.json"
    )  # as a file: asked by its address, the tool would pass over that address
    document.write_text(json.dumps(said), "utf-8")
    code, report, output = asked(tmp_path, str(document), "--url", site.url)
    assert (code, report["failures"], report["errors"]) == (0, [], []), output
    described = sum(method in ("get", "head", "post") for item in said["paths"].values() for method in item)
    counted = report["operations"]
    assert (counted["tested"], counted["errored"], counted["skipped"]) == (described, 0, 0)
    assert [report["phases"][name]["status"] for name in ("examples", "coverage", "fuzzing")] == [
        "success"
    ] * 3
    assert report["test_cases"]["generated"] > 10 * described  # the checks had something to look at


def test_a_description_that_lies_is_found_out(site: Site, said: dict[str, Any], tmp_path: Path) -> None:
    false = copy.deepcopy(said)
    operations = {path: false["paths"][path]["get"] for path in LIES}
    operations["/healthz"]["responses"]["200"]["content"] = {"application/json": {}}
    operations["/robots.txt"]["responses"]["200"]["headers"]["Retry-After"] = {
        "required": True,
        "schema": {"type": "integer"},
    }
    operations["/jskos/status"]["responses"]["200"]["content"]["application/json"]["schema"] = {
        "type": "object",
        "required": ["tokens"],
    }
    del operations["/about"]["responses"]["200"]
    for parameter in operations["/suggest"]["parameters"]:
        if parameter["name"] == "limit":
            parameter["schema"] |= {"minimum": -5, "maximum": -1}
    false["paths"] = {path: {"get": operation} for path, operation in operations.items()}
    document = tmp_path / "false.json"
    document.write_text(json.dumps(false), "utf-8")
    code, report, output = asked(tmp_path, str(document), "--url", site.url)
    assert code == 1, output
    found = {(name, failure["type"]) for failure in report["failures"] for name in failure["operations"]}
    assert {(f"GET {path}", kind) for path, kind in LIES.items()} <= found, output


LIES = {
    "/healthz": "UndefinedContentType",
    "/robots.txt": "MissingHeaders",
    "/jskos/status": "JsonSchemaError",
    "/about": "UndefinedStatusCode",
    "/suggest": "RejectedPositiveData",
}


def test_the_document_is_valid_by_the_schema_of_openapi_3_1(said: dict[str, Any]) -> None:
    openapi.from_dict(said).validate()
    false = copy.deepcopy(said)
    false["paths"]["/search"]["get"]["parameters"][0]["in"] = "nowhere"
    with pytest.raises(ValidationError, match="nowhere"):
        openapi.from_dict(false).validate()


def test_its_schemas_are_json_schema_and_its_references_lead_somewhere(said: dict[str, Any]) -> None:
    assert not meta.is_valid({"type": "strig"})
    schemas = [*said["components"]["schemas"].values(), *(part["schema"] for part in parts(said, "schema"))]
    assert len(schemas) > 500
    assert all(meta.is_valid(schema) for schema in schemas)
    references = {part["$ref"] for part in parts(said, "$ref")}
    assert len(references) > 40
    for reference in references:
        found = said
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]


def parts(said: Any, key: str) -> Iterator[dict[str, Any]]:
    """Every object in the document that has this member."""
    if isinstance(said, dict):
        if key in said:
            yield said
        for value in said.values():
            yield from parts(value, key)
    elif isinstance(said, list):
        for value in said:
            yield from parts(value, key)


def test_every_address_of_the_document_has_a_route(site: Site, said: dict[str, Any]) -> None:
    for path, item in said["paths"].items():
        asked_for = path.replace("{", "").replace("}", "")
        methods = {name.upper() for name in item if name != "x-query"}
        answer = site.ask("OPTIONS", asked_for)
        assert answer.status == 204, path
        allowed = set(answer.headers["allow"].split(", ")) - {"OPTIONS", "QUERY"}
        assert methods == allowed, path
