"""The access token of a platform: from a file, or by the client credentials of LTI Advantage."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
import uuid
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlencode

from autograder.errors import CourseError, HostError
from autograder.integrations.exports.ags_sender import TIMEOUT_S, opener, require_safe

SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHM = "RS256"
ASSERTION_LIFE_S = 300  # how long the platform may take our signed request
MAX_ANSWER_BYTES = 1 << 20


def token_in(file: Path) -> str:
    """Return the token in a file; CourseError where it holds anything else."""
    token = _read(file).strip()
    if not token or any(c.isspace() or not c.isprintable() for c in token):
        raise CourseError(f"{file}: expected one token, and nothing else")
    return token


def requested_token(token_url: str, client_id: str, key_file: Path, key_id: str = "") -> str:
    """Return a token that the platform gives for a request signed with the tool's private key.

    CourseError where the platform refuses it, HostError where it cannot be reached.
    """
    require_safe(token_url, "the address of the platform's tokens")
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": _assertion(token_url, client_id, key_file, key_id),
        "scope": SCOPE,
    }
    request = urllib.request.Request(token_url, data=urlencode(form).encode(), method="POST")
    try:
        with opener().open(request, timeout=TIMEOUT_S) as answer:
            content = json.loads(answer.read(MAX_ANSWER_BYTES))
            return str(content["access_token"])
    except urllib.error.HTTPError as error:
        error.close()  # it is the answer, too
        raise CourseError(
            f"{token_url}: {error.code} {error.reason}; check --client-id, and that the platform "
            "has the public key of --key-file"
        ) from None
    except OSError as error:
        reason = getattr(error, "reason", error)
        raise HostError(f"{token_url}: cannot be reached: {reason}") from None
    except (ValueError, KeyError, TypeError):
        raise CourseError(f"{token_url}: its answer holds no access_token") from None


def _assertion(token_url: str, client_id: str, key_file: Path, key_id: str) -> str:
    """Return the signed statement that the request is the tool's."""
    if find_spec("jwt") is None or find_spec("cryptography") is None:
        raise HostError("PyJWT is not installed; pip install 'dl-course-autograder[lti]'")
    import jwt

    now = int(time.time())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": token_url,
        "iat": now,
        "exp": now + ASSERTION_LIFE_S,
        "jti": str(uuid.uuid4()),
    }
    headers = {"kid": key_id} if key_id else None
    try:
        return jwt.encode(claims, _read(key_file), algorithm=ALGORITHM, headers=headers)
    except (jwt.exceptions.PyJWTError, ValueError, TypeError):
        raise CourseError(f"{key_file}: expected a private RSA key in PEM format") from None


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = error.strerror if isinstance(error, OSError) else "no text"
        raise CourseError(f"{file}: {problem}") from None
