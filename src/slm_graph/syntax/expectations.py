"""What each syntax expects, and the parser's usual complaints in German."""

from __future__ import annotations

import re

from slm_graph import formats
from slm_graph.errors import Text
from slm_graph.formats import Format

_EXPECTED = {
    formats.TURTLE.name: Text(
        de="Erwartet wird Turtle: Präfixe, dann Subjekt, Prädikat, Objekt und ein Punkt.",
        en="Expected is Turtle: prefixes, then subject, predicate, object and a full stop.",
    ),
    formats.TRIG.name: Text(
        de="Erwartet wird TriG: Präfixe, dann Graphen in der Form IRI { Aussagen }.",
        en="Expected is TriG: prefixes, then graphs in the form IRI { statements }.",
    ),
    formats.N_TRIPLES.name: Text(
        de='Erwartet wird je Zeile <Subjekt> <Prädikat> <Objekt> oder "Text" und ein Punkt.',
        en='Expected is on each line <subject> <predicate> <object> or "text" and a full stop.',
    ),
    formats.N_QUADS.name: Text(
        de='Erwartet wird je Zeile <Subjekt> <Prädikat> <Objekt> oder "Text", <Graph> und ein Punkt.',
        en='Expected is on each line <subject> <predicate> <object> or "text", <graph> and a full stop.',
    ),
    formats.RDF_XML.name: Text(
        de="Erwartet wird RDF/XML: ein Element rdf:RDF, darin Beschreibungen; Präfixe erklärt, IRIs absolut.",
        en="Expected is RDF/XML: one element rdf:RDF with descriptions; prefixes declared, IRIs absolute.",
    ),
    formats.JSON_LD.name: Text(
        de="Erwartet wird JSON-LD: ein Objekt mit @context (in der Datei selbst), @id und Eigenschaften.",
        en="Expected is JSON-LD: an object with @context (in the file itself), @id and properties.",
    ),
}

_GERMAN: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), german)
    for pattern, german in (
        (r"The prefix (?P<a>.*) has not been declared", "das Präfix {a} ist nicht erklärt"),
        (r"unbound prefix", "ein Präfix ist nicht erklärt"),
        (r"Unexpected end(?: of file)?|no element found", "die Datei endet zu früh"),
        (r"A dot is expected at the end of statements", "davor fehlt der Punkt am Ende der Aussage"),
        (r"(?:Triples|Quads) must be followed by a dot", "nach der Aussage fehlt der Punkt"),
        (
            r"(?:error while parsing IRI '(?P<a>.*)': )?No scheme found in an absolute IRI",
            "eine relative IRI ohne Basis",
        ),
        (r"Invalid IRI code point '(?P<a>.*)'", "in einer IRI steht das unerlaubte Zeichen „{a}“"),
        (r"(?P<a>.*) is not a valid predicate", "{a} ist kein Prädikat"),
        (r"(?P<a>.*) is not a valid RDF object", "{a} ist kein Objekt"),
        (r"(?P<a>.*) is not a valid subject or graph name", "{a} ist weder Subjekt noch Name eines Graphen"),
        (r"The subject of a triple must be .*", "das Subjekt muss IRI oder Leerknoten sein"),
        (r"The object of a triple must be .*", "das Objekt muss IRI, Leerknoten oder Literal sein"),
        (r"Unexpected character '(?P<a>.*)'", "unerwartetes Zeichen „{a}“"),
        (r"Unexpected escape character '(?P<a>.*)'", "die Maskierung {a} gibt es nicht"),
        (r"blank node property lists should end with a .*", "nach einem Leerknoten fehlt die Klammer ]"),
        (r"mismatched tag", "Anfang und Ende eines Elements passen nicht zusammen"),
        (r"not well-formed \(invalid token\)", "kein wohlgeformtes XML"),
        (r"syntax error", "kein XML"),
        (r"junk after document element", "nach dem Ende des Dokuments steht noch etwas"),
        (r"Expecting value", "ein Wert wird erwartet"),
        (r"Expecting ',' delimiter", "ein Komma wird erwartet"),
        (r"Expecting ':' delimiter", "ein Doppelpunkt wird erwartet"),
        (r"Expecting property name enclosed in double quotes", "ein Name in Anführungszeichen wird erwartet"),
        (r"Unterminated string starting at", "ein Text ist nicht beendet"),
        (r"Extra data", "nach dem Ende des Dokuments steht noch etwas"),
        (r"the key (?P<a>.*) stands twice in one object", "der Name {a} steht zweimal in einem Objekt"),
        (r"the number (?P<a>.*) is too large", "die Zahl {a} ist zu groß"),
        (r"a graph is named by a blank node; .*", "ein Leerknoten benennt einen Graphen statt einer IRI"),
        (r"not a term of RDF 1\.1: .*", "Aussagen über Aussagen (RDF 1.2) werden nicht angenommen"),
        (r"a literal with a base direction .*", "Schreibrichtungen (RDF 1.2) werden nicht angenommen"),
    )
)


def expectation(format: Format) -> Text:
    """What a document in that format looks like, in a sentence."""
    return _EXPECTED[formats.JSON_LD.name if format == formats.JSON else format.name]


def in_german(reason: str) -> str:
    """The parser's reason in German, or in its own words where it has unusual ones.

    >>> in_german("The prefix skos: has not been declared")
    'das Präfix skos: ist nicht erklärt'
    """
    for pattern, german in _GERMAN:
        if match := pattern.fullmatch(reason):
            return german.format(**match.groupdict())
    return f"Meldung des Lesers: {reason}"
