"""The strategies of a run: each makes a cell of every generator, as if it were a further generator.

``experiment.strategies`` is a list of names and of names with parameters, such as ``[oversample, mixed, {name:
weighted, alpha: [0.25, 0.5]}]``; a list of values gives one strategy each. `with_strategies` turns the generators
of a run into those that its cells are called by: ``smote``, ``smote_mixed``, ``smote_weighted_25``,
``smote_weighted_50``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import jsonschema

from synthsize.catalogue.entries import StrategyEntry
from synthsize.catalogue.strategies import OVERSAMPLE, entries
from synthsize.errors import InputError
from synthsize.pipeline.schema import explain, read_text

Spec = dict[str, Any]
KEY = "experiment.strategies"


def read_strategies(given: Sequence[Any]) -> list[Spec]:
    """Read ``experiment.strategies``.

    Returns
    -------
    list of dict
        ``name`` and ``params`` of each, in the order given.

    Raises
    ------
    InputError
        With one line that names the key.
    """
    found: list[Spec] = []
    known = entries()
    for number, one in enumerate(given):
        spec = {"name": one} if isinstance(one, str) else dict(one)
        name = spec.pop("name", None)
        if name not in known:
            raise InputError(f"{KEY}.{number} names {name!r}, which is none of {', '.join(known)}")
        for params in _each(spec, known[name], f"{KEY}.{number}"):
            made = {"name": name, "params": params}
            if made in found:
                raise InputError(f"{KEY} names {_words(made)!r} twice; name each strategy once")
            found.append(made)
    return found


def with_strategies(generators: Mapping[str, Spec], strategies: Sequence[Spec]) -> dict[str, Spec]:
    """Return an entry for every generator with every strategy, in the order of the strategies.

    Parameters
    ----------
    generators : mapping of str to mapping
        As `named.read_generators` returns them.
    strategies : sequence of mapping
        As `read_strategies` returns them.

    Returns
    -------
    dict of str to dict
        The generators themselves where synthetic rows are just added; else under a name of their own and with the key
        ``strategy``: ``name``, ``params``, and ``of``, the generator.

    Raises
    ------
    InputError
        If a name is taken by another generator.
    """
    cells: dict[str, Spec] = {}
    for strategy in strategies:
        for generator, entry in generators.items():
            if strategy["name"] == OVERSAMPLE:
                cells[generator] = entry
                continue
            name = f"{generator}_{_words(strategy)}"
            if name in generators:
                raise InputError(
                    f"experiment.generators names {name!r}, which is {generator!r} with strategy {strategy['name']}; "
                    "give the former another name"
                )
            cells[name] = {**entry, "strategy": {**strategy, "of": generator}}
    return cells


def without_strategies(given: Any) -> Any:
    """Undo `with_strategies`: the generators that are drawn from, as the configuration of a run names them."""
    if not isinstance(given, Mapping):
        return given
    plain: dict[str, Any] = {}
    for name, entry in given.items():
        if isinstance(entry, Mapping) and isinstance(entry.get("strategy"), Mapping):
            rest = {key: value for key, value in entry.items() if key != "strategy"}
            plain.setdefault(entry["strategy"]["of"], rest)
        else:
            plain[name] = entry
    return plain


def entry_of(given: Mapping[str, Mapping[str, Any]], name: str) -> Mapping[str, Any]:
    """Return the entry of a classifier or generator of a run, be it one that only strategies of the run draw from."""
    found: Mapping[str, Any] = given[name] if name in given else without_strategies(given)[name]
    return found


def drawn_by(samplers: Mapping[str, Mapping[str, Any]], name: str) -> str:
    """Return the generator whose rows a cell uses; a name without a strategy is returned unchanged."""
    strategy = samplers.get(name, {}).get("strategy")
    return str(strategy["of"]) if strategy else name


def largest_multiplier(entry: Mapping[str, Any]) -> float:
    """Return the largest multiplier that the strategy of a generator's entry supports."""
    strategy = entry.get("strategy")
    return entries()[strategy["name"]].largest if strategy else float("inf")


def raw_at_zero(entry: Mapping[str, Any]) -> bool:
    """Whether the fit of a generator's entry without synthetic rows is that to the raw data."""
    strategy = entry.get("strategy")
    return entries()[strategy["name"]].raw_at_zero if strategy else True


def needs_weights(entry: Mapping[str, Any]) -> str:
    """Return the name of the strategy of a generator's entry where it weighs rows, else nothing."""
    strategy = entry.get("strategy")
    return str(strategy["name"]) if strategy and entries()[strategy["name"]].needs_weights else ""


def _each(given: Mapping[str, Any], entry: StrategyEntry, key: str) -> list[Spec]:
    """Fill in defaults, and spread lists of values."""
    lists = {name: value if isinstance(value, list) else [value] for name, value in given.items()}
    empty = next((name for name, values in lists.items() if not values), None)
    if empty is not None:
        raise InputError(f"{key}.{empty} is an empty list; give at least one value")
    defaults = {name: rule["default"] for name, rule in entry.parameters.items()}
    schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: dict(rule) for name, rule in entry.parameters.items()},
    }
    found = []
    for values in product(*lists.values()):
        params = read_text(dict(zip(lists, values, strict=True)), schema)
        error = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(schema).iter_errors(params))
        if error is not None:
            raise InputError(explain(error, key))
        found.append({**defaults, **params})
    return found


def _words(strategy: Mapping[str, Any]) -> str:
    """Return the part of a cell's name: shares as percentages, 0.125 as 12_5."""
    rules = entries()[strategy["name"]].parameters
    numbers = [
        f"{value if rules[name]['type'] == 'integer' else 100 * value:.10g}".replace(".", "_")
        for name, value in strategy["params"].items()
    ]
    return "_".join([strategy["name"], *numbers])
