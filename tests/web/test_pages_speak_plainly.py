"""Pages for people: names instead of IRIs, one form of quotation marks, numbers and dates as the language writes them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import slm_graph
from slm_graph.resources import shape_files
from slm_graph.web.familiar import FAMILIAR

DE = {"Accept": "text/html", "Accept-Language": "de"}
EN = {"Accept": "text/html", "Accept-Language": "en"}


def heading(text: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL)
    assert found is not None
    return re.sub(r"<[^>]*>", "", found[1])


def version(client: FlaskClient) -> str:
    found = re.search(r"/release/([^/\"]+)/doc", client.get("/releases", headers=DE).text)
    assert found is not None
    return found[1]


def test_the_page_about_a_release_is_headed_by_its_name(client: FlaskClient) -> None:
    name = version(client)
    text = client.get(f"/release/{name}/doc", headers=DE).text
    assert heading(text) == f"Release {name}"
    assert '<p class="kind">Release</p>' in text
    assert f">Release {name} · slm-graph</title>" in text.replace("<title>", ">")
    assert f'href="/release/{name}/changes"' in text
    assert ">Graph sfia</a>" in text, "its parts have names"


@pytest.mark.parametrize(("headers", "kind"), [(DE, "Angabe zur Herkunft"), (EN, "Statement of provenance")])
def test_what_has_no_kind_of_its_own_goes_by_its_class(
    headers: dict[str, str], kind: str, client: FlaskClient
) -> None:
    text = client.get("/doc/statement/short-de", headers=headers).text
    assert f'<p class="kind">{kind}</p>' in text
    assert ">CC BY 4.0<" in text


def test_the_page_of_a_named_graph_says_so(client: FlaskClient) -> None:
    text = client.get("/doc/graph/sfia", headers=DE).text
    assert heading(text) == "Graph sfia"
    assert '<p class="kind">Benannter Graph</p>' in text


def test_a_wording_in_the_other_language_says_which_it_is(client: FlaskClient) -> None:
    for headers, language in ((DE, "de"), (EN, "en")):
        wordings = re.findall(
            r'<p class="wording"[^>]*>.*?</p>', client.get("/doc/sfia/SLMO", headers=headers).text, re.S
        )
        foreign = [one for one in wordings if ' lang="' in one.partition(">")[0]]
        assert foreign
        assert len(foreign) < len(wordings)
        for one in wordings:
            assert (f'class="tag" lang="{language}"' in one) == (one in foreign)


def test_a_code_that_the_name_ends_with_is_not_said_twice(client: FlaskClient) -> None:
    text = client.get("/doc/sfia", headers=DE).text
    assert "(SFIA) (SFIA)" not in text
    assert "(SLMO)" in client.get("/doc/sfia/SLMO", headers=DE).text, "another one is"


def test_sizes_have_the_decimal_sign_of_the_language(client: FlaskClient) -> None:
    german, english = (client.get("/catalog", headers=headers).text for headers in (DE, EN))
    assert re.search(r"\(\d+,\d kB\)", german)
    assert not re.search(r"\(\d+\.\d kB\)", german)
    assert re.search(r"\(\d+\.\d kB\)", english)
    assert not re.search(r"\(\d+,\d kB\)", english)
    assert '<a href="/id/sfia">Skills Framework for the Information Age (SFIA)</a>' in english


def test_dates_are_written_as_the_language_does(client: FlaskClient) -> None:
    german, english = (client.get("/mappings", headers=headers).text for headers in (DE, EN))
    dates = re.findall(r'<time datetime="(\d{4})-(\d\d)-(\d\d)">([^<]*)</time>', german)
    assert dates
    for year, month, day, shown in dates:
        assert shown == f"{int(day)}.{int(month)}.{year}"
        assert f">{year}-{month}-{day}</time>" in english


def test_schemes_of_which_the_same_is_said_share_a_row(client: FlaskClient) -> None:
    rows = re.findall(r"<tr><td>.*?</tr>", client.get("/about", headers=DE).text, re.DOTALL)
    said = [row.split("</td>", 1)[1] for row in rows]
    assert len(said) > 3
    assert len(set(said)) == len(said)
    assert any("/doc/sfia/level" in row and 'href="/doc/sfia"' in row for row in rows)


def test_a_reader_is_not_told_commands(client: FlaskClient) -> None:
    for headers, said in ((DE, "Es gibt kein Release nothing."), (EN, "There is no release nothing.")):
        text = client.get("/release/nothing/doc", headers=headers).text
        assert said in text
        assert "slm-graph releases" not in text


@pytest.mark.parametrize("headers", [DE, EN], ids=["de", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/about",
        "/shapes",
        "/quality",
        "/mappings",
        "/mappings/e-cf",
        "/mappings/sfia/ecf",
        "/queries/",
        "/ontology",
        "/doc/sfia",
        "/doc/sfia/SLMO",
        "/search?q=zzz",
        "/release/nothing/doc",
    ],
)
def test_quotation_marks_are_those_of_the_language(
    path: str, headers: dict[str, str], client: FlaskClient
) -> None:
    assert not set("»«") & set(client.get(path, headers=headers).text)


def test_familiar_names_differ_from_what_they_name() -> None:
    for iri, name in FAMILIAR.items():
        assert ":/" not in name.de + name.en, iri
        assert all((name.de, name.en)), iri


def test_messages_quote_as_pages_do() -> None:
    """In the code's own words; what recognises sentences of sources knows all marks there are."""
    folder = Path(slm_graph.__file__).parent
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "(?<!" not in node.value:
                assert not set("»«") & set(node.value), f"{path.name}, line {node.lineno}"
    for name, text in shape_files().items():
        assert not set("»«") & set(text.decode()), name


def test_no_message_quotes_as_python_does() -> None:
    folder = Path(slm_graph.__file__).parent
    for path in sorted(folder.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("Text", "_refused")):
                continue
            for node in ast.walk(call):
                spelt = isinstance(node, ast.FormattedValue) and node.conversion == ord("r")
                assert not spelt, f"{path.name}, line {call.lineno}"


@pytest.mark.parametrize(
    ("language", "said", "again"),
    [
        ("de", "keinen Parameter „skill“", "Noch einmal von vorn"),
        ("en", "no parameter “skill”", "Start over"),
    ],
)
def test_a_query_asked_wrongly_leads_back_to_its_form(
    client: FlaskClient, language: str, said: str, again: str
) -> None:
    answer = client.get(f"/queries/missing-label?skill=x&lang={language}", headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert said in answer.text
    assert f'<a href="/queries/missing-label?lang={language}">{again}' in answer.text
    lost = client.get("/queries/nothing?skill=x", headers={"Accept": "text/html"})
    assert "Noch einmal von vorn" not in lost.text
