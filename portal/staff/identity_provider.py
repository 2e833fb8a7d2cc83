"""The municipality's identity provider (OpenID Connect): where to send somebody, and whom it names when they are back.

Code flow with PKCE. What the provider publishes about itself, its keys and its answers come from the issuer's own
origin and nowhere else; no redirect is followed. It is asked each time: signing in is rare, and a key that was changed
or withdrawn counts at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

PATIENCE: Final = 5
"""Seconds that the provider has for each answer."""

LEEWAY: Final = 60
"""Seconds by which its clock may differ from ours."""

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA")
"""Signatures with a public key only: with a shared secret, anybody who knows it could name anybody."""


class ProviderFailed(Exception):
    """The provider is down, or what it says does not hold together. The text is for the log and names no person."""


@dataclass(frozen=True, kw_only=True)
class Provider:
    """Whom to ask and as whom; `name_claim` is the claim that tells the name that administrators link by."""

    issuer: str
    client_id: str
    client_secret: str
    name_claim: str


@dataclass(frozen=True, kw_only=True)
class Errand:
    """What one sign-in carries there and back. All three are random and count once."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, kw_only=True)
class Named:
    """Whom the provider names: its lasting id, and the name that may change."""

    subject: str
    name: str


def address_to_sign_in(provider: Provider, errand: Errand, *, back: str) -> str:
    """Where to send the browser; it comes back to `back`. Raises ProviderFailed."""
    with _failing_clearly(), _ask(provider, back) as asking:
        about = _read_about(asking, provider)
        address, _ = asking.create_authorization_url(
            about["authorization_endpoint"], state=errand.state, nonce=errand.nonce, code_verifier=errand.verifier
        )
        return str(address)


def who_came_back(provider: Provider, errand: Errand, *, code: str, back: str, now: datetime) -> Named:
    """Exchange the code and read whom it names. Raises ProviderFailed."""
    with _failing_clearly(), _ask(provider, back) as asking:
        about = _read_about(asking, provider)
        token = asking.fetch_token(
            about["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=errand.verifier
        )
        keys = KeySet.import_key_set(cast(KeySetSerialization, _get(asking, about["jwks_uri"])))
        signed = jwt.decode(token["id_token"], keys, algorithms=list(ALGORITHMS))
        claims = CodeIDToken(
            signed.claims,
            signed.header,
            options={
                "iss": {"essential": True, "value": about["issuer"]},
                "aud": {"essential": True, "value": provider.client_id},
            },
            params={"nonce": errand.nonce, "client_id": provider.client_id},
        )
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
        subject, name = claims["sub"], claims.get(provider.name_claim, "")
        if not isinstance(subject, str) or not 0 < len(subject) <= 255 or not isinstance(name, str):
            raise ProviderFailed("the identity has no usable id or name")
        return Named(subject=subject, name=name)


@contextmanager
def _ask(provider: Provider, back: str) -> Iterator[Any]:
    with OAuth2Session(
        provider.client_id,
        provider.client_secret,
        scope="openid profile",
        redirect_uri=back,
        code_challenge_method="S256",
        default_timeout=PATIENCE,
    ) as asking:
        asking.max_redirects = 0
        yield asking


def _read_about(asking: Any, provider: Provider) -> dict[str, Any]:
    about = _get(asking, f"{provider.issuer}/.well-known/openid-configuration")
    if str(about["issuer"]).rstrip("/") != provider.issuer:
        raise ProviderFailed("it calls itself something else than OIDC_ISSUER")
    for endpoint in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if _origin(about[endpoint]) != _origin(provider.issuer):
            raise ProviderFailed(f"its {endpoint} is not at OIDC_ISSUER")
    return about


def _get(asking: Any, address: str) -> dict[str, Any]:
    answer = asking.get(address, withhold_token=True)
    answer.raise_for_status()
    read = answer.json()
    if not isinstance(read, dict):
        raise ProviderFailed("an answer is no JSON object")
    return read


def _origin(address: object) -> tuple[str, str]:
    parts = urlsplit(cast(str, address))
    return parts.scheme, parts.netloc


@contextmanager
def _failing_clearly() -> Iterator[None]:
    """Whatever goes wrong there becomes one kind of error; its text names a kind and no person."""
    try:
        yield
    except (requests.RequestException, AuthlibBaseError, JoseError) as error:
        raise ProviderFailed(type(error).__name__) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ProviderFailed(f"an answer that nobody can read ({type(error).__name__})") from error
