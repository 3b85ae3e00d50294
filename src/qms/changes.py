"""What a change is, before anyone has made it.

A *change* is one sentence about one *item*: ``Issue(code="QT-05", …)``. An ``Opening``
brings the item into being, a ``Step`` takes it further. ``check`` refuses when a rule
forbids it, ``apply`` gives the item afterwards (or a tuple with those it brings along),
``files`` names the bytes to keep in git and ``vaulted`` those for the vault. None of the
four does I/O, reads a clock or a global: all they may know is in the ``Act``.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, ClassVar, Final, Generic, NamedTuple, Protocol, TypeVar

from pydantic import Field, ValidationError

from .days import HERE as HERE
from .days import day_of as day_of
from .errors import NotFound, Refused
from .misfits import Misformed, misfits, placed
from .values import (
    LONGEST_NAME,
    PERSONAL,
    Code,
    Content,
    Frozen,
    OptionalCode,
    Word,
    file_name,
    key,
)


class ActorKind(Word):
    """What kind of hand made a change."""

    PERSON = "person", "người"
    TOOL = "tool", "phần mềm"
    IMPORT = "import", "nhập dữ liệu cũ"
    SYSTEM = "system", "hệ thống"


class Role(Word):
    """What a post may do in the quality system (ISO 9001:2015, 5.3)."""

    DRAFTER = "drafter", "người soạn thảo"
    REVIEWER = "reviewer", "người soát xét"
    APPROVER = "approver", "người phê duyệt"
    QUALITY_OFFICER = "quality_officer", "cán bộ ISO"
    AUDITOR = "auditor", "đánh giá viên"
    LEADER = "leader", "lãnh đạo"
    READER = "reader", "người đọc"


class Meaning(Word):
    """What somebody says by signing a change with their own key."""

    AUTHORED = "authored", "Đã soạn thảo, chịu trách nhiệm về nội dung"
    REVIEWED = "reviewed", "Đã đọc, soát xét, đồng ý trình phê duyệt"
    APPROVED = "approved", "Đã đọc, phê duyệt"
    ISSUED = "issued", "Ban hành, cho có hiệu lực"
    WITHDRAWN = "withdrawn", "Bãi bỏ, cho hết hiệu lực"
    CLOSED = "closed", "Xác nhận đã xong, kết thúc"
    DISPOSED = "disposed", "Quyết định hoặc xác nhận việc tiêu hủy"
    HELD = "held", "Xác nhận khóa này do chính mình giữ"


class Actor(Frozen):
    """Who acts, in which post; a person stands in the trail by id, never by name."""

    id: str
    post: str = ""
    kind: ActorKind = ActorKind.PERSON


class Item(Frozen):
    """Something under control: its id is given once, its code is what people print.

    ``columns`` names what is searched by, with its type; a type that is an ``Item`` says
    that the column holds the id of one. ``indexes`` says which columns are searched
    together; without it each is searched alone. ``room`` says how many characters of a file
    name the codes of what is numbered under it need.
    """

    register: ClassVar[str] = ""
    columns: ClassVar[Mapping[str, type]] = {}
    indexes: ClassVar[tuple[tuple[str, ...], ...]] = ()
    registers: ClassVar[dict[str, type[Item]]] = {}
    room: ClassVar[int] = 0

    id: str
    code: Code
    aliases: tuple[Code, ...] = ()

    def __init_subclass__(
        cls,
        register: str = "",
        columns: Mapping[str, type] | None = None,
        indexes: tuple[tuple[str, ...], ...] = (),
        room: int = 0,
        **config: Any,
    ) -> None:
        super().__init_subclass__(**config)
        if register:
            cls.register, cls.columns, cls.indexes = register, columns or {}, indexes
            cls.room = room
            Item.registers[register] = cls

    @classmethod
    def identify(cls, code: str) -> str:
        """Return the id that an item opened under this code has for ever."""
        return f"{cls.register}:{key(code)}"

    def spellings(self) -> frozenset[str]:
        """Return every key that leads to this item."""
        return frozenset(map(key, (self.code, *self.aliases)))


ItemT = TypeVar("ItemT", bound=Item)


class Look(Protocol):
    """Find other items by code or id, as they stand at this act."""

    def __call__(self, item: type[ItemT], code: str, /) -> ItemT | None:
        """Return an item, or ``None`` where nothing has this code."""


class Unknown(NotFound):
    """Nothing in this register has this code."""

    vi = "Không có mã số này trong sổ."


class AlreadyThere(Refused):
    """This code is already in use, in this or another spelling."""

    clause = "7.5.2 a"
    vi = "Mã số này đã được dùng (kể cả dưới cách viết khác)."


class CodeTooLong(Refused):
    """A code leaves room for what is numbered under it; letters with accents count for more."""

    clause = "7.5.2 a"
    vi = "Mã số quá dài, không còn chỗ cho các mã con (lần ban hành, bản giấy, phát hiện…)."


class NotWellFormed(Misformed, Refused):
    """A field is missing, unknown or of another form."""

    vi = "Thiếu trường, thừa trường hoặc trường không đúng khuôn dạng."


class Value(Frozen):
    """A value that is brought within a change; by itself, too, it tells what does not fit."""

    def __init__(self, **fields: Any) -> None:
        try:
            super().__init__(**fields)
        except ValidationError as error:
            raise NotWellFormed(type(self).__name__, misfits(type(self), error)) from None
        except Refused as error:
            raise placed(type(self), fields, error) from None

    # Within a change pydantic goes on past it, so that the change can say where it stands.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]


class NotAChange(Refused):
    """An operation takes changes, one by one: perform(*changes)."""

    vi = "Phải đưa vào từng thay đổi một, ví dụ: perform(*changes)."


Read = Callable[[str], bytes | None]
"""Give the bytes of a content by digest, or ``None`` where they are not at hand."""


def unread(digest: str) -> bytes | None:
    """Return nothing: a replay judges by digests alone."""
    return None


class Act(NamedTuple):
    """Who acts, when, in which unit and roles, and what else may be looked at or read."""

    actor: Actor
    at: datetime
    look: Look
    unit: str = ""
    roles: frozenset[Role] = frozenset()
    read: Read = unread

    @property
    def day(self) -> date:
        """Return the day it is in Viet Nam."""
        return day_of(self.at)

    def need(self, item: type[ItemT], code: str) -> ItemT:
        """Return another item, or raise ``Unknown``."""
        found = self.look(item, code)
        if found is None:
            raise Unknown(code)
        return found


ANYONE: Final[tuple[Role, ...]] = ()
"""Every appointed person may make this change."""


class Change(Frozen, Generic[ItemT]):
    """One thing that happens to one item.

    ``roles`` may make it. ``tools`` says that a program may, too: then it only proposes.
    ``imports`` says that it tells what happened before this system was here. ``meaning`` is
    what a signature under it says; without one it is not offered for signing.
    """

    kind: ClassVar[str] = ""
    item: ClassVar[type[Item]] = Item
    roles: ClassVar[tuple[Role, ...]] = ANYONE
    tools: ClassVar[bool] = False
    imports: ClassVar[bool] = False
    meaning: ClassVar[Meaning | None] = None
    personal: ClassVar[tuple[str, ...]] = ()
    vi: ClassVar[str] = ""
    kinds: ClassVar[dict[str, type[Change[Any]]]] = {}

    code: Code = Field(title="Mã số")

    def __init_subclass__(
        cls,
        kind: str = "",
        item: type[Item] = Item,
        roles: tuple[Role, ...] = ANYONE,
        tools: bool = False,
        imports: bool = False,
        meaning: Meaning | None = None,
        **config: Any,
    ) -> None:
        super().__init_subclass__(**config)
        if kind:
            cls.kind, cls.item, cls.roles = kind, item, roles
            cls.tools, cls.imports, cls.meaning = tools, imports, meaning

    @classmethod
    def __pydantic_init_subclass__(cls, **config: Any) -> None:
        super().__pydantic_init_subclass__(**config)
        if cls.kind:
            fields = cls.model_fields.items()
            cls.personal = tuple(name for name, field in fields if PERSONAL in field.metadata)
            Change.kinds[cls.kind] = cls

    def __init__(self, **fields: Any) -> None:
        try:
            super().__init__(**fields)
        except ValidationError as error:
            raise NotWellFormed(self.kind, misfits(type(self), error)) from None
        except Refused as error:
            raise placed(type(self), fields, error) from None

    def vaulted(self) -> Mapping[str, Content]:
        """Return the contents for the vault, by the name they are known under."""
        return {}


class Opening(Change[ItemT]):
    """A change that brings an item into being; without a code it takes the next number."""

    twice: ClassVar[type[AlreadyThere]] = AlreadyThere
    """What is said where the item is there already."""

    code: OptionalCode = Field(default="", title="Mã số (bỏ trống: lấy số tiếp theo)")

    @property
    def id(self) -> str:
        """Return the id of the item that is opened."""
        return self.item.identify(self.code)

    def given(self, act: Act) -> str:
        """Return the code that follows from the rest, empty to take the next of a series."""
        return ""

    def check(self, act: Act) -> None:
        """Raise ``Refused`` if a rule forbids this opening."""

    @abstractmethod
    def apply(self, act: Act) -> ItemT | tuple[Item, ...]:
        """Return the new item, first of those it brings along."""

    def files(self, act: Act) -> Mapping[str, Content | None]:
        """Return path and content of each file to keep, ``None`` to remove it."""
        return {}


class Step(Change[ItemT]):
    """A change that takes an item further."""

    def check(self, before: ItemT, act: Act) -> None:
        """Raise ``Refused`` if a rule forbids this step."""

    @abstractmethod
    def apply(self, before: ItemT, act: Act) -> ItemT | tuple[Item, ...]:
        """Return the item after this step, first of those it brings along."""

    def files(self, before: ItemT, act: Act) -> Mapping[str, Content | None]:
        """Return path and content of each file to keep, ``None`` to remove it."""
        return {}


def fitting(code: str, room: int) -> None:
    """Raise ``CodeTooLong`` where no room is left under a code."""
    if len(file_name(code)) + room > LONGEST_NAME:
        raise CodeTooLong(code)
