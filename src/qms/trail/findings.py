"""What verification can find, each with its code, its weight and its two sentences."""

from __future__ import annotations

from typing import Final, NamedTuple

from ..values import Word


class Severity(Word):
    """How much a finding weighs."""

    ERROR = "error", "lỗi"
    WARNING = "warning", "cảnh báo"


class Finding(NamedTuple):
    """One thing that does not hold: which check saw it, where, and what it means."""

    code: str
    about: str
    en: str
    vi: str
    severity: Severity = Severity.ERROR

    def says(self, language: str) -> str:
        """Return code, place and sentence in ``"vi"`` or ``"en"``."""
        return f"{self.code} {self.about}: {self.vi if language == 'vi' else self.en}"


_SAYS: Final = {
    "T01": ("This entry is not in canonical form.", "Mục nhật ký không ở dạng chuẩn."),
    "T02": (
        "This entry does not follow the entries before it.",
        "Mục nhật ký không nối tiếp các mục trước nó.",
    ),
    "T03": ("The trail stops before its end.", "Nhật ký bị cắt trước khi kết thúc."),
    "T04": ("This entry belongs to another trail.", "Mục này thuộc nhật ký khác."),
    "T05": ("Time runs backwards here.", "Thời gian ở đây chạy ngược."),
    "T06": ("This operation is not whole.", "Thao tác này không trọn vẹn."),
    "T07": ("A node of the tree is missing or altered.", "Một nút của cây băm bị mất hoặc bị sửa."),
    "T08": ("The ledger believes in another tree.", "Sổ cái ghi một cây băm khác."),
    "T09": ("The trail cannot be read any further.", "Không đọc tiếp được nhật ký."),
    "F01": ("This content is missing.", "Thiếu nội dung này."),
    "F02": ("This content was altered.", "Nội dung này đã bị sửa."),
    "F03": (
        "This evidence is not here (destroyed, or left out).",
        "Bằng chứng này không có ở đây (đã tiêu hủy hoặc không kèm theo).",
    ),
    "F04": ("This evidence was altered.", "Bằng chứng này đã bị sửa."),
    "R01": (
        "A rule of its day forbids this change.",
        "Quy định khi đó không cho phép thay đổi này.",
    ),
    "R02": (
        "This version does not know this kind of change.",
        "Phiên bản phần mềm này không biết loại thay đổi đó.",
    ),
    "S01": (
        "Played again, this entry leaves something else behind.",
        "Phát lại mục này cho kết quả khác với điều đã ghi.",
    ),
    "S02": ("This row was altered.", "Dòng dữ liệu này đã bị sửa."),
    "S03": ("This row is missing.", "Thiếu dòng dữ liệu này."),
    "S04": ("No entry made this row.", "Không mục nhật ký nào tạo ra dòng dữ liệu này."),
    "S05": ("A code leads to another item, or to none.", "Mã số dẫn sai hoặc không dẫn tới đâu."),
    "K11": (
        "The policy of its day demands that the actor signs this; nobody signed.",
        "Chính sách khi đó đòi người làm việc này ký số, nhưng không có chữ ký.",
    ),
    "K12": (
        "The signature under this entry does not hold.",
        "Chữ ký số của mục này không khớp.",
    ),
    "K13": (
        "The key that signed this was not the actor's, or was revoked.",
        "Khóa đã ký mục này không phải của người thao tác hoặc đã bị thu hồi.",
    ),
    "K14": (
        "This key still signed when it was no longer safe, as was told later.",
        "Khóa này vẫn được dùng để ký khi đã không còn an toàn (báo mất sau đó).",
    ),
    "G01": ("Git does not have all entries.", "Kho git chưa có đủ các mục nhật ký."),
    "G02": ("This file in git was altered.", "Tệp này trong kho git đã bị sửa."),
    "G03": ("This file is missing in git.", "Kho git thiếu tệp này."),
    "G04": ("No entry put this file in git.", "Không mục nhật ký nào đưa tệp này vào kho git."),
    "G05": ("This commit is not ours.", "Lần ghi (commit) này không do hệ thống tạo."),
    "G06": ("Git cannot be read any further.", "Không đọc tiếp được kho git."),
}

_WARNINGS: Final = frozenset({"F03", "R02", "K14", "G01"})


def finding(code: str, about: str) -> Finding:
    """Return a finding with its sentences."""
    severity = Severity.WARNING if code in _WARNINGS else Severity.ERROR
    return Finding(code, about, *_SAYS[code], severity)
