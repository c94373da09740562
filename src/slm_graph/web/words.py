"""What the pages about the data set say besides the words of all pages."""

from __future__ import annotations

from collections.abc import Callable

from slm_graph.errors import Language, Text

WORDS = {
    "catalog.title": Text(de="Katalog und Downloads", en="Catalogue and downloads"),
    "catalog.lead": Text(
        de="Alles zum Herunterladen: das ganze Release und jeder Teil für sich, gepackt mit gzip. Ohne die Endung .gz "
        "kommt dieselbe Datei unverpackt.",
        en="Everything for download: the whole release and each part of it, packed with gzip. Without the ending .gz "
        "the same file comes unpacked.",
    ),
    "catalog.whole": Text(de="Das ganze Release", en="The whole release"),
    "catalog.parts": Text(de="Die Teile", en="The parts"),
    "catalog.part": Text(de="Teil", en="Part"),
    "catalog.files": Text(de="Dateien", en="Files"),
    "catalog.triples": Text(de="Aussagen", en="Statements"),
    "catalog.owl": Text(de="für OWL-Werkzeuge", en="for OWL tools"),
    "catalog.checksums": Text(
        de="Prüfsummen (SHA-256) und Größen aller Dateien stehen in der maschinenlesbaren Form:",
        en="Checksums (SHA-256) and sizes of all files are in the machine-readable form:",
    ),
    "quality.title": Text(de="Prüfbericht", en="Validation report"),
    "quality.lead": Text(
        de="Jedes Release wird vor der Veröffentlichung nach diesen Regeln geprüft (SHACL). Ein Verstoß verhindert sie.",
        en="Every release is judged by these rules before it is published (SHACL). A violation prevents it.",
    ),
    "quality.conforms": Text(de="Die Daten erfüllen alle Regeln.", en="The data follow all rules."),
    "quality.passed": Text(
        de="Kein Verstoß. Warnungen und Hinweise stehen unten.",
        en="No violation. Warnings and notes are below.",
    ),
    "quality.not": Text(de="Die Daten verletzen Regeln.", en="The data violate rules."),
    "quality.concepts": Text(de="Begriffe", en="Concepts"),
    "quality.triples": Text(de="Aussagen", en="Statements"),
    "quality.Violation": Text(de="Verstöße", en="Violations"),
    "quality.Warning": Text(de="Warnungen", en="Warnings"),
    "quality.Info": Text(de="Hinweise", en="Notes"),
    "quality.Violation.1": Text(de="Verstoß", en="Violation"),
    "quality.Warning.1": Text(de="Warnung", en="Warning"),
    "quality.Info.1": Text(de="Hinweis", en="Note"),
    "quality.results": Text(de="Befunde", en="Results"),
    "quality.none": Text(de="Keine.", en="None."),
    "quality.more": Text(
        de="und {number} weitere: alle stehen im Bericht als JSON.",
        en="and {number} more: all of them are in the report as JSON.",
    ),
    "quality.noticed": Text(de="Aufgefallen beim Einlesen", en="Noticed while reading the sources"),
    "quality.noticed.lead": Text(
        de="Fehler in den Quellen, nach Art; jede Stelle einzeln steht in der Datei:",
        en="Faults in the sources, by kind; every single place is in the file:",
    ),
    "quality.rules": Text(de="Regeln", en="Rules"),
    "quality.rule": Text(de="Regel", en="Rule"),
    "quality.about": Text(de="Worüber", en="About"),
    "quality.severity": Text(de="Schwere", en="Severity"),
    "quality.asked": Text(de="Geprüfte Knoten", en="Nodes judged"),
    "quality.formats": Text(de="Der Bericht als Datei:", en="The report as a file:"),
    "quality.shapes": Text(de="Die Regeln im Wortlaut", en="The rules in full"),
    "shapes.title": Text(de="Prüfregeln", en="Validation rules"),
    "shapes.lead": Text(
        de="Nach diesen Regeln (SHACL) wird jedes Release geprüft, bevor es veröffentlicht wird. Ein Bericht nennt die "
        "Regel, um die es geht, mit ihrer IRI. Was das aktuelle Release ergab, steht im",
        en="Every release is judged by these rules (SHACL) before it is published. A report names the rule in question "
        "by its IRI. What the current release gave is in the",
    ),
    "shapes.formats": Text(de="Die Regeln als Datei:", en="The rules as a file:"),
    "shapes.message": Text(de="Was die Prüfung meldet", en="What the report says"),
    "changes": Text(de="Änderungen", en="Changes"),
    "changes.of": Text(de="was {version} änderte", en="what {version} changed"),
    "changes.title": Text(de="Änderungen in Release {version}", en="Changes in release {version}"),
    "changes.lead": Text(
        de="Gegenüber Release {earlier}: Begriffe, die dazukamen, wegfielen oder von denen anderes gesagt wird.",
        en="Compared with release {earlier}: concepts that were added, removed, or of which other things are said.",
    ),
    "changes.first": Text(de="Vor diesem Release gibt es keines.", en="There is no release before this one."),
    "changes.added": Text(de="Dazugekommen", en="Added"),
    "changes.removed": Text(de="Weggefallen", en="Removed"),
    "changes.changed": Text(de="Geändert", en="Changed"),
    "changes.more": Text(de="und {number} weitere", en="and {number} more"),
    "changes.before": Text(de="vorher:", en="before:"),
    "changes.now": Text(de="jetzt:", en="now:"),
    "changes.further": Text(
        de="Außerdem Angaben, die keine eigene Adresse haben, etwa zu Zuordnungen.",
        en="Also statements without an address of their own, such as those about mappings.",
    ),
    "changes.only": Text(
        de="Nur Angaben, die keine eigene Adresse haben, etwa zu Zuordnungen.",
        en="Only statements without an address of their own, such as those about mappings.",
    ),
    "changes.none": Text(de="Keine.", en="None."),
    "alternates.title": Text(de="Fassungen und Formate", en="Representations and formats"),
    "alternates.lead": Text(
        de="Alle Fassungen, in denen es diese Ressource gibt. Programme nennen ein Profil mit Accept-Profile oder _profile.",
        en="All views in which this resource can be had. Programs name a profile by Accept-Profile or _profile.",
    ),
    "gone.title": Text(de="Nicht mehr vorhanden", en="Gone"),
    "gone": Text(
        de="Diesen Begriff gab es zuletzt in Release {version}; das aktuelle Release hat ihn nicht mehr.",
        en="This concept was last in release {version}; the current release no longer has it.",
    ),
}


def words(language: Language) -> Callable[..., str]:
    """The texts in a reader's language: by key, `{names}` filled in."""

    def w(key: str, **values: object) -> str:
        text = WORDS[key].in_language(language)
        return text.format(**values) if values else text

    return w
