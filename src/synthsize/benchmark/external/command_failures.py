"""The one-sentence message about a command that failed."""

from __future__ import annotations

import signal
from pathlib import Path

from synthsize.errors import InputError

SHELL_SIGNALLED = 128  # what a shell adds to the number of the signal that killed its command
QUOTED = 200  # characters of the command's last log line


def failure(
    generator: str, what: str, remedy: str = "correct the command or leave the generator out"
) -> InputError:
    """Return the message: what the command of a generator did, and what to do."""
    return InputError(f"the command of generator {generator!r} {what}; {remedy}")


def killer(code: int) -> int | None:
    """Return the signal that killed a command, or what a shell ran for it; None if none did.

    Parameters
    ----------
    code : int
        Exit code as `subprocess` gives it: -9 is SIGKILL, and so is a shell's 137.
    """
    if code < 0:
        return -code
    number = code - SHELL_SIGNALLED
    return number if number in signal.valid_signals() else None


def killed(generator: str, code: int, number: int, log: Path) -> InputError:
    """Return the message that a signal ended the command, and what to do.

    Parameters
    ----------
    generator : str
    code, number : int
        Exit code, and what `killer` makes of it.
    log : Path
        Of the command.
    """
    try:
        name = signal.Signals(number).name
    except ValueError:  # most real-time signals have no name
        name = f"signal {number}"
    if number == signal.SIGKILL:
        why, remedy = ", as the system does where memory runs out", "run fewer jobs at once or free memory"
    else:
        why, remedy = "", "run it again, or correct the command"
    by_shell = f" (exit code {code})" if code > 0 else ""
    return failure(generator, f"was killed by {name}{by_shell}{why}{last_line(log)}", remedy)


def last_line(log: Path) -> str:
    """Quote the last line that a command wrote, if any."""
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines()]
    said = "".join(c for c in next((line for line in reversed(lines) if line), "") if c.isprintable())
    return f" (last log line: {said[:QUOTED]})" if said else ""
