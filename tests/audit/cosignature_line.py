#!/usr/bin/python3
"""Makes the cosignature of cosignature_test.cpp after c2sp.org/tlog-cosignature, with Python's cryptography."""
import base64
import hashlib
import subprocess
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

note = subprocess.run([sys.executable, str(Path(__file__).with_name("checkpoint_note.py"))], capture_output=True,
                      check=True).stdout.decode()
body = note[:note.index("\n\n") + 1]
# The seed of RFC 8032, 7.1, test 2.
key = Ed25519PrivateKey.from_private_bytes(
    bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
name, seconds = "witness.hospital.example", 1795459730
key_id = hashlib.sha256(name.encode() + b"\n\x04" + public).digest()[:4]
signature = key.sign(f"cosignature/v1\ntime {seconds}\n{body}".encode())
blob = base64.b64encode(key_id + seconds.to_bytes(8, "big") + signature).decode()
sys.stdout.write(f"\u2014 {name} {blob}\n")
