"""The pages below `/mappings`, and the files made from the same rows."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib import Graph, URIRef
from rdflib.namespace import SKOS

from slm_graph import mapping
from slm_graph.build import assemble
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.release import write_release
from slm_graph.settings import SiteSettings
from slm_graph.validation import validate
from slm_graph.web import create_app
from slm_graph.web.picture import LABEL_LINES, LETTERS, picture
from slm_graph.web.views import Link

BROWSER = {"Accept": "text/html", "Accept-Language": "de"}

HEAD = """#curie_map:
#  sfia: https://w3id.org/slm-graph/id/sfia/
#  slmid: https://w3id.org/slm-graph/id/
#  x: http://other.example/
#mapping_set_id: http://other.example/sets/hostile
#mapping_set_title: "<script>alert(1)</script>"
#license: https://creativecommons.org/publicdomain/zero/1.0/
#object_source: x:scheme
#subject_source: slmid:sfia
subject_id\tpredicate_id\tpredicate_modifier\tobject_id\tobject_label\tmapping_justification\tconfidence\tcomment
sfia:SLMO\tskos:closeMatch\tNot\tx:never\tnever\tsemapv:ManualMappingCuration\t0.9\tlooks alike, is not
sfia:SLMO_2\tskos:relatedMatch\t\tx:formula\t=HYPERLINK("x")\tsemapv:ManualMappingCuration\t0.4\t+cmd
sfia:SLMO_2\tskos:relatedMatch\t\tx:markup\t<b>bold</b>\tsemapv:ManualMappingCuration\t\t<img src=x onerror=alert(1)>
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("pages")
    source = folder / "hostile.sssom.tsv"
    many = "".join(
        f"sfia:SLMO_3\tskos:narrowMatch\t\tx:c{number}\tconcept {number}\tsemapv:LexicalMatching\t0.5\t\n"
        for number in range(1000)
    )
    source.write_text(HEAD + many, "utf-8")
    dataset = assemble([source], base=DEFAULT_BASE)
    report = validate(dataset.union(), base=DEFAULT_BASE)
    assert report.conforms(), [result for result in report.results if result.severity == "Violation"]
    write_release(dataset, report, data=folder / "data", base=DEFAULT_BASE, version="first")
    return create_app(SiteSettings(data=folder / "data"), queries=None).test_client()


def page(client: FlaskClient, path: str) -> str:
    response = client.get(path, headers=BROWSER)
    assert response.status_code == 200, response.text
    assert len(response.data) < 200_000
    return response.text


def pair(client: FlaskClient) -> str:
    """The address of the page from SFIA to the hostile scheme."""
    found = re.search(r'href="(/mappings/sfia/scheme-[0-9a-f]{8})"', page(client, "/mappings"))
    assert found is not None
    return found[1]


def test_the_overview_leads_to_every_set_and_pair(client: FlaskClient) -> None:
    text = page(client, "/mappings")
    links = set(re.findall(r'href="(/mappings/[^"]+)"', text))
    assert {"/mappings/esco", "/mappings/sfia/ecf", "/mappings/sfia~level/sfia9"} <= links
    for link in links:
        page(client, link)


def test_every_row_says_who_when_how_surely_and_why(client: FlaskClient) -> None:
    text = page(client, "/mappings/sfia/ecf")
    assert text.count("<tr>") == 7  # a head and six rows
    for said in ("0,85", "2026-11-23", "von Hand", "slm-graph", "Both are about agreeing", "nahezu gleich"):
        assert said in text
    english = page(client, "/mappings/sfia/ecf?lang=en")
    for said in ("0.85", "by hand", "close match", "At a glance"):
        assert said in english


def test_rows_can_be_chosen_by_relation_and_confidence(client: FlaskClient) -> None:
    assert page(client, "/mappings/sfia/ecf?predicate=skos:closeMatch").count("<tr>") == 4
    assert page(client, "/mappings/sfia/ecf?min=0.8").count("<tr>") == 2
    assert page(client, "/mappings/sfia/ecf?min=0,8&predicate=skos:relatedMatch").count("<tr>") == 0
    assert client.get("/mappings/sfia/ecf.csv?min=0.8").text.count("\r\n") == 2


