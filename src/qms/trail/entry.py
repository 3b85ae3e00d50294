"""One line of the trail, in the one form that is hashed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any, Final, Literal, NamedTuple, Self, TypeAlias

from pydantic import Field, GetCoreSchemaHandler, ValidationError, field_serializer
from pydantic_core import CoreSchema, core_schema, to_json

from ..changes import Actor, Change, Item
from ..errors import Refused, Unreadable
from ..proofs import merkle
from ..values import Content, Digest, Frozen, ValueT, by_name, canonical, sort_key

VERSION: Final = 1
GREATEST: Final = 2**53 - 1
"""The greatest integer that every reader of JSON reads alike (RFC 8785, 3.2.2.3)."""

CHECKPOINT: Final = "trail/checkpoint"
"""Where the newest signed checkpoint lies in the store."""

LONGEST: Final = 65_535
"""Bytes that one entry may have: its length fits two bytes (C2SP tlog-tiles)."""

SEARCHED: Final = 500
"""Letters of a value that a column holds as they are; an index of PostgreSQL takes 2,700 bytes."""


class TooLong(Refused):
    """An entry of the trail has at most 65,535 bytes."""

    clause = "7.5.3.2"
    vi = "Một mục nhật ký không quá 65.535 byte."


class BadEntry(Unreadable):
    """This entry is not in canonical form."""

    vi = "Mục nhật ký không ở dạng chuẩn."


class UnknownKind(Unreadable):
    """This version knows no such kind of entry."""

    vi = "Phiên bản phần mềm này không biết loại mục nhật ký đó."


class Operation(NamedTuple):
    """Which entries happened together: the first one and how many."""

    first: Annotated[int, Field(ge=0, le=GREATEST)]
    length: Annotated[int, Field(ge=0, le=GREATEST)]


class Kept(Frozen):
    """A file that an entry promises, by digest."""

    sha256: Digest
    size: int = Field(ge=0, le=GREATEST)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return list(map(_plain, value))
    if isinstance(value, float) or (isinstance(value, int) and abs(value) > GREATEST):
        raise BadEntry("a number")
    return value


def _is_plain(value: Any) -> bool:
    if isinstance(value, dict):
        return _in_order(value) and _is_plain([*value.values()])
    if isinstance(value, list):
        for part in value:  # noqa: SIM110  a generator takes half as long again
            if type(part) not in _SURE and not _is_plain(part):
                return False
        return True
    return isinstance(value, int) and abs(value) <= GREATEST


_UTC: Final = timedelta(0)
_YEARS: Final = range(1_000, 3_000)
"""Years in which an entry may be: near the first and the last one, a day here has none."""

_SURE: Final = frozenset((str, bool, type(None)))
"""What has one form: most parts of a change, which need not be looked into."""


def _in_order(fields: dict[str, Any]) -> bool:
    return len(fields) < 2 or [*fields] == sorted(fields)


class Made(NamedTuple):
    """Marks what is put into its one form where it is made; bytes are compared with that form."""

    form: Callable[[Any], Any]

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return how pydantic reads this value: from JSON as it stands."""
        read = handler(source)
        made = core_schema.no_info_after_validator_function(self.form, read)
        return core_schema.json_or_python_schema(read, made)


Plain = Annotated[dict[str, Any], Made(_plain)]
"""JSON in its one canonical form: by name, no floats, no integer that two readers read apart."""

Named = Annotated[dict[str, ValueT], Made(by_name)]
"""Values by name."""


class Signature(Frozen):
    """What the actor signed with their own key: which key, saying what."""

    key: str
    """Its fingerprint, as ``ssh-keygen -l`` shows it."""
    meaning: str
    sshsig: str
    """Over ``Entry.core``, as ``ssh-keygen -Y sign`` writes it (openssh PROTOCOL.sshsig)."""


