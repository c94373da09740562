"""The configuration of Apache: the same rules as nginx's, as conditions of mod_rewrite and expressions of mod_headers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
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

_SECOND = DOCUMENT_FORMATS[1].suffix


def host(plan: Plan, directory: Path) -> str:
    """What belongs into `<VirtualHost>`, besides the modules."""
    return "\n".join(_host(plan, directory.absolute())) + "\n"


def lookups(found: Mapping[str, str]) -> str:
    """A map of mod_rewrite: key and value, neither with white space (a value's is left out: RFC 8288 asks for none)."""
    lines = (
        f"{key} {re.sub(r'(?<=[;,]) ', '', value)}" for key, value in sorted(found.items()) if " " not in key
    )
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # mod_rewrite reads its arguments itself, and knows no escaped quote; its patterns know the character's number
    return '"' + text.replace('"', r"\x22") + '"'


def _said(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'


def _when(*conditions: tuple[str, str], then: str, target: str = "-", end: bool = False) -> Iterable[str]:
    for source, pattern in conditions:
        yield f"RewriteCond {_quoted(source)} {_quoted(pattern)}"
    yield f"RewriteRule ^ {target if target == '-' else _quoted(target)} [{then}{',END' if end else ''}]"


def _ruled(source: str, variable: str, found: Sequence[rules.Rule]) -> Iterable[str]:
    for rule in found:
        value = rule.value.format("", "%1", "%2")
        yield f'RewriteCond "%{{ENV:{variable}}}" "^$"'
        # NV: what varies is said below, for what is sent
        yield f"RewriteCond {_quoted(source)} {_quoted(rule.pattern)} [NV]"
        yield f'RewriteRule ^ - "[E={variable}:{value}]"'


def _chosen(rows: Sequence[Format], variable: str, conditions: Sequence[tuple[str, str]]) -> Iterable[str]:
    """`variable`: the suffix of the best of `rows`, or `none`, where the conditions hold."""
    yield from _when(*conditions, then="E=slm_best:" + rules.NOTHING)
    for row in rows:
        standing = f"%{{ENV:slm_w_{name_of(row)}}}"
        pair = (f"%{{ENV:slm_best}} {standing}", rules.GREATER)
        yield from _when(*conditions, pair, then=f"E=slm_best:{standing}")
    yield from _when(*conditions, then=f"E={variable}:none")
    for row in rows:
        best = ("%{ENV:slm_best}", rf"^\d+{name_of(row)}$")
        yield from _when(*conditions, best, then=f"E={variable}:{row.suffix}")
    yield from _when(*conditions, ("%{ENV:slm_readable}", "^$"), then=f"E={variable}:{rows[0].suffix}")


def _host(plan: Plan, directory: Path) -> Iterable[str]:
    files = str(directory / "files")
    yield f'DocumentRoot "{files}"'
    yield f'<Directory "{files}">\n    Require all granted\n    Options None\n    AllowOverride None\n</Directory>'
    yield "<IfModule mod_dir.c>\n    DirectoryIndex disabled\n    DirectorySlash Off\n</IfModule>\nFileETag Digest\nAddDefaultCharset Off\nTraceEnable Off"
    yield "AcceptPathInfo Off"
    # a redirect names ServerName, never a host that a request claims
    yield "UseCanonicalName On"
    for suffix, media_type in media_types(plan):
        charset = "; charset=utf-8" if media_type.startswith("text/") else ""
        yield f'AddType "{media_type}{charset}" .{suffix}'
    for status in STATUSES:
        yield f"ErrorDocument {status} /{ERRORS}/{status}"
    yield "RewriteEngine On"
    yield f'RewriteMap slm_things "txt:{directory}/slm-graph.things.txt"'
    yield f'RewriteMap slm_links "txt:{directory}/slm-graph.links.txt"'
    yield from _negotiated(plan)
    yield from _routed(plan, files)
    yield from _headers()


def _negotiated(plan: Plan) -> Iterable[str]:
    yield "# What Accept says of each format: how exactly it is named, and the weight; then both as one number."
    accept = "%{HTTP:Accept}"
    yield f"RewriteCond {accept} {_quoted(rules.READABLE)} [NV]\nRewriteRule ^ - [E=slm_readable:1]"
    for row, name in [*((row, name_of(row)) for row in plan.rows), (PROBLEM_OFFERS[1], "problem")]:
        yield from _ruled(accept, f"slm_a_{name}", rules.media_type_rules(row))
        yield from _ruled(f"%{{ENV:slm_a_{name}}}", f"slm_w_{name}", rules.weight_rules(name))
    yield "# The best of what is offered: documents, then every other set of formats."
    yield from _chosen(DOCUMENT_FORMATS, "slm_format", ())
    for rows, addresses in plan.offers.items():
        paths = "|".join(dict.fromkeys(re.escape(unquote(address.path)) for address in addresses))
        yield from _chosen(rows, "slm_format", (("%{REQUEST_URI}", f"^(?:{paths})$"),))
    yield from _when(then="E=slm_problem:html")
    worse = ("%{ENV:slm_w_html} %{ENV:slm_w_problem}", rules.GREATER)
    yield from _when(worse, then="E=slm_problem:problem")
    yield "# The language of pages."
    header = "%{HTTP:Accept-Language}"
    for language in LANGUAGES:
        yield from _ruled(header, f"slm_l_{language}", rules.language_rules(language))
        yield from _ruled(
            f"%{{ENV:slm_l_{language}}}", f"slm_lw_{language}", rules.language_weight_rules(language)
        )
    first, second = LANGUAGES
    pair = f"%{{ENV:slm_lw_{first}}} %{{ENV:slm_lw_{second}}}"
    yield from _when(then=f"E=slm_language:{first}")
    yield from _when((pair, rules.GREATER), then=f"E=slm_language:{second}")
    yield f'RewriteCond "{pair}" "^(\\d+)[a-z]+ \\1[a-z]+$"'
    yield f"RewriteCond {_quoted(header)} {_quoted(rules.first_named(second, first))} [NV]"
    yield f"RewriteRule ^ - [E=slm_language:{second}]"
    yield from _when(then="E=slm_tree:%{ENV:slm_language}")
    said = ("%{QUERY_STRING}", rf"(?:^|&)lang=({'|'.join(LANGUAGES)})(?:&|$)")
    yield from _when(said, then="E=slm_tree:lang-%1,E=slm_said:lang=%1")


def _routed(plan: Plan, files: str) -> Iterable[str]:
    yield "# The query: what decides the answer is a folder; other parameters say nothing."
    yield from _when(then="E=slm_asked:")
    yield from _when(("%{QUERY_STRING}", ASKING), then="E=slm_folder:/none=")
    yield from _when(("%{QUERY_STRING}", QUERY), then="E=slm_folder:/%1,E=slm_asked:?%1")
    yield from _when(("%{REQUEST_URI}", "^(.+)$"), then="E=slm_path:%1")
    yield from _when(("%{REQUEST_URI}", "^(.*/)$"), then="E=slm_path:%1index")
    yield from _when(("%{THE_REQUEST}", r"^\S+ ([^ ?#]*)"), then="E=slm_raw:%1")
    yield "# Inside, an error's page."
    for status in STATUSES:
        target = f"/%{{ENV:slm_language}}/{ERRORS}/{status}.%{{ENV:slm_problem}}"
        inside = (("%{ENV:REDIRECT_STATUS}", f"^{status}$"), ("%{REQUEST_URI}", f"^/{ERRORS}/{status}$"))
        yield from _when(*inside, then=f"E=slm_error:{status}", target=target, end=True)
    yield from _when(("%{REQUEST_URI}", f"^/{ERRORS}/"), then="R=404", end=True)
    yield "# Methods."
    yield from _when(("%{REQUEST_METHOD}", "^OPTIONS$"), then="R=204", end=True)
    yield from _when(("%{REQUEST_METHOD}", "!^(?:GET|HEAD)$"), then="R=405", end=True)
    yield "# What earlier releases had."
    for path in plan.removed:
        yield from _when(("%{REQUEST_URI}", f"^{re.escape(path)}$"), then="R=410", end=True)
    yield "# A thing leads to the document about it."
    for pattern, place, target in (
        ("^/id/(.+)$", "%1", "/doc/%1"),
        ("^/((?:agent|graph)/.+)$", "%1", "/doc/%1"),
    ):
        yield f'RewriteCond "%{{REQUEST_URI}}" "{pattern}"'
        yield f'RewriteCond "{files}/all/doc/{place}.{_SECOND}" -f'
        yield f'RewriteCond "%{{ENV:slm_raw}}" "{pattern}"'
        yield f'RewriteRule ^ "{target}?%{{ENV:slm_said}}" [R=303,NE,END,E=slm_see:{target}]'
    version = re.escape(plan.version)
    yield from _when(
        ("%{REQUEST_URI}", f"^/release/{version}$"),
        then="R=303,E=slm_see:%{REQUEST_URI}/doc",
        target="%{REQUEST_URI}/doc",
        end=True,
    )
    yield "# Documents as of this release: a copy has no other, so they are the current ones."
    yield from _when(
        ("%{ENV:slm_raw}", f"^/release/{version}(/(?:doc|dumps)/.+)$"), then="R=302,NE", target="%1", end=True
    )
    yield "# Files: of an address that fixes its format, then of what was negotiated."
    path = "%{ENV:slm_folder}%{ENV:slm_path}"
    for ending, more in (("", ""), (".%{ENV:slm_format}", ",E=slm_negotiated:1")):
        for tree in ("all", "%{ENV:slm_tree}"):
            file = f"/{tree}{path}{ending}"
            there = (f"{files}{file}", "-f")
            yield from _found(there, then=f"E=slm_file:{file}{more}")
    for tree, suffix in (("all", _SECOND), (LANGUAGES[0], HTML.suffix)):
        yield from _found((f"{files}/{tree}{path}.{suffix}", "-f"), then="R=406,END")
    yield 'RewriteCond "%{ENV:slm_file}" "^$"\nRewriteRule ^ - [R=404,END]'
    yield "# What headers need to know."
    file, trees = "%{ENV:slm_file}", "|".join(TREES)
    suffixes = "|".join(re.escape(row.suffix) for row in DOCUMENT_FORMATS)
    yield from _when((file, rf"^/(?:{trees})/.*\.([a-z]+)$"), then="E=slm_served:%1")
    yield from _when((file, rf"^/(?:lang-)?({'|'.join(LANGUAGES)})/"), then="E=slm_content_language:%1")
    yield from _when(
        (file, rf"^/(?:{trees})(/.*?)\.(?:sssom\.)?[a-z]+$"),
        then="E=slm_thing:${slm_things:%1},E=slm_particular:${slm_links:%1}",
    )
    yield from _when(("%{ENV:slm_negotiated}%{ENV:slm_raw}", f"^1({DOCUMENT})$"), then="E=slm_stem:%1")
    yield from _when(
        ("%{ENV:slm_negotiated}%{ENV:slm_raw}", rf"^({DOCUMENT})\.(?:{suffixes})$"), then="E=slm_stem:%1"
    )
    yield 'RewriteRule ^ "%{ENV:slm_file}" [QSD,END]'


def _found(there: tuple[str, str], *, then: str) -> Iterable[str]:
    yield 'RewriteCond "%{ENV:slm_file}" "^$"'
    yield f'RewriteCond "{there[0]}" {there[1]}'
    yield f"RewriteRule ^ - [{then}]"


def _headers() -> Iterable[str]:
    yield "# Headers."
    for name, value in EVERY_ANSWER:
        yield f'Header always set {name} "{value}"'
    failed, html = "%{REQUEST_STATUS} >= 400", "reqenv('slm_served') == 'html'"
    negotiated = "reqenv('slm_negotiated') == '1'"
    document = "-n reqenv('slm_stem')"
    # what belongs to an answer that is no error stands in another table than what always does
    for condition, name, value in (
        ("true", "Cache-Control", CURRENT),
        ("%{THE_REQUEST} =~ m#^[A-Z]+ /static/#", "Cache-Control", FOREVER),
        (r"%{THE_REQUEST} =~ m#^[A-Z]+ /(robots\.txt|context\.jsonld) #", "Cache-Control", LONG),
        (f"{negotiated} && {html}", "Vary", "Accept, Accept-Language"),
        (f"{negotiated} && ! ({html})", "Vary", "Accept"),
        (f"! ({negotiated}) && {html}", "Vary", "Accept-Language"),
        ("-n reqenv('slm_content_language')", "Content-Language", "%{slm_content_language}e"),
        (document, "Content-Location", "%{slm_stem}e.%{slm_served}e%{slm_asked}e"),
        (document, "Content-Profile", f"<{SKOS_PROFILE.iri}>"),
    ):
        yield f'Header set {name} "{value}" "expr={condition}"'
    for row in DOCUMENT_FORMATS:
        said = links_of(row, "%{slm_stem}e", "%{slm_asked}e", "%{slm_thing}e")
        yield f"Header set Link {_said(said)} \"expr={document} && reqenv('slm_served') == '{row.suffix}'\""
    yield 'Header append Link "%{slm_particular}e" "expr=-n reqenv(\'slm_particular\')"'
    yield f'Header always set Cache-Control "{NOT_KEPT}" "expr={failed}"'
    yield f'Header unset Cache-Control "expr={failed} || %{{REQUEST_STATUS}} == 303"'
    yield f'Header always set Vary "Accept, Accept-Language" "expr={failed}"'
    yield 'Header always set Content-Language "%{slm_language}e" "expr=-n reqenv(\'slm_error\')"'
    yield 'Header always set Vary "Accept" "expr=%{REQUEST_STATUS} == 303"'
    yield f'Header always set Cache-Control "{CURRENT}" "expr=%{{REQUEST_STATUS}} == 303"'
    yield 'Header always set Link "<%{slm_see}e>; rel=\\"describedby\\"" "expr=-n reqenv(\'slm_see\')"'
    yield f'Header always set Allow "{METHODS}" "expr=%{{REQUEST_STATUS}} == 405 || %{{REQUEST_METHOD}} == \'OPTIONS\'"'
    yield f'Header always set Access-Control-Allow-Methods "{METHODS}" "expr=%{{REQUEST_METHOD}} == \'OPTIONS\'"'
    yield (
        'Header always set Access-Control-Allow-Headers "Accept, Accept-Language, Content-Type, If-None-Match" '
        "\"expr=%{REQUEST_METHOD} == 'OPTIONS'\""
    )
