"""The classifiers and generators of a run: names, names with parameters, and import paths.

In config.yaml they are given as a list of names (``[smote, jitter]``), a mapping from names to parameters
(``{smote: {k_neighbors: 5}}``), or a list of entries (``{name: trees, class: sklearn.ensemble.ExtraTreesClassifier,
params: {n_estimators: 200}, label: Extra trees}``). A generator may also name a command or a folder of rows
(`pipeline.external`). All are read into one form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jsonschema

from synthsize.catalogue import controls, generators, learners
from synthsize.catalogue.entries import GeneratorEntry, LearnerEntry
from synthsize.catalogue.extras import check_installed
from synthsize.catalogue.names import PATIENTS, Names
from synthsize.errors import InputError, ParameterError
from synthsize.kinds import described
from synthsize.pipeline import external
from synthsize.pipeline.own_tables import own_tables, shown_name
from synthsize.pipeline.schema import explain, read_text
from synthsize.pipeline.strategies import without_strategies

Spec = dict[str, Any]

# What an entry may hold beside its name; anything else in a mapping from names is a parameter.
KEYS = ("class", "params", "label", "multipliers", "splits", "vtss", "splits_per_job")
SHOWN = ("words", "settings")  # description of a generator whose rows come from outside
OBSERVATIONS = "observations"  # rows of a table of the user's own, which need not be patients
SCORE = "score"
FOUND_OUT = (SCORE, "linear", "takes_weights")  # by `read_classifiers`
NAME = re.compile(r"[a-z][a-z0-9_]*")
# Names of folders beside those of the cells.
RESERVED = {
    "classifiers": ("diagnosis", "fidelity"),
    "generators": ("controls", "test_rows", *controls.entries()),  # see the events
}


def read_classifiers(given: Any, schema: Mapping[str, Any]) -> dict[str, Spec]:
    """Read ``experiment.classifiers``.

    Parameters
    ----------
    given : list or mapping
    schema : mapping
        Of an entry, from config.schema.yaml.

    Returns
    -------
    dict of str to dict
        By name, in the order given: ``class`` (import path, or None for a name of the catalogue), ``params`` (the
        catalogue's defaults filled in), ``label``, ``multipliers``, ``splits``, ``vtss``, ``splits_per_job`` (None
        where the run's apply), ``score`` ("log_odds" or "margin"), ``linear`` and ``takes_weights``.

    Raises
    ------
    InputError
        With one line that names the key.
    """
    specs = _read("classifiers", given, learners.entries(), schema)
    for name, spec in specs.items():
        if spec["class"] is None:
            known = learners.entries()[name]
        else:
            known = _try_out("classifiers", name, lambda: _learner(name, spec))  # noqa: B023
        spec |= {fact: getattr(known, fact) for fact in FOUND_OUT}
    return specs


def read_generators(given: Any, schema: Mapping[str, Any]) -> dict[str, Spec]:
    """Read ``experiment.generators``; see `read_classifiers`.

    An over-sampler of imbalanced-learn gets ``words``, which describe its rows.
    """
    specs = _read("generators", given, generators.entries(), schema)
    for name, spec in specs.items():
        if spec["class"] is None:
            check_installed(f"experiment.generators.{name}", generators.entries()[name].needs)
        else:
            spec |= _try_out("generators", name, lambda: _generator(name, spec))  # noqa: B023
    return specs


def check_controls(given: Sequence[str]) -> None:
    """Reject controls that are not in the catalogue.

    Raises
    ------
    InputError
        With one line that names the key.
    """
    known = controls.entries()
    for name in given:
        if name not in known:
            raise InputError(f"experiment.controls names {name!r}, which is none of {', '.join(known)}")


def run_names(config: Mapping[str, Any]) -> Names:
    """Return the display names of a run.

    Parameters
    ----------
    config : mapping
        As `pipeline.config.resolve` returns it.

    Raises
    ------
    InputError
        If two of them have one label.
    """
    classifiers, samplers = config["experiment"]["classifiers"], config["experiment"]["generators"]
    bases = without_strategies(samplers)
    return Names.of_run(
        {name: shown_name(name, task) for name, task in config["tasks"].items()},
        {name: entry["params"] for name, entry in classifiers.items()},
        {name: entry["params"] for name, entry in samplers.items()},
        brought_learners=_brought(classifiers),
        brought_generators=_brought(bases),
        labels={name: entry["label"] for name, entry in {**classifiers, **bases}.items() if entry["label"]},
        strategies={name: entry["strategy"] for name, entry in samplers.items() if entry.get("strategy")},
        people=OBSERVATIONS if own_tables(config) else PATIENTS,
    )


def _brought(specs: Mapping[str, Spec]) -> list[dict[str, Any]]:
    """List the entries that are brought by import path, as the catalogue takes them."""
    return [
        {"name": name, **spec, **_judged(spec)} for name, spec in specs.items() if spec["class"] is not None
    ]


def _judged(spec: Spec) -> dict[str, Any]:
    """Return how a learner's scores are judged; empty for a generator."""
    if SCORE not in spec:
        return {}
    log_odds = spec[SCORE] == "log_odds"
    return {"loss": "nats" if log_odds else "hinge loss", "estimates_risk": log_odds}


def _read(
    kind: str,
    given: Any,
    known: Mapping[str, GeneratorEntry] | Mapping[str, LearnerEntry],
    schema: Mapping[str, Any],
) -> dict[str, Spec]:
    if not isinstance(given, list | Mapping):
        raise InputError(f"experiment.{kind} is {described(given)}; write a list of names, such as [{given}]")
    specs: dict[str, Spec] = {}
    for key, entry in _entries(kind, given):
        name = _name_of(entry, kind, key)
        if name in specs:
            raise InputError(f"experiment.{kind} names {name!r} twice; give the second another name")
        entry = read_text(entry, schema)
        _validate(entry, schema, key)
        specs[name] = _spec(name, entry, kind, key, known)
    if not specs:
        raise InputError(f"experiment.{kind} is empty; name at least one")
    return specs


def _name_of(entry: Mapping[str, Any], kind: str, key: str) -> str:
    """Return the name of an entry, which must be fit for files and wildcards."""
    name = str(entry.get("name", ""))
    if not name:
        raise InputError(
            f"{key} has no name; write a name, or an entry such as {{name: smote, params: {{}}}}"
        )
    if not NAME.fullmatch(name):
        raise InputError(f"{key}: {name!r} is no name for it; use lower-case letters, digits and _")
    if name in RESERVED[kind]:
        raise InputError(
            f"{key}: the name {name!r} is used for something else in the results; choose another"
        )
    return name


def _spec(
    name: str,
    entry: dict[str, Any],
    kind: str,
    key: str,
    known: Mapping[str, GeneratorEntry] | Mapping[str, LearnerEntry],
) -> Spec:
    """Return a valid entry with all `KEYS`: of the catalogue, by import path, or from outside."""
    from_outside = external.is_external(entry)
    if from_outside:
        entry = external.with_class(entry, key, kind)
    if entry.get("label") is not None and not entry["label"].strip():
        raise InputError(f"{key}.label is empty; give the text that figures and tables show")
    spec = {part: entry.get(part) for part in KEYS}
    given = entry.get("params") or {}
    if spec["class"] is None:
        if name not in known:
            raise InputError(
                f"experiment.{kind} names {name!r}, which is none of {', '.join(known)}; give its import path "
                f"as {{name: {name}, class: package.module.Class}}"
            )
        return {**spec, "params": _own_params(given, known[name], f"experiment.{kind}.{name}")}
    if name in known:
        raise InputError(f"{key}: {name!r} is a name of this package's own; give {entry['class']} another")
    if not from_outside:
        spec["params"] = read_text(given, {"additionalProperties": {}})
    return {**spec, **{part: entry[part] for part in SHOWN if part in entry}}


def _entries(kind: str, given: Any) -> list[tuple[str, dict[str, Any]]]:
    """Bring both forms to (key, entry) pairs; a name set to null is left out."""
    if isinstance(given, Mapping):
        return [
            (f"experiment.{kind}.{name}", _from_mapping(f"experiment.{kind}.{name}", str(name), value))
            for name, value in given.items()
            if value is not None
        ]
    return [
        (
            f"experiment.{kind}.{i}",
            {"name": entry} if isinstance(entry, str) else dict(entry) if isinstance(entry, Mapping) else {},
        )
        for i, entry in enumerate(given)
    ]


def _from_mapping(key: str, name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise InputError(
            f"{key} is {described(value)}; write its parameters as a mapping (key: value), or {{}} for the defaults"
        )
    if not isinstance(value.get("params") or {}, Mapping):
        raise InputError(
            f"{key}.params is {described(value['params'])}; it must be a mapping (key: value) from parameters to values"
        )
    keys = (*KEYS, *external.KEYS)
    entry = {key: part for key, part in value.items() if key in keys}
    params = {key: part for key, part in value.items() if key not in (*keys, *SHOWN, *FOUND_OUT)}
    return {"name": name, **entry, "params": {**params, **(entry.get("params") or {})}}


def _own_params(given: Mapping[str, Any], entry: GeneratorEntry | LearnerEntry, key: str) -> dict[str, Any]:
    """Fill the catalogue's defaults in, after checking what is given against the catalogue."""
    schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: dict(rule) for name, rule in entry.parameters.items()},
    }
    params = read_text(dict(given), schema)
    _validate(params, schema, key)
    return {**{name: rule["default"] for name, rule in entry.parameters.items()}, **params}


def _validate(value: Any, schema: Mapping[str, Any], key: str) -> None:
    error = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(schema).iter_errors(value))
    if error is not None:
        raise InputError(explain(error, key))


def _try_out(kind: str, name: str, make: Callable[[], Any]) -> Any:
    try:
        return make()
    except ParameterError as error:
        raise InputError(f"experiment.{kind}.{name}.params.{error.parameter} {error.fault}") from error
    except InputError as error:
        raise InputError(f"experiment.{kind}.{name}: {error}") from error


# Imported only where something is brought: scikit-learn and imbalanced-learn take a second each.
def _learner(name: str, spec: Spec) -> Any:
    from synthsize.balance.learners import make_learner

    return make_learner(name, spec["class"], spec["params"])


def _generator(name: str, spec: Spec) -> dict[str, str]:
    from synthsize.balance.generators import make_generator
    from synthsize.balance.generators.imbalanced_learn import ImblearnGenerator

    made = make_generator(name, spec["class"], **spec["params"])
    if not isinstance(made, ImblearnGenerator):
        return {}
    return {"words": external.SAMPLER_WORDS.format(type(made.sampler).__name__)}
