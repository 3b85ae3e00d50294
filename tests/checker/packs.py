"""Packs to check: a small office's year packed whole and in part, and ways to take a pack apart."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from qms import documents as d
from qms import nonconformities as n
from qms import records as r
from qms import signing_keys as k
from qms.checker import verify
from qms.events.slip import Slip
from qms.output import anchoring
from qms.packing import Packed
from qms.proofs import ed25519, sshsig
from qms.proofs.checkpoint import Checkpoint
from qms.proofs.note import COSIGNATURE, Signer, skey
from qms.proofs.note import Note as SignedNote
from qms.proofs.sshsig import SSHKey
from qms.registers.log_keys import CODE, RotateLogKey
from qms.registers.signing_keys import NAMESPACE
from qms.values import canonical
from tests.systems import Office, adopted, created

LOG = "qms-test"
SIGNER = Signer.parse(skey(LOG, b"k" * 32))
STRANGER = Signer.parse(skey(LOG, b"x" * 32))
WITNESS = Signer.parse(skey("cap-tren.example", b"w" * 32, COSIGNATURE))
OTHER_LOG = Signer.parse(skey("log-khac", b"k" * 32))

Members = dict[str, bytes]


def _pair() -> tuple[SSHKey, Callable[[bytes], bytes]]:
    """Return a key of P-256, as older tokens have it, and what signs with it."""
    private = ec.derive_private_key(2**200 + 7, ec.SECP256R1())
    line = private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)

    def raw(message: bytes) -> bytes:
        made = private.sign(message, ec.ECDSA(SHA256(), deterministic_signing=True))
        return sshsig.pair(*decode_dss_signature(made))

    return SSHKey.parse(line.decode()), raw


def _single(seed: int) -> tuple[SSHKey, Callable[[bytes], bytes]]:
    public, raw = ed25519.pair(bytes([seed]) * 32)
    return SSHKey(sshsig.ED25519, public), raw


KEYS = {"mai": _single(7), "binh": _pair()}
"""With which keys people sign here."""


def signing(key: SSHKey, raw: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Return what gives an armored signature."""
    return lambda data: sshsig.sign(data, NAMESPACE, key, raw).armored()


def play(office: Office) -> None:
    """Sign, issue, revise and rename; report a nonconformity; keep a record and correct it."""
    for who, key in KEYS.items():
        with office.open(who, sign=signing(*key)) as system:
            system.perform(k.Enrol(person=who, public=key[0].line()))
    office.does("hung", created("QT-05"), d.Submit(code="QT-05"))
    digest = office.digest("QT-05")
    with office.open("mai", sign=signing(*KEYS["mai"])) as system:
        system.perform(d.Endorse(code="QT-05", digest=digest))
    with office.open("binh", sign=signing(*KEYS["binh"])) as system:
        system.perform(d.Approve(code="QT-05", digest=digest))
    office.does("lan", d.Issue(code="QT-05", effective=date(2024, 1, 2)))
    office.clock.to("2024-01-10")
    office.revises("QT-05", "2024-01-10", "Sửa bước ba")
    office.does("lan", d.Rename(code="QT-05", title="Tên đúng", reason="Ghi nhầm"))
    office.issues("QT-06", "2024-01-10", body="=1+1")
    report = n.Report(
        unit="QLVT",
        found="Cấp sai ngày",
        day=date(2024, 1, 9),
        source="complaint",
        clause="8.5.1",
        document="QT-05",
        complainant="Nguyễn Văn Dân",
        proofs={"don.txt": "Đơn phản ánh"},
    )
    office.does("ha", report)
    kept = {"unit": "QLVT", "process": "QT-11", "day": date(2015, 3, 2), "ended": 2015, "years": 5}
    retain = r.Retain(title="Hồ sơ", applicant="Trần An", contents={"a.txt": b"Don"}, **kept)
    office.does("lan", *adopted("QT-11", "2014-01-02"), retain)
    office.does("lan", r.Correct(record="HS-2024-00001", says="Sinh 1980", reason="Ghi sai"))


