"""What a query's client is told when there is no answer: one clear text for each cause."""

from __future__ import annotations

import signal

from slm_graph.engine.tokens import Token, position_of
from slm_graph.errors import (
    Busy,
    EnvironmentFault,
    QueryError,
    QueryTimeout,
    QueryTooLarge,
    SlmGraphError,
    Text,
    german_number,
)

_BY_PAGES = Text(
    de="Mit LIMIT und OFFSET seitenweise fragen oder den Gesamtabzug laden.",
    en="Ask page by page with LIMIT and OFFSET, or load the dump.",
)
_NARROWER = Text(de="Die Abfrage enger fassen.", en="Narrow the query down.")


UNFIT = -1
"""In the place of a signal's number: the process had not begun with any query."""
_UNFIT_SECONDS = 30
"""For an operator, or a machine short of something: trying at once would find the same."""


def deadline(seconds: float) -> QueryTimeout:
    return QueryTimeout(
        Text(
            de=f"Die Abfrage wurde nach {german_number(seconds)} Sekunden beendet.",
            en=f"the query was stopped after {seconds:g} seconds",
        ),
        hint=_NARROWER,
    )


def busy(retry_after_seconds: int) -> Busy:
    return Busy(
        Text(de="Zu viele Abfragen warten schon.", en="too many queries are waiting already"),
        hint=Text(
            de=f"In {retry_after_seconds} s noch einmal versuchen.",
            en=f"Try again in {retry_after_seconds} s.",
        ),
        retry_after_seconds=retry_after_seconds,
    )


def answer_too_large(max_bytes: int) -> QueryTooLarge:
    return QueryTooLarge(
        Text(
            de=f"Die Antwort ist größer als {max_bytes} Bytes.",
            en=f"the answer is larger than {max_bytes} bytes",
        ),
        hint=_BY_PAGES,
    )


def too_many_rows(max_rows: int) -> QueryTooLarge:
    return QueryTooLarge(
        Text(
            de=f"Die Antwort hat mehr als {max_rows} Zeilen.",
            en=f"the answer has more than {max_rows} rows",
        ),
        hint=_BY_PAGES,
    )


def memory_exhausted(max_memory_bytes: int) -> QueryTooLarge:
    mebibytes = max_memory_bytes // 2**20
    return QueryTooLarge(
        Text(
            de=f"Die Abfrage braucht mehr als {mebibytes} MiB Speicher; ihr Abfrageprozess wurde beendet.",
            en=f"the query needs more than {mebibytes} MiB of memory; its query process has ended",
        ),
        hint=_NARROWER,
    )


def memory_crowded(retry_after_seconds: int) -> Busy:
    return Busy(
        Text(
            de="Die laufenden Abfragen brauchen zusammen zu viel Speicher; diese brauchte am meisten und wurde beendet.",
            en="the queries that run need too much memory together; this one needed most and was stopped",
        ),
        hint=Text(
            de=f"Die Abfrage enger fassen oder in {retry_after_seconds} s noch einmal versuchen.",
            en=f"Narrow the query down, or try again in {retry_after_seconds} s.",
        ),
        retry_after_seconds=retry_after_seconds,
    )


def crashed(number: int, *, max_memory_bytes: int) -> SlmGraphError:
    """For a query whose process died by signal `number` without our doing, or was never fit for one."""
    if number == UNFIT:
        return Busy(
            Text(
                de="Der Abfrageprozess ließ sich nicht einrichten.",
                en="the query process could not be set up",
            ),
            hint=Text(de="Bitte später noch einmal versuchen.", en="Please try again later."),
            retry_after_seconds=_UNFIT_SECONDS,
        )
    if number == signal.SIGABRT:  # the engine's answer to memory it does not get
        return memory_exhausted(max_memory_bytes)
    if number in (signal.SIGSEGV, signal.SIGBUS):  # a stack that overflowed
        return QueryTooLarge(
            Text(
                de="Die Abfrage ist zu tief oder zu lang: ihr Abfrageprozess ist abgestürzt.",
                en="the query is too deep or too long: its query process crashed",
            ),
            hint=Text(de="Die Abfrage vereinfachen.", en="Simplify the query."),
        )
    if number == signal.SIGKILL:  # the kernel, short of memory, or an operator
        return Busy(
            Text(
                de="Der Abfrageprozess wurde von außen beendet.",
                en="the query process was ended from outside",
            ),
            hint=Text(de="Bitte noch einmal versuchen.", en="Please try again."),
            retry_after_seconds=1,
        )
    return QueryError(
        Text(
            de="Der Abfrageprozess endete vor der Antwort.",
            en="the query process ended before it had answered",
        ),
        hint=Text(
            de="Bitte die Abfrage ändern oder noch einmal versuchen.",
            en="Please change the query or try again.",
        ),
    )


def own_fault(fault: Exception) -> EnvironmentFault:
    return EnvironmentFault(
        Text(de="Im Abfrageprozess ist ein Fehler aufgetreten.", en="a fault occurred in the query process"),
        where=f"{type(fault).__name__}: {fault}",
    )


def data_missing(fault: OSError) -> EnvironmentFault:
    return EnvironmentFault(
        Text(de="Die Daten der Veröffentlichung sind nicht da.", en="the release's data is not there"),
        where=str(fault),
    )


def host_silent(fault: OSError | None) -> Busy:
    return Busy(
        Text(
            de="Der Abfragedienst antwortet gerade nicht.", en="the query host does not answer at the moment"
        ),
        hint=Text(de="Bitte gleich noch einmal versuchen.", en="Please try again in a moment."),
        retry_after_seconds=2,  # a new host is ready in less
    )


def unclear(query: str, token: Token, *, is_beside_service: bool = False) -> QueryError:
    """For a place that parsers may read differently, where a query is to be rewritten by its tokens."""
    line, column = position_of(query, token.start)
    place_de, place_en = f"(Zeile {line}, Spalte {column})", f"(line {line}, column {column})"
    shown = token.text[:40]
    return QueryError(
        Text(
            de=f"Diese Stelle lässt {'neben SERVICE ' if is_beside_service else ''}mehr als eine Lesart zu {place_de}: {shown}",
            en=f"{'beside SERVICE, ' if is_beside_service else ''}this place can be read in more than one way {place_en}: {shown}",
        ),
        hint=Text(
            de="Wörter und < mit Leerzeichen trennen, Zeichen außerhalb von Zeichenketten nicht als \\u schreiben.",
            en="Put blanks between words and around <, and write no character outside strings as \\u.",
        ),
        line=line,
        column=column,
    )
