"""Who is at fault for a refusal: the message, or a receiver that refuses everything."""

from __future__ import annotations

#: Messages refused one after another, none taken in between, after which the receiver is given rest.
IN_A_ROW = 5


class Circuit:
    """Of one target, in the process that delivers to it. A process that starts takes the receiver to be well."""

    def __init__(self) -> None:
        self._taken = 0
        self._in_a_row: set[str] = set()
        #: Message -> how many were taken before it was first refused.
        self._before: dict[str, int] = {}

    def took(self, message: str) -> None:
        """The receiver took a message."""
        self._taken += 1
        self._in_a_row.clear()
        self._before.pop(message, None)

    def refused(self, message: str) -> None:
        """The receiver refused one. Refused again, it is still one."""
        self._in_a_row.add(message)
        self._before.setdefault(message, self._taken)

    def at_fault(self, message: str) -> bool:
        """Whether the receiver took others since it first refused this one."""
        return self._taken > self._before.get(message, self._taken)

    def forget(self, message: str) -> None:
        """It is not sent again."""
        self._before.pop(message, None)
        self._in_a_row.discard(message)

    @property
    def open(self) -> int:
        """0 while the receiver is well, else how often it has been found to refuse everything."""
        return max(0, len(self._in_a_row) - IN_A_ROW + 1)
