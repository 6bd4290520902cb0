"""Numbers filed under keys, in little memory: most keys have one number alone, which is then kept without a list."""

from __future__ import annotations


class Postings:
    """Key -> numbers in the order in which they were added."""

    __slots__ = ("filed",)

    def __init__(self) -> None:
        self.filed: dict[str, int | list[int]] = {}
        """To be asked for many keys at once."""

    def __len__(self) -> int:
        return len(self.filed)

    def __contains__(self, key: object) -> bool:
        return key in self.filed

    def add(self, key: str, number: int) -> None:
        """File a number under a key."""
        filed = self.filed.get(key)
        if filed is None:
            self.filed[key] = number
        elif isinstance(filed, int):
            self.filed[key] = [filed, number]
        else:
            filed.append(number)

    def add_once(self, key: str, number: int) -> None:
        """File a number under a key where it does not stand yet."""
        if number not in self.of(key):
            self.add(key, number)

    def of(self, key: str) -> list[int] | tuple[int, ...]:
        """The numbers under a key."""
        filed = self.filed.get(key)
        if filed is None:
            return ()
        return (filed,) if isinstance(filed, int) else filed