def test_a_search_that_found_nothing_is_no_mapping_of_equals(client: FlaskClient) -> None:
    overview = page(client, "/mappings")
    (card,) = [one for one in overview.split('<li class="card">') if "ohne Entsprechung" in one]
    assert "ohne Entsprechung 1" in card
    assert not re.search(r"(?<!nahezu )gleich \d", card)
    assert "no counterpart 1" in page(client, "/mappings?lang=en")
    found = re.search(r'href="(/mappings/sfia/skills-[0-9a-f]{8})"', card)
    assert found is not None
    everything = page(client, found[1])
    assert 'value="https://w3id.org/sssom/NoTermFound"' in everything
    assert str(SKOS.exactMatch) not in everything
    (row,) = rows(page(client, found[1] + "?predicate=https://w3id.org/sssom/NoTermFound"))
    assert "ohne Entsprechung" in row
    assert "keine Entsprechung gefunden" in row
    assert not rows(page(client, found[1] + "?predicate=skos:exactMatch"))
    (line,) = [one for one in rows(page(client, "/doc/sfia/SLMO")) if "keine Entsprechung gefunden" in one]
    assert "ohne Entsprechung" in line.split("</td>")[0]


def test_labels_that_have_room_are_not_cut(client: FlaskClient) -> None:
    drawn = page(client, "/doc/sfia/SLMO").split('<svg class="crosswalk"')[1].split("</svg>")[0]
    labels = [
        (re.sub("<[^>]+>", "", shown), title)
        for title, shown in re.findall(r"<text><title>([^<]+)</title>(.*?)</text>", drawn)
    ]
    assert "8.3.3 Service-Level-Management (Abschnitt 8.3.3)" in dict(labels)
    # an IRI has no blank where its first line ends
    assert all(shown.replace(" ", "") == title.replace(" ", "") for shown, title in labels)


def test_the_number_of_a_level_does_not_stand_alone_in_a_line() -> None:
    long = Link("urn:a", "Servicelevel-Management und anderes: Ebene 2", None, None)
    drawn = picture([Said(long, Link("urn:p", "p", None, None), Link("urn:b", "B", None, None))])
    assert drawn is not None
    assert [text for _, text in drawn.boxes[0].lines] == ["Servicelevel-Management und anderes:", "Ebene 2"]


def test_a_label_of_more_than_two_lines_is_cut_and_told_whole() -> None:
    long = " ".join(["word"] * 40)
    said = Said(
        Link("urn:a", "A", None, None), Link("urn:p", "p", None, None), Link("urn:b", long, None, None)
    )
    drawn = picture([said])
    assert drawn is not None
    short, cut = drawn.boxes
    assert [text for _, text in short.lines] == ["A"]
    assert len(cut.lines) == LABEL_LINES
    assert cut.lines[-1][1].endswith("…")
    assert cut.title == long
    for box in drawn.boxes:
        assert all(box.y < y < box.y + drawn.box_height for y, _ in box.lines)
        assert all(len(text) <= LETTERS for _, text in box.lines)


@dataclass(frozen=True, slots=True)
class Said:
    """A mapping to be drawn."""

    subject: Link
    relation: Link
    object: Link
    negated: bool = False
    confidence: str | None = None


def rows(text: str) -> list[str]:
    """The rows of the first table of a page, without its head."""
    return text.split("<tbody>")[1].split("</tbody>")[0].split("<tr>")[1:] if "<tbody>" in text else []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/mappings/none", 404),
        ("/mappings/sfia/none", 404),
        ("/mappings/sfia/ecf.pdf", 404),
        ("/mappings/sfia/ecf?min=2", 400),
        ("/mappings/sfia/ecf?min=nan", 400),
        ("/mappings/sfia/ecf?page=0", 400),
        ("/mappings/sfia/ecf?page=99", 404),
        ("/mappings/sfia/ecf?rows=-1", 400),
        ("/mappings/sfia/ecf?" + "&".join(f"predicate=x{n}" for n in range(30)), 400),
        ("/mappings/sfia/%F0%9F%92%A9", 404),
        ("/mappings/../etc", 404),
    ],
)
def test_what_is_wrong_is_told(client: FlaskClient, path: str, status: int) -> None:
    assert client.get(path, headers=BROWSER).status_code == status


