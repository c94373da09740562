"""What a German reader types finds the concept that was meant, among ESCO's own labels.

No label stands here: each row names a concept and the rule by which a query is made from its labels, read when the test
runs. The index is the product's own, of the tables with labels; the relations between concepts would not change it.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.search import Search, write_search
from slm_graph.sources.esco import read_archives

ARCHIVE = "esco-1.2.0-csv-de-en.zip"
TABLES = (
    "ISCOGroups",
    "occupations",
    "skillGroups",
    "digitalSkillsCollection",
    "languageSkillsCollection",
    "transversalSkillsCollection",
    "greenSkillsCollection",
)
ESCO = "http://data.europa.eu/esco/"


@dataclass(frozen=True, slots=True)
class Named:
    """A concept's labels, as the tables have them."""

    german: str
    english: str
    others: tuple[str, ...]
    """German alternative labels."""
    code: str


@pytest.fixture(scope="module")
def archive(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The distribution's tables with labels, in an archive of its name."""
    whole = shared / "data" / "esco" / ARCHIVE
    if not whole.is_file():
        pytest.skip("ESCO's German and English archive is not beside this checkout")
    path = tmp_path_factory.mktemp("esco") / ARCHIVE
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as target:
        for table in TABLES:
            for language in ("de", "en"):
                target.writestr(f"{table}_{language}.csv", source.read(f"{table}_{language}.csv"))
    return path


@pytest.fixture(scope="module")
def names(archive: Path) -> Mapping[str, Named]:
    """IRI → labels, read without the product."""
    rows: dict[str, dict[str, dict[str, str]]] = {"de": {}, "en": {}}
    with zipfile.ZipFile(archive) as tables:
        for table in TABLES:
            for language, known in rows.items():
                with io.TextIOWrapper(
                    tables.open(f"{table}_{language}.csv"), "utf-8-sig", newline=""
                ) as text:
                    for row in csv.DictReader(text):
                        known.setdefault(row["conceptUri"], row)
    return {
        iri: Named(
            row["preferredLabel"].strip(),
            rows["en"].get(iri, {}).get("preferredLabel", "").strip(),
            # lines in the tables of concepts, bars in those of collections
            tuple(part.strip() for part in re.split(r"\n| \| ", row["altLabels"] or "") if part.strip()),
            (row.get("code") or "").strip(),
        )
        for iri, row in rows["de"].items()
    }


@pytest.fixture(scope="module")
def search(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Search:
    reading = read_archives([archive], repair=True)
    path = tmp_path_factory.mktemp("index") / "search.sqlite"
    write_search((quad for quads, _ in reading.parts for quad in quads), path, base=DEFAULT_BASE)
    return Search(path)


_WITHOUT_UMLAUTS = str.maketrans("äöüÄÖÜ", "aouAOU")
_WRITTEN_OUT = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}


def _words(label: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in label).split()


def _written_out(label: str) -> str:
    return "".join(_WRITTEN_OUT.get(letter, letter) for letter in label)


RULES: dict[str, Callable[[Named], str]] = {
    "whole": lambda named: named.german,
    "upper case": lambda named: named.german.upper(),
    "lower case": lambda named: named.german.lower(),
    "umlauts written out": lambda named: _written_out(named.german),
    "umlauts dropped": lambda named: named.german.translate(_WITHOUT_UMLAUTS),
    "ß as ss": lambda named: named.german.replace("ß", "ss"),
    "reversed": lambda named: " ".join(reversed(_words(named.german))),
    "first five letters and last word": lambda named: (
        f"{_words(named.german)[0][:5]} {_words(named.german)[-1]}"
    ),
    "beginnings of all words": lambda named: " ".join(word[:4] for word in _words(named.german)),
    "first two thirds": lambda named: named.german[: -(-len(named.german) * 2 // 3)],
    "before the slash": lambda named: named.german.partition("/")[0],
    "behind the slash": lambda named: named.german.partition("/")[2],
    "hyphens as gaps": lambda named: named.german.replace("-", " "),
    "end of the longest word": lambda named: max(_words(named.german), key=len)[-9:],
    "middle of the longest word": lambda named: max(_words(named.german), key=len)[2:11],
    "two longest words": lambda named: " ".join(sorted(_words(named.german), key=len)[-2:]),
    "English": lambda named: named.english,
    "English, reversed": lambda named: " ".join(reversed(_words(named.english))),
    "English, beginnings of all words": lambda named: " ".join(word[:5] for word in _words(named.english)),
    "first alternative": lambda named: named.others[0],
    "last alternative": lambda named: named.others[-1],
    "last alternative, umlauts written out": lambda named: _written_out(named.others[-1]),
    "code": lambda named: named.code,
}

FIRST = [
    ("skill/bc546a09-1103-4184-b757-3508ef5f8490", "whole"),
    ("skill/b4dc6e4f-dc7d-445f-8ce2-d7b9d225e282", "whole"),
    ("skill/b633eb55-8f1f-4ae6-ab4c-2022ffe2cb7f", "whole"),
    ("skill/8785ccda-6f9f-4cf3-9033-fda10653d0be", "whole"),
    ("occupation/a273ec4c-96fd-48e5-9343-695a6bd08512", "whole"),
    ("skill/2174c1b0-e13c-4850-8e4d-2bc6183018bf", "whole"),
    ("isco/C112", "whole"),
    ("isco/C621", "whole"),
    ("skill/71f81e1a-e2ca-48d6-b7b8-7a34c56c51f8", "whole"),
    ("occupation/89b87aa2-4008-4cc7-96f8-e2b5ffe59f28", "whole"),
    ("skill/18f2a44e-28ef-4ae3-8ea2-347e33bd9a4b", "upper case"),
    ("skill/9c0f93f7-2592-4d4d-9673-fd640502345f", "upper case"),
    ("occupation/f2ee2cda-9d02-49c3-8280-da5892d0055b", "upper case"),
    ("occupation/c81af273-1112-4b3f-a2a5-b85b1290ae22", "upper case"),
    ("occupation/7c320679-131d-4828-87ed-94886614b7ed", "lower case"),
    ("occupation/90569478-805c-4d14-a1ba-e9c9c4ac2818", "lower case"),
    ("skill/7eafec38-621a-4b6e-9298-bfe70ec0b253", "umlauts written out"),
    ("occupation/dc90cee4-bf4a-4d62-b729-faf49e62643e", "umlauts written out"),
    ("occupation/7dbb116c-a4e7-41e8-9f28-c8a738d93e28", "umlauts written out"),
    ("skill/c5ff50d7-97d3-401e-90ac-e5ae756a52de", "umlauts written out"),
    ("skill/60ab2bf7-c812-4a88-86c0-7c81a9b2f77c", "umlauts written out"),
    ("occupation/5f68c4c3-9d25-48e2-8efc-5471a80fb155", "umlauts written out"),
    ("occupation/d63789ac-74b5-40e3-b890-685513c38e12", "umlauts dropped"),
    ("occupation/b9de6d8b-1cf6-4722-bf8c-d73aad03bf87", "umlauts dropped"),
    ("skill/b3fc5018-ff7b-46fd-be18-dd4148e9b241", "umlauts dropped"),
    ("skill/15fa3879-ac0e-46e6-ae36-609bae9c19c3", "umlauts dropped"),
    ("occupation/f272a521-1a38-4d34-a78e-3adeca95b977", "ß as ss"),
    ("occupation/268565be-d94f-4983-a33f-2b7dabc61f24", "ß as ss"),
    ("occupation/0a7b874b-e5c0-4dea-8b88-dadba9efee1d", "ß as ss"),
    ("skill/164510d1-1216-4dc0-b9d1-a7f6af19e469", "ß as ss"),
    ("occupation/6e298596-882b-4687-a0cf-3eb37f8fd328", "reversed"),
    ("skill/58bd927f-e4cc-4b61-a679-cb91b3f8075a", "reversed"),
    ("isco/C2523", "reversed"),
    ("occupation/2cf2b905-3308-4b5d-8e8d-633fc7a3f3ce", "reversed"),
    ("occupation/c2d36adb-ecf4-4823-980b-d84b0f11b2c8", "first five letters and last word"),
    ("occupation/0fdc5efb-d38e-4019-bede-0ce55404549d", "first five letters and last word"),
    ("skill/c13fb093-5ffb-491a-b8b7-fa2d42a57e2e", "first five letters and last word"),
    ("occupation/a75c740c-d8d9-41a7-ab1a-e69a6eb6eac1", "beginnings of all words"),
    ("isco/C613", "beginnings of all words"),
    ("isco/C1219", "beginnings of all words"),
    ("skill/d1f73ae9-d348-4aac-b5d5-9b6d508401d3", "first two thirds"),
    ("skill/6b6a9252-2ed7-4862-a02f-1578f4a532ea", "first two thirds"),
    ("skill/e9eb9c23-c1f4-4ce9-83c9-2f6a211cc536", "first two thirds"),
    ("skill/07e51c60-763a-4335-b4ec-70a15f66d328", "first two thirds"),
    ("occupation/e52b5707-7097-4dbc-ac61-054e917da241", "before the slash"),
    ("occupation/afe9eaa4-433f-4ae6-90ff-afa098ccf1bb", "before the slash"),
    ("occupation/6f8f1da1-9160-4b9f-ba30-e3396d3b2f92", "before the slash"),
    ("occupation/d1974e0c-8f92-473b-a32d-f0616c08b1ff", "behind the slash"),
    ("occupation/11833a96-fc27-4b03-a53d-892ac891a2bb", "behind the slash"),
    ("occupation/16d7bae5-503e-4e19-bc8b-619c9bcf5c4f", "behind the slash"),
    ("isco/C7513", "hyphens as gaps"),
    ("isco/C8159", "hyphens as gaps"),
    ("skill/c2999f0c-eb37-4cdf-b9b0-82107b628794", "hyphens as gaps"),
    ("skill/82423b5c-486f-42e7-b00e-7358757a8de5", "end of the longest word"),
    ("skill/6fe76a8b-4d5f-4cea-b76b-5908463fb014", "end of the longest word"),
    ("skill/e2b05bcb-b60e-45b5-baa6-3a67ebe77538", "end of the longest word"),
    ("skill/ef0527db-0442-4f05-a150-533b410e1cc1", "end of the longest word"),
    ("skill/a71577b2-7550-4222-88ee-dcbd2d881516", "middle of the longest word"),
    ("occupation/c549f0de-c415-428e-865c-973bcd224b39", "middle of the longest word"),
    ("skill/021a23e1-907e-4627-b05a-555f889cbb65", "middle of the longest word"),
    ("skill/83fc0b2b-6cd2-46af-b1ff-d3fc83604c26", "middle of the longest word"),
    ("isco/C8121", "two longest words"),
    ("skill/8fb72af6-c2a9-4b12-aaf0-f5dbd4a9db9e", "two longest words"),
    ("skill/29f57ff2-2f7f-41e2-a1ed-30b3175c91a3", "two longest words"),
    ("skill/7afd29d7-9c9f-4151-83f2-562b8c94a3af", "English"),
    ("skill/74052f13-4cae-4600-a4d3-8103004683f3", "English"),
    ("occupation/b7b17a85-ccd0-4d2f-92f2-7e99839731b0", "English"),
    ("occupation/969f8af0-3c0d-403a-9c16-a6fb76c6b443", "English, reversed"),
    ("skill/772a9c72-abef-4333-9788-f4cb48ad8e08", "English, reversed"),
    ("skill/d822b4b2-26c7-4bd9-970d-229c6504f615", "English, beginnings of all words"),
    ("occupation/32548f7e-8c25-4c49-9f22-78dee3543704", "English, beginnings of all words"),
    ("skill/d2c3fe66-d01a-473e-a7b1-cb463a617f86", "first alternative"),
    ("skill/60f2ec1a-9237-4d0e-8c4a-1a3e67a0d83d", "first alternative"),
    ("occupation/ed096599-56a9-443d-9683-8a92f58aa894", "first alternative"),
    ("skill/c6b70785-fce7-4089-8250-21c97ca0ad8f", "first alternative"),
    ("skill/7a757fa5-9a6f-43ab-9e66-f8f4dba1ffcb", "last alternative"),
    ("occupation/8289625a-c1c1-4a49-8ddd-37be4c3cd3fc", "last alternative"),
    ("occupation/6cc19251-763b-4de1-b4f7-526c9ff732d2", "last alternative, umlauts written out"),
    ("occupation/4be4ea31-1211-4f0c-82bb-f6fe10791f4d", "last alternative, umlauts written out"),
    ("occupation/23043d05-42c4-4811-b478-f8a17d22480b", "last alternative, umlauts written out"),
    ("occupation/7648d5d9-cfab-4981-ba82-b66a9a41d37e", "code"),
    ("occupation/f1b89616-5dfe-40d4-8b02-58a6982b1a01", "code"),
    ("isco/C5241", "code"),
    ("occupation/35d4ab0d-5a2a-4ed8-b8ba-7169314168f5", "code"),
]
"""Concept below ESCO's address, and the rule of the query that gives it as the first hit."""

AMONG = [
    ("isced-f/0288", "whole", 2, "the field above has the very same label"),
    ("isco/C1120", "whole", 2, "the group above has the very same label"),
    ("isco/C6340", "umlauts written out", 2, "the group above has the very same label"),
    ("isco/C9510", "ß as ss", 2, "the group above has the very same label"),
    ("isco/C3240", "reversed", 2, "the group above has the very same label"),
    (
        "skill/ce17a874-b476-491d-a7a7-5f05d32ad542",
        "umlauts written out",
        2,
        "the narrower group has the very same label",
    ),
    (
        "occupation/2f5e38a0-6578-4665-bdbd-e2ab505be140",
        "before the slash",
        2,
        "the group of occupations has it as its whole label",
    ),
    (
        "occupation/b31e404e-9af6-457d-a58a-208f612eeba3",
        "before the slash",
        2,
        "the group of occupations has it as its whole label",
    ),
    (
        "occupation/4779055b-f769-4c6d-8e0e-088bb74cfce9",
        "behind the slash",
        2,
        "another occupation has it as an alternative label",
    ),
    (
        "occupation/ff8d4065-db44-47c7-a4bd-51b3c306ef70",
        "behind the slash",
        2,
        "another occupation has it as an alternative label",
    ),
    (
        "occupation/771a47c9-9cf4-4368-9752-2a1ea5a783d7",
        "first alternative",
        2,
        "another occupation has it as an alternative label",
    ),
    (
        "occupation/cbad55a4-c7cf-4ab6-9540-eac72b26729b",
        "last alternative",
        2,
        "another occupation has it as an alternative label",
    ),
    (
        "occupation/b11e1742-5e28-4270-b081-b0193d85ee7d",
        "last alternative, umlauts written out",
        2,
        "a shared alternative label",
    ),
    (
        "occupation/60082a99-d8ef-4e84-9290-78902681b6ed",
        "English, reversed",
        2,
        "a shorter alternative label has the same words",
    ),
    (
        "skill/8e01e994-0e09-4fbb-a76b-7f615678cc7d",
        "end of the longest word",
        2,
        "a label has it as the beginning of a word",
    ),
    (
        "skill/09c28e46-712a-4c11-a4ae-67ae554ea940",
        "middle of the longest word",
        3,
        "shorter labels have it, too",
    ),
]
"""Those that come second or third, and why that is right."""


def test_the_rows_are_many_and_of_every_rule() -> None:
    rows = [*FIRST, *((path, rule) for path, rule, _, _ in AMONG)]
    assert len(set(rows)) == len(rows) >= 60
    assert {rule for _, rule in rows} == set(RULES)


def _found(search: Search, query: str, rule: str, *, limit: int) -> list[str]:
    page = search.find(query, language="en" if rule.startswith("English") else "de", limit=limit)
    return [str(hit.iri) for hit in page.hits]


@pytest.mark.parametrize(("path", "rule"), FIRST)
def test_the_concept_meant_is_the_first_hit(
    search: Search, names: Mapping[str, Named], path: str, rule: str
) -> None:
    query = RULES[rule](names[ESCO + path])
    assert _found(search, query, rule, limit=1) == [ESCO + path]


@pytest.mark.parametrize(("path", "rule", "within", "reason"), AMONG)
def test_the_concept_meant_is_among_the_first_hits(
    search: Search, names: Mapping[str, Named], path: str, rule: str, within: int, reason: str
) -> None:
    query = RULES[rule](names[ESCO + path])
    assert ESCO + path in _found(search, query, rule, limit=within), reason


def test_of_concepts_with_the_same_label_all_come_first(search: Search, names: Mapping[str, Named]) -> None:
    sharing: dict[str, set[str]] = {}
    for iri, named in names.items():
        sharing.setdefault(named.german.lower(), set()).add(iri)
    shared = {label: iris for label, iris in sharing.items() if label and len(iris) > 1}
    assert len(shared) >= 50
    wrong = [
        iris for label, iris in shared.items() if set(_found(search, label, "", limit=len(iris))) != iris
    ]
    assert wrong == []


def test_a_whole_german_label_is_hardly_ever_below_the_first_three(
    search: Search, names: Mapping[str, Named]
) -> None:
    """Every tenth concept; those with a label of three or more are the ones that may be further down."""
    asked = {iri: named.german for iri, named in sorted(names.items())[::10] if named.german}
    assert len(asked) >= 500
    lost = [iri for iri, label in asked.items() if iri not in _found(search, label, "", limit=3)]
    assert len(lost) <= len(asked) // 100
