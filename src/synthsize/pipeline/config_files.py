"""What is wrong with a configuration file, said before Snakemake fails on it in its own words."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from synthsize.errors import InputError
from synthsize.kinds import yaml_fault


def check_config_file(file: str | Path) -> None:
    """Refuse a file that holds no configuration.

    Parameters
    ----------
    file : str or Path
        YAML, or JSON, which is YAML too.

    Raises
    ------
    InputError
        With one line that names the file, the line in it and the remedy. It quotes nothing of the file.
    """
    try:
        content = yaml.safe_load(Path(file).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{file} does not exist; correct the path of the configuration file") from None
    except IsADirectoryError:
        raise InputError(f"{file} is a folder; name a configuration file in it") from None
    except OSError as error:
        raise InputError(f"{file} cannot be read ({error.strerror}); make it readable") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise InputError(f"{file}, line {line}: not text in UTF-8; save the file as UTF-8 text") from None
    except yaml.YAMLError as error:
        raise InputError(f"{file}{yaml_fault(error)}; correct the YAML there") from None
    if not isinstance(content, dict):
        found = "is empty" if content is None else f"holds a {type(content).__name__}"
        raise InputError(f"{file} {found} where sections and keys belong; config.yaml shows how they look")


def named_config_files(arguments: Sequence[str]) -> Iterator[str]:
    """Find the configuration files that a command line of Snakemake names.

    Parameters
    ----------
    arguments : sequence of str
        What follows the program's name.
    """
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("--configfile", "--configfiles", nargs="+", default=[], dest="files")
    try:
        yield from parser.parse_known_args(arguments)[0].files
    except argparse.ArgumentError:  # for Snakemake to refuse
        return