def packed(office: Office, path: Path, **wanted: Any) -> Packed:
    """Pack an office."""
    with office.open() as system:
        return system.trail.pack(path, **wanted)


def checkpoint(office: Office) -> SignedNote:
    """Return how far an office has come, signed."""
    with office.open() as system, system._read() as now:
        return SignedNote.parse(now.checkpoint() or b"")


class Packs(NamedTuple):
    """An office's packs, and an older checkpoint of it with the cosignature of a witness."""

    office: Office
    whole: bytes
    part: bytes
    anchor: bytes


def made(office: Office, folder: Path) -> Packs:
    """Play an office's year and pack it, in part for one document."""
    anchor = checkpoint(office).signed(WITNESS, at=1_704_200_000).data()
    play(office)
    packed(office, folder / "whole.zip", anchors=(anchor,))
    packed(office, folder / "part.zip", items=("QT-05",), anchors=(anchor,))
    whole, part = ((folder / f"{name}.zip").read_bytes() for name in ("whole", "part"))
    return Packs(office, whole, part, anchor)


def anchored(note: bytes) -> dict[str, bytes]:
    """Return a checkpoint in each form in which ``qms anchor write`` hands it out."""
    slip = Slip("Sở <Giao thông>", SignedNote.parse(note), SIGNER.verifier.text(), date(2024, 1, 2))
    page, letter = anchoring.paper(slip).encode(), anchoring.letter(slip)
    worn = note.replace(b"\n", b"\r\n")
    return {"a.html": page, "a.eml": letter, "b.eml": letter.replace(b"\r\n", b"\n"), "a": worn}


class Rotated(NamedTuple):
    """The packs of a log whose key was replaced twice, and the keys one after the other."""

    whole: bytes
    part: bytes
    keys: tuple[verify.Key, ...]


def rotated(office: Office, folder: Path) -> Rotated:
    """Replace the key of a log twice and take back a person's key that was lost before."""
    keys = [_public(office)]
    for reason in ("Mất máy", "Đổi định kỳ"):
        office.does("lan", RotateLogKey(code=CODE, reason=reason))
        office.does("lan", d.Rename(code="QT-06", title=reason, reason="Ghi nhầm"))
        keys.append(_public(office))
    key = office.asks(lambda system: system.find(k.SigningKey, person="mai"))[0]
    office.does("mai", k.Revoke(code=key.code, since=date(2024, 1, 2), reason="Mất điện thoại"))
    packed(office, folder / "whole.zip")
    packed(office, folder / "part.zip", items=("QT-05",))
    whole, part = ((folder / f"{name}.zip").read_bytes() for name in ("whole", "part"))
    return Rotated(whole, part, tuple(keys))


def _public(office: Office) -> verify.Key:
    return verify.Key.parse((office.keys / "log.pub").read_text().strip())


def opened(data: bytes) -> Members:
    """Return every file of a pack."""
    found = verify.Pack(io.BytesIO(data))
    return {name: found.read(name, 10**8) for name in found.members}


def zipped(members: Members) -> bytes:
    """Return files in the one form of a zip that a pack has, its checksums right."""
    return raw([(name, members[name]) for name in sorted(members)])


def raw(files: list[tuple[str, bytes]]) -> bytes:
    """Return files as a zip, in the order they are given."""
    out, rows = io.BytesIO(), []
    for name, data in files:
        member = verify.Member(name, len(data), verify.zlib.crc32(data), out.tell())
        rows.append(member.row())
        out.write(member.header() + data)
    start = out.tell()
    out.write(b"".join(rows) + verify.ending(len(rows), start, sum(map(len, rows))))
    return out.getvalue()


