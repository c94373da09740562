"""What is said of many addresses, told by folder: a server that looks for a name from the beginning gets a short list."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping


def folded(
    said: Mapping[str, str], places: Iterable[str]
) -> tuple[dict[str, str], dict[str, tuple[str, bool]]]:
    """What is said of single places, and of all others directly in a folder; `places` are all there are.

    Of a folder: the text, and whether the place's last name belongs behind it.

    >>> folded({"/a/x": "u:x", "/a/y": "u:y", "/a/z": "other"}, ["/a/w", "/a/x", "/a/y", "/a/z"])
    ({'/a/w': '', '/a/z': 'other'}, {'/a': ('u:', True)})
    """
    folders: defaultdict[str, dict[str, tuple[str, bool]]] = defaultdict(dict)
    for place in sorted({*places, *said}):
        folder, _, name = place.rpartition("/")
        text = said.get(place, "")
        named = bool(name) and text.endswith(name)
        folders[folder][place] = (text[: len(text) - len(name)], True) if named else (text, False)
    exact: dict[str, str] = {}
    shared: dict[str, tuple[str, bool]] = {}
    for folder, held in folders.items():
        most, times = Counter(held.values()).most_common(1)[0]
        if times > 1 and most != ("", False):
            shared[folder] = most
        # without a word of its own a place says nothing, but for one in a folder that says something
        rest = (place for place in held if held[place] != shared.get(folder, ("", False)))
        exact |= {place: said.get(place, "") for place in rest}
    return exact, shared
