"""The configuration of Caddy: `map` for what is negotiated, expressions (CEL) to compare, `file` for what there is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from urllib.parse import unquote

from slm_graph.errors import LANGUAGES
from slm_graph.formats import DOCUMENT_FORMATS, HTML, Format
from slm_graph.web.discovery import LONG
from slm_graph.web.export import linear
from slm_graph.web.export.folders import folded
from slm_graph.web.export.plan import (
    ASKING,
    DOCUMENT,
    ERRORS,
    EVERY_ANSWER,
    METHODS,
    PROBLEM_OFFERS,
    TREES,
    Plan,
    links_of,
    media_types,
    name_of,
)
from slm_graph.web.export.rules import Rule
from slm_graph.web.profiles import SKOS_PROFILE
from slm_graph.web.responses import CURRENT, FOREVER, NOT_KEPT

_SECOND = DOCUMENT_FORMATS[1].suffix
_PATH, _QUERY = "{http.request.uri.path}", "{http.request.uri.query}"
YES = "yes"
"""What is so; a 1 would become a number on the way through a Caddyfile, and no text equals that."""

_CONDITIONS = ("If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Range")


def site(plan: Plan) -> str:
    """What belongs into a site's block, besides `root`."""
    blocks = (_negotiated(plan), _asked(plan), _about(plan), _routed(plan), _served(plan), _failed())
    lines = ["route {", *("\t" + line for block in blocks for line in block), "}"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # between backticks everything is itself; in quotes a number stays text, and only quotes are escaped
    return f"`{text}`" if '"' in text or "\\" in text else f'"{text}"'


def _pattern(text: str) -> str:
    return "`~" + text.replace("`", r"\x60") + "`"


def _key(text: str) -> str:
    # what a Caddyfile takes for more than text (a variable of the environment, a pattern) is told by characters' numbers
    return _pattern(f"^{_exactly(text)}$") if not text or re.search(r'[{}`"\\~]', text) else f'"{text}"'


def _exactly(text: str) -> str:
    """A pattern of RE2 that matches `text` alone."""
    return re.sub(r"[^\w/=&%-]", lambda match: rf"\x{{{ord(match[0]):x}}}", text)


def _map(
    source: str, variables: Sequence[str], entries: Iterable[tuple[str, ...]], default: str = ""
) -> Iterator[str]:
    yield f"map {source} {' '.join('{' + name + '}' for name in variables)} {{"
    for key, *values in entries:
        yield f"\t{key} {' '.join(map(_quoted, values))}"
    yield f"\tdefault {' '.join(_quoted(default) for _ in variables)}"
    yield "}"


def _ruled(source: str, variable: str, found: Sequence[Rule]) -> Iterator[str]:
    # ${1}: a digit or a letter may follow
    entries = ((_pattern(rule.pattern), rule.value.format("", "${1}", "${2}")) for rule in found)
    yield from _map(source, (variable,), entries)


def _vars(values: Mapping[str, str], matcher: str = "") -> Iterator[str]:
    yield f"vars {matcher} {{".replace("  ", " ")
    for name, value in values.items():
        yield f"\t{name} {_quoted(value)}"
    yield "}"


def _var(name: str) -> str:
    return f"{{http.vars.{name}}}"


def _when(matcher: str, expression: str, then: Iterable[str]) -> Iterator[str]:
    yield f"@{matcher} expression `{expression}`"
    yield from _block(f"route @{matcher}", then)


def _block(head: str, lines: Iterable[str]) -> Iterator[str]:
    yield f"{head} {{"
    yield from ("\t" + line for line in lines)
    yield "}"


def _there(matcher: str, root: str, *files: str) -> Iterator[str]:
    yield f"@{matcher} file {{"
    yield f"\troot {_quoted(root)}"
    yield f"\ttry_files {' '.join(map(_quoted, files))}"
    yield "}"


def _chosen(rows: Sequence[Format], key: str) -> Iterator[str]:
    """The variable `slm_format`: the suffix of the best of `rows`, or `none`."""
    yield from _vars({"slm_best": linear.NOTHING, "slm_format": "none"})
    yield from _vars(_weighed(*map(name_of, rows)))
    for row in rows:
        standing = _var(f"slm_w_{name_of(row)}")
        better = f"{_var('slm_best')} < {standing}"
        then = _vars({"slm_best": standing, "slm_format": row.suffix})
        yield from _when(f"slm_{key}_{name_of(row)}", better, then)
    unreadable = _vars({"slm_format": rows[0].suffix})
    yield from _when(f"slm_{key}_unreadable", '{slm_readable} == ""', unreadable)


def _weighed(*names: str) -> dict[str, str]:
    # a map is evaluated wherever it is read, a variable once
    return {f"slm_w_{name}": f"{{slm_s_{name}}}" for name in names}


def _negotiated(plan: Plan) -> Iterator[str]:
    yield "# What Accept says of each format: how exactly it is named, and the weight; then both as one number."
    accept = "{http.request.header.Accept}"
    yield from _map(accept, ("slm_readable",), [(_pattern(linear.READABLE), YES)])
    names = [*((row, name_of(row)) for row in plan.rows), (PROBLEM_OFFERS[1], "problem")]
    for row, name in names:
        yield from _ruled(accept, f"slm_a_{name}", linear.media_type_rules(row))
        yield from _ruled(f"{{slm_a_{name}}}", f"slm_s_{name}", linear.weight_rules())
    yield "# The best of what is offered: of a set of formats, by address, or of the documents' formats."
    sets = [
        (_key(path), f"set{number}")
        for number, addresses in enumerate(plan.offers.values())
        for path in dict.fromkeys(unquote(address.path) for address in addresses)
    ]
    yield from _map(_PATH, ("slm_offers",), sets)
    documents = _chosen(DOCUMENT_FORMATS, "documents")
    yield from _when("slm_documents", '{slm_offers} == ""', documents)
    for number, rows in enumerate(plan.offers):
        key = f"set{number}"
        yield from _when(f"slm_{key}", f'{{slm_offers}} == "{key}"', _chosen(rows, key))
    yield "# The language of pages."
    header = "{http.request.header.Accept-Language}"
    first, second = LANGUAGES
    for language in LANGUAGES:
        yield from _ruled(header, f"slm_l_{language}", linear.language_rules(language))
        yield from _ruled(f"{{slm_l_{language}}}", f"slm_ls_{language}", linear.language_weight_rules())
    yield from _map(header, ("slm_named",), [(_pattern(linear.first_named(LANGUAGES)), "${1}")])
    yield from _map("{slm_named}", ("slm_first_named",), [(_pattern(f"(?i)^{second}$"), second)])
    yield from _vars({"slm_language": first})
    heavier = f"{{slm_ls_{first}}} < {{slm_ls_{second}}}"
    tied = f'{{slm_ls_{first}}} == {{slm_ls_{second}}} && {{slm_first_named}} == "{second}"'
    yield from _when("slm_second", f"{heavier} || ({tied})", _vars({"slm_language": second}))
    said = [(_pattern(rf"(?:^|&)lang=({'|'.join(LANGUAGES)})(?:&|$)"), "lang-${1}", "?lang=${1}")]
    yield from _map(_QUERY, ("slm_chosen", "slm_said"), said)
    yield from _vars({"slm_tree": _var("slm_language")})
    yield from _when("slm_chosen", '{slm_chosen} != ""', _vars({"slm_tree": "{slm_chosen}"}))


def _asked(plan: Plan) -> Iterator[str]:
    yield "# The query: what decides the answer is a folder; other parameters say nothing."
    entries = [
        (_pattern(linear.QUERY), "/${1}", "?${1}"),
        (_pattern(ASKING), "/none=", "?none="),
    ]
    yield from _map(_QUERY, ("slm_folder", "slm_asked"), entries)
    paths = [(_pattern("(?s)^(.*/)$"), "${1}index", "index"), (_pattern("(?s)^(.*)$"), "${1}", "")]
    yield from _map(_PATH, ("slm_path", "slm_index"), paths)
    hidden = [(_pattern("^/dumps/"), ""), (_pattern(rf"^/{ERRORS}/|\.gz$"), YES)]
    yield from _map(_PATH, ("slm_hidden",), hidden)
    yield from _map(_PATH, ("slm_gone",), ((_key(path), YES) for path in plan.removed))
    yield from _map("{http.request.orig_uri}", ("slm_raw",), [(_pattern("^([^?#]*)"), "${1}")])
    things = [(_pattern("(?s)^/id/(.+)$"), "${1}"), (_pattern("(?s)^/((?:agent|graph)/.+)$"), "${1}")]
    yield from _map(_PATH, ("slm_name",), things)
    version = re.escape(plan.version)
    leads = [
        (_pattern("^/id/(.+)$"), "/doc/${1}"),
        (_pattern("^(/(?:agent|graph)/.+)$"), "/doc${1}"),
        (_pattern(f"^(/release/{version})$"), "${1}/doc"),
    ]
    yield from _map("{slm_raw}", ("slm_see",), leads)
    snapshots = [(_pattern(f"^/release/{version}(/(?:doc|dumps)/.+)$"), "${1}")]
    yield from _map("{http.request.orig_uri}", ("slm_current",), snapshots)


def _about(plan: Plan) -> Iterator[str]:
    yield "# Headers of a file, told by its name."
    file, trees = _var("slm_file"), "|".join(TREES)
    yield from _map(file, ("slm_served",), [(_pattern(rf"(?s)^/(?:{trees})/.*\.([a-z]+)$"), "${1}")])
    keys = [(_pattern(rf"(?s)^/(?:{trees})(/.*?)\.(?:sssom\.)?[a-z]+$"), "${1}")]
    yield from _map(file, ("slm_key",), keys)
    spoken = [(_pattern(rf"^/(?:lang-)?({'|'.join(LANGUAGES)})/"), "${1}")]
    yield from _map(file, ("slm_content_language",), spoken)
    types = (
        (_key(suffix), media_type + ("; charset=utf-8" if media_type.startswith("text/") else ""))
        for suffix, media_type in media_types(plan)
    )
    yield from _map("{slm_served}", ("slm_type",), types)
    for variable, said in (("slm_thing", plan.things), ("slm_particular_links", plan.links)):
        exact, folders = folded(said, plan.places)
        entries = [(_key(place), text) for place, text in sorted(exact.items())]
        # Caddy goes through a map from its beginning: what is said of a whole folder is one entry, behind the exceptions
        entries += [
            (
                _pattern(f"^{_exactly(folder)}/([^/]+)$"),
                text.replace("$", "$$") + ("${1}" if named else ""),
            )
            for folder, (text, named) in sorted(folders.items())
        ]
        yield from _map("{slm_key}", (variable,), entries)
    suffixes = "|".join(re.escape(row.suffix) for row in DOCUMENT_FORMATS)
    stems = [
        (_pattern(f"^{YES}({DOCUMENT})$"), "${1}"),
        (_pattern(rf"^(?:{YES})?({DOCUMENT})\.(?:{suffixes})$"), "${1}"),
    ]
    yield from _map(f"{_var('slm_negotiated')}{{slm_raw}}", ("slm_stem",), stems)
    general = (
        (_key(row.suffix), links_of(row, "{slm_stem}", "{slm_asked}", "{slm_thing}"))
        for row in DOCUMENT_FORMATS
    )
    yield from _map("{slm_served}", ("slm_general_links",), general)
    negotiated = f"{_var('slm_negotiated')}:{{slm_served}}:{_var('slm_packed')}"
    varies = [
        (_pattern(f"^{chosen}:{kind}:{packed}$"), ", ".join(names))
        for chosen, kind, packed in product((YES, ""), ("html", ".*"), (YES, ""))
        if (
            names := (["Accept"] if chosen else [])
            + (["Accept-Language"] if kind == "html" else [])
            + (["Accept-Encoding"] if packed else [])
        )
    ]
    yield from _map(negotiated, ("slm_vary",), varies)
    kept = [(_pattern("^/static/"), FOREVER), (_pattern(r"^/(?:robots\.txt|context\.jsonld)$"), LONG)]
    yield from _map("{slm_raw}", ("slm_cache",), kept, CURRENT)


def _routed(plan: Plan) -> Iterator[str]:
    yield from _vars({"slm_root": "{http.vars.root}", "slm_file": "", "slm_negotiated": "", "slm_packed": ""})
    yield from _header(EVERY_ANSWER)
    yield "# Methods."
    options = (
        ("Allow", METHODS),
        ("Access-Control-Allow-Methods", METHODS),
        ("Access-Control-Allow-Headers", "Accept, Accept-Language, Content-Type, If-None-Match"),
    )
    yield "@slm_options method OPTIONS"
    yield from _block("route @slm_options", [*_header(options), "respond 204"])
    refused = (("Allow", METHODS), ("Cache-Control", NOT_KEPT))
    yield "@slm_refused not method GET HEAD"
    yield from _block("route @slm_refused", [*_header(refused), "respond 405"])
    yield "# A thing leads to the document about it."
    see = (
        ("Vary", "Accept"),
        ("Cache-Control", CURRENT),
        ("Link", '<{slm_see}{slm_said}>; rel="describedby"'),
    )
    lead = [*_header(see), 'redir "{slm_see}{slm_said}" 303']
    yield from _there("slm_thing", f"{_var('slm_root')}/all/doc", f"/{{slm_name}}.{_SECOND}")
    guarded = list(_when("slm_leads", '{slm_see} != "" && {slm_gone} == ""', lead))
    yield from _block("route @slm_thing", guarded)
    yield from _when("slm_release", f'{_PATH} == "/release/{plan.version}" && {{slm_see}} != ""', lead)
    yield "# Documents as of this release: a copy has no other, so they are the current ones."
    current = [*_header((("Cache-Control", CURRENT),)), 'redir "{slm_current}" 302']
    yield from _when("slm_snapshot", '{slm_current} != ""', current)


def _served(plan: Plan) -> Iterator[str]:
    yield "# Files: of an address that fixes its format, then of what was negotiated."
    root, path = _var("slm_root"), "{slm_folder}{slm_path}"
    tree = _var("slm_tree")
    negotiated = f".{_var('slm_format')}"
    yield from _there("slm_fixed", root, f"/all{path}", f"/{tree}{path}")
    yield from _there("slm_best", root, f"/all{path}{negotiated}", f"/{tree}{path}{negotiated}")
    yield from _there("slm_other", root, f"/all{path}.{_SECOND}", f"/{LANGUAGES[0]}{path}.{HTML.suffix}")
    found = {"slm_file": "{http.matchers.file.relative}"}
    fixed = _vars({**found, "slm_ending": ""})
    chosen = _vars({**found, "slm_ending": "{slm_index}" + negotiated, "slm_negotiated": YES})
    other = _block("route @slm_other", _vars({"slm_status": "406"}))
    nowhere = f'{_var("slm_file")} == ""'
    best = [*_block("route @slm_best", chosen), *_when("slm_not_best", nowhere, other)]
    looked = [*_block("route @slm_fixed", fixed), *_when("slm_not_fixed", nowhere, best)]
    yield from _vars({"slm_status": "404"})
    yield from _when("slm_gone", f'{{slm_gone}} == "{YES}"', _vars({"slm_status": "410"}))
    yield from _when("slm_open", '{slm_gone} == "" && {slm_hidden} == ""', looked)
    yield from _there("slm_packed", root, f"{_var('slm_file')}.gz")
    yield from _when("slm_found", f'{_var("slm_file")} != ""', _sent())


def _sent() -> Iterator[str]:
    yield from _block("route @slm_packed", _vars({"slm_packed": YES}))
    yield from _header((("Content-Type", "{slm_type}"),))
    # at the very end, too: only then there is to see whether the file server gives the file. To a condition that fails, and
    # for a range that there is not, it says neither what ranges it takes, as with a file, nor drops the type, as with 304
    given = "{http.response.header.Accept-Ranges}:{http.response.header.Content-Type}"
    yield from _map(given, ("slm_kept",), [(_pattern("^:."), NOT_KEPT)], "{slm_cache}")
    yield from _block("header", ["defer", 'Cache-Control "{slm_kept}"'])
    language, particular = "{slm_content_language}", "{slm_particular_links}"
    yield from _when("slm_spoken", f'{language} != ""', _header((("Content-Language", language),)))
    yield from _when("slm_linked", f'{particular} != ""', _header((("Link", particular),)))
    # at the very end: the file server adds a Vary of its own
    vary = _block("header", ["defer", 'Vary "{slm_vary}"'])
    yield from _when("slm_varies", '{slm_vary} != ""', vary)
    general = (
        ("Content-Location", "{slm_stem}.{slm_served}{slm_asked}"),
        ("Content-Profile", f"<{SKOS_PROFILE.iri}>"),
        ("Link", "{slm_general_links}"),
    )
    both = _header((("Link", f"{{slm_general_links}}, {particular}"),))
    document = [*_header(general), *_when("slm_both", f'{particular} != ""', both)]
    yield from _when("slm_document", '{slm_stem} != ""', document)
    # the folder's name as it stands: in an address to rewrite to, its percent signs would be read
    yield from _map(
        _var("slm_file"), ("slm_folder_of_files",), [(_pattern(f"^/({'|'.join(TREES)})/"), "${1}")]
    )
    yield f'root * "{_var("slm_root")}/{{slm_folder_of_files}}{{slm_folder}}"'
    yield f'rewrite * "{_PATH}{_var("slm_ending")}"'
    yield from _block("file_server", ["precompressed gzip", "disable_canonical_uris"])


def _failed() -> Iterator[str]:
    yield "# What there is not."
    yield from _vars({**_weighed(name_of(HTML), "problem"), "slm_problem": HTML.suffix})
    worse = f"{_var('slm_w_html')} < {_var('slm_w_problem')}"
    yield from _when("slm_as_problem", worse, _vars({"slm_problem": "problem"}))
    # no condition holds for an error, and no part of it is asked for
    yield from (f"request_header -{name}" for name in _CONDITIONS)
    yield from _header(
        (
            ("Vary", "Accept, Accept-Language"),
            ("Cache-Control", NOT_KEPT),
            ("Content-Language", _var("slm_language")),
        )
    )
    yield from _map(
        _var("slm_problem"),
        ("slm_problem_type",),
        [(_key(HTML.suffix), "text/html; charset=utf-8")],
        PROBLEM_OFFERS[1].media_type,
    )
    yield from _header((("Content-Type", "{slm_problem_type}"),))
    # at the very end: what the file server says of the file is not true of the resource
    yield from _block(
        "header", ["defer", *(f"-{name}" for name in ("Etag", "Last-Modified", "Accept-Ranges"))]
    )
    yield f'root * "{_var("slm_root")}/{_var("slm_language")}/{ERRORS}"'
    yield f'rewrite * "/{_var("slm_status")}.{_var("slm_problem")}"'
    yield from _block("file_server", ["disable_canonical_uris", f"status {_var('slm_status')}"])


def _header(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, value in pairs:
        yield f"header {name} {_quoted(value)}"
