"""The arguments of a generator's command, checked before a run starts."""

from __future__ import annotations

import difflib
import re
import shutil
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

from synthsize.benchmark.external.words import is_file
from synthsize.errors import InputError

# How files of programs end. Other files are not looked for: a command may write them.
PROGRAMS = frozenset((".py", ".pyz", ".sh", ".bash", ".r", ".jl", ".pl", ".rb", ".js", ".jar", ".lua"))
# Programs whose further words name files of another machine or image.
ELSEWHERE = frozenset(("docker", "podman", "apptainer", "singularity", "ssh", "kubectl", "enroot"))
# After which a word is code (-c, -lc, -e) or the name of a module (-m).
TAKES_NO_FILE = re.compile(r"-[A-Za-z]*[cmeE]")
NO_PATH = re.compile(r"[\s:=;|&<>$*?()]")  # code, a URL, an option with its value, a pattern


def check_command(words: Sequence[str], key: str) -> None:
    """Reject a command whose program, or a script that it names by a relative path, does not exist.

    Options, URLs, names of modules, code and absolute paths, which may be those of a container, are taken as they are.

    Parameters
    ----------
    words : sequence of str
        Program and arguments.
    key : str
        Their key in the configuration.

    Raises
    ------
    InputError
    """
    program = words[0]
    if not program.strip():
        raise InputError(f"{key} begins with a blank word; name a program")
    if any("\0" in word for word in words):
        raise InputError(f"{key} holds a null byte, which no command can; remove it")
    if shutil.which(program) is None:
        raise InputError(f"{key}: there is no program {program!r}; give its path, or put it on PATH")
    if Path(program).name in ELSEWHERE:
        return
    for before, word in pairwise(words):
        if _is_script(word) and not TAKES_NO_FILE.fullmatch(before) and not is_file(word):
            raise InputError(f"{key}: there is no file {word!r} in {Path.cwd()}; {_remedy(Path(word))}")


def _is_script(word: str) -> bool:
    """Whether a word looks like the relative path of a program's file."""
    return (
        Path(word).suffix.lower() in PROGRAMS
        and not word.startswith("-")
        and not NO_PATH.search(word)
        and not Path(word).is_absolute()
    )


def _remedy(path: Path) -> str:
    """Return the file that was probably meant, if one beside it has a similar name."""
    beside: list[str] = []
    with suppress(OSError):  # there is no such folder, or its name is too long for any
        beside = [file.name for file in path.parent.iterdir()]
    near = difflib.get_close_matches(path.name, beside, n=1, cutoff=0.7)
    return f"did you mean {str(path.with_name(near[0]))!r}?" if near else "correct its path"
