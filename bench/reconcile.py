"""How surely and how fast German names find their ESCO concept. `python -m bench.reconcile ARCHIVE.zip`

Reads the German labels of an ESCO CSV archive, publishes them as the concepts of one scheme in a release of their own,
and asks the reconciliation service for batches of 100 names in four spellings: as they are, with one typing error, with
umlauts written out, with umlauts left out. A name that several concepts have is right for each of them; how many there
are is told, and what is left when they count as wrong.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import statistics
import sys
import tempfile
import time
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, SKOS

from slm_graph.build import assemble
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.release import write_release
from slm_graph.settings import SiteSettings
from slm_graph.validation import validate
from slm_graph.web import create_app

BATCH = 100
LETTERS = "abcdefghijklmnopqrstuvwxyzäöüß"


def labelled(archive: Path) -> Iterator[tuple[str, str, list[str]]]:
    """IRI, preferred label, alternative labels of every German row of the archive."""
    with zipfile.ZipFile(archive) as opened:
        for name in opened.namelist():
            if not name.endswith("_de.csv"):
                continue
            with opened.open(name) as stream:
                for row in csv.DictReader(io.TextIOWrapper(stream, "utf-8-sig", newline="")):
                    iri, label = row.get("conceptUri"), (row.get("preferredLabel") or "").strip()
                    if iri and label:
                        others = (row.get("altLabels") or "").replace(" | ", "\n").split("\n")
                        yield iri, label, [other.strip() for other in others if other.strip()]


def release(archive: Path, data: Path) -> dict[str, set[str]]:
    """A release with the archive's German labels; label → the concepts that have it as preferred label."""
    scheme, graph = URIRef("http://data.europa.eu/esco/concept-scheme/bench"), Graph()
    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    graph.add((scheme, DCTERMS.title, Literal("ESCO", lang="de")))
    preferred: dict[str, str] = {}
    for iri, label, others in labelled(archive):
        if preferred.setdefault(iri, label) == label:
            concept = URIRef(iri)
            graph.add((concept, RDF.type, SKOS.Concept))
            graph.add((concept, SKOS.inScheme, scheme))
            graph.add((concept, SKOS.prefLabel, Literal(label, lang="de")))
            for other in others:
                if other != label:
                    graph.add((concept, SKOS.altLabel, Literal(other, lang="de")))
    source = data.parent / "labels.nt"
    source.write_bytes(graph.serialize(format="nt", encoding="utf-8"))
    dataset = assemble([source], base=DEFAULT_BASE)
    # the gate is not what is measured here, and ESCO as it comes does not pass it
    judged = replace(validate(Graph(), base=DEFAULT_BASE), results=(), triples=len(dataset.union()))
    write_release(dataset, judged, data=data, base=DEFAULT_BASE, version="bench")
    owners: dict[str, set[str]] = defaultdict(set)
    for iri, label in preferred.items():
        owners[label].add(iri)
    return owners


def mistyped(name: str, dice: random.Random) -> str:
    """The name with one letter left out, doubled by another, replaced, or swapped with the next."""
    places = [place for place, letter in enumerate(name) if letter.isalpha()]
    while True:
        place, kind = dice.choice(places), dice.randrange(4)
        letter = dice.choice(LETTERS)
        typed = (
            name[:place] + name[place + 1 :],
            name[:place] + letter + name[place:],
            name[:place] + letter + name[place + 1 :],
            name[:place] + name[place + 1 : place + 2] + name[place] + name[place + 2 :],
        )[kind]
        if typed.strip() and typed != name:
            return typed


def written_out(name: str) -> str:
    for letter, pair in (
        ("ä", "ae"),
        ("ö", "oe"),
        ("ü", "ue"),
        ("Ä", "Ae"),
        ("Ö", "Oe"),
        ("Ü", "Ue"),
        ("ß", "ss"),
    ):
        name = name.replace(letter, pair)
    return name


def left_out(name: str) -> str:
    return name.translate(str.maketrans("äöüÄÖÜ", "aouAOU")).replace("ß", "ss")


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("archive", type=Path)
    options.add_argument("--batches", type=int, default=10, help="of 100 names, for each spelling")
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    dice = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as fresh:
        owners = release(given.archive, Path(fresh) / "data")
        concepts = sum(len(iris) for iris in owners.values())
        shared = sum(len(iris) for iris in owners.values() if len(iris) > 1)
        print(
            f"{concepts} concepts with a German preferred label, {shared} of them share theirs with another\n"
        )
        client = create_app(SiteSettings(data=Path(fresh) / "data"), queries=None).test_client()
        everything = sorted((label, iri) for label, iris in owners.items() for iri in iris)
        umlauts = [pair for pair in everything if written_out(pair[0]) != pair[0]]
        print("| spelling | names | right first | … shared labels wrong | ms a batch, median | max |")
        print("|---|---|---|---|---|---|")
        for spelling, pool, change in (
            ("as it is", everything, lambda name: name),
            ("one typing error", everything, lambda name: mistyped(name, dice)),
            ("umlauts written out", umlauts, written_out),
            ("umlauts left out", umlauts, left_out),
        ):
            size = min(given.batches * BATCH, len(pool) // BATCH * BATCH)
            names = dice.sample(pool, size)
            right = strictly = 0
            took: list[float] = []
            for start in range(0, size, BATCH):
                batch = names[start : start + BATCH]
                queries = {f"q{place}": {"query": change(label)} for place, (label, _) in enumerate(batch)}
                body = {"queries": json.dumps(queries)}
                began_at = time.perf_counter()
                response = client.post("/reconcile?lang=de", data=body)
                took.append((time.perf_counter() - began_at) * 1000)
                if response.status_code != 200:
                    sys.exit(f"the service answered {response.status_code}: {response.text[:200]}")
                for place, (label, iri) in enumerate(batch):
                    found = response.json[f"q{place}"]["result"]
                    right += bool(found) and found[0]["id"] in owners[label]
                    strictly += bool(found) and found[0]["id"] == iri
            print(
                f"| {spelling} | {size} | {right / size:.1%} | {strictly / size:.1%} "
                f"| {statistics.median(took):.0f} | {max(took):.0f} |"
            )


if __name__ == "__main__":
    main()
