"""The classifiers and generators of a run: names, names with parameters, and import paths.

In config.yaml they stand as a list of names (``[smote, jitter]``), a mapping from names to parameters
(``{smote: {k_neighbors: 5}}``), or a list of entries (``{name: trees, class: sklearn.ensemble.ExtraTreesClassifier,
params: {n_estimators: 200}, label: Extra trees}``). A generator may also name a command or a folder of rows
(`pipeline.external`). All are read into one form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.metadata import packages_distributions, version
from typing import Any

import jsonschema

from synthsize.catalogue import controls, generators, learners
from synthsize.catalogue.entries import GeneratorEntry, LearnerEntry
from synthsize.catalogue.extras import check_installed
from synthsize.catalogue.names import PATIENTS, Names
from synthsize.errors import InputError, ParameterError
from synthsize.kinds import described
from synthsize.packages import FITTING, deciding_packages
from synthsize.pipeline import external
from synthsize.pipeline.brought import brought_files, brought_packages
from synthsize.pipeline.own_tables import own_tables, shown_name
from synthsize.pipeline.schema import explain, read_text
from synthsize.pipeline.strategies import drawn_by, entry_of, without_strategies

Spec = dict[str, Any]

# What an entry may hold beside its name; anything else in a mapping from names is a parameter.
KEYS = ("class", "params", "label", "multipliers", "splits", "vtss", "splits_per_job")
SHOWN = ("words", "settings")  # what readers see of a generator whose rows come from outside
OBSERVATIONS = "observations"  # what the rows of a table of the user's own are, whoever they are about
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
        What config.schema.yaml says of an entry.

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

    Nothing is found out but what is to be said of the rows, ``words``, of an over-sampler of imbalanced-learn.
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
    """Return what readers see in place of a run's names.

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


def made_of(kind: str, name: str, spec: Spec) -> tuple[list[str], list[str]]:
    """Return what decides the fits of a classifier or generator: modules of the package, and other files.

    Parameters
    ----------
    kind : {"classifiers", "generators"}
    name : str
    spec : dict
        As `read_classifiers` or `read_generators` returns it.
    """
    if spec["class"] is None:
        room = "learners" if kind == "classifiers" else kind
        return [f"balance.{room}.{name}"], []
    if spec["class"] in external.CLASSES:
        return [spec["class"].removeprefix("synthsize.").rpartition(".")[0]], external.files(spec)
    return [], brought_files(spec["class"])


def fit_versions(
    config: Mapping[str, Any], classifier: str | None = None, generator: str | None = None
) -> dict[str, str]:
    """Return the versions of the packages that decide the fits of one cell.

    Those that take part in every fit, and those of the named classifier and generator: what their classes import where
    they are brought by import path, and `deciding_packages` of a generator of the catalogue. What else the run names
    has no part in it, so that adding a generator with packages of its own leaves all other cells as they are.

    Parameters
    ----------
    config : mapping
        As `pipeline.config.resolve` returns it.
    classifier, generator : str, optional
        Of the cell, as far as it has them. A generator with a strategy has the packages of the one it draws from.

    Returns
    -------
    dict of str to str
        Version by name of the package, in alphabetical order.
    """
    experiment = config["experiment"]
    entries = [
        entry_of(experiment[kind], name)
        for kind, name in (("classifiers", classifier), ("generators", generator))
        if name is not None
    ]
    brought = {entry["class"] for entry in entries if entry["class"]}.difference(external.CLASSES)
    needed = (
        _extras(generator, entry_of(experiment["generators"], generator)) if generator is not None else ()
    )
    tops = frozenset(top for path in brought for top in brought_packages(path))
    return dict(_versions(tops, tuple(needed)))


def run_versions(config: Mapping[str, Any]) -> dict[str, str]:
    """Return the versions of the packages that decide any fit of a run; see `fit_versions`."""
    experiment = config["experiment"]
    of_learners = [fit_versions(config, name) for name in experiment["classifiers"]]
    of_generators = [fit_versions(config, generator=name) for name in experiment["generators"]]
    return {name: number for found in (*of_learners, *of_generators) for name, number in found.items()}


def _extras(name: str, spec: Mapping[str, Any]) -> Sequence[str]:
    """Name the packages that a generator of the catalogue needs beyond those that are always installed."""
    entry = generators.entries().get(drawn_by({name: spec}, name)) if spec["class"] is None else None
    return entry.needs if entry else ()


@cache  # called for every job of a run; finding the packages' distributions takes tenths of a second
def _versions(tops: frozenset[str], needed: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the versions of the packages of every fit, of those that own the modules named, and of those needed."""
    owners = packages_distributions() if tops else {}
    names = {*FITTING, *deciding_packages(needed), *(name for top in tops for name in owners.get(top, []))}
    return tuple((name, version(name)) for name in sorted(names))


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
        if name in specs:
            raise InputError(f"experiment.{kind} names {name!r} twice; give the second another name")
        entry = read_text(entry, schema)
        _validate(entry, schema, key)
        from_outside = external.is_external(entry)
        if from_outside:
            entry = external.with_class(entry, key, kind)
        specs[name] = {part: entry.get(part) for part in KEYS}
        if entry.get("label") is not None and not entry["label"].strip():
            raise InputError(f"{key}.label is empty; give the text that figures and tables show")
        if specs[name]["class"] is None:
            if name not in known:
                raise InputError(
                    f"experiment.{kind} names {name!r}, which is none of {', '.join(known)}; give its import path "
                    f"as {{name: {name}, class: package.module.Class}}"
                )
            specs[name]["params"] = _own_params(
                entry.get("params") or {}, known[name], f"experiment.{kind}.{name}"
            )
        elif name in known:
            raise InputError(
                f"{key}: {name!r} is a name of this package's own; give {entry['class']} another"
            )
        else:
            if not from_outside:
                specs[name]["params"] = read_text(entry.get("params") or {}, {"additionalProperties": {}})
            specs[name] |= {part: entry[part] for part in SHOWN if part in entry}
    if not specs:
        raise InputError(f"experiment.{kind} is empty; name at least one")
    return specs


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
