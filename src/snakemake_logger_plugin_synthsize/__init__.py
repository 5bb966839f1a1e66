"""Console output of a run: one line per job, and the time left.

Snakemake finds this module by its name; `logger: synthsize` in profiles/default turns it on, and `--logger none` style
overrides of the profile turn it off. A dry run keeps Snakemake's own words, which say why each job would run.

Loggers are made before Snakemake reads the files behind `--configfile`, and nothing else of this workflow is. So this
is where files that hold no configuration are refused in one line.
"""

from __future__ import annotations

import errno
import logging
import re
import sys
import time
from collections import deque
from pathlib import Path
from typing import Any

from snakemake.logging import DefaultFormatter
from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

from synthsize.errors import InputError
from synthsize.pipeline.config_files import check_config_file, named_config_files
from synthsize.pipeline.durations import in_words
from synthsize.pipeline.failures import failure_in_words, reason_in

STOP = "Terminating processes on user request"  # what Snakemake says after Ctrl-C
# How Snakemake ends when it cannot write its own notes: a traceback with this last line.
UNWRITABLE = re.compile(
    rf"OSError: \[Errno (?:{errno.ENOSPC}|{errno.EDQUOT}|{errno.EROFS})\] ([^:\n]+)[^\n]*\s*\Z"
)
# Snakemake's second message about a failed job: the exit code of its process.
OF_A_JOB = re.compile(r"RuleException:\s+CalledProcessError in file ")
RECENT = 50  # steps whose pace foretells the rest
SILENT = frozenset(
    {
        LogEvent.JOB_FINISHED,
        LogEvent.JOB_STARTED,
        LogEvent.RESOURCES_INFO,
        LogEvent.WORKFLOW_STARTED,
        LogEvent.SHELLCMD,
    }
)


class Pace:
    """Steps done over time."""

    def __init__(self, now: float) -> None:
        self._times = deque([now], maxlen=RECENT + 1)

    def step(self, now: float) -> float:
        """Record one more step and return the recent seconds per step."""
        self._times.append(now)
        return (self._times[-1] - self._times[0]) / (len(self._times) - 1)


class RunFormatter(DefaultFormatter):
    """Snakemake's messages, shortened where a long run repeats them; for a failed job, the reason in its log."""

    def __init__(self, show_failed_logs: bool) -> None:
        super().__init__(show_failed_logs=show_failed_logs)
        self._pace = Pace(time.monotonic())
        self._total: int | None = None
        self._reasons: set[str] = set()  # already reported

    def format_job_error(self, msg: dict[str, Any]) -> str:
        """Report why a job failed and where its log is; a reason is reported once."""
        if not msg["log"]:
            return str(super().format_job_error(msg))
        log = Path(msg["log"][0])
        reason = reason_in(log)
        if reason and reason in self._reasons:
            return f"{'':10}failed for the same reason (log: {log})"
        if reason:
            self._reasons.add(reason)
        return f"synthsize: {failure_in_words(log, reason)}"

    def format_run_info(self, msg: dict[str, Any]) -> str:
        """Keep in mind how many steps this run has; Snakemake's progress counts those left out by ``--until`` too."""
        self._total = msg.get("stats", {}).get("total")
        return str(msg["msg"])

    def format_job_info(self, msg: dict[str, Any]) -> str:
        """Name of the rule and what it runs for."""
        words = " ".join(str(value) for value in msg["wildcards"].values())
        return f"{time.strftime('%H:%M:%S')}  {msg['rule_name']} {words}".rstrip()

    def format_progress(self, msg: dict[str, Any]) -> str:
        """Print the steps done, the rate and the time left, from the pace of the last steps."""
        done, total = msg["done"], self._total or msg["total"]
        seconds = self._pace.step(time.monotonic())
        line = f"{'':10}{done} of {total} steps"
        if done == total or done < 3 or seconds <= 0:
            return line
        return f"{line}, {60 / seconds:.1f} a minute, about {in_words(seconds * (total - done))} left"


def _refuse_bad_config_files() -> None:
    try:
        for file in named_config_files(sys.argv[1:]):
            check_config_file(file)
    except InputError as error:
        sys.exit(f"config: {error}")


class LogHandler(LogHandlerBase, logging.StreamHandler):  # type: ignore[type-arg]
    """Stream handler that Snakemake's plugin registry looks for by this name."""

    def __post_init__(self) -> None:
        """Write to standard error, or to standard output if Snakemake is set to."""
        _refuse_bad_config_files()
        logging.StreamHandler.__init__(self, sys.stdout if self.common_settings.stdout else sys.stderr)
        settings = self.common_settings
        self._stopped = False
        self._plain = settings.dryrun or settings.verbose
        self.setFormatter(
            DefaultFormatter(settings.quiet, settings.show_failed_logs)
            if self._plain
            else RunFormatter(settings.show_failed_logs)
        )

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record unless it repeats other lines."""
        unwritable = UNWRITABLE.search(record.getMessage())
        if unwritable:
            reason = unwritable.group(1)
            record.msg = (
                f"synthsize: {Path.cwd()} cannot be written ({reason}); free space or run elsewhere with -d"
            )
            record.args = None
        if self._plain:
            logging.StreamHandler.emit(self, record)
            return
        message = record.getMessage()
        if (
            self._stopped
            or getattr(record, "event", None) in SILENT
            or message == "Select jobs to execute..."
            or OF_A_JOB.match(message)
        ):
            return
        if message.startswith(STOP):  # jobs that were stopped did not fail
            self._stopped = True
            record.msg, record.args = "synthsize: stopped; the same command goes on from here", None
        logging.StreamHandler.emit(self, record)

    @property
    def writes_to_stream(self) -> bool:
        """It replaces Snakemake's own stream handler."""
        return True

    @property
    def writes_to_file(self) -> bool:
        """The complete log stays Snakemake's."""
        return False

    @property
    def has_filter(self) -> bool:
        """Snakemake's own filter serves."""
        return False

    @property
    def has_formatter(self) -> bool:
        """It brings its own formatter."""
        return True

    @property
    def needs_rulegraph(self) -> bool:
        """The plan is not drawn."""
        return False
