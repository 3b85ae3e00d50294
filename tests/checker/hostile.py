"""Packs made to do harm: each is one thing wrong, and each must be one finding, soon and small."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from qms.checker import verify
from qms.values import canonical
from tests.checker.packs import SIGNER, Members, altered, entries, opened, promised, raw, zipped

DEEP = 20_000


def deflated(data: bytes) -> bytes:
    """The same files, compressed: a zip like that may hold a bomb."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in opened(data).items():
            archive.writestr(name, content)
    return out.getvalue()


def bomb(data: bytes) -> bytes:
    """Ten megabytes that unpack to ten gigabytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in opened(data).items():
            archive.writestr(name, content)
        with archive.open("contents/bomb", "w", force_zip64=True) as file:
            for _ in range(200):
                file.write(bytes(5_000_000))
    return out.getvalue()


def overlapping(data: bytes) -> bytes:
    """Many names for the same bytes: the directory points to one file again and again."""
    members = opened(data)
    body, rows = b"", []
    one = verify.Member("contents/0", 10**6, zlib.crc32(bytes(10**6)), 0)
    body = one.header() + bytes(10**6)
    for number in range(20_000):
        rows.append(one._replace(name=f"contents/{number:05}").row())
    assert members
    return body + b"".join(rows) + verify.ending(len(rows), len(body), sum(map(len, rows)))


def claims(size: int) -> Callable[[bytes], bytes]:
    """A file that says it is longer than the pack."""

    def claimed(data: bytes) -> bytes:
        good = verify.Pack(io.BytesIO(data)).members["pack.json"]
        return data.replace(good.row(), good._replace(size=size).row())

    return claimed


def named(name: str) -> Callable[[bytes], bytes]:
    """A file under a name that leads elsewhere."""
    return lambda data: raw(sorted([*opened(data).items(), (name, b"x")]))


def twice(data: bytes) -> bytes:
    files = sorted(opened(data).items())
    place = next(n for n, (name, _) in enumerate(files) if name == "pack.json")
    return raw([*files[: place + 1], ("pack.json", b"{}"), *files[place + 1 :]])


def unsorted(data: bytes) -> bytes:
    return raw(sorted(opened(data).items(), reverse=True))


def counted(count: int) -> Callable[[bytes], bytes]:
    """The end says another number of files."""

    def said(data: bytes) -> bytes:
        return data[:-22] + data[-22:-14] + struct.pack("<HH", count, count) + data[-10:]

    return said


def far(data: bytes) -> bytes:
    """A directory that the end puts where no file is long enough."""
    *_, length, start, _ = struct.unpack("<4s4H2IH", data[-22:])
    return data[:-22] + verify.ending(500_000, start, length)


def strangers(data: bytes) -> bytes:
    """An entry of another log in place of one of this."""
    changed = entries(data)
    changed[4]["log"] = "log-khac"
    return altered(data, trail_jsonl=b"".join(canonical(one) + b"\n" for one in changed))


def line(new: Callable[[bytes], bytes], number: int = 3) -> Callable[[bytes], bytes]:
    """One entry is other bytes."""

    def alter(old: bytes) -> bytes:
        lines = old.split(b"\n")
        lines[number] = new(lines[number])
        return b"\n".join(lines)

    return lambda data: altered(data, trail_jsonl=alter)


def in_change(words: bytes) -> Callable[[bytes], bytes]:
    return lambda old: old.replace(b'"change":{', b'"change":{"a":' + words + b",", 1)


def about(words: bytes) -> Callable[[bytes], bytes]:
    return lambda data: altered(data, pack_json=words)


def item(new: bytes) -> Callable[[bytes], bytes]:
    def swapped(data: bytes) -> bytes:
        members: Members = opened(data)
        name = next(name for name in sorted(members) if name.startswith("items/"))
        return zipped({**members, name: new})

    return swapped


def _key(changed: list[Any]) -> tuple[dict[str, str], str]:
    """Return the state that first holds a signing key, and under which name."""
    return next(
        (entry["state"], own)
        for entry in changed
        for own in entry["state"]
        if own.startswith("signing_key:")
    )


def key(new: bytes) -> Callable[[bytes], bytes]:
    """The key that somebody signs with is something else than was promised."""

    def swapped(data: bytes) -> bytes:
        state, own = _key(entries(data))
        return zipped({**opened(data), f"items/{state[own]}": new})

    return swapped


def key_until(data: bytes) -> bytes:
    """A key that is revoked since no day."""
    state, own = _key(entries(data))
    name = f"items/{state[own]}"
    members = opened(data)
    return zipped({**members, name: canonical({**verify.parsed(members[name]), "until": 1})})


def key_promised(new: bytes) -> Callable[[bytes], bytes]:
    """A key that is none, promised and signed by whoever holds the log's key."""
    return lambda data: promised(data, _key(entries(data))[1], new)


def flood(data: bytes) -> bytes:
    """A hundred megabytes without the end of a line where entries should be."""
    return altered(data, trail_jsonl=bytes(100_000_000))


def lines_of_nothing(data: bytes) -> bytes:
    """Millions of empty lines where entries should be."""
    return altered(data, trail_jsonl=b"\n" * 3_000_000)


