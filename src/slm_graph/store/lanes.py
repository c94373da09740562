"""Who is next: a bounded queue that is fair to clients."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from typing import Generic, Protocol, TypeVar


class Waiting(Protocol):
    """What can wait: it says for whom."""

    @property
    def client(self) -> str: ...


W = TypeVar("W", bound=Waiting)


class FairQueue(Generic[W]):
    """Clients take turns; each client's own come in their order.

    When it is full, the client with the most waiting gives way to one with fewer: a flood drowns itself.
    """

    def __init__(self, length: int) -> None:
        self._length = length
        self._waiting: OrderedDict[str, deque[W]] = OrderedDict()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[W]:
        """Everything that waits, client by client in the order of turns."""
        for own in self._waiting.values():
            yield from own

    def put(self, item: W) -> W | None:
        """Let `item` wait; gives what must leave for it (`item` itself, if nobody has more waiting), or None."""
        leaving: W | None = None
        if self._count >= self._length:
            longest = max(self._waiting.values(), key=len, default=None)
            if longest is None or len(longest) <= len(self._waiting.get(item.client, ())) + 1:
                return item
            leaving = longest[-1]
            self.remove(leaving)
        self._waiting.setdefault(item.client, deque()).append(item)
        self._count += 1
        return leaving

    def take(
        self, may_run: Callable[[W], bool], *, rank: Callable[[str], float] = lambda client: 0.0
    ) -> W | None:
        """The first of the client of lowest `rank` that `may_run`, of equal ones the next in turn; its turn comes last again."""
        for client in sorted(self._waiting, key=rank):
            own = self._waiting[client]
            if may_run(own[0]):
                item = own[0]
                self.remove(item)
                if client in self._waiting:
                    self._waiting.move_to_end(client)
                return item
        return None

    def remove(self, item: W) -> None:
        """Forget `item`, which waits."""
        own = self._waiting[item.client]
        own.remove(item)
        self._count -= 1
        if not own:
            del self._waiting[item.client]
