"""Signed notes as others write and read them (C2SP), and every change of them refused."""

import base64
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from marketplace.ledger.notes import (
    COSIGNATURE,
    BadNote,
    Head,
    Signer,
    Verifier,
    _signed,
    _split,
    open_checkpoint,
    sign,
    signed_at,
)

AT = datetime(2026, 6, 1, 1, 2, 3, tzinfo=UTC)
# The example of the note format's first implementation (Go's sumdb/note).
FAMOUS = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
FAMOUS_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


@pytest.fixture
def signer() -> Signer:
    return Signer("example.com/log", Ed25519PrivateKey.generate())


@pytest.fixture
def note(signer: Signer) -> str:
    return sign(Head("example.com/log", 48, b"\x07" * 32), [signer], AT)


def test_a_famous_note_and_its_key() -> None:
    name, key_id, material = FAMOUS_KEY.split("+", 2)
    verifier = Verifier(name, base64.b64decode(material)[1:])
    assert verifier.vkey() == FAMOUS_KEY
    assert verifier.key_id().hex() == key_id
    assert _signed(*_split(FAMOUS), verifier)
    with pytest.raises(BadNote):
        _signed(*_split(FAMOUS.replace("answer", "cause")), verifier)


def test_a_checkpoint_opens_with_its_key(signer: Signer, note: str) -> None:
    assert note.startswith("example.com/log\n48\nBwcH")
    assert open_checkpoint(note, [signer.verifier()]) == Head("example.com/log", 48, b"\x07" * 32)
    assert signed_at(note, [signer.verifier()]) == AT


def test_every_changed_character_of_the_text_is_found(signer: Signer, note: str) -> None:
    end = note.index("\n\n") + 1
    for at in range(end):
        changed = note[:at] + chr(ord(note[at]) ^ 1) + note[at + 1 :]
        with pytest.raises(BadNote):
            open_checkpoint(changed, [signer.verifier()])


def test_a_changed_signature_or_time_is_found(signer: Signer, note: str) -> None:
    lines = note.splitlines(keepends=True)
    for line, read in ((4, open_checkpoint), (5, signed_at)):
        head, _, blob = lines[line].rpartition(" ")
        raw = bytearray(base64.b64decode(blob))
        raw[11] ^= 1
        changed = [*lines[:line], f"{head} {base64.b64encode(raw).decode()}\n", *lines[line + 1 :]]
        with pytest.raises(BadNote):
            read("".join(changed), [signer.verifier()])


def test_signatures_of_strangers_are_ignored(signer: Signer, note: str) -> None:
    stranger = Signer("other.example/log", Ed25519PrivateKey.generate())
    namesake = Signer("example.com/log", Ed25519PrivateKey.generate())
    more = (
        note
        + f"\u2014 other.example/log {base64.b64encode(stranger.verifier().key_id() + bytes(64)).decode()}\n"
    )
    assert open_checkpoint(more, [signer.verifier()]).size == 48
    for key in (stranger.verifier(), namesake.verifier()):
        with pytest.raises(BadNote, match="known key"):
            open_checkpoint(note, [key])
        assert signed_at(note, [key]) is None


def test_two_signers_while_keys_change(signer: Signer) -> None:
    successor = Signer("example.com/log", Ed25519PrivateKey.generate())
    note = sign(Head("example.com/log", 16, bytes(32)), [successor, signer], AT)
    for key in (signer, successor):
        assert open_checkpoint(note, [key.verifier()]).size == 16
    assert signer.verifier().key_id() != signer.verifier().key_id(COSIGNATURE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\nb\n",
        "\n\n",
        "a\n1\nAAAA\n\n\u2014 x\n",
        "a\n1\nAAAA\n\n- x AAAAAAAA\n",
        "a\n1\nAAAA\n\n\u2014 x !!\n",
    ],
)
def test_what_is_no_note_is_refused(text: str, signer: Signer) -> None:
    with pytest.raises(BadNote):
        open_checkpoint(text, [signer.verifier()])


@pytest.mark.parametrize(
    "text", ["a\n01\n{root}\n", "a\n-1\n{root}\n", "a\n1\nAAAA\n", "a\n1\n", "\n1\n{root}\n"]
)
def test_what_is_signed_but_no_checkpoint_is_refused(text: str, signer: Signer) -> None:
    body = text.format(root=base64.b64encode(bytes(32)).decode())
    blob = base64.b64encode(signer.verifier().key_id() + signer.private_key.sign(body.encode())).decode()
    with pytest.raises(BadNote, match="no checkpoint"):
        open_checkpoint(f"{body}\n\u2014 example.com/log {blob}\n", [signer.verifier()])