def test_nothing_a_set_says_becomes_markup(client: FlaskClient) -> None:
    text = page(client, pair(client)) + page(client, "/mappings")
    assert "<script>" not in text
    assert "<img" not in text
    assert "<b>" not in text
    assert "style=" not in text


def test_a_negated_row_is_told_and_never_drawn(client: FlaskClient) -> None:
    text = page(client, pair(client))
    assert "gilt nicht:" in text
    drawing = text[
        text.index('<svg class="crosswalk"') : text.index("</section>", text.index('<svg class="crosswalk"'))
    ]
    assert "never" not in drawing
    turtle = client.get(pair(client) + ".ttl").text
    assert (None, None, URIRef("http://other.example/never")) not in Graph().parse(
        data=turtle, format="turtle"
    )


def test_what_was_not_found_is_a_row(client: FlaskClient) -> None:
    assert "keine Entsprechung gefunden" in page(client, "/mappings/esco")


def test_a_long_table_comes_in_pages_that_together_have_all(client: FlaskClient) -> None:
    address = pair(client)
    seen: list[str] = []
    for number in range(1, 7):
        seen += re.findall(
            r"<td>.*?(http://other\.example/\w+).*?</td>", page(client, f"{address}?page={number}")
        )
    assert len(set(seen)) == 1003
    assert page(client, f"{address}?rows=1000").count("<tr>") == 301


def test_the_picture_has_its_lines_and_names_itself(client: FlaskClient) -> None:
    text = page(client, "/mappings/sfia/ecf")
    drawing = text[
        text.index('<svg class="crosswalk"') : text.index("</svg>", text.index('<svg class="crosswalk"'))
    ]
    assert drawing.count("<path") == 6
    assert drawing.count("<rect") == 10
    assert 'aria-labelledby="picture-told"' in drawing
    assert 'id="picture-told"' in text
    assert page(client, pair(client)).count("<path") <= 40


def test_a_chain_shows_its_steps_and_says_that_it_is_derived(client: FlaskClient) -> None:
    text = page(client, "/mappings/ecf/itil4")
    assert "0,77" in text or "0,76" in text
    assert "<details>" in text
    assert "von niemandem geprüft" in text
    assert "Both are about agreeing" in text
    assert page(client, "/mappings/ecf/sfia").count("/mappings/sfia/ecf") >= 1  # the other way round


def test_the_files_say_what_the_page_says(client: FlaskClient) -> None:
    sssom = client.get("/mappings/sfia/ecf.sssom.tsv")
    assert sssom.headers["Content-Disposition"] == 'attachment; filename="sfia--ecf.sssom.tsv"'
    read = mapping.read_set(sssom.data, name="sfia--ecf")
    graph = Graph().parse(data=client.get("/mappings/sfia/ecf.ttl").text, format="turtle")
    rows = list(csv.DictReader(io.StringIO(client.get("/mappings/sfia/ecf.csv").text)))
    jskos = client.get("/mappings/sfia/ecf.json").json
    pairs = {(str(row.subject), str(row.predicate), str(row.object)) for row in read.mappings}
    assert len(pairs) == 6
    assert {(str(s), str(p), str(o)) for s, p, o in graph} == pairs
    assert {(row["subject_id"], row["predicate_id"], row["object_id"]) for row in rows} == pairs
    assert {
        (one["from"]["memberSet"][0]["uri"], one["type"][0], one["to"]["memberSet"][0]["uri"])
        for one in jskos
    } == pairs


