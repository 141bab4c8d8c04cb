"""A security key of another program's making: python3-cryptography signs, CBOR by hand (CTAP 2.1, WebAuthn 6)."""

import base64
import hashlib
import json
import os

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

ES256, EDDSA, RS256 = -7, -8, -257


def to_text(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def cbor(value):
    """RFC 8949 of what a key says, maps in the order given."""
    if isinstance(value, int):
        major, size = (0, value) if value >= 0 else (1, -1 - value)
        return _head(major, size)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    return _head(5, len(value)) + b"".join(cbor(name) + cbor(one) for name, one in value.items())


def _head(major, size):
    if size < 24:
        return bytes([major << 5 | size])
    width = 1 if size < 256 else 2
    return bytes([major << 5 | (23 + width)]) + size.to_bytes(width, "big")


class SecurityKey:
    """One credential. It does what it is told, wrong things too."""

    def __init__(self, algorithm=ES256):
        self.algorithm = algorithm
        self.id = os.urandom(32)
        self.counter = 0
        self.present = True
        self.private = {ES256: lambda: ec.generate_private_key(ec.SECP256R1()), EDDSA: ed25519.Ed25519PrivateKey.generate,
                        RS256: lambda: rsa.generate_private_key(65537, 2048)}[algorithm]()

    def cose(self):
        public = self.private.public_key()
        if self.algorithm == ES256:
            numbers = public.public_numbers()
            return {1: 2, 3: ES256, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        if self.algorithm == EDDSA:
            return {1: 1, 3: EDDSA, -1: 6, -2: public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)}
        numbers = public.public_numbers()
        return {1: 3, 3: RS256, -1: numbers.n.to_bytes(256, "big"), -2: numbers.e.to_bytes(3, "big")}

    def sign(self, message):
        if self.algorithm == ES256:
            return self.private.sign(message, ec.ECDSA(hashes.SHA256()))
        if self.algorithm == EDDSA:
            return self.private.sign(message)
        return self.private.sign(message, padding.PKCS1v15(), hashes.SHA256())

    def head(self, party, flags=0):
        self.counter += 1
        return (hashlib.sha256(party.encode()).digest() + bytes([flags | self.present]) + self.counter.to_bytes(4, "big"))

    @staticmethod
    def client_data(kind, options, origin):
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": origin, "crossOrigin": False}).encode()

    def create(self, options, origin):
        """What a page sends after navigator.credentials.create()."""
        assert {"type": "public-key", "alg": self.algorithm} in options["pubKeyCredParams"]
        said = (self.head(options["rp"]["id"], 0x40) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor(self.cose()))
        return {"client_data": to_text(self.client_data("webauthn.create", options, origin)),
                "attestation": to_text(cbor({"fmt": "none", "attStmt": {}, "authData": said}))}

    def get(self, options, origin):
        """What a page sends after navigator.credentials.get()."""
        data = self.client_data("webauthn.get", options, origin)
        said = self.head(options["rpId"])
        return {"id": to_text(self.id), "client_data": to_text(data), "authenticator_data": to_text(said),
                "signature": to_text(self.sign(said + hashlib.sha256(data).digest()))}
