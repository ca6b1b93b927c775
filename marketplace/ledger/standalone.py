#!/usr/bin/env python3
"""Check, without any network, that an announcement stands in the public log.

    python3 verify.py PROOF.tlog-proof KEY [FILE ...]

KEY is the log's key, one line, printed on the site's page /ledger/ (ask somebody else for it
as well). Each FILE must have its SHA-256 in the logged event. Needs Python 3.8 and nothing else.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path
from typing import Any, NoReturn

P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)


def fail(why: str) -> NoReturn:
    sys.exit("NOT PROVEN / 未通过: " + why)


def recover(encoded: bytes) -> Any:
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * ROOT % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        fail("a broken point in key or signature")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def add(p: Any, q: Any) -> Any:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n: int, p: Any) -> Any:
    total = (0, 1, 1, 0)
    while n:
        total, p, n = (add(total, p) if n & 1 else total), add(p, p), n >> 1
    return total


def signed(public: bytes, signature: bytes, message: bytes) -> bool:
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    base = recover((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    h = int.from_bytes(hashlib.sha512(r + public + message).digest(), "little") % Q
    left, right = times(s, base), add(recover(r), times(h, recover(public)))
    same = all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))
    return len(signature) == 64 and s < Q and same


def check(proof: str, key: str) -> Any:
    name, key_id, material = key.strip().split("+", 2)
    public = base64.b64decode(material, validate=True)[1:]
    top, text, lines = proof.split("\n\n", 2)
    kind, extra, index, *path = top.split("\n")
    if kind != "c2sp.org/tlog-proof@v1" or extra[:6] != "extra " or index[:6] != "index ":
        fail("this is no proof of an event")
    origin, size, root = text.split("\n")[:3]
    own_id = hashlib.sha256(name.encode() + b"\n\1" + public).digest()[:4]
    blobs = [base64.b64decode(word[2]) for word in map(str.split, lines.splitlines()) if word[1] == name]
    mine = [blob[4:] for blob in blobs if blob[:4] == own_id and own_id.hex() == key_id]
    if origin != name or not mine or not all(signed(public, one, text.encode() + b"\n") for one in mine):
        fail("the head of the log is not signed by this key")
    event, at, last = base64.b64decode(extra[6:], validate=True), int(index[6:]), int(size) - 1
    found = hashlib.sha256(b"\0" + hashlib.sha256(event).digest()).digest()
    for sibling in (base64.b64decode(one, validate=True) for one in path):
        left = at & 1 or at == last
        found = hashlib.sha256(b"\1" + (sibling + found if left else found + sibling)).digest()
        while left and at and not at & 1:
            at, last = at >> 1, last >> 1
        at, last = at >> 1, last >> 1 if last else fail("the path is too long")
    if at or last or found != base64.b64decode(root):
        fail("the event is not in the log under this head")
    return json.loads(event[32:]), int(index[6:]), int(size)


def main(proof: str, key: str, *files: str) -> None:
    try:
        event, number, size = check(Path(proof).read_bytes().decode(), key)
    except (ValueError, IndexError):
        fail("the proof or the key is damaged")
    for file in files:
        if hashlib.sha256(Path(file).read_bytes()).hexdigest() not in json.dumps(event["data"]):
            fail(file + " is no file of this event")
    print("PROVEN / 已证明: leaf", number, "of", size, "is exactly this event:")
    print(json.dumps(event, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main(*sys.argv[1:]) if len(sys.argv) > 2 else sys.exit(__doc__)