def altered(data: bytes, **to: Callable[[bytes], bytes | None] | bytes | None) -> bytes:
    """Return a pack with files changed, added or, with ``None``, taken out; `__` stands for `/`."""
    members = opened(data)
    for word, change in to.items():
        name = word.replace("__", "/").replace("_", ".")
        new = change(members[name]) if callable(change) else change
        members.pop(name, None)
        if new is not None:
            members[name] = new
    return zipped(members)


def key_of(signer: Signer) -> verify.Key:
    """Return what an auditor holds of a signer."""
    return verify.Key.parse(signer.verifier.text())


TRUST = verify.Trust((key_of(SIGNER),))


def findings(data: bytes, trust: verify.Trust = TRUST) -> list[str]:
    """Return what the checker finds in a pack."""
    return [f"{one.code} {one.about}" for one in verify.check(io.BytesIO(data), trust)]


def codes(data: bytes, trust: verify.Trust = TRUST) -> list[str]:
    """Return the codes of what the checker finds in a pack."""
    return [one.split(" ")[0] for one in findings(data, trust)]


def entries(data: bytes) -> list[Any]:
    """Return the entries of a pack."""
    lines = opened(data)["trail.jsonl"].split(b"\n")[:-1]
    return [verify.entry_of(line) for line in lines]


def written(changed: list[Any]) -> bytes:
    """Return entries as a pack has them."""
    return b"".join(canonical(entry) + b"\n" for entry in changed)


@cache
def forged(data: bytes, alter: Callable[[list[Any]], list[Any]]) -> bytes:
    """Return a whole pack as whoever has the key would make it anew over altered entries."""
    changed, tree = alter(entries(data)), verify.Tree()
    for entry in changed:
        entry["root"] = tree.root().hex()
        tree.grow(verify.leaf_hash(canonical(entry)))
    members = opened(data)
    note = Checkpoint(LOG, tree.size, tree.root()).signed(SIGNER).data()
    about = verify.parsed(members["pack.json"])
    about |= {"size": tree.size, "root": tree.root().hex(), "entries": tree.size}
    new = {"trail.jsonl": written(changed), "checkpoint": note, "pack.json": canonical(about)}
    return zipped({**members, **new})


def promised(data: bytes, own: str, new: bytes) -> bytes:
    """Return a whole pack made anew by whoever has the key, with another first body of an item."""
    first = next(entry["state"][own] for entry in entries(data) if own in entry["state"])

    def alter(changed: list[Any]) -> list[Any]:
        for entry in changed:
            if entry["state"].get(own) == first:
                entry["state"][own] = sha256(new).hexdigest()
        return changed

    members = opened(forged(data, alter))
    members.pop(f"items/{first}")
    return zipped({**members, f"items/{sha256(new).hexdigest()}": new})


def bodied(data: bytes, own: str, **to: Any) -> bytes:
    """Return a whole pack made anew by whoever has the key, an item with other members."""
    first = next(entry["state"][own] for entry in entries(data) if own in entry["state"])
    body = verify.parsed(opened(data)[f"items/{first}"])
    return promised(data, own, canonical({**body, **to}))


class InMemory(verify.Files):
    """The files of a pack as they are taken out of it."""

    def __init__(self, members: Members) -> None:
        self.members = members

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a file."""
        yield self.members[name]


def rendered(pack: bytes) -> bytes:
    """Return a pack with what people read made anew, as a forger would."""
    said = entries(pack)
    words: dict[str, Any] = {}
    for entry in said:
        vi, en, titles = verify.vocabulary().get(entry["kind"], ([entry["kind"]],) * 2 + ({},))
        known = words.setdefault(entry["kind"], {"en": en[0], "fields": {}, "vi": vi[0]})
        known["fields"].update({name: titles.get(name, [name])[0] for name in entry["change"]})
    files = InMemory({**opened(pack), "words.json": canonical(words)})
    story = verify.Story(files, files.value("pack.json"), lambda: iter(said))
    read = {name: "".join(pieces).encode() for name, pieces in story.files()}
    return zipped({**files.members, **read})
