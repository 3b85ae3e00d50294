"""What a disk or a database may refuse to do, each by its name."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from ..errors import Conflict, NotFound, QMSError, Refused, Unreadable
from ..folder import NotReadable

if TYPE_CHECKING:
    from sqlalchemy.engine import ExceptionContext


class Busy(Conflict):
    """The ledger is held by somebody else, or its database does not answer."""

    vi = "Sổ cái đang bị giữ hoặc cơ sở dữ liệu không trả lời."


class Unreached(Busy):
    """No database was reached: it may not run, or server, port, role, password or name be wrong."""

    quotes = True
    vi = (
        "Không kết nối được cơ sở dữ liệu: có thể máy chủ chưa chạy, hoặc địa chỉ ghi sai máy chủ, "
        "cổng, vai trò, mật khẩu hay tên cơ sở dữ liệu."
    )


class NotLetIn(Refused):
    """The database does not let this role in from here: unknown, wrong password, or no right."""

    quotes = True
    vi = (
        "Cơ sở dữ liệu không cho vai trò này đăng nhập từ máy này: không có vai trò này, "
        "sai mật khẩu, hoặc vai trò này chưa được cấp quyền."
    )


class NoDatabase(NotFound):
    """This server has no database of this name."""

    quotes = True
    vi = "Máy chủ này không có cơ sở dữ liệu mang tên đó."


class Undecided(Conflict):
    """The database was lost while the change was committed; look whether it is there first."""

    exit_code = 9
    mark: str = ""

    vi = "Mất kết nối đúng lúc ghi nhận thay đổi; hãy mở lại và xem đã có chưa rồi mới làm tiếp."


class NoRoom(Conflict):
    """The disk is full or broken; nothing was changed."""

    vi = "Đĩa bị đầy hoặc hỏng; chưa thay đổi gì."


class TooManyOpen(Conflict):
    """Too many files are open; close some, or allow more (``ulimit -n``)."""

    vi = (
        "Đang mở quá nhiều tệp; hãy đóng bớt chương trình "
        "hoặc nhờ người quản trị máy nâng giới hạn (ulimit -n)."
    )


class NoPlace(NotFound):
    """There is no folder here in which this could be written."""

    vi = "Không có thư mục này để ghi vào."


class NotWritable(Conflict):
    """Nothing may be written here."""

    vi = "Không được phép ghi vào nơi này."


class Closed(Refused):
    """This system was closed; open it again."""

    vi = "Hệ thống này đã đóng; hãy mở lại."


class Guarded(Refused):
    """Only an operation writes to the ledger, and nothing alters its trail."""

    vi = "Chỉ thao tác của hệ thống mới ghi vào sổ cái; không ai được sửa nhật ký."


class OwnersOnly(Conflict):
    """Only the owner of the tables may do this; name them in QMS_OWNER (name:password)."""

    vi = "Chỉ chủ sở hữu các bảng mới được làm việc này; hãy nêu trong QMS_OWNER (tên:mật khẩu)."


class NoApplication(Conflict):
    """The owner of the database may not make this role for the application; make it first."""

    vi = "Chủ cơ sở dữ liệu không được tạo vai trò này cho ứng dụng; hãy tạo trước."


class ApplicationThere(Conflict):
    """This role is there already; give its password in PGPASSWORD (ALTER ROLE sets a new one)."""

    vi = "Vai trò này đã có sẵn; hãy nêu mật khẩu của nó trong PGPASSWORD (ALTER ROLE đặt lại)."


class NotUnicode(Refused):
    """This database keeps its text in another encoding; make one with ENCODING 'UTF8'."""

    vi = "Cơ sở dữ liệu này dùng bảng mã khác; hãy tạo cơ sở dữ liệu với ENCODING 'UTF8'."


class OldServer(Refused):
    """Before PostgreSQL 16 an owner has power over the roles of others; use a newer server."""

    vi = (
        "Trước PostgreSQL 16, chủ cơ sở dữ liệu can thiệp được vào vai trò của đơn vị khác; "
        "hãy dùng máy chủ mới hơn."
    )


class OwnerAtWork(Refused):
    """Nobody works as the owner of the tables; let the address name this role (QMS_DATABASE)."""

    vi = (
        "Không được làm việc bằng vai trò chủ sở hữu các bảng; trong địa chỉ (QMS_DATABASE) "
        "hãy dùng vai trò của ứng dụng, nêu ở đầu câu."
    )


class Damaged(Unreadable):
    """The database of the ledger is damaged; rebuild it from the store or restore a backup."""

    vi = "Cơ sở dữ liệu của sổ cái bị hỏng; hãy dựng lại từ kho git hoặc khôi phục bản sao lưu."


class NoLedger(NotFound):
    """There is no ledger in this database."""

    vi = "Cơ sở dữ liệu này không có sổ cái."


class BadAddress(Unreadable):
    """Use sqlite or postgresql+psycopg; percent-encode a password before the @; port: a number."""

    vi = (
        "Chỉ dùng sqlite hoặc postgresql+psycopg; mật khẩu ghi trước dấu @, ký tự đặc biệt "
        "trong mật khẩu viết dạng %XX (@ là %40); cổng là một số."
    )


class StrangeOption(Unreadable):
    """The address of a server has no such option, or it does not take this value."""

    vi = "Địa chỉ máy chủ không có tham số này, hoặc tham số không nhận giá trị này."


class LedgerTaken(Refused):
    """This database already holds another trail, or what somebody else has called so."""

    vi = "Cơ sở dữ liệu này đã chứa một nhật ký khác hoặc đối tượng mang tên đó của phần mềm khác."


class OtherLedger(Refused):
    """This replica is of another ledger, or of none."""

    vi = "Bản sao để tra cứu này thuộc một sổ cái khác hoặc không có sổ cái."


_NO_RIGHT: Final = (errno.EACCES, errno.EPERM)
_ERRNO: Final = {
    **dict.fromkeys((*_NO_RIGHT, errno.EROFS), NotWritable),
    **dict.fromkeys((errno.EMFILE, errno.ENFILE), TooManyOpen),
    **dict.fromkeys((errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP), NoPlace),
}
_SQLITE: Final = {
    "SQLITE_BUSY": Busy,
    "SQLITE_LOCKED": Busy,
    "SQLITE_PROTOCOL": Busy,
    "SQLITE_FULL": NoRoom,
    "SQLITE_IOERR": NoRoom,
    "SQLITE_READONLY": NotWritable,
    "SQLITE_CANTOPEN": NotWritable,
    "SQLITE_PERM": NotWritable,
    "SQLITE_CONSTRAINT_TRIGGER": Guarded,
    "SQLITE_AUTH": Guarded,
}
_POSTGRES: Final = {
    "QM001": Guarded,
    "42501": OwnersOnly,
    "25006": NotWritable,
    "53100": NoRoom,
    # A trigger of somebody else, whose ours have a state of their own; a function that is gone.
    **dict.fromkeys(("P0001", "42883"), Damaged),
}
_HARM: Final = ("22", "23", "XX")
"""Where a SQLSTATE begins so, what is kept is not as it was written."""


@contextmanager
def writing(place: object) -> Iterator[None]:
    """Raise ``NoPlace``, ``NotWritable`` or ``NoRoom`` where the disk refuses what is written.

    Raise ``TooManyOpen`` where no more files may be open, ``NotReadable`` where what is there
    already may not even be read.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _NO_RIGHT and _hidden(error.filename):
            raise NotReadable(str(error.filename)) from error
        raise _ERRNO.get(error.errno or 0, NoRoom)(str(place)) from error


