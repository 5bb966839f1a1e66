"""What is wrong where a server cannot be reached or read, in one sentence with its remedy.

Messages of PostgreSQL, its client library and poolers may quote rows or the URI, so none goes on: sentences are chosen
by the error's SQLSTATE or, where it has none (while connecting, and once rows have begun to arrive), by what its
message is about. Poolers give one SQLSTATE to all their errors, so that their messages are looked at first.
"""

from __future__ import annotations

import re

from synthsize.errors import WITHHELD, InputError
from synthsize.extract.raw.server import Server

_OWN_LIMIT = (
    "or, if you may, lift it yourself by options=-c%20{0}%3D0 in the URI (behind a pooler, its owner has to)"
)
_POOLERS = {  # what a message of a pooler is about -> what is wrong and what to do
    r"query_wait_timeout": (
        "stands behind a pooler that had no connection left in time; run again with fewer jobs at a time, or ask its "
        "owner for a larger pool (a job holds a connection for each table that it reads, and one besides)"
    ),
    r"transaction blocks not allowed": (
        "stands behind a pooler that pools single statements, and a job needs transactions; ask its owner for the pool "
        "mode transaction or session, or connect to the server itself"
    ),
    r"unsupported startup parameter": (
        "stands behind a pooler that takes no options in the URI; leave them and PGOPTIONS out, or connect to the "
        "server itself"
    ),
    r"server login (has been failing|failed)|cannot connect to server|server_login_retry": (
        "stands behind a pooler that does not reach it, or is refused by it; ask the pooler's owner"
    ),
    r"idle transaction timeout": (
        "was not read to its end, because a pooler ends transactions that wait; ask its owner to raise "
        "idle_transaction_timeout, or connect to the server itself"
    ),
    r"query timeout": (
        "was not read to its end, because a pooler ends long queries; ask its owner to raise query_timeout, or connect "
        "to the server itself"
    ),
    r"server conn crashed|pgbouncer is shutting down|database removed|client_idle_timeout": (
        "was not read to its end, because the pooler or the server behind it was stopped; run again when it is up"
    ),
}
_CONNECTING = {  # what a message is about -> what is wrong and what to do
    r"(?i)(password|pam|ldap|radius|bsd|sasl) authentication failed": (
        "refuses the password; correct PGPASSWORD, ~/.pgpass or the connection service"
    ),
    r"no password supplied": (
        "asks for a password; set PGPASSWORD, or add a line to ~/.pgpass, which only you may read (chmod 600)"
    ),
    r"(?i)(peer|ident) authentication failed": (
        "takes only the database user that is called as your account on this machine; connect as that one, or with a "
        "password through the host's name, as in postgresql://USER@localhost/DATABASE"
    ),
    r"database .* does not exist|no such database": "has no such database; correct source.path",
    r'role ".*" does not exist|no such user': "has no such user; correct source.path",
    r"permission denied for database|not permitted to log in": (
        "does not let this user connect; ask its owner for the right"
    ),
    r"too many connections|remaining connection slots|too many clients|no more connections allowed": (
        "has no connection left; run again later, or with fewer jobs at a time"
    ),
    r"certificate authentication failed|valid client certificate": (
        "asks for a client certificate that belongs to this user; name its files in sslcert and sslkey of the URI or "
        "the connection service"
    ),
    # Only the unencrypted attempt is mentioned: none was made with encryption, or the server has none.
    r"\A(?s:(?!.*(SSL encryption|SSL on)).*no pg_hba.conf entry.*(no encryption|SSL off))|SSL required": (
        "accepts no unencrypted connection of this user from this machine; write sslmode=verify-full (or require) in "
        "the URI, or ask its owner (pg_hba.conf)"
    ),
    r"no pg_hba.conf entry": "accepts no connection of this user from this machine; ask its owner (pg_hba.conf)",
    r"definition of service|service file": (
        "is given by a connection service that is not defined; correct ~/.pg_service.conf or PGSERVICEFILE"
    ),
    r"GSSAPI|gssencmode|SSPI": (
        "or the URI asks for Kerberos, which the driver cannot do; ask its owner for a password or a client "
        "certificate for this user, and leave gssencmode out"
    ),
    r"invalid (\w+ value|URI query parameter|value for parameter|command-line argument)"
    r"|unrecognized configuration parameter|permission denied to set parameter|weak sslmode"
    r"|authentication method requirement": (
        "is named with an option that does not exist or has a wrong value; correct the URI behind its question mark"
    ),
    r"server is (not )?in hot standby|session is (not )?read-only": (
        "is none of the kind that target_session_attrs asks for; correct that option, or the hosts in source.path"
    ),
    r"server does not support SSL": (
        "does not encrypt connections, as sslmode asks; ask its owner to switch TLS on, or correct host and port"
    ),
    r"root certificate": (
        "cannot be told from another one, because the file of the certificate authority is not there or holds no "
        "certificate; name it in sslrootcert of the URI"
    ),
    r"does not match host name|server's certificate": (
        "shows a certificate for another host; write the host in source.path as the certificate has it, or ask its "
        "owner for one with this name"
    ),
    r"certificate verify failed": (
        "shows a certificate that the authorities in sslrootcert did not sign, or that has expired; correct "
        "sslrootcert, or ask its owner for the authority's certificate"
    ),
    r"certificate file|private key file|load private key|certificate does not match private key": (
        "cannot be shown the client certificate; correct sslcert and sslkey, whose file only you may read (chmod 600)"
    ),
    r"SSL|certificate": "does not agree with this machine on encryption; correct sslmode and sslrootcert",
    r"not accepting connections": (
        "is a standby server that takes no queries; ask its owner for hot_standby = on, or connect to the primary"
    ),
    r"starting up|shutting down|recovery mode|not yet accepting": (
        "is starting or stopping; run again when it is up"
    ),
    r"could not translate host name|Name or service not known": (
        "cannot be found under the name of its host; correct source.path"
    ),
    r"Connection refused|No such file or directory|timeout expired|timed out|No route|unreachable|Permission denied": (
        "does not answer; start the server, or correct host and port in source.path"
    ),
}
_NO_RIGHT = "42501"  # on a table, or to read it past its policies
HIDDEN = (
    "has a row-level security policy that may hide rows from this user, and the rest would pass for the whole table; "
    "ask for a user with the attribute BYPASSRLS, or for a table of the permitted rows without a policy"
)
_CONFLICT, _CANCELLED = "40001", "cancelled"
_STATES = {  # SQLSTATE, or its class -> what is wrong and what to do
    _NO_RIGHT: "may not be read by this user; ask the owner for SELECT on the table and USAGE on its schema",
    "42P01": "is not there any more; run the same command again",
    "42703": "lacks a column that it had; run the same command again",
    _CANCELLED: "was not read to its end, because the query was cancelled on the server; run again, or ask its owner",
    "57014": (
        "was not read to its end, because the server cancels long queries; ask its owner to raise statement_timeout "
        f"for this user, {_OWN_LIMIT.format('statement_timeout')}"
    ),
    "25P04": (
        "was not read to its end, because the server ends long transactions; ask its owner to raise "
        f"transaction_timeout for this user, {_OWN_LIMIT.format('transaction_timeout')}"
    ),
    "57P0": "was not read to its end, because the server was stopped or ended the connection; run again when it is up",
    _CONFLICT: (
        "was not read to its end, because the standby server had to apply a change that the query stood in the way of; "
        "run again, ask its owner for hot_standby_feedback = on or a longer max_standby_streaming_delay, or read from "
        "the primary server"
    ),
    "25006": "cannot be written to",
    "22003": "holds a number beyond the range of 64-bit floats (1.8e308); correct it",
    "22021": (
        "holds text that is not valid in the encoding of the database, or has no counterpart in UTF-8; correct it, or "
        "ask its owner for a database in UTF-8"
    ),
    "08": "was not read to its end, because the connection broke; run again",
    "53": "was not read, because the server is out of memory, disk or connections; run again later",
}
_ABOUT = {  # what the message of an error without SQLSTATE is about
    r"statement timeout": "57014",
    r"transaction timeout": "25P04",
    r"out of range for type": "22003",
    r"invalid byte sequence|has no equivalent in encoding": "22021",
    r"conflict with recovery": _CONFLICT,
    r"terminating connection|shutting down": "57P01",
    r"closed the connection|connection not open|SSL connection|SSL error|receive data|no connection|reset by peer"
    r"|timed out": "08006",
}
_POOLER_STATES = ("", "08P01")  # of the errors of poolers


