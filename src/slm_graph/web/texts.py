"""The interface's texts, German and English side by side; and names of properties of other vocabularies."""

from __future__ import annotations

from rdflib.namespace import DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SKOS, VOID

from slm_graph.errors import Language, Text
from slm_graph.namespaces import PAV, SSSOM
from slm_graph.web.crosswalk_texts import CROSSWALK_TEXTS

TEXTS: dict[str, Text] = {
    **CROSSWALK_TEXTS,
    "site": Text(de="slm-graph", en="slm-graph"),
    "site.claim": Text(de="Kompetenzrahmen als verknüpfte Daten", en="Competency frameworks as linked data"),
    "skip": Text(de="Zum Inhalt springen", en="Skip to content"),
    "nav.main": Text(de="Hauptnavigation", en="Main navigation"),
    "nav.path": Text(de="Standort", en="You are here"),
    "nav.home": Text(de="Start", en="Home"),
    "nav.vocabulary": Text(de="Vokabular", en="Vocabulary"),
    "nav.sparql": Text(de="SPARQL", en="SPARQL"),
    "nav.queries": Text(de="Abfragen", en="Queries"),
    "nav.releases": Text(de="Releases", en="Releases"),
    "nav.language": Text(de="Sprache", en="Language"),
    "language.de": Text(de="Deutsch", en="German"),
    "language.en": Text(de="Englisch", en="English"),
    "nav.footer": Text(de="Über diese Daten", en="About these data"),
    "footer.catalogue": Text(de="Katalog und Downloads", en="Catalogue and downloads"),
    "footer.quality": Text(de="Prüfbericht", en="Validation report"),
    "footer.release": Text(de="Release", en="Release"),
    "footer.snapshot": Text(de="Fester Stand: Release", en="Fixed state: release"),
    "footer.now": Text(de="zum aktuellen Stand", en="to the current state"),
    "footer.affiliation": Text(
        de="Diese Seiten sind mit den beschriebenen Rahmenwerken nicht verbunden.",
        en="These pages are not affiliated with the frameworks they describe.",
    ),
    "footer.names": Text(
        de="Namen und Codes des „Skills Framework for the Information Age“ gehören der SFIA Foundation; "
        "die Texte dazu sind unsere eigenen Kurzfassungen.",
        en="Names and codes of the Skills Framework for the Information Age belong to the SFIA Foundation; "
        "the texts about them are our own short versions.",
    ),
    "footer.esco": Text(
        de="Dieser Dienst nutzt die ESCO-Klassifikation der Europäischen Kommission.",
        en="This service uses the ESCO classification of the European Commission.",
    ),
    # home
    "home.title": Text(
        de="Was Menschen können, verständlich und verlinkt", en="What people can do, plain and linked"
    ),
    "home.lead": Text(
        de="Fertigkeiten, Ebenen und Zuordnungen aus Kompetenzrahmen: zum Lesen als Seite, für Programme als "
        "RDF, für Fragen als SPARQL. Jeder Begriff hat eine dauerhafte Adresse.",
        en="Skills, levels and mappings from competency frameworks: pages for reading, RDF for programs, SPARQL for "
        "questions. Every concept has an address that lasts.",
    ),
    "home.frameworks": Text(de="Rahmenwerke", en="Frameworks"),
    "home.schemes": Text(de="Weitere Begriffssysteme", en="Other concept schemes"),
    "home.try": Text(de="Ausprobieren", en="Try it"),
    "home.try.lead": Text(
        de="Dieselbe Adresse liefert, worum man bittet:", en="The same address gives what is asked for:"
    ),
    "home.sparql": Text(de="SPARQL-Endpunkt", en="SPARQL endpoint"),
    "home.sparql.lead": Text(
        de="Fragen an den ganzen Datenbestand, im Formular oder aus Programmen:",
        en="Questions to the whole data set, in a form or from programs:",
    ),
    "home.page": Text(de="als Seite", en="as a page"),
    # search
    "search.title": Text(de="Suche", en="Search"),
    "search.label": Text(de="Suche nach Fertigkeiten und Begriffen", en="Search for skills and concepts"),
    "search.placeholder": Text(de="Name oder Code", en="Name or code"),
    "search.go": Text(de="Suchen", en="Search"),
    "search.filters": Text(de="Suche eingrenzen", en="Narrow the search"),
    "search.filter.scheme": Text(de="Begriffssystem", en="Concept scheme"),
    "search.filter.kind": Text(de="Art", en="Type"),
    "search.filter.level": Text(de="Ebene", en="Level"),
    "search.filter.language": Text(de="Sprache des Treffers", en="Language of the hit"),
    "search.any": Text(de="alle", en="any"),
    "search.hit": Text(de="Treffer", en="hit"),
    "search.hits": Text(de="Treffer", en="hits"),
    "search.more_than": Text(de="Mehr als", en="More than"),
    "search.none": Text(de="Nichts gefunden", en="Nothing found"),
    "search.near": Text(de="Ähnlich geschrieben wird:", en="Similar in spelling:"),
    "search.unfiltered": Text(de="Ohne Eingrenzung suchen.", en="Search without limits."),
    "search.tip": Text(
        de="Gesucht wird in Codes, Namen und Beschreibungen, deutsch und englisch: Wortanfänge genügen, die Reihenfolge "
        "ist gleich, und statt ä geht auch ae oder a.",
        en="The search covers codes, names and descriptions, German and English: beginnings of words will do, in any "
        "order, and ä may be written ae or a.",
    ),
    "search.cut": Text(
        de="Gezählt werden je Art des Treffers höchstens 500. Ein Wort mehr führt schneller zum Ziel.",
        en="At most 500 of each kind of match are counted. One more word gets you there sooner.",
    ),
    "search.suggested": Text(
        de="Vorschläge, mit den Pfeiltasten zu wählen", en="suggestions, choose with the arrow keys"
    ),
    "search.suggested.none": Text(de="Keine Vorschläge", en="No suggestions"),
    # wordings side by side
    "compare.title": Text(de="Vergleich", en="Comparison"),
    "compare.levels": Text(
        de="Ebene\u00a0{lower} und Ebene\u00a0{upper}", en="level\u00a0{lower} and level\u00a0{upper}"
    ),
    "compare.beyond": Text(
        de="Was Ebene {upper} über Ebene {lower} hinaus verlangt",
        en="What level {upper} asks beyond level {lower}",
    ),
    "compare.mark": Text(de="Markiert", en="Marked"),
    "compare.marked": Text(
        de="ist, was die andere Ebene mit keinem Wort erwähnt.",
        en="is what the other level does not mention in any word.",
    ),
    "compare.above": Text(
        de="ist, was die Ebene darunter mit keinem Wort erwähnt.",
        en="is what the level below does not mention in any word.",
    ),
    "compare.unmarked": Text(
        de="Beide sind mit ganz verschiedenen Worten beschrieben; Wort für Wort lässt sich nichts hervorheben.",
        en="The two are described in different words altogether; word by word there is nothing to mark.",
    ),
    "compare.same": Text(de="Beide sagen dasselbe.", en="Both say the same."),
    "compare.apart": Text(
        de="Ganz anders gesagt als Ebene\u00a0{lower}, darum ohne Markierung.",
        en="Worded quite differently from level\u00a0{lower}, and so without marks.",
    ),
    "compare.nothing": Text(
        de="Nicht für beide gibt es eine Beschreibung in derselben Sprache.",
        en="They do not both have a description in the same language.",
    ),
    "compare.lower": Text(de="Vergleichen:", en="Compare:"),
    "compare.upper": Text(de="mit", en="with"),
    "compare.go": Text(de="Nebeneinander zeigen", en="Show side by side"),
    "compare.swap": Text(de="Seiten tauschen", en="Swap sides"),
    # about
    "about.title": Text(de="Über diese Seiten und Lizenzen", en="About these pages and licences"),
    "about.lead": Text(
        de="Kompetenzrahmen sagen, was Menschen können sollen. Hier hat jede Fertigkeit, jede Ebene und jede Zuordnung "
        "eine eigene Adresse, eine Seite zum Lesen und dieselben Angaben als Daten.",
        en="Competency frameworks say what people should be able to do. Here every skill, every level and every mapping "
        "has an address of its own, a page to read and the same statements as data.",
    ),
    "about.addresses": Text(de="Adressen, die bleiben", en="Addresses that last"),
    "about.addresses.text": Text(
        de="Die Adresse eines Begriffs ändert sich nie und wird nie für etwas anderes verwendet. Was nicht mehr gilt, "
        "bleibt mit einem Hinweis auf den Nachfolger stehen; jedes Release bleibt abrufbar. Alle Adressen beginnen mit",
        en="The address of a concept never changes and is never used for anything else. What is no longer in use stays, "
        "with a pointer to what replaces it; every release remains available. All addresses begin with",
    ),
    "about.licences": Text(de="Rechte und Lizenzen", en="Rights and licences"),
    "about.what": Text(de="Begriffssystem", en="Concept scheme"),
    "about.holder": Text(de="Rechteinhaber", en="Rights holder"),
    "about.licence": Text(de="Lizenz oder Rechte", en="Licence or rights"),
    "about.none": Text(de="nicht angegeben", en="not stated"),
    "about.code": Text(
        de="Das Programm hinter diesen Seiten, slm-graph, steht unter der Lizenz Apache 2.0.",
        en="The program behind these pages, slm-graph, is licensed under Apache 2.0.",
    ),
    "about.sources": Text(de="Eingelesene Quellen", en="Sources that were read"),
    "about.sources.text": Text(
        de="Aus diesen Seiten stammt wörtlich Übernommenes; jede Beschreibung nennt ihre Quelle.",
        en="Wording was taken from these pages; each description names its source.",
    ),
    "about.programs": Text(de="Für Programme", en="For programs"),
    "about.sparql": Text(de="SPARQL 1.1, nur lesend", en="SPARQL 1.1, read only"),
    "about.queries": Text(de="fertige Abfragen mit Parametern", en="ready-made queries with parameters"),
    "about.search": Text(de="Suche als JSON (?q=…)", en="search as JSON (?q=…)"),
    "about.reconcile": Text(
        de="Abgleich von Namen, für OpenRefine und andere",
        en="reconciliation of names, for OpenRefine and others",
    ),
    "about.opensearch": Text(
        de="Beschreibung der Suche für Browser", en="description of the search for browsers"
    ),
    "about.context": Text(de="JSON-LD-Kontext", en="JSON-LD context"),
    "about.ontology": Text(de="das Vokabular mit dem Präfix slm", en="the vocabulary with the prefix slm"),
    "about.releases": Text(de="alle Releases", en="all releases"),
    "about.catalogue": Text(
        de="Katalog der Daten (DCAT) mit Dateien", en="catalogue of the data (DCAT) with files"
    ),
    "about.shapes": Text(de="Regeln der Prüfung (SHACL)", en="rules of validation (SHACL)"),
    "about.openapi": Text(
        de="Beschreibung aller Adressen (OpenAPI)", en="description of all addresses (OpenAPI)"
    ),
    "about.quality": Text(de="Prüfbericht des Releases", en="validation report of the release"),
    "about.reading": Text(de="Barrierefreiheit und Datenschutz", en="Accessibility and privacy"),
    "about.reading.text": Text(
        de="Jede Seite ist ohne JavaScript, mit der Tastatur und mit Vorleseprogrammen zu benutzen (Ziel: WCAG 2.2 AA). "
        "Die Seiten setzen keine Cookies und laden nichts von anderen Servern.",
        en="Every page can be used without JavaScript, by keyboard and with screen readers (aim: WCAG 2.2 AA). "
        "The pages set no cookies and load nothing from other servers.",
    ),
    # trees and indexes
    "tree.title": Text(de="Baum", en="Tree"),
    "tree.below": Text(de="Unterbegriffe", en="narrower concepts"),
    "tree.below.1": Text(de="Unterbegriff", en="narrower concept"),
    "tree.from": Text(de="ab Nummer", en="from number"),
    "tree.none": Text(de="Darunter gibt es nichts mehr.", en="There is nothing below."),
    "tree.more": Text(de="Weitere zeigen", en="Show more"),
    "index.title": Text(de="Register A–Z", en="Index A–Z"),
    # numbers of things
    "count.skill": Text(de="Fertigkeiten", en="skills"),
    "count.skill.1": Text(de="Fertigkeit", en="skill"),
    "count.skill-level": Text(de="Fertigkeiten auf Ebenen", en="skills at levels"),
    "count.skill-level.1": Text(de="Fertigkeit auf einer Ebene", en="skill at a level"),
    "count.level": Text(de="Ebenen", en="levels"),
    "count.level.1": Text(de="Ebene", en="level"),
    "count.concept": Text(de="Begriffe", en="concepts"),
    "count.concept.1": Text(de="Begriff", en="concept"),
    # kinds
    "kind.scheme": Text(de="Begriffssystem", en="Concept scheme"),
    "kind.framework": Text(de="Rahmenwerk", en="Framework"),
    "kind.skill": Text(de="Fertigkeit", en="Skill"),
    "kind.skill-level": Text(de="Fertigkeit auf einer Ebene", en="Skill at a level"),
    "kind.level": Text(de="Ebene", en="Level"),
    "kind.concept": Text(de="Begriff", en="Concept"),
    "kind.collection": Text(de="Sammlung", en="Collection"),
    "kind.vocabulary": Text(de="Vokabular", en="Vocabulary"),
    "kind.term": Text(de="Begriff des Vokabulars", en="Vocabulary term"),
    "kind.graph": Text(de="Benannter Graph", en="Named graph"),
    "kind.source": Text(de="Quelle", en="Source"),
    "kind.other": Text(de="Ressource", en="Resource"),
    # concept pages
    "also": Text(de="Auch genannt:", en="Also called:"),
    "more": Text(de="und {count} weitere", en="and {count} more"),
    "definition": Text(de="Beschreibung", en="Description"),
    "definition.short": Text(
        de="Kurzfassung, nicht der amtliche Wortlaut", en="Short version, not the official wording"
    ),
    "definition.verbatim": Text(de="Wortlaut der Quelle", en="Wording of the source"),
    "definition.source": Text(de="aus", en="from"),
    "definition.otherwise": Text(de="In der anderen Sprache", en="In the other language"),
    "note.scopeNote": Text(de="Hinweis", en="Note"),
    "note.editorialNote": Text(de="Anmerkung der Redaktion", en="Editorial note"),
    "unobserved": Text(de="typischerweise nicht beobachtet", en="typically not observed"),
    "unobserved.long": Text(
        de="Auf dieser Ebene wird die Fertigkeit typischerweise nicht beobachtet.",
        en="At this level the skill is typically not observed.",
    ),
    "unobserved.notes": Text(de="Was dazu angemerkt ist", en="What is noted about it"),
    "deprecated": Text(de="Dieser Begriff gilt nicht mehr.", en="This concept is no longer in use."),
    "deprecated.by": Text(de="An seiner Stelle steht:", en="Replaced by:"),
    "ladder": Text(de="Die Ebenen auf einen Blick", en="The levels at a glance"),
    "ladder.dashed": Text(
        de="Gestrichelt: typischerweise nicht beobachtet.", en="Dashed: typically not observed."
    ),
    "categories": Text(de="Einordnung im Rahmenwerk:", en="Place in the framework:"),
    "levels": Text(de="Was auf welcher Ebene erwartet wird", en="What is expected at which level"),
    "level": Text(de="Ebene", en="Level"),
    "level.previous": Text(de="Eine Ebene tiefer", en="One level down"),
    "level.next": Text(de="Eine Ebene höher", en="One level up"),
    "level.skills": Text(de="Fertigkeiten auf dieser Ebene", en="Skills at this level"),
    "level.skills.none": Text(
        de="Auf dieser Ebene ist keine Fertigkeit beschrieben.", en="No skill is described at this level."
    ),
    "level.meaning": Text(de="Was die Ebene allgemein bedeutet", en="What the level means in general"),
    "scheme.members": Text(de="Inhalt", en="Contents"),
    "collection.members": Text(de="In dieser Reihenfolge", en="In this order"),
    "mappings": Text(de="Zuordnungen zu anderen Rahmenwerken", en="Mappings to other frameworks"),
    "mappings.lead": Text(
        de="Jede Zuordnung ist eine Einschätzung mit Urheber und Konfidenz, keine Tatsache.",
        en="Each mapping is a judgement with an author and a confidence, not a fact.",
    ),
    "mappings.relation": Text(de="Beziehung", en="Relation"),
    "mappings.target": Text(de="Ziel", en="Target"),
    "mappings.confidence": Text(de="Konfidenz", en="Confidence"),
    "mappings.author": Text(de="Urheber", en="Author"),
    "mappings.comment": Text(de="Bemerkung", en="Comment"),
    "mappings.not": Text(de="gilt nicht:", en="does not hold:"),
    "mappings.none": Text(de="keine Entsprechung gefunden", en="no counterpart found"),
    "facts": Text(de="Alle Angaben", en="All statements"),
    "identifier": Text(de="Adresse (URI)", en="Address (URI)"),
    "identifier.help": Text(
        de="Ein Klick markiert den Text zum Kopieren.", en="A click selects the text for copying."
    ),
    "citation": Text(de="So wird es zitiert", en="How to cite it"),
    "copy": Text(de="Kopieren", en="Copy"),
    "copied": Text(de="kopiert", en="copied"),
    "formats": Text(de="In anderen Formaten", en="In other formats"),
    "pages": Text(de="Seiten der Liste", en="Pages of the list"),
    "pages.page": Text(de="Seite {number}", en="Page {number}"),
    "pages.previous": Text(de="Zurück", en="Previous"),
    "pages.next": Text(de="Weiter", en="Next"),
    "pages.of": Text(de="von", en="of"),
    "external": Text(de="führt zu einem anderen Server", en="leads to another server"),
    "yes": Text(de="ja", en="yes"),
    "no": Text(de="nein", en="no"),
    # vocabulary
    "vocabulary.classes": Text(de="Klassen", en="Classes"),
    "vocabulary.objectProperties": Text(de="Beziehungen", en="Object properties"),
    "vocabulary.datatypeProperties": Text(de="Merkmale", en="Datatype properties"),
    "vocabulary.annotationProperties": Text(de="Anmerkungen", en="Annotation properties"),
    # releases
    "releases.title": Text(de="Releases", en="Releases"),
    "releases.lead": Text(
        de="Jedes Release bleibt unverändert abrufbar.", en="Every release stays available, unchanged."
    ),
    "release.changes": Text(de="was sich darin geändert hat", en="what changed in it"),
    "releases.version": Text(de="Version", en="Version"),
    "releases.date": Text(de="Datum", en="Date"),
    "releases.size": Text(de="Aussagen", en="Statements"),
    "releases.current": Text(de="aktuell", en="current"),
    "releases.undated": Text(de="ohne Datum", en="undated"),
    # queries and SPARQL
    "queries.title": Text(de="Fertige Abfragen", en="Ready-made queries"),
    "queries.lead": Text(
        de="Fragen, die oft gestellt werden: ausfüllen, ausführen, als Tabelle oder Datei mitnehmen.",
        en="Questions that come up often: fill in, run, take the answer as a table or a file.",
    ),
    "query.run": Text(de="Ausführen", en="Run"),
    "query.required": Text(de="nötig", en="required"),
    "query.format": Text(de="Format", en="Format"),
    "query.format.page": Text(de="Tabelle auf dieser Seite", en="Table on this page"),
    "query.text": Text(de="Text der Abfrage", en="Text of the query"),
    "query.result": Text(de="Ergebnis", en="Result"),
    "query.result.none": Text(de="Keine Treffer.", en="No matches."),
    "query.result.rows": Text(de="Zeilen", en="rows"),
    "query.result.rows.1": Text(de="Zeile", en="row"),
    "query.result.files": Text(de="Ganzes Ergebnis als", en="Whole result as"),
    "query.result.graph": Text(
        de="Die Abfrage liefert einen Graphen; hier als Turtle.",
        en="The query gives a graph; here as Turtle.",
    ),
    "query.result.cut": Text(
        de="… gekürzt; die Dateien haben alles.", en="… cut short; the files have all of it."
    ),
    "sparql.title": Text(de="SPARQL", en="SPARQL"),
    "sparql.lead": Text(
        de="Eine SPARQL-1.1-Abfrage an den ganzen Datenbestand. Adresse für Programme:",
        en="A SPARQL 1.1 query to the whole data set. Address for programs:",
    ),
    "sparql.query": Text(de="Abfrage", en="Query"),
    "sparql.examples": Text(de="Beispiele für den Editor", en="Examples for the editor"),
    "sparql.examples.lead": Text(
        de="Ein Klick setzt die Abfrage oben ein, mit Werten zum Ändern. Als Formular zum Ausfüllen gibt es sie unter",
        en="A click puts the query in place above, with values to change. As forms to fill in they are at",
    ),
    "sparql.hint": Text(
        de="Strg+Eingabe führt aus, Strg+Leertaste schlägt Wörter, Präfixe und Namen vor.",
        en="Ctrl+Enter runs the query, Ctrl+Space suggests words, prefixes and names.",
    ),
    "sparql.running": Text(de="Die Abfrage läuft …", en="The query is running …"),
    "sparql.stop": Text(de="Anhalten", en="Stop"),
    "sparql.stopped": Text(de="Angehalten.", en="Stopped."),
    "sparql.failed": Text(
        de="Der Server hat nicht geantwortet. Bitte noch einmal versuchen.",
        en="The server did not answer. Please try again.",
    ),
    "sparql.limits": Text(
        de="Eine Abfrage darf {seconds} Sekunden dauern und {kilobytes} KiB lang sein, ihre Antwort {rows} Zeilen und {megabytes} MiB haben; Änderungen nimmt der Endpunkt nicht an.",
        en="A query may take {seconds} seconds and be {kilobytes} KiB long, its answer may have {rows} rows and {megabytes} MiB; the endpoint takes no updates.",
    ),
    # problems
    "problem.request": Text(de="Kennung der Anfrage", en="Request id"),
    "problem.place": Text(de="Zeile {line}, Spalte {column}", en="Line {line}, column {column}"),
    "problem.offers": Text(de="Diese Formate gibt es:", en="These formats are available:"),
    "problem.last": Text(de="Die Seite, wie sie zuletzt war", en="The page as it last was"),
    "problem.again": Text(
        de="Noch einmal von vorn, ohne diese Angaben", en="Start over, without these values"
    ),
    "problem.home": Text(de="Zur Startseite", en="To the home page"),
}


