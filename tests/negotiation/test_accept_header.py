"""RFC 9110, 12.5.1, one row a header; the id of a row names the clause or the client that sends it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slm_graph.formats import DOCUMENT_FORMATS, HTML, N_TRIPLES, RDF_FORMATS, SOLUTION_FORMATS, TURTLE
from slm_graph.negotiation import MAX_HEADER_LENGTH, media_ranges, negotiate

EXPANDED = "http://www.w3.org/ns/json-ld#expanded"

CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)
JENA_GRAPH = (
    "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,*/*;q=0.3"
)
JENA_OLD = (
    "text/turtle,application/n-triples;q=0.9,application/rdf+xml;q=0.7,application/trig,application/n-quads;q=0.9,"
    "application/ld+json;q=0.8,*/*;q=0.5"
)
RDFLIB = (
    "application/rdf+xml;q=0.9, application/xhtml+xml;q=0.3, text/xml;q=0.2, application/xml;q=0.2, text/html;q=0.3, "
    "text/plain;q=0.1, text/n3;q=1.0, application/x-turtle;q=1, text/turtle;q=1"
)
OWL_API = "application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6, text/plain; q=0.1, */*; q=0.09"
OWL_API_5 = (
    "text/turtle, application/rdf+xml; q=0.9, application/ld+json; q=0.8, application/n-triples; q=0.5, "
    "application/owl+xml; q=0.7, text/owl-manchester; q=0.7, */*; q=0.09"
)

DOCUMENTS = [
    # no wish
    pytest.param(None, "html", id="12.5.1-missing-accepts-everything"),
    pytest.param("", "html", id="12.5.1-empty-field-names-nothing"),
    pytest.param("  ", "html", id="5.6.1-only-white-space"),
    pytest.param(",, ,", "html", id="5.6.1.2-empty-list-elements"),
    pytest.param("*/*", "html", id="12.5.1-any (curl, wget, requests, Go, fetch)"),
    pytest.param("*/*;q=0.1", "html", id="12.5.1-any-with-low-weight"),
    pytest.param("*/*;q=0", None, id="12.4.2-nothing-is-acceptable"),
    # one type
    pytest.param("text/html", "html", id="12.5.1-html"),
    pytest.param("text/turtle", "turtle", id="12.5.1-turtle"),
    pytest.param("application/ld+json", "jsonld", id="12.5.1-json-ld"),
    pytest.param("application/json", "json", id="12.5.1-json"),
    pytest.param("application/rdf+xml", "rdfxml", id="12.5.1-rdf-xml"),
    pytest.param("application/n-triples", "ntriples", id="12.5.1-n-triples"),
    pytest.param("application/trig", "trig", id="12.5.1-trig"),
    pytest.param("application/n-quads", "nquads", id="12.5.1-n-quads"),
    pytest.param("image/png", None, id="12.5.1-a-type-we-have-not"),
    pytest.param("image/*", None, id="12.5.1-a-kind-we-have-not"),
    pytest.param("image/png, */*;q=0.1", "html", id="12.5.1-else-anything"),
    pytest.param("text/*", "html", id="12.5.1-type-range-in-server-order"),
    pytest.param("application/*", "jsonld", id="12.5.1-type-range-means-our-own-types-not-aliases"),
    # aliases
    pytest.param("application/xhtml+xml", "html", id="alias-xhtml"),
    pytest.param("application/x-turtle", "turtle", id="alias-x-turtle"),
    pytest.param("text/plain", "ntriples", id="alias-plain-text"),
    pytest.param(
        "application/xhtml+xml, text/html;q=0", None, id="12.4.2-alias-does-not-bring-back-what-is-refused"
    ),
    pytest.param(
        "text/html;q=0.2, application/xhtml+xml, text/turtle;q=0.5", "turtle", id="own-type-before-alias"
    ),
    # weights
    pytest.param("text/turtle;q=0.5, application/rdf+xml;q=0.9", "rdfxml", id="12.4.2-higher-weight"),
    pytest.param("application/rdf+xml;q=0.9, text/turtle;q=0.5", "rdfxml", id="12.4.2-order-says-nothing"),
    pytest.param("text/turtle;q=0.001, application/rdf+xml;q=0.002", "rdfxml", id="12.4.2-three-digits"),
    pytest.param("text/turtle;q=1.000, text/html;q=0.999", "turtle", id="12.4.2-three-zeros"),
    pytest.param("text/turtle;q=1., text/html;q=0.9", "turtle", id="12.4.2-a-point-without-digits"),
    pytest.param("text/turtle; q=0.5, text/html ;q=0.4", "turtle", id="5.6.6-white-space-around-semicolons"),
    pytest.param("text/turtle;Q=0.1, text/html;Q=0.2", "html", id="5.6.6-names-of-parameters-without-case"),
    pytest.param("TEXT/Turtle", "turtle", id="8.3.1-types-without-case"),
    pytest.param("text/html;q=0, */*", "turtle", id="12.4.2-zero-excludes-from-any"),
    pytest.param(
        "text/html;q=0.0, text/turtle;q=0.000, */*", "jsonld", id="12.4.2-zero-with-digits-excludes"
    ),
    pytest.param("text/*;q=0, */*", "jsonld", id="12.5.1-a-whole-type-excluded"),
    pytest.param("text/*;q=0, text/turtle", "turtle", id="12.5.1-the-more-specific-brings-back"),
    pytest.param("text/html;q=0", None, id="12.4.2-only-a-refusal"),
    # specificity
    pytest.param("text/*;q=0.9, text/html;q=0.1", "turtle", id="12.5.1-specific-range-decides-weight"),
    pytest.param("*/*, text/html;q=0.1", "turtle", id="12.5.1-specific-below-any"),
    pytest.param("text/*;q=0.3, text/html;q=0.7, */*;q=0.5", "html", id="12.5.1-example-of-the-standard"),
    pytest.param("text/turtle, */*", "turtle", id="12.5.1-named-before-any-at-the-same-weight"),
    pytest.param("*/*, text/turtle", "turtle", id="12.5.1-named-before-any-whatever-the-order"),
    pytest.param("application/*, */*", "jsonld", id="12.5.1-type-range-before-any"),
    pytest.param("text/turtle, text/html", "html", id="tie-in-server-order"),
    pytest.param("application/n-quads, application/trig", "trig", id="tie-in-server-order-of-rdf"),
    pytest.param(
        "text/turtle;q=0.2, text/turtle;q=0.8, text/html;q=0.5", "turtle", id="a-repeated-range-highest"
    ),
    # parameters
    pytest.param("text/html;charset=utf-8", "html", id="8.3.2-charset-ours"),
    pytest.param("text/turtle;charset=iso-8859-1", "turtle", id="12.5.1-charset-not-ours-is-no-406"),
    pytest.param("text/turtle;version=1.2", "turtle", id="12.5.1-version-is-no-406"),
    pytest.param('text/turtle;version="1,2;3"', "turtle", id="5.6.4-separators-inside-quotes"),
    pytest.param("text/turtle;version=9;q=0, */*", "html", id="12.5.1-refusing-a-version-we-do-not-send"),
    pytest.param(
        "text/html;level=1, text/html;q=0.2, text/turtle;q=0.5", "turtle", id="12.5.1-level-is-more-specific"
    ),
    pytest.param(f'application/ld+json;profile="{EXPANDED}"', "jsonld", id="JSON-LD-6-profile"),
    pytest.param(
        f'application/ld+json;profile="{EXPANDED}", application/ld+json;q=0.5, text/turtle;q=0.7',
        "jsonld",
        id="JSON-LD-6-profile-with-its-own-weight",
    ),
    pytest.param(
        "text/html;q=0.5;token=1, text/turtle;q=0.4", "html", id="12.5.1-extension-after-the-weight"
    ),
    # malformed
    pytest.param("nonsense", "html", id="malformed-nothing-readable"),
    pytest.param("nonsense, text/turtle", "turtle", id="malformed-part-passed-over"),
    pytest.param("*/turtle, application/trig", "trig", id="12.5.1-any-type-with-a-subtype-is-no-range"),
    pytest.param("text/, /html, text/turtle", "turtle", id="malformed-halves"),
    pytest.param("text/turtle;q=high, text/html;q=0.9", "turtle", id="malformed-weight-counts-as-none"),
    pytest.param("text/turtle;q=, text/html;q=0.9", "turtle", id="malformed-empty-weight"),
    pytest.param("text/turtle;q=-1, text/html;q=0.9", "turtle", id="malformed-negative-weight"),
    pytest.param("text/turtle;q=nan, text/html;q=0.9", "turtle", id="malformed-not-a-number"),
    pytest.param("text/turtle;q=5, text/html", "html", id="malformed-weight-above-one-is-one"),
    pytest.param('text/turtle;q="0.5", text/html;q=0.4', "turtle", id="malformed-weight-in-quotes"),
    pytest.param(
        "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "html", id="client-java-httpurlconnection"
    ),
    pytest.param("*", "html", id="malformed-lone-star-is-any"),
    pytest.param('text/turtle;x="never closed', "turtle", id="malformed-open-quote"),
    pytest.param("text/turtle;;;q=0.5;, text/html;q=0.1", "turtle", id="malformed-empty-parameters"),
    pytest.param("text/turtle text/html", "html", id="malformed-two-types-in-one-part"),
    # clients
    pytest.param(CHROME, "html", id="client-chrome"),
    pytest.param(
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html", id="client-firefox-safari"
    ),
    pytest.param(
        "application/xml,application/xhtml+xml,text/html;q=0.9,text/plain;q=0.8,image/png,*/*;q=0.5",
        "html",
        id="client-old-webkit",
    ),
    pytest.param(
        "image/avif,image/webp,image/svg+xml,image/*;q=0.8,*/*;q=0.5", "html", id="client-browser-image"
    ),
    pytest.param(JENA_GRAPH, "turtle", id="client-jena"),
    pytest.param(JENA_OLD, "turtle", id="client-jena-dataset"),
    pytest.param(RDFLIB, "turtle", id="client-rdflib"),
    pytest.param(OWL_API, "rdfxml", id="client-owl-api-protege"),
    pytest.param(OWL_API_5, "turtle", id="client-owl-api-5"),
    pytest.param("application/ld+json, application/json", "jsonld", id="client-pyld"),
    pytest.param(
        "application/ld+json;q=1.0, application/json;q=0.5, text/html;q=0.1", "jsonld", id="client-jsonld-js"
    ),
    pytest.param("text/turtle;q=1.0, */*;q=0.1", "turtle", id="client-comunica-style"),
    pytest.param("application/json, text/plain, */*", "json", id="client-axios"),
    pytest.param("application/json, text/javascript, */*; q=0.01", "json", id="client-jquery"),
    pytest.param(
        "application/rdf+xml, text/rdf+n3, text/turtle;q=0.9", "rdfxml", id="client-linked-data-crawler"
    ),
    pytest.param("application/n-triples, text/plain;q=0.5", "ntriples", id="client-raptor"),
]

SOLUTIONS = [
    pytest.param(None, "json", id="missing"),
    pytest.param("application/sparql-results+xml", "xml", id="xml"),
    pytest.param("application/json", "json", id="alias-json"),
    pytest.param("text/xml", "xml", id="alias-xml"),
    pytest.param("text/*", "csv", id="type-range"),
    pytest.param("text/tab-separated-values, text/csv;q=0.5", "tsv", id="weights"),
    pytest.param("application/sparql-results+json,*/*;q=0.9", "json", id="client-sparqlwrapper"),
    pytest.param(
        "application/sparql-results+json, application/sparql-results+xml;q=0.9, text/tab-separated-values;q=0.7, "
        "text/csv;q=0.5, application/json;q=0.2, application/xml;q=0.2, */*;q=0.1",
        "json",
        id="client-jena-select",
    ),
    pytest.param("text/turtle", None, id="a-graph-is-no-solution"),
]


@pytest.mark.parametrize(("accept", "expected"), DOCUMENTS)
def test_a_document_comes_in_the_format_the_header_asks_for(accept: str | None, expected: str | None) -> None:
    chosen = negotiate(accept, DOCUMENT_FORMATS)
    assert (chosen.name if chosen else None) == expected


@pytest.mark.parametrize(("accept", "expected"), SOLUTIONS)
def test_solutions_come_in_the_format_the_header_asks_for(accept: str | None, expected: str | None) -> None:
    chosen = negotiate(accept, SOLUTION_FORMATS)
    assert (chosen.name if chosen else None) == expected


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(DOCUMENTS) + len(SOLUTIONS) >= 70


def test_without_offers_nothing_is_acceptable() -> None:
    assert negotiate("*/*", ()) is None
    assert negotiate(None, ()) is None


def test_the_profiles_of_a_range_are_its_list_of_iris() -> None:
    (given_range,) = media_ranges(f'application/ld+json; profile="{EXPANDED} https://example.org/p"; q=0.3')
    assert given_range.profiles() == (EXPANDED, "https://example.org/p")
    assert given_range.weight == 0.3


@pytest.mark.parametrize(
    "accept",
    [
        "text/turtle," * 100_000,
        'text/turtle;x="' + "a" * 1_000_000,
        ',\\"' * 300_000,
        ';\\"' * 300_000,
        "text/html" + ";a=b" * 200_000,
    ],
    ids=["many ranges", "long quote", "open quotes", "open quotes in a part", "many parameters"],
)
def test_a_huge_header_is_read_in_bounded_time(accept: str) -> None:
    began = time.process_time()
    assert negotiate(accept, DOCUMENT_FORMATS) in DOCUMENT_FORMATS
    # a second is a hundred times what is needed, and a fraction of what quadratic reading of a megabyte takes
    assert time.process_time() - began < 1


def test_a_header_cut_in_two_loses_its_last_part_not_its_sense() -> None:
    header = "application/trig," + "x" * (MAX_HEADER_LENGTH - 20) + ", text/turtle;q=0.5"
    assert negotiate(header, DOCUMENT_FORMATS).name == "trig"  # type: ignore[union-attr]


@given(st.text(max_size=300))
def test_no_text_makes_it_fail_and_the_answer_is_an_offer(accept: str) -> None:
    chosen = negotiate(accept, DOCUMENT_FORMATS)
    assert chosen is None or chosen in DOCUMENT_FORMATS


PARTS = st.lists(
    st.one_of(
        st.sampled_from(
            [row.media_type for row in RDF_FORMATS] + ["text/*", "*/*", "image/png", "text/html;level=1"]
        ),
        st.text(alphabet='*/;,="q.01 \\textaplichn+', max_size=20),
    ),
    max_size=6,
)


@given(
    PARTS,
    st.lists(
        st.sampled_from(["", ";q=0", ";q=0.5", ";q=1", ";q=x", ";charset=utf-8"]), min_size=6, max_size=6
    ),
)
def test_headers_that_are_nearly_right_never_fail(parts: list[str], weights: list[str]) -> None:
    accept = ", ".join(part + weight for part, weight in zip(parts, weights, strict=False))
    assert negotiate(accept, (HTML, TURTLE, N_TRIPLES)) in (None, HTML, TURTLE, N_TRIPLES)


@given(
    st.lists(st.sampled_from(DOCUMENT_FORMATS), min_size=1, unique=True).flatmap(
        lambda rows: st.tuples(
            st.just(rows),
            st.lists(st.integers(1, 1000), min_size=len(rows), max_size=len(rows), unique=True),
            st.permutations(range(len(rows))),
        )
    )
)
def test_with_unequal_weights_the_order_of_a_header_says_nothing(
    case: tuple[list[object], list[int], list[int]],
) -> None:
    rows, weights, order = case
    parts = [f"{row.media_type};q={weight / 1000:.3f}" for row, weight in zip(rows, weights, strict=True)]  # type: ignore[attr-defined]
    heaviest = rows[weights.index(max(weights))]
    assert negotiate(", ".join(parts), DOCUMENT_FORMATS) is heaviest
    assert negotiate(", ".join(parts[place] for place in order), DOCUMENT_FORMATS) is heaviest
