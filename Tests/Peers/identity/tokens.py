"""Keys, key sets and tokens, by PyJWT and the cryptography package."""

import base64
import hashlib
import hmac
import json
import time

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

MAKERS = {
    "RS256": (lambda: rsa.generate_private_key(65537, 2048), RSAAlgorithm),
    "ES256": (lambda: ec.generate_private_key(ec.SECP256R1()), ECAlgorithm),
    "EdDSA": (ed25519.Ed25519PrivateKey.generate, OKPAlgorithm),
}


class Issuer:
    """One that signs with a key of each kind, named after its algorithm."""

    def __init__(self):
        self.keys = {name: make() for name, (make, _) in MAKERS.items()}

    def key_set(self):
        keys = []
        for name, key in self.keys.items():
            told = json.loads(MAKERS[name][1].to_jwk(key.public_key()))
            keys.append({**told, "kid": name, "use": "sig", "alg": name})
        return json.dumps({"keys": keys})

    def token(self, algorithm, headers=None, **claims):
        return jwt.encode(
            {**standard(), **claims}, self.keys[algorithm], algorithm, {"kid": algorithm, **(headers or {})})

    def shared_secret_token(self, algorithm):
        """HS256 with the public key as its secret, which PyJWT refuses to make."""
        secret = self.keys[algorithm].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        signed = f'{encode({"alg": "HS256", "kid": algorithm})}.{encode(standard())}'
        return f"{signed}.{base64url(hmac.digest(secret, signed.encode(), hashlib.sha256))}"


def standard():
    return {"iss": "https://idp.example", "aud": ["shop", "other"], "exp": int(time.time()) + 600, "sub": "alice"}


def unsigned():
    return jwt.encode(standard(), None, "none")


def encode(value):
    return base64url(json.dumps(value).encode())


def base64url(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
