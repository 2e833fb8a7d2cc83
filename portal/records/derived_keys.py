"""Keys made from another secret, one per purpose, so that none can stand in for another."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def derive_key(secret: str | bytes, purpose: str) -> bytes:
    """32 bytes for one purpose. `secret` must itself be random; this does not strengthen a weak one."""
    material = secret.encode("utf-8", "backslashreplace") if isinstance(secret, str) else secret
    if not material:
        raise ValueError("an empty secret cannot give a key")
    return HKDF(SHA256(), length=32, salt=None, info=f"first-line/{purpose}".encode()).derive(material)
