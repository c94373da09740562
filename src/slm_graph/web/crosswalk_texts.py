"""Texts of the crosswalk pages, German and English side by side."""

from __future__ import annotations

from slm_graph.errors import Text

CROSSWALK_TEXTS: dict[str, Text] = {
    "nav.mappings": Text(de="Zuordnungen", en="Mappings"),
    "crosswalk.title": Text(de="Zuordnungen", en="Mappings"),
    "crosswalk.lead": Text(
        de="Was in einem Rahmenwerk einem Begriff eines anderen entspricht, wer das sagt, wie sicher und warum.",
        en="What in one framework corresponds to a concept of another, who says so, how surely and why.",
    ),
    "crosswalk.pairs": Text(
        de="Rahmenwerke, die einander zugeordnet sind", en="Frameworks mapped to each other"
    ),
    "crosswalk.pairs.none": Text(
        de="In diesem Release gibt es keine Zuordnungen.", en="This release has no mappings."
    ),
    "crosswalk.sets": Text(de="Sätze von Zuordnungen", en="Mapping sets"),
    "crosswalk.sets.lead": Text(
        de="Ein Satz ist, was jemand auf einmal veröffentlicht hat: mit Lizenz, Version und Urheber.",
        en="A set is what somebody published together, with a licence, a version and an author.",
    ),
    "crosswalk.set": Text(de="Satz von Zuordnungen", en="Mapping set"),
    "crosswalk.pair": Text(de="Zuordnung zweier Rahmenwerke", en="Two frameworks compared"),
    "crosswalk.heading": Text(de="{subject} → {object}", en="{subject} → {object}"),
    "crosswalk.nowhere": Text(de="ohne Rahmenwerk", en="no framework"),
    "crosswalk.rows": Text(de="Zuordnungen", en="mappings"),
    "crosswalk.rows.1": Text(de="Zuordnung", en="mapping"),
    "crosswalk.frameworks": Text(de="Rahmenwerke", en="Frameworks"),
    "crosswalk.license": Text(de="Lizenz", en="Licence"),
    "crosswalk.version": Text(de="Version", en="Version"),
    "crosswalk.published": Text(de="Erschienen", en="Published"),
    "crosswalk.picture": Text(de="Auf einen Blick", en="At a glance"),
    "crosswalk.picture.told": Text(
        de="Links: {subject}; rechts: {object}. Je dicker die Linie, desto sicherer. Gezeigt: {shown} von {total}; alles "
        "steht in der Tabelle.",
        en="Left: {subject}; right: {object}. The thicker a line, the surer. Shown: {shown} of {total}; the table has all of "
        "it.",
    ),
    "crosswalk.table": Text(de="Alle Zuordnungen", en="All mappings"),
    "crosswalk.from": Text(de="Von", en="From"),
    "crosswalk.relation": Text(de="Beziehung", en="Relation"),
    "crosswalk.to": Text(de="Zu", en="To"),
    "crosswalk.confidence": Text(de="Konfidenz", en="Confidence"),
    "crosswalk.who": Text(de="Wer, wann, wie", en="Who, when, how"),
    "crosswalk.why": Text(de="Warum", en="Why"),
    "crosswalk.bare": Text(de="ohne Angabe, wer das sagt", en="nobody is named who says so"),
    "crosswalk.filter": Text(de="Auswählen", en="Filter"),
    "crosswalk.filter.predicate": Text(de="Beziehung", en="Relation"),
    "crosswalk.filter.any": Text(de="alle", en="any"),
    "crosswalk.filter.least": Text(de="Konfidenz mindestens (0 bis 1)", en="Confidence at least (0 to 1)"),
    "crosswalk.filter.apply": Text(de="Anwenden", en="Apply"),
    "crosswalk.filter.none": Text(de="Keine Zuordnung passt zur Auswahl.", en="No mapping fits the filter."),
    "crosswalk.filter.clear": Text(de="Auswahl aufheben", en="Clear the filter"),
    "crosswalk.back": Text(de="Gegenrichtung: {count}", en="The other way round: {count}"),
    "crosswalk.chains": Text(de="Über ein drittes Rahmenwerk", en="Through a third framework"),
    "crosswalk.chains.lead": Text(
        de="Aus zwei Zuordnungen abgeleitet, von niemandem geprüft und nicht veröffentlicht: Vorschläge zum Durchsehen. "
        "Die Konfidenz ist das Produkt der Schritte.",
        en="Derived from two mappings, checked by nobody and not published: candidates to look through. The confidence is "
        "the product of the steps.",
    ),
    "crosswalk.chains.show": Text(de="Abgeleitete Zuordnungen zeigen", en="Show derived mappings"),
    "crosswalk.chains.none": Text(
        de="Über ein drittes Rahmenwerk führt kein Weg.",
        en="No way leads through a third framework.",
    ),
    "crosswalk.chain": Text(de="Weg", en="Way"),
    "crosswalk.labels": Text(
        de="Bezeichnungen aus {source}, geholt am {date}.", en="Labels from {source}, fetched on {date}."
    ),
    "crosswalk.versions": Text(de="Fassungen {versions}", en="Versions {versions}"),
    "crosswalk.take": Text(de="Mitnehmen", en="Take away"),
    "crosswalk.take.lead": Text(de="Was ausgewählt ist, als Datei:", en="What the filter leaves, as a file:"),
    "crosswalk.programs": Text(de="Für Programme", en="For programs"),
    "crosswalk.programs.lead": Text(
        de="Namen zu Begriffen (OpenRefine), und Begriffe und Zuordnungen, wie Skosmos und JSKOS-Clients sie abrufen:",
        en="Names to concepts (OpenRefine), and concepts and mappings as Skosmos and JSKOS clients fetch them:",
    ),
}
