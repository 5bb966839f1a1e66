"""Reading a source.yaml: its structure, before anything in it is used."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import best_match

from synthsize.errors import InputError
from synthsize.extract.definition.text_files import read_utf8
from synthsize.kinds import described, in_words, yaml_fault

SCHEMA = Path(__file__).parents[1] / "sources" / "source.schema.yaml"
_MODEL = "`synthsize new-source DIR` writes a model"


def read_description(file: Path) -> dict[str, Any]:
    """Read and check the structure of a source.yaml.

    Raises
    ------
    InputError
        One sentence about the first fault: file, key and remedy.
    """
    try:
        description = yaml.safe_load(read_utf8(file))
    except yaml.YAMLError as error:
        raise InputError(f"{file}{yaml_fault(error)}; correct the YAML there") from error
    schema = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    fault = best_match(Draft202012Validator(schema).iter_errors(description))
    if fault is not None:
        raise InputError(f"{file}: {_sentence(fault)}")
    return dict(description)


def _sentence(fault: ValidationError) -> str:
    """Return the message: which key breaks the schema, and what it must hold."""
    path = ".".join(str(part) for part in fault.absolute_path) or "the file"
    if "propertyNames" in fault.absolute_schema_path:
        return f"{path}: {fault.instance!r} is no name; use lower-case letters, digits and _"
    if fault.validator == "required":
        missing = [key for key in fault.validator_value if key not in fault.instance]
        plural = "s" if len(missing) > 1 else ""
        return f"{path} lacks the key{plural} {' and '.join(missing)}; add it ({_MODEL})"
    if fault.validator == "additionalProperties":
        known = list(fault.schema["properties"])
        unknown = next(str(key) for key in fault.instance if key not in known)
        near = difflib.get_close_matches(unknown, [key for key in known if key not in fault.instance], n=1)
        meant = f"did you mean {near[0]!r}?" if near else f"use {', '.join(known)}"
        return f"{path}: unknown key {unknown!r}; {meant}"
    if fault.validator in ("minProperties", "minItems"):
        return f"{path} holds nothing; write what belongs there ({_MODEL})"
    return f"{path} is {described(fault.instance)}; it must be {in_words(fault.validator_value)}"
