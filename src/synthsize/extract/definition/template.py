"""A new source folder, copied from the template or from a source of the package, and edited from there.

Of the standard library alone, so that it works without what the pipeline needs.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from synthsize.errors import InputError

SOURCES = Path(__file__).parents[1] / "sources"
TEMPLATE = SOURCES / "template"


def new_source(folder: Path, model: str = TEMPLATE.name) -> list[str]:
    """Write the template, which runs on its own example tables, into a new folder; the source takes the folder's name.

    Parameters
    ----------
    folder : Path
        Absent or empty.
    model : str
        A source of the package to copy in place of the template.

    Returns
    -------
    list of str
        Files written, relative to the folder, sorted.

    Raises
    ------
    InputError
        If the folder holds anything, has the name of a source of the package, or cannot be written, or if there is no
        such model.
    """
    models = sorted(file.parent.name for file in SOURCES.glob("*/source.yaml"))
    if model not in models:
        known = ", ".join(one for one in models if one != TEMPLATE.name)
        raise InputError(f"{model!r} is no source of the package; copy one of {known}")
    name = folder.absolute().name
    if name != TEMPLATE.name and ((SOURCES / name / "source.yaml").is_file() or name == "simulated"):
        raise InputError(
            f"{folder} has the name of a source of the package; choose another, as source.name may be it"
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} exists already; name a new folder, nothing is overwritten")
    try:
        shutil.copytree(SOURCES / model, folder, dirs_exist_ok=True, copy_function=shutil.copyfile)
        description = folder / "source.yaml"
        text = description.read_text(encoding="utf-8")
        named = re.sub(r"^name: .*$", lambda _: f"name: {_yaml(name)}", text, count=1, flags=re.MULTILINE)
        description.write_text(named, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{folder} cannot be written ({error.strerror}); name another folder") from error
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())


def _yaml(name: str) -> str:
    """Write a name as YAML text; plain where that cannot be read as a number or a truth value."""
    plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9]*_[A-Za-z0-9_]*", name)
    return name if plain else json.dumps(name, ensure_ascii=False)