def say(key: str, language: Language, **values: object) -> str:
    """The text of `key`; raises KeyError for one that is not in the table."""
    text = TEXTS[key].in_language(language)
    return text.format(**values) if values else text


PROPERTY_NAMES: dict[str, Text] = {
    str(iri): Text(de=german, en=english)
    for iri, german, english in (
        (RDF.type, "Art", "type"),
        (RDFS.label, "Bezeichnung", "label"),
        (RDFS.comment, "Erläuterung", "comment"),
        (RDFS.seeAlso, "siehe auch", "see also"),
        (RDFS.subClassOf, "Unterklasse von", "subclass of"),
        (RDFS.subPropertyOf, "Untereigenschaft von", "subproperty of"),
        (RDFS.domain, "gilt für", "domain"),
        (RDFS.range, "Wertebereich", "range"),
        (RDFS.isDefinedBy, "definiert in", "defined by"),
        (SKOS.prefLabel, "Name", "name"),
        (SKOS.altLabel, "auch genannt", "also called"),
        (SKOS.hiddenLabel, "Suchwort", "search word"),
        (SKOS.notation, "Code", "code"),
        (SKOS.definition, "Beschreibung", "description"),
        (SKOS.scopeNote, "Hinweis", "note"),
        (SKOS.note, "Notiz", "note"),
        (SKOS.editorialNote, "Anmerkung der Redaktion", "editorial note"),
        (SKOS.changeNote, "Änderung", "change note"),
        (SKOS.historyNote, "Vorgeschichte", "history note"),
        (SKOS.example, "Beispiel", "example"),
        (SKOS.inScheme, "im Begriffssystem", "in scheme"),
        (SKOS.topConceptOf, "oberster Begriff von", "top concept of"),
        (SKOS.hasTopConcept, "oberste Begriffe", "top concepts"),
        (SKOS.broader, "Oberbegriff", "broader"),
        (SKOS.narrower, "Unterbegriffe", "narrower"),
        (SKOS.related, "verwandt", "related"),
        (SKOS.member, "Mitglieder", "members"),
        (SKOS.memberList, "Mitglieder in Reihenfolge", "members in order"),
        (SKOS.exactMatch, "gleich", "exact match"),
        (SKOS.closeMatch, "nahezu gleich", "close match"),
        (SKOS.broadMatch, "weiter gefasst", "broad match"),
        (SKOS.narrowMatch, "enger gefasst", "narrow match"),
        (SKOS.relatedMatch, "verwandt", "related match"),
        (SKOS.mappingRelation, "hängt zusammen", "mapping relation"),
        (DCTERMS.title, "Titel", "title"),
        (DCTERMS.description, "Beschreibung", "description"),
        (DCTERMS.creator, "verfasst von", "creator"),
        (DCTERMS.created, "erstellt", "created"),
        (DCTERMS.issued, "erschienen", "issued"),
        (DCTERMS.date, "Datum", "date"),
        (DCTERMS.modified, "geändert", "modified"),
        (DCTERMS.language, "Sprachen", "languages"),
        (DCTERMS.license, "Lizenz", "licence"),
        (DCTERMS.rights, "Rechte", "rights"),
        (DCTERMS.rightsHolder, "Rechteinhaber", "rights holder"),
        (DCTERMS.source, "Quelle", "source"),
        (DCTERMS.provenance, "Herkunft der Beschreibung", "provenance of the description"),
        (DCTERMS.isReplacedBy, "ersetzt durch", "replaced by"),
        (DCTERMS.hasPart, "Teile", "parts"),
        (DCTERMS.isPartOf, "Teil von", "part of"),
        (DCTERMS.identifier, "Kennung", "identifier"),
        (DCTERMS.format, "Format", "format"),
        (FOAF.name, "Name", "name"),
        (FOAF.page, "Seite der Herausgeber", "publisher's page"),
        (FOAF.homepage, "Website", "home page"),
        (OWL.versionInfo, "Version", "version"),
        (OWL.versionIRI, "Adresse dieser Version", "version IRI"),
        (OWL.priorVersion, "Vorgängerversion", "prior version"),
        (OWL.deprecated, "gilt nicht mehr", "deprecated"),
        (OWL.inverseOf, "Umkehrung von", "inverse of"),
        (OWL.disjointWith, "nichts gemeinsam mit", "disjoint with"),
        (PROV.wasDerivedFrom, "abgeleitet von", "derived from"),
        (PROV.wasAttributedTo, "zugeschrieben", "attributed to"),
        (PROV.wasGeneratedBy, "entstanden durch", "generated by"),
        (PAV.authoredBy, "verfasst von", "authored by"),
        (SSSOM.NoTermFound, "ohne Entsprechung", "no counterpart"),
        (SSSOM.confidence, "Konfidenz", "confidence"),
        (SSSOM.mapping_justification, "Begründung", "justification"),
        (VOID.triples, "Aussagen", "triples"),
    )
}
"""Names of properties where the release itself has none."""
