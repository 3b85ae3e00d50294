"""What of the trail is kept outside, where nobody here can alter it: 7.5.3.1 b, 7.5.3.2 c.

A *witness* cosigns a checkpoint after it has seen that the trail only grew. An *anchor* is a
checkpoint that somebody outside keeps: on paper, in a mailbox, with cosignatures. Brought
back and entered here, each verification holds the trail against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Final, NamedTuple

from pydantic import AfterValidator, Field

from ..changes import Act, Item, Opening, Step
from ..errors import Refused
from ..proofs import timestamp
from ..proofs.checkpoint import Opened, Trust, opened
from ..proofs.note import COSIGNATURE, Verifier
from ..proofs.note import Note as SignedNote
from ..values import Code, Content, Digest, Frozen, Text, Word, file_name
from .log_keys import CODE as LOG
from .log_keys import LogKey
from .people import OFFICERS

LONGEST: Final = 20_000
"""Characters that a note may have here: a hundred signatures."""


class Medium(Word):
    """How a checkpoint is kept outside."""

    FILE = "file", "tệp lưu ở nơi khác"
    PAPER = "paper", "bản in"
    MAIL = "mail", "thư điện tử"
    WITNESS = "witness", "bên làm chứng cùng ký"
    TIMESTAMP = "timestamp", "dấu thời gian (RFC 3161)"


class Cosignature(Frozen):
    """Which witness cosigned, and when, in POSIX seconds."""

    witness: str
    at: int


class Witness(Item, register="witness", columns={"until": date}):
    """Somebody outside who cosigns: a superior agency, the certification body."""

    title: Text
    vkey: str
    since: date
    until: date | None = None
    reason: Text = ""

    @property
    def verifier(self) -> Verifier:
        """Return the key by which its cosignatures are checked."""
        return Verifier.parse(self.vkey)


class Anchor(Item, register="anchor", columns={"day": date, "medium": str}):
    """One checkpoint kept outside: how far the trail had come, who keeps it where."""

    size: int
    root: Digest
    note: str
    medium: Medium
    place: Text
    cosigned: tuple[Cosignature, ...] = ()
    answer: Digest | None = None
    """Of what a time-stamping authority answered; the bytes are kept in git."""
    day: date

    @property
    def text(self) -> str:
        """Return the checkpoint without its signatures: what is timestamped."""
        return SignedNote.parse(self.note.encode()).text


class NotForCosigning(Refused):
    """A witness is entered by a key of the type for cosignatures."""

    clause = "7.5.3.1 b"
    vi = "Khóa của bên làm chứng phải là loại khóa dành cho việc cùng ký."


class WitnessOfItself(Refused):
    """The log does not witness itself."""

    clause = "7.5.3.1 b"
    vi = "Khóa của chính nhật ký không được làm khóa của bên làm chứng."


class WitnessReleased(Refused):
    """This witness was released from its office."""

    clause = "7.5.3.1 b"
    vi = "Bên làm chứng này đã thôi làm chứng."


class NotCosigned(Refused):
    """A witness is named for a checkpoint that bears its cosignature."""

    clause = "7.5.3.1 b"
    vi = "Chỉ nêu tên bên làm chứng nào đã cùng ký điểm kiểm chứng này."


class NothingWitnessed(Refused):
    """What a witness cosigned is entered with the name of the witness."""

    clause = "7.5.3.1 b"
    vi = "Điểm kiểm chứng được cùng ký phải nêu bên làm chứng đã ký."


class NothingStamped(Refused):
    """A timestamp is entered with the answer of its authority, and nothing else is."""

    clause = "7.5.3.1 b"
    vi = "Dấu thời gian phải kèm phản hồi của tổ chức cấp; cách lưu khác thì không kèm."


def whole(text: str) -> str:
    """Return a note as it was signed, where a mailbox or a clipboard wore its line ends."""
    return text.replace("\r\n", "\n").rstrip("\n") + "\n"


Note = Annotated[str, AfterValidator(whole), Field(min_length=2, max_length=LONGEST)]
"""A signed note as text, ended by one newline."""


class EnrolWitness(Opening[Witness], kind="witness.enrol/1", item=Witness, roles=OFFICERS):
    """Enter somebody outside who will cosign, by the public key they handed over."""

    vi = "Ghi nhận bên làm chứng, theo khóa công khai họ trao"

    code: Code = Field(title="Mã số")
    title: Text = Field(title="Tên cơ quan, tổ chức", min_length=1)
    vkey: str = Field(title="Khóa công khai (vkey)", max_length=1000)

    def check(self, act: Act) -> None:
        found = Verifier.parse(self.vkey)
        if found.algorithm != COSIGNATURE:
            raise NotForCosigning(found.name)
        log = trusted(act.need(LogKey, LOG))
        if found.public in {one.public for one in log.keys}:
            raise WitnessOfItself(found.name)

    def apply(self, act: Act) -> Witness:
        return Witness(id=self.id, since=act.day, **dict(self))


class ReleaseWitness(Step[Witness], kind="witness.release/1", item=Witness, roles=OFFICERS):
    """Release a witness: from now on its cosignatures are asked for no more."""

    vi = "Thôi nhờ bên làm chứng"

    reason: Text = Field(title="Lý do", min_length=1)

    def check(self, before: Witness, act: Act) -> None:
        _serving(before)

    def apply(self, before: Witness, act: Act) -> Witness:
        return before.model_copy(update={"until": act.day, "reason": self.reason})


class KeepAnchor(Opening[Anchor], kind="anchor.keep/1", item=Anchor, roles=OFFICERS):
    """Enter a checkpoint that is kept outside; every verification will hold the trail to it.

    Refused unless a key of this trail signed it. Whether it fits the trail is not asked: one
    that does not is evidence, and verification will say so.
    """

    vi = "Ghi nhận điểm kiểm chứng đang được lưu ở bên ngoài"

    note: Note = Field(title="Điểm kiểm chứng (nguyên văn, cả chữ ký)")
    medium: Medium = Field(title="Cách lưu")
    place: Text = Field(title="Ai giữ, ở đâu", min_length=1)
    witnesses: tuple[Code, ...] = Field(default=(), title="Bên làm chứng đã cùng ký")
    answer: Content | None = Field(
        default=None, title="Phản hồi của tổ chức cấp dấu thời gian (tệp)"
    )

    def check(self, act: Act) -> None:
        witnesses = [act.need(Witness, code) for code in self.witnesses]
        found = self._opened(act)
        for witness in witnesses:
            _serving(witness)
            if witness.verifier not in found.cosigned:
                raise NotCosigned(witness.code)
        if self.medium is Medium.WITNESS and not witnesses:
            raise NothingWitnessed()
        if (self.medium is Medium.TIMESTAMP) != (self.answer is not None):
            raise NothingStamped()
        # The bytes are at hand only when somebody brings them; verification judges them again.
        if self.answer is not None and self.answer.data is not None:
            timestamp.stamped(self.answer.data, found.checkpoint.text().encode())

    def apply(self, act: Act) -> Anchor:
        found = self._opened(act)
        witnesses = {act.need(Witness, code).id: act.need(Witness, code) for code in self.witnesses}
        return Anchor(
            id=self.id,
            code=self.code,
            size=found.checkpoint.size,
            root=found.checkpoint.root.hex(),
            note=self.note,
            medium=self.medium,
            place=self.place,
            cosigned=tuple(
                Cosignature(witness=own, at=found.cosigned[witness.verifier])
                for own, witness in witnesses.items()
            ),
            answer=self.answer.sha256 if self.answer else None,
            day=act.day,
        )

    def files(self, act: Act) -> Mapping[str, Content | None]:
        return {f"anchors/{file_name(self.code)}.tsr": self.answer} if self.answer else {}

    def _opened(self, act: Act) -> Opened:
        named = (act.need(Witness, code).verifier for code in self.witnesses)
        return opened(self.note.encode(), trusted(act.need(LogKey, LOG), *named))


class Standing(NamedTuple):
    """How well the trail is held from outside: the newest anchor, and what came after it."""

    anchor: Anchor
    days: int
    entries: int


def standing(anchors: Iterable[Anchor], size: int, on: date) -> Standing | None:
    """Return how old the anchor is that reaches furthest, and how many entries lie beyond it.

    ``None`` where nothing is kept outside, or nothing that the trail still has.
    """
    held = [anchor for anchor in anchors if anchor.size <= size]
    if not held:
        return None
    last = max(held, key=lambda anchor: (anchor.size, anchor.day))
    return Standing(last, (on - last.day).days, size - last.size)


def seen_by(anchors: Iterable[Anchor], witness: Witness) -> int:
    """Return the size up to which a witness has cosigned, 0 for none."""
    sizes = (
        anchor.size
        for anchor in anchors
        if any(one.witness == witness.id for one in anchor.cosigned)
    )
    return max(sizes, default=0)


def holding(anchors: Iterable[Anchor], note: SignedNote) -> Anchor | None:
    """Return the anchor that has this checkpoint with all these signatures, if there is one."""
    return next(
        (
            anchor
            for anchor in anchors
            if anchor.text == note.text
            and set(note.signatures) <= set(SignedNote.parse(anchor.note.encode()).signatures)
        ),
        None,
    )


def trusted(log: LogKey, *witnesses: Verifier) -> Trust:
    """Return what vouches for a checkpoint here: the keys of the log, and these witnesses."""
    keys = tuple(map(Verifier.parse, (log.vkey, *log.former)))
    return Trust(keys[0].name, keys, witnesses)


def _serving(witness: Witness) -> None:
    if witness.until is not None:
        raise WitnessReleased(witness.code)
