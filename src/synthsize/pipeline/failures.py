"""The reason in a failed job's log, as one sentence for the terminal."""

from __future__ import annotations

import re
from pathlib import Path

PROGRESS = re.compile(r"\d\d:\d\d:\d\d ")  # how `rule_log` begins what is no reason
TRACEBACK = "Traceback (most recent call last)"
WITHOUT_REASON = "ends without a reason, as when a job is killed for lack of memory"


def reason_in(log: Path) -> str:
    """Return the last line of a job's log if it says why the job failed; else an empty string."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.is_file() else []
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return "" if PROGRESS.match(last) else last


def failure_in_words(log: Path, reason: str) -> str:
    """Return why a job failed, and where its log is.

    Parameters
    ----------
    log : Path
        Of the job.
    reason : str
        As `reason_in` finds it; if the log is missing or ends without one, the message says so.
    """
    if not reason:
        return f"a job failed and its log {log} {WITHOUT_REASON}"
    if TRACEBACK in log.read_text(encoding="utf-8", errors="replace"):
        return f"unexpected {reason}; the traceback is in {log}"
    return f"{reason} (log: {log})"
