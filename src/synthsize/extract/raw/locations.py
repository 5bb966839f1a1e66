"""What `source.path` may name: a folder, a database file, or a server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from synthsize.extract.raw.server import Server, is_server, read_server, refuse_password

Location = Path | Server


def location_of(path: str, schemas: Sequence[str] = ()) -> Location:
    """Where an extract lies.

    Parameters
    ----------
    path : str
        As ``source.path`` of the configuration.
    schemas : sequence of str
        Schemas of a server.

    Raises
    ------
    InputError
        If it holds a password, or names a server badly.
    """
    refuse_password(path)
    return read_server(path, schemas) if is_server(path) else Path(path)


def as_param(location: Location) -> str | dict[str, str | list[str]]:
    """Location as a job's parameter, which records keep: text, and of a server a mapping without secrets."""
    if isinstance(location, Server):
        return {"server": location.location, "schemas": list(location.schemas)}
    return str(location)


def from_param(param: str | Mapping[str, str | list[str]]) -> Location:
    """Location of a job's parameter; see `as_param`."""
    if isinstance(param, str):
        return Path(param)
    return Server(str(param["server"]), tuple(param["schemas"]))
