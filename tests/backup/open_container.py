#!/usr/bin/python3
"""Opens a backup container with a recovery key by docs/backup-format.md alone: openssl unwraps the key, the rest is
Python. Prints name, size and SHA-256 of each part, whether the manifest agrees and is signed, and which objects are
beside the container as they are listed."""

import base64
import hashlib
import hmac
import json
import struct
import subprocess
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def hkdf(key, info):
    extracted = hmac.new(bytes(32), key, hashlib.sha256).digest()
    return hmac.new(extracted, info + b"\1", hashlib.sha256).digest()


def unwrap(wrapped, label, recovery_key):
    command = ["openssl", "pkeyutl", "-decrypt", "-inkey", recovery_key, "-pkeyopt", "rsa_padding_mode:oaep", "-pkeyopt",
               "rsa_oaep_md:sha256", "-pkeyopt", "rsa_mgf1_md:sha256", "-pkeyopt", "rsa_oaep_label:" + label.hex()]
    return subprocess.run(command, input=wrapped, capture_output=True, check=True).stdout


def open_stream(key, octets, chunk=(1 << 20) + 16):
    cipher, plain = AESGCM(key), []
    pieces = [octets[at:at + chunk] for at in range(0, len(octets), chunk)]
    for number, piece in enumerate(pieces):
        nonce = bytes(7) + struct.pack(">IB", number, number == len(pieces) - 1)
        plain.append(cipher.decrypt(nonce, piece, None))
    return b"".join(plain)


def check_objects(content, folder, stated):
    """Every listed object against its copy in <folder>."""
    found = {"files": 0, "octets": 0, "removed": 0, "lost": 0}
    for line in content.decode().splitlines():
        name, *facts = line.split(" ")
        if facts[0] in ("removed", "lost"):
            found[facts[0]] += 1
            continue
        octets = (folder / name).read_bytes()
        assert len(octets) == int(facts[0]) and hashlib.sha256(octets).hexdigest() == facts[1]
        found["files"] += 1
        found["octets"] += len(octets)
    assert stated == found
    print("objects good", found["files"])


def main(file, recovery_key):
    octets = open(file, "rb").read()
    end = octets.index(b"\n\n") + 2
    header = octets[:end]
    fields = dict(line.split(" ", 1) for line in header.decode().split("\n") if line and not line.startswith("key-for"))
    wrapped = [line for line in header.decode().split("\n") if line.startswith("key-for recovery ")][0].split(" ")[3]
    version = fields["edgeward-backup"]
    label = f"edgeward-backup {version} {fields['part']} {fields['id']} recovery".encode()
    key = unwrap(base64.b64decode(wrapped), label, recovery_key)
    stream_key = hkdf(key, b"edgeward/backup/1/stream/" + hashlib.sha256(header).hexdigest().encode())
    payload = open_stream(stream_key, octets[end:])

    at, parts, contents = 0, [], {}
    while payload[at] == 1:
        name = payload[at + 2:at + 2 + payload[at + 1]].decode()
        at += 2 + payload[at + 1]
        size = struct.unpack_from(">Q", payload, at)[0]
        content = payload[at + 8:at + 8 + size]
        at += 8 + size
        parts.append({"name": name, "size": size, "sha256": hashlib.sha256(content).hexdigest()})
        if name in ("keyring", "objects"):
            contents[name] = content
        print(name, size, parts[-1]["sha256"])
    size = struct.unpack_from(">I", payload, at + 1)[0]
    manifest, signature = payload[at + 5:at + 5 + size], payload[at + 5 + size:]
    stated = json.loads(manifest)
    assert [{k: part[k] for k in ("name", "size", "sha256")} for part in stated["parts"]] == parts
    assert stated["id"] == fields["id"] and stated["format"] == int(version) and len(signature) == 64

    line = [line for line in contents["keyring"].decode().split("\n") if line.startswith("audit-signing ")][0]
    sealed = base64.b64decode(line.split(" ")[1])
    seed = AESGCM(key).decrypt(sealed[1:13], sealed[13:], b"edgeward-keyring 1 audit-signing")
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    public.verify(signature, b"edgeward-backup-manifest 1" + hashlib.sha256(header).digest() + manifest)
    print("signature good")
    if "objects" in contents:
        check_objects(contents["objects"], Path(file).parent / "objects" / fields["installation"], stated["objects"])


if __name__ == "__main__":
    main(*sys.argv[1:])