class Entry(Frozen):
    """Who did which change to which item, when, after which tree, and what came of it."""

    v: Literal[1] = VERSION
    log: str
    index: int = Field(ge=0, le=GREATEST)
    root: Digest
    at: datetime
    actor: Actor
    kind: str
    item: str
    change: Plain
    files: Named[Kept | None] = {}
    evidence: Named[Kept] = {}
    state: Named[Digest]
    operation: Operation
    tool: str
    signature: Signature | None = None

    @field_serializer("at")
    def _moment(self, at: datetime) -> str:
        return moment(at)

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Return the entry in canonical bytes, or raise ``BadEntry``."""
        if len(data) > LONGEST:
            raise BadEntry(f"{len(data)} bytes")
        try:
            entry = cls.known(data)
        except ValidationError as error:
            raise BadEntry(".".join(map(str, error.errors()[0]["loc"]))) from None
        if not entry._orderly() or entry.data() != data:
            raise BadEntry(f"entry {entry.index}")
        return entry

    @classmethod
    def known(cls, data: bytes) -> Self:
        """Return the entry in bytes that ``parse`` has read before."""
        return cls.model_validate_json(data)

    def data(self) -> bytes:
        """Return the canonical bytes: the leaf of the Merkle tree."""
        return canonical(self)

    def _orderly(self) -> bool:
        """Tell whether all that is in it by name is in order, and no moment or number in doubt."""
        named = _in_order(self.state) and _in_order(self.files) and _in_order(self.evidence)
        said = self.at.utcoffset() == _UTC and self.at.year in _YEARS
        return named and said and _is_plain(self.change)

    def core(self, meaning: str) -> bytes:
        """Return what the actor signs: who did what when, saying what, after which tree.

        The root binds a signature to everything before it, and to this one place.
        """
        said = self.model_dump(
            mode="json", include={"log", "index", "root", "kind", "item", "state"}
        )
        digest = sha256(canonical(self.change)).hexdigest()
        who = self.actor.model_dump(mode="json")
        told = {"digest": digest, "meaning": meaning, "who": who, "when": moment(self.at)}
        return canonical(said | told)

    def opened(self) -> Change[Any]:
        """Return the change inside, without the bytes of its files."""
        kind = Change.kinds.get(self.kind)
        if kind is None:
            raise UnknownKind(f"entry {self.index}: {self.kind}")
        try:
            change = kind.model_validate(self.change)
        except (ValidationError, Refused) as error:
            raise BadEntry(f"entry {self.index}: {self.kind}") from error
        if canonical(change) != to_json(self.change):
            raise BadEntry(f"entry {self.index}: {self.kind}")
        return change

    @property
    def path(self) -> str:
        """Return where the entry lies in the store."""
        return entry_path(self.index)


class Written(NamedTuple):
    """An entry and its canonical bytes."""

    entry: Entry
    data: bytes

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Return the entry in canonical bytes with them, or raise ``BadEntry``."""
        return cls(Entry.parse(data), data)

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """Return an entry with its canonical bytes."""
        return cls(entry, entry.data())


def entry_path(index: int) -> str:
    """Return the path of an entry, a hundred to a folder.

    >>> entry_path(12345)
    'trail/00/01/23/45.json'
    """
    digits = f"{index:08}"
    return f"trail/{digits[:2]}/{digits[2:4]}/{digits[4:6]}/{digits[6:]}.json"


def laid_out(entries: Iterable[Entry]) -> dict[str, Kept | None]:
    """Return which content lies where in git after one operation, ``None`` where none does.

    A commit holds one content at a path: what the operation itself writes over lies by digest
    under ``earlier``, or no commit would have it.
    """
    files: dict[str, Kept | None] = {}
    earlier: list[Kept] = []
    for entry in entries:
        earlier += [kept for path in entry.files if (kept := files.get(path))]
        files |= entry.files
    last = {kept.sha256 for kept in files.values() if kept}
    over = (kept for kept in earlier if kept.sha256 not in last)
    return files | {f"earlier/{kept.sha256[:2]}/{kept.sha256}": kept for kept in over}


def moment(at: datetime) -> str:
    """Return a moment as the trail writes it: UTC, microseconds."""
    said = at.isoformat(timespec="microseconds")
    if not said.endswith("+00:00"):
        said = at.astimezone(UTC).isoformat(timespec="microseconds")
    return said.removesuffix("+00:00") + "Z"


Cells: TypeAlias = tuple[str | None, ...]
"""What a table holds beside the body of an item: what it is searched and sorted by."""


class State(NamedTuple):
    """An item as a change left it, and its canonical bytes."""

    item: Item
    data: bytes


def states(items: tuple[Item, ...]) -> tuple[State, ...]:
    """Return each item with its canonical bytes."""
    return tuple(State(item, body(item)) for item in items)


def digests(states: Iterable[State]) -> dict[str, Digest]:
    """Return the digest of each item as it stands afterwards."""
    return {item.id: sha256(data).hexdigest() for item, data in states}


def state_of(items: tuple[Item, ...]) -> dict[str, Digest]:
    """Return the digest of each item as it stands afterwards."""
    return {item.id: sha256(body(item)).hexdigest() for item in items}


def body(item: Item) -> bytes:
    """Return the canonical bytes of an item."""
    return canonical(item)


def cells(item: Item) -> Cells:
    """Return what a table says beside an item: its code, how that sorts, each column."""
    return item.code, sort_key(item.code), *[cell(getattr(item, name)) for name in item.columns]


def cell(value: object) -> str | None:
    """Return a value as its column holds it: text, days in ISO form, ``None`` for nothing.

    Of a text longer than an index takes, its beginning and its digest: it is found all the same.
    """
    if value is None or value == "":
        return None
    text = value.isoformat() if isinstance(value, date) else str(value)
    if len(text) <= SEARCHED:
        return text
    return text[:SEARCHED] + sha256(text.encode()).hexdigest()


def kept(content: Content) -> Kept:
    """Return the digest of what is to be kept."""
    return Kept(sha256=content.sha256, size=content.size)


def leaf(data: bytes) -> bytes:
    """Return the leaf hash of an entry's bytes, or raise ``TooLong``."""
    if len(data) > LONGEST:
        raise TooLong(f"{len(data)} bytes")
    return merkle.leaf_hash(data)
