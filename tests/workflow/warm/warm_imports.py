"""Import what the scripts of the workflow in this folder import, and what is looked up by name."""

import ast
from importlib import import_module
from pathlib import Path

import snakemake.iocontainers  # the first line of every script imports both
import snakemake.logging  # noqa: F401

NAMED = (  # rooms whose modules are found by their names
    *(f"balance/{room}" for room in ("learners", "generators", "controls", "strategies")),
    "report/figures",
)


def imported(script):
    """Modules that a script imports, without those of the pipeline alone."""
    for node in ast.walk(ast.parse(script.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


for name in sorted({name for script in Path("workflow/scripts").glob("*.py") for name in imported(script)}):
    import_module(name)
for room in NAMED:
    for module in Path("src/synthsize", room).glob("[!_]*.py"):
        import_module(f"synthsize.{room.replace('/', '.')}.{module.stem}")
