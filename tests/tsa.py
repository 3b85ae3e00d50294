"""A time-stamping authority of one's own: ``openssl ts`` with a certificate made for it."""

from __future__ import annotations

from pathlib import Path
from shutil import which
from subprocess import run

import pytest

needs_openssl = pytest.mark.skipif(
    not which("openssl"), reason="openssl is not here (Debian: apt-get install openssl)"
)
_CONF = """
[ tsa ]
default_tsa = ours
[ ours ]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
[ for_stamps ]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
"""


class Authority:
    """Somebody who answers requests from files, and the certificate to believe them by."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        (folder / "conf").write_text(_CONF)
        (folder / "serial").write_text("01\n")
        new = "req -newkey rsa:2048 -nodes -config /dev/null"
        self._openssl(f"{new} -x509 -keyout ca.key -out ca.pem -subj /CN=CA -days 99")
        self._openssl(f"{new} -keyout tsa.key -out tsa.csr -subj /CN=TSA")
        by = "-CA ca.pem -CAkey ca.key -CAcreateserial -extfile conf -extensions for_stamps"
        self._openssl(f"x509 -req -in tsa.csr -out tsa.pem -days 99 {by}")

    @property
    def certificate(self) -> Path:
        """Return the file of the root certificate."""
        return self.folder / "ca.pem"

    def answer(self, request: bytes, *, chain: bool = False) -> bytes:
        """Return the timestamp on what is asked, perhaps with the root certificate in it."""
        (self.folder / "request").write_bytes(request)
        more = " -chain ca.pem" if chain else ""
        self._openssl(f"ts -reply -config conf -queryfile request -out answer{more}")
        return (self.folder / "answer").read_bytes()

    def accepts(self, answer: bytes, text: bytes) -> bool:
        """Tell whether ``openssl ts -verify`` accepts an answer over a text."""
        (self.folder / "answer").write_bytes(answer)
        (self.folder / "text").write_bytes(text)
        command = "ts -verify -in answer -data text -CAfile ca.pem"
        done = run(["openssl", *command.split()], cwd=self.folder, capture_output=True)
        return done.returncode == 0

    def _openssl(self, command: str) -> None:
        run(["openssl", *command.split()], cwd=self.folder, check=True, capture_output=True)
