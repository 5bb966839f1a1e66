"""Which PostgreSQL server `source.path` names, and how its password stays out of everything that is written.

A location is what the configuration says: a URI without a password, or ``env:NAME``, the environment variable that
holds a URI. It goes into configuration, lineage and messages; the URI of the variable goes to the driver alone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from synthsize.errors import InputError

_VARIABLE = "env:"
_SECRETS = ("password", "sslpassword", "scram_client_key", "scram_server_key", "oauth_client_secret")
_URI = re.compile(
    r"postgres(?:ql)?://"
    r"(?:(?P<user>[^:@/?#\s]*)(?P<password>:[^@/?#\s]*)?@)?"
    r"(?:(?:\[[0-9A-Fa-f:.%]*\]|[^:@/?#,\[\]\s]*)(?::\d*)?,?)*"
    r"(?:/[^:@/?#\s]*)?"
    r"(?:\?(?P<options>[^#\s]*))?"
)
_SHAPE = "postgresql://USER@HOST:PORT/DATABASE"
_WHERE = (
    "leave it to PGPASSWORD, ~/.pgpass or a connection service, or write env:NAME and keep the URI in that "
    "variable"
)


@dataclass(frozen=True)
class Server:
    """A PostgreSQL database, which reads as its location.

    Attributes
    ----------
    location : str
        Without a password, as `read_server` checks.
    schemas : tuple of str
        Where its tables are looked for; all that the user may read, if none is named.
    """

    location: str
    schemas: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the location."""
        return self.location

    def uri(self) -> str:
        """URI for the driver, which may hold a password: never to be shown.

        Raises
        ------
        InputError
            If the environment variable that should hold it is empty or holds something else.
        """
        if not self.location.startswith(_VARIABLE):
            return self.location
        name = self.location.removeprefix(_VARIABLE)
        uri = os.environ.get(name, "")
        if not uri:
            raise InputError(
                f"source.path is {self.location}, but the environment variable {name} is not set; "
                f"export {name}={_SHAPE}"
            )
        if not _is_uri(uri):
            raise InputError(
                f"the environment variable {name}, which source.path names, holds no URI of the form {_SHAPE}; correct "
                "it (other characters in its parts are written as %XX)"
            )
        return uri


def is_server(path: str) -> bool:
    """Whether `source.path` names a server, well or badly, and no folder or file."""
    return path.startswith(_VARIABLE) or re.match(r"[\w+.:-]*postgres[\w+.-]*:", path) is not None


def read_server(path: str, schemas: Sequence[str] = ()) -> Server:
    """Check a location of a server.

    Raises
    ------
    InputError
        If it holds a password or cannot be understood; it is not repeated then.
    """
    refuse_password(path)
    if path.startswith(_VARIABLE):
        if not re.fullmatch(r"env:[A-Za-z_]\w*", path):
            raise InputError("source.path begins with env: but no name of an environment variable follows it")
    elif not _is_uri(path):
        raise InputError(
            f"source.path is no URI of the form {_SHAPE}; correct it (other characters in its parts are written as "
            f"%XX; if it holds a password, {_WHERE})"
        )
    return Server(path, tuple(schemas))


def refuse_password(path: str) -> None:
    """Reject a password in `source.path`, in any notation of a connection, without repeating it.

    Raises
    ------
    InputError
    """
    found = _URI.fullmatch(path)
    options = parse_qsl((found["options"] if found else None) or "")
    if (
        (found and (found["password"] or ":") != ":")
        or any(key.lower() in _SECRETS for key, _ in options)
        or (not found and re.search(r"://[^/@]*:[^/@]+@|\b(ssl)?password\s*=", path, re.IGNORECASE))
    ):
        raise InputError(
            f"source.path holds a password, which would be written to logs and records; {_WHERE}"
        )


def _is_uri(text: str) -> bool:
    found = _URI.fullmatch(text)
    options = found["options"] if found else None
    return found is not None and all("=" in option for option in (options or "a=b").split("&"))
