"""Words for the type of a YAML value in error messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

_WORDS = {  # JSON Schema's names of types
    "object": "a mapping (key: value)",
    "array": "a list ([a, b])",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}
_KINDS = (  # bool is an int to Python, and is named as such
    (bool, ""),
    (int | float, "the number"),
    (str, "the text"),
    (list, "the list"),
    (Mapping, "the mapping"),
)
# What the YAML reader complains of, by the beginning of its words -> what a person sees in the file.
_YAML_FAULTS = {
    "mapping values are not allowed here": "a second colon (put such text in quotes), or an indentation unlike that of "
    "its neighbours",
    "expected <block end>": "an indentation unlike that of its neighbours, or a mark that belongs elsewhere",
    "could not find expected ':'": "a key without its colon, here or in the line above",
    "found character '\\t'": "a tab where YAML takes spaces",
}
_LONGEST = 60  # characters of a value that a sentence repeats


def yaml_fault(error: yaml.YAMLError) -> str:
    """Say on which line YAML breaks off and on what, to follow the file's name; nothing of the file is quoted."""
    mark = getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", None))
    if mark is None:
        return " holds characters that YAML forbids"
    words = next((words for begin, words in _YAML_FAULTS.items() if problem.startswith(begin)), problem)
    return f", line {mark.line + 1}: {words}"


def shown(value: Any) -> str:
    """Write a value as its YAML, cut if it is long; text in quotes."""
    text = repr(value) if isinstance(value, str) else as_yaml(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def described(value: Any) -> str:
    """Write a value with its kind: "the text '5'", "the list [a]"."""
    if value is None:
        return "empty"
    kind = next((word for types, word in _KINDS if isinstance(value, types)), "")
    return f"{kind} {shown(value)}".lstrip()


def in_words(types: str | Sequence[str]) -> str:
    """Name the types that JSON Schema allows: "a list ([a, b]) or a mapping (key: value)"."""
    listed = [types] if isinstance(types, str) else list(types)
    return either([_WORDS.get(name, name) for name in listed])


def either(words: Sequence[str]) -> str:
    """Join words with commas and a last "or"."""
    return " or ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def as_yaml(value: Any) -> str:
    """Write a value on one line, as in a configuration or behind ``--config``."""
    text = yaml.safe_dump(
        value, default_flow_style=True, sort_keys=False, width=float("inf"), allow_unicode=True
    )
    return text.removesuffix("\n").removesuffix("\n...")
