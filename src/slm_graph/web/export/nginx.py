"""The configuration of nginx: `map` for what is negotiated, `try_files` for what there is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import unquote

from slm_graph.errors import LANGUAGES
from slm_graph.formats import DOCUMENT_FORMATS, HTML, Format
from slm_graph.web.discovery import LONG
from slm_graph.web.export import rules
from slm_graph.web.export.plan import (
    ASKING,
    DOCUMENT,
    ERRORS,
    EVERY_ANSWER,
    METHODS,
    PROBLEM_OFFERS,
    QUERY,
    STATUSES,
    TREES,
    Plan,
    links_of,
    media_types,
    name_of,
)
from slm_graph.web.profiles import SKOS_PROFILE
from slm_graph.web.responses import CURRENT, FOREVER, NOT_KEPT

HASH_BUCKET_BYTES = 512
"""A key of a map must fit in one: the longest address that is a file."""


def maps(plan: Plan) -> str:
    """What belongs into `http { }`."""
    return "\n".join(_maps(plan)) + "\n"


def server(plan: Plan) -> str:
    """What belongs into `server { }`, besides `root` and `listen`."""
    return "\n".join(_server(plan)) + "\n"


def _quoted(text: str) -> str:
    return '"' + re.sub(r'(["\\])(?=["\\]|$)|"', lambda match: "\\" + match[0], text) + '"'


def _pattern(text: str) -> str:
    # in nginx's quotes a backslash stays, unless it stands before a quote or another one
    return '"~' + text.replace('"', '\\"') + '"'


def _map(source: str, variable: str, entries: Iterable[tuple[str, str]]) -> list[str]:
    lines = [f"map {source} ${variable} {{"]
    lines += [f"    {key} {value};" for key, value in entries]
    return [*lines, "}"]


def _ruled(source: str, variable: str, found: Sequence[rules.Rule]) -> list[str]:
    # nginx asks no pattern about an empty text: the outcome of that is the default
    empty = next((rule.value for rule in found if re.search(rule.pattern, "")), "")
    entries = [("default", f'"{empty}"')]
    entries += [(_pattern(rule.pattern), '"' + rule.value.format("", "$1", "$2") + '"') for rule in found]
    return _map(source, variable, entries)


def _chosen(rows: Sequence[Format], variable: str) -> list[str]:
    """`$variable`: the suffix of the best of `rows`, or `none`."""
    lines: list[str] = []
    best = rules.NOTHING
    for number, row in enumerate(rows):
        standing = f"$slm_w_{name_of(row)}"
        lines += _map(
            f'"{best} {standing}"',
            f"{variable}_{number}",
            [("default", best), (_pattern(rules.GREATER), standing)],
        )
        best = f"${variable}_{number}"
    entries = [("default", "none"), *((f'"~^\\d+{name_of(row)}$"', row.suffix) for row in rows)]
    lines += _map(best, f"{variable}_best", entries)
    return [
        *lines,
        *_map("$slm_readable", variable, [("default", f"${variable}_best"), ("0", rows[0].suffix)]),
    ]


def _maps(plan: Plan) -> Iterable[str]:
    yield f"map_hash_bucket_size {HASH_BUCKET_BYTES};"
    yield f"map_hash_max_size {max(2048, 4 * len(plan.things))};"
    yield "# What Accept says of each format: how exactly it is named, and the weight; then both as one number."
    yield from _map("$http_accept", "slm_readable", [("default", "0"), (_pattern(rules.READABLE), "1")])
    problem = PROBLEM_OFFERS[1]
    for row, name in [*((row, name_of(row)) for row in plan.rows), (problem, "problem")]:
        yield from _ruled("$http_accept", f"slm_a_{name}", rules.media_type_rules(row))
        yield from _ruled(f"$slm_a_{name}", f"slm_w_{name}", rules.weight_rules(name))
    yield "# The best of what is offered: documents, then every other set of formats."
    yield from _chosen(DOCUMENT_FORMATS, "slm_documents")
    by_address = [("default", "$slm_documents")]
    for number, (rows, addresses) in enumerate(plan.offers.items()):
        yield from _chosen(rows, f"slm_offers{number}")
        paths = dict.fromkeys(unquote(address.path) for address in addresses)
        by_address += [(_quoted(path), f"$slm_offers{number}") for path in paths]
    yield from _map("$uri", "slm_format", by_address)
    yield from _map(
        '"$slm_w_html $slm_w_problem"',
        "slm_problem",
        [("default", "html"), (_pattern(rules.GREATER), "problem")],
    )
    yield "# The language of pages."
    for language in LANGUAGES:
        yield from _ruled("$http_accept_language", f"slm_l_{language}", rules.language_rules(language))
        yield from _ruled(f"$slm_l_{language}", f"slm_lw_{language}", rules.language_weight_rules(language))
    first, second = LANGUAGES
    yield from _map(
        "$http_accept_language",
        "slm_first_named",
        [("default", first), (_pattern(rules.first_named(second, first)), second)],
    )
    yield from _map(
        f'"$slm_lw_{first} $slm_lw_{second}"',
        "slm_language",
        [
            ("default", first),
            (r'"~^(\d+)[a-z]+ \1[a-z]+$"', "$slm_first_named"),
            (_pattern(rules.GREATER), second),
        ],
    )
    yield from _map(
        "$arg_lang",
        "slm_tree",
        [("default", "$slm_language"), *((language, f"lang-{language}") for language in LANGUAGES)],
    )
    yield from _map(
        "$arg_lang",
        "slm_said_language",
        [("default", '""'), *((language, f'"?lang={language}"') for language in LANGUAGES)],
    )
    yield "# The query: what decides the answer is a folder; other parameters say nothing."
    yield from _map(
        "$args",
        "slm_query",
        [("default", '""'), (_pattern(QUERY), '"$1"'), (_pattern(ASKING), '"none="')],
    )
    yield from _map("$slm_query", "slm_folder", [("default", '"/$slm_query"'), ('""', '""')])
    yield from _map("$slm_query", "slm_asked", [("default", '"?$slm_query"'), ('""', '""')])
    yield from _map("$uri", "slm_path", [("default", "$uri"), ('"~^.*/$"', '"${uri}index"')])
    yield "# Headers. At that point $uri is the file's."
    yield from _map("$request_uri", "slm_raw", [("default", '""'), ('"~^([^?#]*)"', '"$1"')])
    suffixes = "|".join(re.escape(row.suffix) for row in DOCUMENT_FORMATS)
    yield from _map(
        '"$slm_negotiated$slm_raw"',
        "slm_stem",
        [("default", '""'), (f'"~^1({DOCUMENT})$"', '"$1"'), (f'"~^({DOCUMENT})\\.(?:{suffixes})$"', '"$1"')],
    )
    trees = "|".join(TREES)
    yield from _map("$uri", "slm_served", [("default", '""'), (rf'"~^/(?:{trees})/.*\.([a-z]+)$"', '"$1"')])
    yield from _map(
        "$uri",
        "slm_key",
        [("default", '""'), (rf'"~^/(?:{trees})(/.*?)\.(?:sssom\.)?[a-z]+$"', '"$1"')],
    )
    for variable, said in (("slm_thing", plan.things), ("slm_particular_links", plan.links)):
        entries = [(_quoted(place), f"'{text}'") for place, text in sorted(said.items())]
        yield from _map("$slm_key", variable, [("default", '""'), *entries])
    yield from _map(
        '"$slm_stem:$slm_served"',
        "slm_general_links",
        [
            ("default", '""'),
            *(
                (
                    f'"~.:{row.suffix}$"',
                    "'" + links_of(row, "${slm_stem}", "$slm_asked", "$slm_thing") + "'",
                )
                for row in DOCUMENT_FORMATS
            ),
        ],
    )
    yield from _map(
        '"$slm_general_links:$slm_particular_links"',
        "slm_links",
        [
            ("default", '"$slm_general_links, $slm_particular_links"'),
            ('"~^:"', '"$slm_particular_links"'),
            ('"~:$"', '"$slm_general_links"'),
        ],
    )
    yield from _map(
        "$status",
        "slm_link",
        [("default", "$slm_links"), ("303", "'<$sent_http_location>; rel=\"describedby\"'")],
    )
    yield from _map("$slm_location", "slm_profile", [("default", f'"<{SKOS_PROFILE.iri}>"'), ('""', '""')])
    yield from _map(
        '"$status:$slm_stem:$slm_served"',
        "slm_location",
        [("default", '""'), ('"~^(?:200|304):.+:.+$"', '"$slm_stem.$slm_served$slm_asked"')],
    )
    yield from _map(
        '"$status:$slm_negotiated:$slm_served"',
        "slm_vary",
        [
            ("default", '""'),
            ('"~^[45]"', '"Accept, Accept-Language"'),
            ('"~^303"', '"Accept"'),
            ('"~^[23][0-9]+:1:html$"', '"Accept, Accept-Language"'),
            ('"~^[23][0-9]+::html$"', '"Accept-Language"'),
            ('"~^[23][0-9]+:1:"', '"Accept"'),
        ],
    )
    yield from _map(
        "$uri",
        "slm_content_language",
        [
            ("default", '""'),
            *((rf'"~^/(?:lang-)?{language}/"', language) for language in LANGUAGES),
        ],
    )
    yield from _map(
        '"$status:$request_uri"',
        "slm_cache",
        [
            ("default", f'"{CURRENT}"'),
            ('"~^[45]"', NOT_KEPT),
            ('"~:/static/"', f'"{FOREVER}"'),
            (r'"~:/(?:robots\.txt|context\.jsonld)$"', f'"{LONG}"'),
        ],
    )
    yield from _map(
        "$uri",
        "slm_gone",
        [("default", '""'), *((_quoted(path), "1") for path in plan.removed)],
    )


def _server(plan: Plan) -> Iterable[str]:
    yield "charset utf-8;"
    yield "charset_types text/turtle text/plain text/css text/javascript text/csv text/tab-separated-values;"
    yield "absolute_redirect off;"
    yield "etag on;"
    yield "if_modified_since before;"
    yield 'set $slm_negotiated "";'
    for name, value in EVERY_ANSWER:
        yield f'add_header {name} "{value}" always;'
    yield "add_header Vary $slm_vary always;"
    yield "add_header Cache-Control $slm_cache always;"
    yield "add_header Content-Language $slm_content_language always;"
    yield "add_header Content-Location $slm_location;"
    yield "add_header Link $slm_link;"
    yield "add_header Content-Profile $slm_profile;"
    yield "types {"
    for suffix, media_type in media_types(plan):
        yield f"    {media_type} {suffix};"
    yield "}"
    yield "default_type application/octet-stream;"
    for status in STATUSES:
        yield f"error_page {status} @slm_{status};"
        yield f"location @slm_{status} {{ try_files /$slm_language/{ERRORS}/{status}.$slm_problem =500; }}"
    yield f"""
