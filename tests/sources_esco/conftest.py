"""Small archives in the form of the distribution, with words of our own."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from rdflib import Graph

from slm_graph.engine.parsing import parse
from slm_graph.formats import N_QUADS
from slm_graph.model import Finding
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.sources.esco.reading import as_n_quads

SKILL = "http://data.europa.eu/esco/skill/"
SCHEMES = "http://data.europa.eu/esco/concept-scheme/"
HEAD = "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,hiddenLabels,status,modifiedDate,scopeNote,definition,inScheme,description\r\n"
GROUP_HEAD = "conceptType,conceptUri,preferredLabel,altLabels,hiddenLabels,status,modifiedDate,scopeNote,inScheme,description,code\r\n"


def skill(
    name: str, label: str, *, alternative: str = "", hidden: str = "", schemes: str | None = None
) -> str:
    """A row of a skills table."""
    inside = f"{SCHEMES}skills,\n{SCHEMES}member-skills" if schemes is None else schemes
    return (
        f'KnowledgeSkillCompetence,{SKILL}{name},skill/competence,cross-sector,"{label}","{alternative}","{hidden}",'
        f'released,2022-01-02T03:04:05Z,,,"{inside}","Growing of {name}.\n"\r\n'
    )


def small(**more: str) -> dict[str, str]:
    """The tables of a version with two skills below one group; `more` are tables in their place or beside them."""
    tables = {
        "conceptSchemes_en.csv": "conceptType,conceptSchemeUri,preferredLabel,title,status,description,hasTopConcept\r\n"
        f'ConceptScheme,{SCHEMES}skills,Orchard skills,,released,,"{SKILL}g1"\r\n'
        f'ConceptScheme,{SCHEMES}member-skills,Orchard member skills,,released,,"{SKILL}pear,\n{SKILL}plum"\r\n',
        "skillGroups_en.csv": GROUP_HEAD
        + f'SkillGroup,{SKILL}g1,growing fruit,,,released,,,"{SCHEMES}skills",,S1\r\n',
        "skills_en.csv": HEAD
        + skill("pear", "grow pears", alternative="raise pears\ngrow perry pears", hidden="gorw pears")
        + skill("plum", "grow plums"),
        "broaderRelationsSkillPillar_en.csv": "conceptType,conceptUri,broaderType,broaderUri\r\n"
        f"KnowledgeSkillCompetence,{SKILL}pear,SkillGroup,{SKILL}g1\r\n"
        f"KnowledgeSkillCompetence,{SKILL}plum,SkillGroup,{SKILL}g1\r\n",
        "skillSkillRelations_en.csv": "originalSkillUri,originalSkillType,relationType,relatedSkillType,relatedSkillUri\r\n"
        f"{SKILL}pear,skill/competence,optional,skill/competence,{SKILL}plum\r\n",
    }
    return {**tables, **{f"{name}.csv": text for name, text in more.items()}}


def packed(tables: Mapping[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in tables.items():
            archive.writestr(name, text)
    return stream.getvalue()


Write = Callable[..., Path]


@pytest.fixture(name="skill")
def skill_fixture() -> Callable[..., str]:
    return skill


@pytest.fixture(name="small")
def small_fixture() -> Callable[..., dict[str, str]]:
    return small


@pytest.fixture(name="packed")
def packed_fixture() -> Callable[..., bytes]:
    return packed


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes an archive: tables or bytes, and its name."""

    def write_archive(
        tables: Mapping[str, str | bytes] | bytes, *, name: str = "esco-1.2.0-csv-en.zip"
    ) -> Path:
        path = tmp_path / name
        path.write_bytes(tables if isinstance(tables, bytes) else packed(tables))
        return path

    return write_archive


Read = Callable[..., tuple[Graph, list[Finding]]]


@pytest.fixture
def read() -> Read:
    """Archives by name, read in this process: the union of their graphs, and what was noticed."""

    def read_archives(
        archives: Mapping[str, Mapping[str, str | bytes]], *, repair: bool = False
    ) -> tuple[Graph, list[Finding]]:
        data = [packed(tables) for tables in archives.values()]
        answer = as_n_quads(
            b"".join(data),
            name=", ".join(archives),
            names=json.dumps(list(archives)),
            sizes=json.dumps([len(one) for one in data]),
            repair="yes" if repair else None,
            base=DEFAULT_BASE,
        )
        said, _, lines = answer.partition(b"\n")
        graph = Graph()
        for s, p, o, _ in parse(lines, N_QUADS):
            graph.add((s, p, o))
        return graph, [Finding(**row) for row in json.loads(said)]

    return read_archives