def cannot_connect(server: Server, error: Exception) -> InputError:
    """One sentence about a connection that was refused."""
    message, place = str(error), f"the PostgreSQL server of source.path ({server})"
    known = _said_of(message, _POOLERS | _CONNECTING)
    if known is None and _said_of(message, _ABOUT):  # the driver's own queries about the server
        return explained(error, place)
    return InputError(f"{place} {known or 'does not let this user connect; try psql with the same URI'}")


def explained(error: Exception, place: object) -> InputError:
    """One sentence about a query that failed, about `place`."""
    message, state = str(error), getattr(error, "sqlstate", None) or ""
    pooler = _said_of(message, _POOLERS) if state in _POOLER_STATES else None
    if pooler:
        return InputError(f"{place} {pooler}")
    if "due to user request" in message:
        state = _CANCELLED
    state = state or _said_of(message, _ABOUT) or ""
    if state == _NO_RIGHT and "row-level security" in message:
        return InputError(f"{place} {HIDDEN}")
    for known, sentence in _STATES.items():
        if state.startswith(known):
            return InputError(f"{place} {sentence}")
    return InputError(
        f"{place} cannot be read (PostgreSQL's error {state or 'without a number'}; {WITHHELD}); see the server's log"
    )


def _said_of(message: str, known: dict[str, str]) -> str | None:
    return next((said for about, said in known.items() if re.search(about, message)), None)
