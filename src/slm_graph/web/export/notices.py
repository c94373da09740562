"""What only a copy says: the page about what is missing in it, and the answers to what fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from slm_graph.errors import LANGUAGES, Text
from slm_graph.formats import HTML
from slm_graph.web import pages, problems
from slm_graph.web.export.absent import COPY
from slm_graph.web.export.collecting import Address, Collected, Exported
from slm_graph.web.export.plan import ERRORS, PROBLEM_OFFERS, STATUSES
from slm_graph.web.names import Reader

if TYPE_CHECKING:
    from flask import Flask

    from slm_graph.web.site import Served

TITLE = Text(de="Eine Kopie in Dateien", en="A copy in files")

LEAD = Text(
    de="Diese Seiten sind eine Kopie der Website in Dateien. Alles zum Lesen ist darin; was erst auf eine Frage hin entsteht, kann nur der laufende Dienst.",
    en="These pages are a copy of the site in files. Everything to read is in it; what is made only when somebody asks needs the running service.",
)

MISSING_TITLE = Text(de="Was hier fehlt", en="What is missing here")

MISSING = (
    Text(de="die Suche und ihre Vorschläge", en="the search and its suggestions"),
    Text(de="SPARQL und die vorbereiteten Abfragen", en="SPARQL and the prepared queries"),
    Text(
        de="der Vergleich zweier Ebenen und die Auswahl in Tabellen von Zuordnungen",
        en="comparing two levels, and choosing in tables of mappings",
    ),
    Text(
        de="Schnittstellen für Programme, ihre Beschreibung (OpenAPI) und Sichten nach Profilen",
        en="interfaces for programs, their description (OpenAPI), and views by profile",
    ),
    Text(de="Dokumente früherer Releases", en="documents of earlier releases"),
)

INSTEAD_TITLE = Text(de="Was stattdessen geht", en="What there is instead")

INSTEAD = (
    ("/", Text(de="in den Rahmenwerken blättern", en="browse the frameworks")),
    (
        "/catalog",
        Text(de="alles herunterladen und selbst abfragen", en="download everything and query it yourself"),
    ),
    ("/releases", Text(de="lesen, was sich geändert hat", en="read what changed")),
)

ABSENT = Text(
    de="Dies ist eine Kopie der Website in Dateien: unter dieser Adresse gibt es darin nichts. Suche und Abfragen brauchen den laufenden Dienst.",
    en="This is a copy of the site in files: it has nothing at this address. Search and queries need the running service.",
)


def notices(app: Flask, served: Served, found: Collected) -> Iterator[Exported]:
    """These pages in every language; `found` learns of the page that has an address."""
    address = Address(COPY)
    found.offers[address] = (HTML,)
    for language in LANGUAGES:
        for tree, chosen in ((language, False), (f"lang-{language}", True)):
            reader = Reader(language, chosen=chosen)
            with app.test_request_context(COPY):
                body = pages.render(
                    "copy.html",
                    reader=reader,
                    mount="",
                    href=COPY,
                    served=served,
                    title=TITLE.in_language(language),
                    lead=LEAD.in_language(language),
                    missing_title=MISSING_TITLE.in_language(language),
                    missing=[said.in_language(language) for said in MISSING],
                    instead_title=INSTEAD_TITLE.in_language(language),
                    instead=[(target, said.in_language(language)) for target, said in INSTEAD],
                )
            yield Exported(address, tree, HTML.suffix, body, {"Content-Type": HTML.content_type})
    for status in STATUSES:
        problem = problems.Problem(404, ABSENT) if status == 404 else problems.of_status(status)
        for language in LANGUAGES:
            for row in PROBLEM_OFFERS:
                accept = {"Accept": row.media_type, "Accept-Language": language}
                with app.test_request_context("/", headers=accept):
                    answer = problems.response(problem, mount="", served=served)
                suffix = HTML.suffix if row is HTML else "problem"
                place = Address(f"/{ERRORS}/{status}")
                yield Exported(place, language, suffix, answer.get_data(), dict(answer.headers))
