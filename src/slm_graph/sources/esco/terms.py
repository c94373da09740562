"""ESCO's own terms, the words we add in German, and the terms of its reuse."""

from __future__ import annotations

from slm_graph.errors import Text
from slm_graph.namespaces import ESCO as _ESCO

ESCO = str(_ESCO)
MODEL = ESCO + "model#"
LICENCE = "http://publications.europa.eu/resource/authority/licence/COM_REUSE"
"""The European Commission's reuse notice (Decision 2011/833/EU) in the EU's own list of licences."""
PUBLISHER = "http://publications.europa.eu/resource/authority/corporate-body/COM"
"""The European Commission in the EU's own list of corporate bodies."""
RIGHTS = Text(
    de="Diese Veröffentlichung nutzt ESCO, die Klassifikation der Europäischen Kommission. Weiterverwendung mit Nennung der "
    "Quelle erlaubt. Aus den CSV-Dateien umgesetzt; was dabei geändert wurde, steht beim Release.",
    en="This publication uses ESCO, the classification of the European Commission. Reuse is allowed if the source is named. "
    "Converted from its CSV files; what was changed on the way is told with the release.",
)

SCHEMES_OF_TYPE: dict[str, tuple[str, ...]] = {
    "Occupation": ("occupations", "member-occupations"),
    "KnowledgeSkillCompetence": ("skills", "member-skills"),
    "ISCOGroup": ("isco", "occupations"),
    "SkillGroup": ("skills", "skills-hierarchy"),
}
"""The schemes that all other concepts of the type are in."""

SCHEME_TITLES: dict[str, str] = {
    "6c930acd-c104-4ece-acf7-f44fd7333036": "Digital",
    "8ae4b9f3-507e-4057-a145-2f96f0132613": "Forschungsberufe",
    "digcomp": "DigComp",
    "green": "Grün",
    "isced-f": "Internationale Standardklassifikation des Bildungswesens: Bildungs- und Ausbildungsfelder 2013",
    "isco": "ISCO 2008",
    "label-role": "ESCO-Rollen von Bezeichnungen",
    "member-occupations": "ESCO-Berufe (einzelne)",
    "member-skills": "ESCO-Fähigkeiten (einzelne)",
    "occupations": "ESCO-Berufe",
    "regulated-professions": "Reglementierte Berufe",
    "relationship-types": "ESCO-Arten von Beziehungen",
    "research": "Forschung",
    "skill-competence-type": "ESCO-Arten von Fähigkeiten",
    "skill-language-groups": "Sprachen",
    "skill-reuse-level": "ESCO-Stufen der Übertragbarkeit",
    "skill-transversal-groups": "ESCO-Gruppen von Querschnittsfähigkeiten",
    "skills": "ESCO-Fähigkeiten",
    "skills-hierarchy": "ESCO-Hierarchie der Fähigkeiten",
}
"""Our own German titles: the distribution has English ones only."""

COLLECTIONS: dict[str, Text] = {
    "digCompSkills": Text(de="ESCO: Fähigkeiten nach DigComp", en="ESCO: skills by DigComp"),
    "digitalSkills": Text(de="ESCO: digitale Fähigkeiten", en="ESCO: digital skills"),
    "greenSkills": Text(de="ESCO: grüne Fähigkeiten", en="ESCO: green skills"),
    "languageSkills": Text(de="ESCO: Sprachkenntnisse", en="ESCO: language skills"),
    "researchOccupations": Text(de="ESCO: Forschungsberufe", en="ESCO: research occupations"),
    "researchSkills": Text(de="ESCO: Fähigkeiten der Forschung", en="ESCO: research skills"),
    "transversalSkills": Text(de="ESCO: Querschnittsfähigkeiten", en="ESCO: transversal skills"),
}
"""Our own names of the tables that gather skills and occupations by theme."""

PROPERTIES: dict[str, Text] = {
    "isEssentialSkillFor": Text(de="wesentlich für", en="essential for"),
    "isOptionalSkillFor": Text(de="optional für", en="optional for"),
    "regulatedProfessionNote": Text(de="Reglementierung", en="regulation"),
    "relatedEssentialSkill": Text(
        de="wesentliche Fähigkeit oder Kenntnis", en="essential skill or knowledge"
    ),
    "relatedOptionalSkill": Text(de="optionale Fähigkeit oder Kenntnis", en="optional skill or knowledge"),
    "skillReuseLevel": Text(de="Übertragbarkeit", en="reusability"),
    "skillType": Text(de="Art der Fähigkeit", en="kind of skill"),
}
CLASSES: dict[str, Text] = {
    "Occupation": Text(de="Beruf", en="occupation"),
    "Skill": Text(de="Fähigkeit oder Kenntnis", en="skill or knowledge"),
}
VALUES: dict[str, Text] = {
    "regulated-professions/regulated": Text(de="reglementiert", en="regulated"),
    "regulated-professions/unregulated": Text(de="nicht reglementiert", en="not regulated"),
    "skill-reuse-level/cross-sector": Text(de="sektorübergreifend", en="cross-sector"),
    "skill-reuse-level/occupation-specific": Text(de="berufsspezifisch", en="occupation-specific"),
    "skill-reuse-level/sector-specific": Text(de="sektorspezifisch", en="sector-specific"),
    "skill-reuse-level/transversal": Text(de="Querschnitt", en="transversal"),
    "skill-type/attitude": Text(de="Haltung", en="attitude"),
    "skill-type/knowledge": Text(de="Kenntnis", en="knowledge"),
    "skill-type/skill": Text(de="Fähigkeit oder Kompetenz", en="skill or competence"),
}
"""Our own names of ESCO's terms, for pages; the distribution in CSV describes none of them."""
