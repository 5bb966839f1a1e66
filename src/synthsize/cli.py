"""The command ``synthsize``: begin a source of one's own, and check one against its data.

The pipeline itself is run by Snakemake. What reads data is imported by the command that needs it: the package may be
installed without it.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from synthsize import __version__
from synthsize.errors import InputError

FAILED = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the command line by default.

    Returns
    -------
    int
        Exit status: 0; 1 if a check failed (with ``--strict``, if it asks for a look) or the command could not do its
        work; 2 for wrong usage (by argparse).
    """
    options = _parser().parse_args(arguments)
    logging.getLogger("synthsize").addHandler(logging.NullHandler())  # what is found is printed, not logged
    try:
        return int(options.run(options))
    except InputError as error:
        return _stop(str(error))
    except ModuleNotFoundError as error:
        return _stop(
            f"{error.name} is not installed; pip install 'synthsize[pipeline]' brings what reads data"
        )
    except KeyboardInterrupt:
        return _stop("stopped by Ctrl-C")
    except Exception as error:  # a traceback shows code, and its message might quote a row
        from synthsize.pipeline.tracebacks import describe, filtered_traceback

        print(filtered_traceback(error), file=sys.stderr)
        return _stop(f"unexpected {describe(error)}")


def _stop(sentence: str) -> int:
    print(f"synthsize: {sentence}", file=sys.stderr)
    return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="synthsize",
        description="Write and check a source: the folder that makes a database readable for the pipeline "
        "(docs/sources.md). The pipeline is run by snakemake.",
    )
    parser.add_argument("--version", action="version", version=f"synthsize {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    new = commands.add_parser("new-source", help="write a commented template of a source folder")
    new.add_argument("folder", metavar="DIR", type=Path, help="a new folder; nothing is overwritten")
    new.add_argument(
        "--from",
        dest="model",
        metavar="NAME",
        help="copy this source of the package in place of the template, to change what it reads or how",
    )
    new.set_defaults(run=_new_source)
    check = commands.add_parser("check-source", help="check a source folder and its data, in plain words")
    check.add_argument(
        "source", metavar="DIR", help="a source folder, or the name of a source of the package"
    )
    check.add_argument(
        "--path", help="folder of the raw tables, database file or server; without, the source folder alone"
    )
    check.add_argument(
        "--concepts", metavar="SET", help="concept set to read the data by (default: corrected)"
    )
    check.add_argument(
        "--without",
        metavar="VARIABLE",
        nargs="+",
        default=[],
        help="variables that the run leaves out (features.without), which need no value",
    )
    check.add_argument(
        "--strict", action="store_true", help="exit with 1 also where something is to be looked at"
    )
    check.add_argument("--json", action="store_true", help="print the findings as JSON")
    check.set_defaults(run=_check_source)
    return parser


def _new_source(options: argparse.Namespace) -> int:
    from synthsize.extract.definition.template import new_source

    if options.model is None:
        files = new_source(options.folder)
        print(f"{options.folder}: {len(files)} files written; README.md says what belongs in which")
        print(f"see it run: synthsize check-source {options.folder} --path {options.folder / 'example'}")
    else:
        files = new_source(options.folder, options.model)
        print(f"{options.folder}: {len(files)} files written; give this folder as source.name")
        print(f"check it: synthsize check-source {options.folder} --path DATA")
    return 0


def _check_source(options: argparse.Namespace) -> int:
    from synthsize.extract.checks.report import Report
    from synthsize.extract.checks.run import check_folder

    report = Report() if options.json else Report(lambda finding: print(finding, flush=True))
    check_folder(options.source, options.path, report, concepts=options.concepts, without=options.without)
    failed = report.count("fail")
    if options.json:
        print(json.dumps([asdict(finding) for finding in report.findings], indent=1, ensure_ascii=False))
    else:
        print(f"{report.count('pass')} passed, {report.count('look')} to look at, {failed} failed")
        print(report.conclusion(with_data=options.path is not None))
    return FAILED if failed or (options.strict and report.count("look")) else 0