def crowded(folder: str, file: bytes, count: int = 30_000) -> Callable[[bytes], bytes]:
    """More files in a folder than anybody has a use for, each of them a good one."""

    def filled(data: bytes) -> bytes:
        members = opened(data)
        more = file or members["checkpoint"]
        return zipped({**members, **{f"{folder}/{number:05}": more for number in range(count)}})

    return filled


def many(data: bytes, count: int, path: Path) -> None:
    """Write a pack with so many empty files that nothing speaks of."""
    members, rows = opened(data), io.BytesIO()
    names = sorted([*members, *(f"contents/{number:07}" for number in range(count))])
    with path.open("wb") as out:
        for name in names:
            content = members.get(name, b"")
            member = verify.Member(name, len(content), zlib.crc32(content), out.tell())
            rows.write(member.row())
            out.write(member.header() + content)
        start = out.tell()
        out.write(rows.getvalue() + verify.ending(len(names), start, rows.tell()))


PACKS: dict[str, Callable[[bytes], bytes]] = {
    "P01 deflated": deflated,
    "P01 bomb": bomb,
    "P01 overlapping": overlapping,
    "P01 claims_more": claims(2**31),
    "P01 claims_less": claims(3),
    "P01 path_up": named("../evil"),
    "P01 path_root": named("/etc/evil"),
    "P01 path_deep": named("contents/../../evil"),
    "P01 path_windows": named("contents\\evil"),
    "P01 path_drive": named("c:evil"),
    "P01 path_hidden": named("contents/.evil"),
    "P01 path_zero": named("contents/a\0b"),
    "P01 path_long": named("a" * 65_535),
    "P01 path_turned": named("contents/\u202egpj.exe"),
    "P01 twice": twice,
    "P01 unsorted": unsorted,
    "P01 counted_too_few": counted(1),
    "P01 counted_too_many": counted(60_000),
    "P01 far": far,
    "P01 empty": lambda data: b"",
    "P01 no_zip": lambda data: b"<html>" * 1000,
    "P01 only_an_end": lambda data: data[-22:],
    "P02 nothing_in_it": lambda data: zipped({}),
    "P02 no_about": lambda data: altered(data, pack_json=None),
    "P02 no_entries": lambda data: altered(data, trail_jsonl=None),
    "P02 no_words": lambda data: altered(data, words_json=None),
    "P04 about_truncated": lambda data: altered(data, pack_json=lambda old: old[:-9]),
    "P04 about_nan": about(b'{"size":NaN}'),
    "P04 about_infinite": about(b'{"size":-Infinity}'),
    "P04 about_deep": about(b"[" * DEEP + b"]" * DEEP),
    "P04 about_unclosed": about(b'{"a":' * DEEP),
    "P04 about_huge": about(b'"' + b"a" * 5_000_000 + b'"'),
    "P04 about_long_number": about(b"9" * 900_000),
    "P04 about_not_utf8": about(b'{"log":"\xff"}'),
    "P04 about_half_a_letter": about(b'"\\ud800"'),
    "P04 about_twice": about(b'{"a":1,"a":2}'),
    "P04 flood": flood,
    "P04 anchors_without_end": crowded("anchors", b""),
    "P04 keys_without_end": crowded("keys", f"{SIGNER.verifier.text()}\n".encode()),
    "T01 truncated": line(lambda old: old[:-10]),
    "T01 nan": line(in_change(b"NaN")),
    "T01 float": line(in_change(b"1.5")),
    "T01 exponent": line(in_change(b"1e3")),
    "T01 beyond_integers": line(in_change(b"9007199254740993")),
    "T01 deep": line(in_change(b"[" * DEEP + b"]" * DEEP)),
    "T01 a_little_deep": line(in_change(b"[" * 40 + b"]" * 40)),
    "T01 no_object": line(lambda old: b"[]"),
    "T01 null": line(lambda old: b"null"),
    "T01 a_member_more": line(lambda old: old.replace(b"{", b'{"a":1,', 1)),
    "T01 another_type": line(lambda old: old.replace(b'"index":3', b'"index":"3"')),
    "T01 truth_for_a_number": line(lambda old: old.replace(b'"index":3', b'"index":true')),
    "T01 no_such_day": line(lambda old: old.replace(b'"at":"2024-01-02', b'"at":"2024-02-31')),
    "T04 strangers": strangers,
    "P07 item_deep": item(b"[" * DEEP + b"]" * DEEP),
    "P07 item_no_json": item(b"<x>"),
    "P07 key_nothing": key(b"{}"),
    "P07 key_list": key(b"[]"),
    "P07 key_text": key(b'"x"'),
    "P07 key_of_lists": key(b'{"public":["a"]}'),
    "P07 key_until_a_number": key_until,
    "P07 key_promised_nothing": key_promised(b"{}"),
    "P07 key_promised_of_lists": key_promised(b'{"public":["a"]}'),
    "P07 key_promised_until": key_promised(b'{"person":"a","public":"a","until":0}'),
    "C02 note_long": lambda data: altered(data, checkpoint=b"\n" * 900_000),
    "C02 note_signatures": lambda data: altered(
        data, checkpoint=lambda old: old + b"\xe2\x80\x94 a AAAAAAA=\n" * 200
    ),
    "P04 checkpoint_huge": lambda data: altered(data, checkpoint=b"a" * 2_000_000),
}
"""By name: the code that must be found, and how a good pack becomes this one."""


def each(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield each hostile pack under its name."""
    for name, spoil in PACKS.items():
        yield name, spoil(data)