error_page 418 = @slm_options;
if ($request_method = OPTIONS) {{ return 418; }}
location @slm_options {{
    add_header Allow "{METHODS}";
    add_header Access-Control-Allow-Origin "*";
    add_header Access-Control-Allow-Methods "{METHODS}";
    add_header Access-Control-Allow-Headers "Accept, Accept-Language, Content-Type, If-None-Match";
    return 204;
}}
error_page 405 @slm_405;
location @slm_405 {{
    add_header Allow "{METHODS}" always;
    add_header Access-Control-Allow-Origin "*" always;
    add_header Cache-Control "{NOT_KEPT}" always;
    return 405;
}}
if ($request_method !~ "^(?:GET|HEAD)$") {{ return 405; }}
if ($slm_gone) {{ return 410; }}

# A thing leads to the document about it.
location ~ "^/id/(?<slm_name>.+)$" {{
    if (!-f $document_root/all/doc/$slm_name.{DOCUMENT_FORMATS[1].suffix}) {{ return 404; }}
    if ($slm_raw ~ "^/id/(?<slm_raw_name>.+)$") {{ return 303 /doc/$slm_raw_name$slm_said_language; }}
    return 404;
}}
location ~ "^/(?<slm_name>(?:agent|graph)/.+)$" {{
    if (!-f $document_root/all/doc/$slm_name.{DOCUMENT_FORMATS[1].suffix}) {{ return 404; }}
    return 303 /doc$slm_raw$slm_said_language;
}}
location = /release/{plan.version} {{ return 303 /release/{plan.version}/doc; }}
# Documents as of this release: a copy has no other, so they are the current ones.
location ~ "^/release/{re.escape(plan.version)}/(?:doc|dumps)/" {{
    if ($request_uri ~ "^/release/[^/]+(/.*)$") {{ return 302 $1; }}
}}
location /{ERRORS}/ {{ return 404; }}
location / {{
    try_files /all$slm_folder$slm_path /$slm_tree$slm_folder$slm_path @slm_negotiated;
}}
location @slm_negotiated {{
    set $slm_negotiated 1;
    try_files /all$slm_folder$slm_path.$slm_format /$slm_tree$slm_folder$slm_path.$slm_format @slm_none;
}}
location @slm_none {{
    set $slm_negotiated 1;
    if (-f $document_root/all$slm_folder$slm_path.{DOCUMENT_FORMATS[1].suffix}) {{ return 406; }}
    if (-f $document_root/{LANGUAGES[0]}$slm_folder$slm_path.{HTML.suffix}) {{ return 406; }}
    return 404;
}}"""
