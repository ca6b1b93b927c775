"""Signed notes, checkpoints and proofs as text: C2SP signed-note, tlog-checkpoint,
tlog-cosignature (Ed25519, timestamped) and tlog-proof.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SIGNATURE = 0x01
COSIGNATURE = 0x04


class BadNote(ValueError):
    """The text is no signed note, or a signature of a known key does not fit it."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key under its name; it accepts the log's signature and its timestamped one."""

    name: str
    public_key: bytes

    def key_id(self, kind: int = SIGNATURE) -> bytes:
        """The four bytes that announce this key in a signature line."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([kind]) + self.public_key).digest()[:4]

    def vkey(self) -> str:
        """The key as one line to hand around: ``name+id+base64``."""
        material = base64.b64encode(bytes([SIGNATURE]) + self.public_key).decode()
        return f"{self.name}+{self.key_id().hex()}+{material}"

    def accepts(self, signature: bytes, message: bytes) -> bool:
        """Whether the Ed25519 signature fits the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key under its name."""

    name: str
    private_key: Ed25519PrivateKey

    def verifier(self) -> Verifier:
        """The public half."""
        public = self.private_key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return Verifier(self.name, public)


@dataclass(frozen=True, slots=True)
class Head:
    """What a checkpoint says: the log has ``size`` leaves and this root hash."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The note's text, final newline included."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def sign(head: Head, signers: Sequence[Signer], at: datetime) -> str:
    """A checkpoint with each signer's plain signature and the first one's with the time."""
    text = head.text()
    lines = [_line(signer, SIGNATURE, signer.private_key.sign(text.encode())) for signer in signers]
    seconds = int(at.timestamp())
    stamped = signers[0].private_key.sign(_timed(text, seconds))
    lines.append(_line(signers[0], COSIGNATURE, seconds.to_bytes(8, "big") + stamped))
    return text + "\n" + "".join(lines)


def _timed(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _line(signer: Signer, kind: int, signature: bytes) -> str:
    blob = base64.b64encode(signer.verifier().key_id(kind) + signature).decode()
    return f"\u2014 {signer.name} {blob}\n"


def open_checkpoint(note: str, verifiers: Sequence[Verifier]) -> Head:
    """The head of a checkpoint that a known key signed.

    Raises ``BadNote`` for another form, for no signature of a known key, and for any
    signature of a known key that does not fit.
    """
    text, signatures = _split(note)
    if not [True for verifier in verifiers if _signed(text, signatures, verifier)]:
        raise BadNote("no signature of a known key")
    return _head(text)


def signed_at(note: str, verifiers: Sequence[Verifier]) -> datetime | None:
    """The time of the newest timestamped signature of a known key; raises ``BadNote``."""
    text, signatures = _split(note)
    found = [
        int.from_bytes(signature[:8], "big")
        for verifier in verifiers
        for signature in signatures.get((verifier.name, verifier.key_id(COSIGNATURE)), [])
        if _checked(verifier.accepts(signature[8:], _timed(text, int.from_bytes(signature[:8], "big"))))
    ]
    return datetime.fromtimestamp(max(found), UTC) if found else None


def _signed(text: str, signatures: dict[tuple[str, bytes], list[bytes]], verifier: Verifier) -> bool:
    own = signatures.get((verifier.name, verifier.key_id()), [])
    return bool([_checked(verifier.accepts(signature, text.encode())) for signature in own])


def _checked(fits: bool) -> bool:
    if not fits:
        raise BadNote("a signature does not fit the text")
    return True


def _split(note: str) -> tuple[str, dict[tuple[str, bytes], list[bytes]]]:
    text, blank, tail = note.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise BadNote("no signatures")
    signatures: dict[tuple[str, bytes], list[bytes]] = {}
    for line in tail[:-1].split("\n"):
        dash, name, blob = _parts(line)
        if dash != "\u2014" or not name or len(blob) < 5:
            raise BadNote("a broken signature line")
        signatures.setdefault((name, blob[:4]), []).append(blob[4:])
    return text + "\n", signatures


def _parts(line: str) -> tuple[str, str, bytes]:
    parts = line.split(" ")
    if len(parts) != 3:
        raise BadNote("a broken signature line")
    return parts[0], parts[1], _decoded(parts[2])


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote("broken base64") from None


def _head(text: str) -> Head:
    lines = text.split("\n")
    if len(lines) < 4 or not lines[0] or not lines[1].isascii() or not lines[1].isdigit():
        raise BadNote("no checkpoint")
    root = _decoded(lines[2])
    if len(root) != 32 or str(int(lines[1])) != lines[1]:
        raise BadNote("no checkpoint")
    return Head(lines[0], int(lines[1]), root)


def proof(extra: bytes, index: int, path: Sequence[bytes], checkpoint: str) -> str:
    """A ``.tlog-proof`` text; ``extra`` is what the entry is the SHA-256 of."""
    lines = ["c2sp.org/tlog-proof@v1", f"extra {base64.b64encode(extra).decode()}", f"index {index}"]
    lines += [base64.b64encode(sibling).decode() for sibling in path]
    return "\n".join(lines) + "\n\n" + checkpoint
