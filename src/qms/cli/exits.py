"""With which code a command ends, and what it says to whoever called it.

It is loaded before all else, so it loads nothing itself.
"""

DONE = 0
FOUND = 1
MISUSED = 2

INTERRUPTED = 130
"""What a shell says of a program that was stopped by Ctrl-C."""

UNREAD = 141
"""What a shell says of a program whose reader went away, as `| head` does."""

MEANS = {
    DONE: (
        "Đã làm xong; với `verify`: không có sai lệch.",
        "Done; of `verify`: nothing is wrong.",
    ),
    FOUND: (
        "Đã xem và có điều chưa đạt: `verify`, `check`, `anchor stamps`; `load`, `bring`, `adopt` "
        "có dòng không nhập được. Hoặc lỗi ngoài dự kiến.",
        "Looked at, and something is wrong: `verify`, `check`, `anchor stamps`; `load`, `bring`, "
        "`adopt` could not take every line. Or what nobody foresaw went wrong.",
    ),
    MISUSED: (
        "Gõ sai lệnh, tùy chọn hoặc giá trị: chưa làm gì.",
        "The command, an option or a value was not understood: nothing was done.",
    ),
    3: (
        "Bị từ chối: quy định không cho phép; đừng làm lại như cũ.",
        "Refused: a rule forbids it; do not retry.",
    ),
    4: (
        "Không tìm thấy: mã số, mục, tệp, thư mục, hoặc phần mềm chưa cài.",
        "Not found: a code, an entry, a file, a folder, or something that is not installed.",
    ),
    5: (
        "Chưa được: đang bận, đĩa đầy, không có quyền, giờ sai. Chưa thay đổi gì, thử lại được.",
        "Not now: busy, a full disk, a missing right, a wrong clock. Nothing has changed; retry.",
    ),
    6: (
        "Không đọc được: tệp không đúng khuôn dạng; `verify` có phần không đọc được.",
        "Unreadable: not in the form that it claims; `verify` could not read a part.",
    ),
    7: (
        "Không đáng tin: mã băm, bằng chứng hoặc chữ ký không khớp. Giữ nguyên, chạy `verify`.",
        "Not to be trusted: a digest, proof or signature does not hold. Keep all, run `verify`.",
    ),
    8: (
        "Việc **đã** được ghi; phần đi sau chưa kịp (kho git, mở lần đầu, lời báo kết quả), "
        "hoặc làm xong rồi mới gặp lỗi (đã nêu rõ). Đừng làm lại.",
        "It **is** done; what follows it is late (git, the first opening, the word of it), or "
        "something wrong was found afterwards and is named. Do not repeat it.",
    ),
    9: (
        "Chưa rõ đã ghi hay chưa: mở lại, xem đã có chưa rồi mới làm tiếp.",
        "It may be done or not: open again and look before you repeat it.",
    ),
    INTERRUPTED: (
        "Bị dừng bằng Ctrl-C: việc đang làm hoặc đã ghi trọn, hoặc chưa ghi gì.",
        "Stopped by Ctrl-C: what was under way is there whole, or not at all.",
    ),
    UNREAD: (
        "Bên nhận đóng ống dẫn trước khi đọc hết (`| head`): phần còn lại chưa ai đọc. "
        "Việc được giao có thể đã ghi: xem lại trước khi làm lại.",
        "Whoever read (`| head`) stopped before the end: the rest was read by nobody. "
        "What was asked for may be done: look before you repeat it.",
    ),
}
"""Every code, with what it says in Vietnamese and in English."""
