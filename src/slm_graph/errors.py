"""One tree of errors, one table of exit codes, one table of HTTP statuses.

    SlmGraphError
    ├── UsageError            exit 2, 400   the call itself is wrong
    ├── DataRefused           exit 1, 422   the data may not be published, or cannot be read as what it claims to be
    │   └── SourceError                     … with a file and, where there is one, a line
    │       └── NotASource    exit 2        nothing there, a folder, or a kind of file that is not read
    ├── NotFound              exit 1, 404   nothing by that name
    ├── QueryError            exit 1, 400   a query that is not SPARQL, or asks what is not allowed
    │   ├── QueryTooLarge              413  longer, deeper or larger than the declared limits
    │   ├── QueryTimeout               408  stopped at the deadline
    │   ├── QueryRefused               403  well-formed, and not carried out here (updates, SERVICE)
    │   └── NotAcceptable              406  an answer of this form is not offered in what was asked for
    ├── Busy                  exit 3, 503   a queue is full; try again
    ├── RemoteError           exit 3, 502   another server gave no usable answer
    │   └── RemoteTimeout              504
    └── EnvironmentFault      exit 3, 500   this machine, a broken release, or a fault of our own

Every error carries its text in German and English; nothing in a text names a path of the server to a stranger:
the web shows `title` and `text`, never `where`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

Language = Literal["de", "en"]
LANGUAGES: tuple[Language, ...] = ("de", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One message in both languages of the interface.

    >>> Text(de="leer", en="empty").in_language("de")
    'leer'
    """

    de: str
    en: str

    def in_language(self, language: Language) -> str:
        return self.de if language == "de" else self.en


def quotation(text: str) -> Text:
    """What somebody wrote, in the quotation marks of each language; signs that do not print are escaped.

    >>> quotation("skill").de, quotation("a\\nb").en
    ('„skill“', '“a\\\\nb”')
    """
    shown = "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)
    return Text(de=f"„{shown}“", en=f"“{shown}”")


def german_number(value: float) -> str:
    """A number as German texts spell it, in the fewest digits.

    >>> german_number(2.5), german_number(10)
    ('2,5', '10')
    """
    return f"{value:g}".replace(".", ",")


class SlmGraphError(Exception):
    """What went wrong (`text`), what to do about it (`hint`), and for our own users where (`where`)."""

    exit_code: ClassVar[int] = 3
    http_status: ClassVar[int] = 500
    title: ClassVar[Text] = Text(de="Interner Fehler", en="Internal error")

    def __init__(self, text: Text, *, hint: Text | None = None, where: str | None = None) -> None:
        super().__init__(text.en)
        self.text = text
        self.hint = hint
        self.where = where

    def message(self, language: Language) -> str:
        """One line: where, what, and what to do."""
        place = f"{self.where}: " if self.where else ""
        said = self.text.in_language(language)
        if self.hint is None:
            return place + said
        end = "" if said.endswith((".", "!", "?", "…", ":")) else "."
        return f"{place}{said}{end} {self.hint.in_language(language)}"


class UsageError(SlmGraphError):
    exit_code = 2
    http_status = 400
    title = Text(de="Fehlerhafte Anfrage", en="Bad request")


class DataRefused(SlmGraphError):
    exit_code = 1
    http_status = 422
    title = Text(de="Daten abgelehnt", en="Data refused")


class SourceError(DataRefused):
    """A source that cannot be read as what it claims to be; `name` is its file, `line` counts from 1."""

    def __init__(
        self,
        text: Text,
        *,
        name: str,
        line: int | None = None,
        column: int | None = None,
        hint: Text | None = None,
    ) -> None:
        place = ":".join(str(part) for part in (name, line, column) if part is not None)
        super().__init__(text, hint=hint, where=place)
        self.name = name
        self.line = line
        self.column = column


class NotASource(SourceError):
    """What was named is not there, is no file, or is of a kind that is not read: the call is wrong, not the content."""

    exit_code = 2


class NotFound(SlmGraphError):
    exit_code = 1
    http_status = 404
    title = Text(de="Nicht gefunden", en="Not found")


class QueryError(SlmGraphError):
    """A query that cannot be answered; `line` and `column` count from 1 where the parser told them."""

    exit_code = 1
    http_status = 400
    title = Text(de="Fehlerhafte Abfrage", en="Malformed query")

    def __init__(
        self, text: Text, *, hint: Text | None = None, line: int | None = None, column: int | None = None
    ) -> None:
        super().__init__(text, hint=hint)
        self.line = line
        self.column = column


class QueryTooLarge(QueryError):
    http_status = 413
    title = Text(de="Abfrage oder Antwort zu groß", en="Query or answer too large")


class QueryTimeout(QueryError):
    http_status = 408
    title = Text(de="Zeitgrenze erreicht", en="Deadline reached")


class QueryRefused(QueryError):
    http_status = 403
    title = Text(de="Abfrage nicht erlaubt", en="Query not allowed")


class NotAcceptable(QueryError):
    http_status = 406
    title = Text(de="Kein passendes Format", en="No acceptable format")


class Busy(SlmGraphError):
    """No place free; `retry_after_seconds` says when to come back."""

    http_status = 503
    title = Text(de="Ausgelastet", en="Busy")

    def __init__(self, text: Text, *, retry_after_seconds: int, hint: Text | None = None) -> None:
        super().__init__(text, hint=hint)
        self.retry_after_seconds = retry_after_seconds


class RemoteError(SlmGraphError):
    http_status = 502
    title = Text(de="Anderer Server antwortet nicht brauchbar", en="Unusable answer from another server")


class RemoteTimeout(RemoteError):
    http_status = 504
    title = Text(de="Anderer Server antwortet nicht rechtzeitig", en="Another server did not answer in time")


class EnvironmentFault(SlmGraphError):
    exit_code = 3
    http_status = 500