def test_a_set_is_given_back_as_it_was_read(client: FlaskClient) -> None:
    shipped = (Path(__file__).resolve().parents[2] / "ontology" / "mappings" / "esco.sssom.tsv").read_bytes()
    again = mapping.read_set(client.get("/mappings/esco.sssom.tsv").data, name="esco")
    assert again.mappings == mapping.read_set(shipped, name="esco").mappings


def test_the_format_is_negotiated(client: FlaskClient) -> None:
    for accept, media_type in (
        ("text/turtle", "text/turtle"),
        ("text/csv", "text/csv"),
        ("text/tab-separated-values", "text/tab-separated-values"),
        ("application/json", "application/json"),
        ("*/*", "text/html"),
    ):
        response = client.get("/mappings/sfia/ecf", headers={"Accept": accept})
        assert response.content_type.partition(";")[0] == media_type
        assert "Accept" in response.headers["Vary"]
    assert client.get("/mappings/sfia/ecf", headers={"Accept": "image/png"}).status_code == 406


def test_a_spreadsheet_is_given_no_formula(client: FlaskClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get(pair(client) + ".csv").text)))
    formula = next(row for row in rows if row["object_id"].endswith("/formula"))
    assert (formula["object_label"], formula["comment"]) == ('\'=HYPERLINK("x")', "'+cmd")


def test_matches_of_a_pair_are_skos(client: FlaskClient) -> None:
    graph = Graph().parse(data=client.get(pair(client) + ".ttl").text, format="turtle")
    assert {predicate for _, predicate, _ in graph} == {SKOS.narrowMatch, SKOS.relatedMatch}


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/mappings", '<h3 lang="en"><a href="/mappings/esco?lang=de">SFIA concepts to ESCO</a>'),
        ("/mappings/esco", '<h1 lang="en">SFIA concepts to ESCO</h1>'),
        ("/mappings/esco", '<td lang="en">'),
        ("/mappings/sfia/ecf", '<td lang="en">'),
        ("/catalog", 'lang="en">SFIA concepts to ESCO'),
        ("/doc/sfia/SLMO", '<span lang="en">Both are about agreeing'),
    ],
)
def test_texts_of_a_set_are_in_the_language_it_names(client: FlaskClient, path: str, said: str) -> None:
    assert said in client.get(f"{path}?lang=de", headers={"Accept": "text/html"}).text
    assert 'lang="en"' not in client.get(f"{path}?lang=en", headers={"Accept": "text/html"}).text.partition(
        "<h1"
    )[2].replace('hreflang="en"', "").replace('class="tag" lang="en"', "")


def test_texts_of_a_set_that_names_no_language_are_in_none(client: FlaskClient) -> None:
    assert '<td lang="">looks alike, is not</td>' in page(client, pair(client))
    assert '<span lang="">looks alike, is not</span>' in page(client, "/doc/sfia/SLMO")


def test_only_a_comment_of_another_language_has_a_mark(client: FlaskClient) -> None:
    mark = '<span class="tag" lang="{0}">en</span>'
    assert mark.format("de") in page(client, "/doc/sfia/SLMO?lang=de").partition('id="mappings"')[2]
    assert (
        ">en</span>"
        not in page(client, "/doc/sfia/SLMO?lang=en").partition('id="mappings"')[2].partition("</section>")[0]
    )


def test_who_and_when_stand_apart(client: FlaskClient) -> None:
    text = page(client, "/mappings/sfia/ecf")
    assert '</time> <span class="tag">von Hand</span>' in text
    assert '</span> <a class="tag" href="/mappings/e-cf">' in text


def test_the_picture_has_room_for_the_edges_of_its_boxes(client: FlaskClient) -> None:
    left, top, width, _ = map(
        float, re.findall(r'viewBox="(-1[^"]+)"', page(client, "/mappings/sfia/ecf"))[0].split()
    )
    boxes = re.findall(
        r'<rect class="box" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"', page(client, "/mappings/sfia/ecf")
    )
    assert all(left < float(x) and float(x) + float(wide) < left + width for x, _, wide in boxes)
    assert all(top < float(y) for _, y, _ in boxes)
