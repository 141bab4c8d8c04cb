#!/usr/bin/python3
"""Makes the signed note of checkpoint_test.cpp after c2sp.org/signed-note, with Python's cryptography."""
import base64
import hashlib
import sys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
origin = "edgeward/00112233445566778899aabbccddeeff"
body = (f"{origin}\n42\n{base64.b64encode(hashlib.sha256(b'root').digest()).decode()}\n"
        f"head {hashlib.sha256(b'head').hexdigest()}\ntime 2026-11-23T18:48:46.123Z\n")
key = Ed25519PrivateKey.from_private_bytes(seed)
public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
key_id = hashlib.sha256(origin.encode() + b"\n\x01" + public).digest()[:4]
signature = base64.b64encode(key_id + key.sign(body.encode())).decode()
sys.stdout.write(f"{body}\n\u2014 {origin} {signature}\n")
