"""Applies config.schema.yaml: casts values to its types, and names in one line the key that breaks it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import yaml

from synthsize.kinds import as_yaml, described, either, in_words, shown

if TYPE_CHECKING:
    from jsonschema import ValidationError

# Renamed keys: what replaces those of earlier versions.
MOVED = {
    "experiment.C": "experiment.classifiers='{logistic: {C: 0.5}, svm: {C: 0.5}}'",
    "experiment.k_neighbors": "experiment.generators='{smote: {k_neighbors: 5}}'",
    "experiment.m_neighbors": "experiment.generators='{borderline_smote: {m_neighbors: 5}}'",
    "experiment.jitter_scale": "experiment.generators='{jitter: {scale: 0.5}}'",
}


def read_text(value: Any, schema: Mapping[str, Any]) -> Any:
    """Give values that arrive as text, or whole numbers that arrive with a point, the type of the schema.

    ``--config experiment='{splits: 20}'`` reaches the workflow as the text "20": Snakemake reads what stands inside the
    braces without types. Text that is no YAML of the wanted type stays as it is, for the validation to refuse.

    Parameters
    ----------
    value : object
        A configuration, or a part of one.
    schema : mapping
        The part of config.schema.yaml that describes it.
    """
    if isinstance(value, Mapping):
        known, others = schema.get("properties", {}), schema.get("additionalProperties") or {}
        return {key: read_text(part, known.get(key, others)) for key, part in value.items()}
    if isinstance(value, list):
        return [read_text(part, schema.get("items", {})) for part in value]
    types = schema.get("type", [])
    if types == "integer" and isinstance(value, float) and value.is_integer():
        return int(value)
    wants_text = (
        types == "string" or ("string" in types and value != "null") or value in schema.get("enum", [])
    )
    if not isinstance(value, str) or wants_text:
        return value
    try:
        return yaml.safe_load(value)
    except yaml.YAMLError:
        return value


def explain(error: ValidationError, key: str = "") -> str:
    """Return one line: which key breaks the schema and what it may hold.

    Parameters
    ----------
    error : ValidationError
    key : str
        Key of the validated value, if it is a part of the configuration.
    """
    path = ".".join(str(part) for part in (*([key] if key else []), *error.absolute_path))
    if error.validator == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        unknown = next(key for key in error.instance if key not in known)
        meant = [key for key in known if key not in error.instance] or known
        return _unknown_key(f"{path}.{unknown}" if path else str(unknown), str(unknown), known, meant)
    if error.validator == "required":
        missing = next(key for key in error.validator_value if key not in error.instance)
        return f"{path + '.' if path else ''}{missing} is missing; config.yaml shows how it looks"
    if "propertyNames" in error.absolute_schema_path:
        return f"{path}: {error.instance!r} is no task name; use lower-case letters, digits and _"
    if error.validator == "type":
        return (
            f"{path} is {described(error.instance)}; it must be {in_words(error.validator_value)}"
            + _such_as(path, error.schema)
        )
    expected = _expectation(str(error.validator), error.validator_value)
    meaning = error.schema.get("description")
    return f"{path} is {shown(error.instance)}, but {expected}" + (f" ({meaning})" if meaning else "")


def _such_as(path: str, schema: Mapping[str, Any]) -> str:
    """Show a value that fits, with the last part of its key; empty where the schema has none."""
    found = example(schema)
    key = path.rpartition(".")[2]
    if found is None:
        return ""
    return f", such as {as_yaml(found) if key.isdecimal() else as_yaml({key: found})[1:-1]}"


def example(schema: Mapping[str, Any]) -> Any:
    """Return a value that fits a part of the schema: its example, its default or what its keys have; None for none."""
    for known in (*schema.get("examples", ()), schema.get("default"), *schema.get("enum", ())):
        if known not in (None, {}, []):
            return known
    for key, part in schema.get("properties", {}).items():
        if (found := example(part)) is not None:
            return {key: found}
    if "items" in schema and (found := example(schema["items"])) is not None:
        return [found]
    return None


def _unknown_key(path: str, unknown: str, known: list[str], meant: list[str]) -> str:
    if path in MOVED:
        return f"unknown key {path}; parameters stand with their names: {MOVED[path]}"
    near = difflib.get_close_matches(unknown, meant, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"known keys there: {', '.join(known)}"
    return f"unknown key {path}; {hint}"


def _expectation(rule: str, value: Any) -> str:
    words = {
        "enum": "it must be one of {}",
        "minimum": "it must be at least {}",
        "maximum": "it must be at most {}",
        "exclusiveMinimum": "it must be greater than {}",
        "exclusiveMaximum": "it must be less than {}",
        "minItems": "it needs at least {} " + ("entry" if value == 1 else "entries"),
        "minLength": "it needs at least {} " + ("character" if value == 1 else "characters"),
        "minProperties": "it needs at least {} " + ("entry" if value == 1 else "entries"),
        "uniqueItems": "its entries must differ",
    }
    if isinstance(value, list):
        value = either(["null" if v is None else str(v) for v in value])
    return words.get(rule, rule + " must hold: {}").format(value)