def _hidden(file: object) -> bool:
    """Tell whether a file is there, or may be, which this user may not read."""
    if not isinstance(file, str | bytes | os.PathLike):
        return False
    place = file if os.path.lexists(file) else os.path.dirname(file)
    return not os.access(place, os.R_OK)


def refused(context: ExceptionContext) -> None:
    """Raise by its name what a database refuses; a mistake of ours in SQL goes on as it is."""
    if context.is_pre_ping and context.is_disconnect:
        return  # a connection that was lost since it was last used: there will be another
    about = context.engine.url.render_as_string() if context.engine else ""
    if named := called(context.original_exception, about):
        raise named from context.original_exception


def called(error: BaseException, about: str) -> QMSError | None:
    """Return by its name what a driver says of a database, ``None`` for a mistake of ours."""
    if isinstance(error, UnicodeDecodeError):
        return Damaged(about)
    if _unsayable(error):
        # Loaded late: with it comes pydantic, which a plain list does not need.
        from ..values import BadText

        return BadText(str(error))
    kinds = {kind.__name__ for kind in type(error).__mro__}  # as PEP 249 calls them
    named = _named(error, kinds) if "DatabaseError" in kinds else None
    says = str(error).splitlines() or [""]
    return named(f"{about}: {says[0]}") if named else None


def _unsayable(error: BaseException) -> bool:
    """Tell whether a question holds half a letter or, for PostgreSQL, a zero byte."""
    nowhere = getattr(error, "sqlstate", "") is None  # it never came to the server
    return isinstance(error, UnicodeEncodeError) or (
        nowhere and type(error).__name__ == "DataError"
    )


def _named(error: BaseException, kinds: set[str]) -> type[QMSError] | None:
    name = str(getattr(error, "sqlite_errorname", ""))
    state = str(getattr(error, "sqlstate", ""))
    kind = "_".join(name.split("_")[:2])
    found = _POSTGRES.get(state) or _SQLITE.get(name) or _SQLITE.get(kind)
    if found is None and "ProgrammingError" not in kinds:
        # From a server, what failed may work later: one that ends what lasts too long, too.
        server = hasattr(error, "sqlstate") and not state.startswith(_HARM)
        return Busy if server else Damaged
    return found
