"""What was run: the facts at the head of the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from synthsize.catalogue.entries import GeneratorEntry, LearnerEntry
from synthsize.catalogue.names import Names
from synthsize.contracts.variables import in_sentence
from synthsize.parameters import settings_in_words
from synthsize.report import style
from synthsize.report.page import own_section

PACKAGES = (
    "scikit-learn",
    "imbalanced-learn",
    "numpy",
    "pandas",
    "duckdb",
    "snakemake",
)  # of those in the manifest
SOURCES = {
    "simulated": "simulated hospital: no clinical conclusion follows from it",
    "mimic3": "MIMIC-III, of no known release",
    "challenge2012": "PhysioNet Challenge 2012, of no known sets",
    "mimic4": "MIMIC-IV, of no known release",
    "eicu": "eICU Collaborative Research Database, of no known release",
    "meds": "data in MEDS, of no known release",
    "omop": "OMOP Common Data Model, of no known release",
}
UNITS = {"patient": "patients", "admission": "admissions"}
IMPUTATION = {
    "train": "means of the training rows",
    "cohort": "means of the whole cohort, taken before the split",
}
ORACLES = {
    "weighted": "class-weighted fit on the test rows",
    "undersampled": "fit on the test rows, majority undersampled",
}


def describe_run(
    config: Mapping[str, Any],
    manifest: Mapping[str, Any],
    names: Names,
    lacking: Sequence[str] = (),
    clock: str = "hospital admission",
) -> dict[str, str]:
    """Facts that a reader needs to judge the results.

    Parameters
    ----------
    config : mapping
        As `synthsize.pipeline.config.resolve` returns it.
    manifest : mapping
        As `synthsize.pipeline.manifest.make_manifest` returns it.
    names : Names
        Of the run, with the parameters in use.
    lacking : sequence of str
        Labels of the variables that the concept set has no item of, or the extract no table.
    clock : str
        What the window's hours are counted from.

    Returns
    -------
    dict of str to str
        Fact to words. Holds no path: where an extract lies is not reported.
    """
    protocol, experiment = config["protocol"], config["experiment"]
    grid, vtss = experiment["multipliers"], experiment["vtss"]
    brought = own_section.own_facts(config, names)
    unit = (own_section.UNITS if brought else UNITS)[protocol["group_by"]]
    interval = style.interval_label(protocol["interval"])
    found = manifest["packages"]
    facts = {
        **(brought or _extraction(config, manifest, lacking, clock)),
        "Protocol": f"{protocol['preset']}: splits by {unit}; missing features take "
        f"{IMPUTATION[protocol['imputation']]}; tables and figures show the {interval}",
        "Splits": f"{experiment['splits']}, {experiment['test_size']:.0%} of the {unit} in the test set",
        "Synthetic sizes": f"m from {grid['start']:g} to {grid['stop']:g} in steps of {grid['step']:g}",
        "VTSS": f"{vtss['folds']}-fold cross-validation, {_times(vtss['repeats'])}, inside each training set, by "
        + " and by ".join(style.display(name, style.CRITERIA) for name in vtss["criteria"]),
        "Classifiers": _listed(names.learners, names.in_sentence),
        "Balanced risk": f"counts the majority {protocol['majority_weight']:g} and the minority "
        f"{1 - protocol['majority_weight']:g}",
        "Generators": _listed(names.generators, names.generator),
        **_generators_in_words(names),
        "Oracle": ORACLES[protocol["oracle"]],
        "Small counts": _small_counts(config["reporting"]["suppress_below"], names),
        "Seed": str(experiment["seed"]),
        "Program": manifest["program"]
        + (f", revision {manifest['revision'][:12]}" if manifest["revision"] else ""),
        "Packages": ", ".join(f"{name} {found[name]}" for name in PACKAGES if name in found),
    }
    own = _own_designs(experiment, names)
    if own:
        facts["Of their own"] = own
    return facts


def _extraction(
    config: Mapping[str, Any], manifest: Mapping[str, Any], lacking: Sequence[str], clock: str
) -> dict[str, str]:
    """Source, cohort and features; see `describe_run`."""
    source, cohort = config["source"], config["cohort"]
    bins = cohort["bin_hours"]
    without = "; left out of the features (no item, no table or features.without): "
    without += ", ".join(in_sentence(label) for label in lacking)
    facts = {
        "Data": _data(source["name"], manifest["inputs"]),
        "Item ids": f"concept set {source['concepts']!r}" + (without if lacking else ""),
        "Cohort": f"{cohort['admissions']} admissions at {cohort['min_age']} years or older"
        + (", still in hospital at the end of the window" if cohort["landmark"] else "")
        + ("" if cohort["exclude_organ_donors"] else ", organ-donor accounts kept")
        + ("" if cohort["exclude_negative_stays"] else ", stays of negative length kept")
        + ("" if cohort["icu_stays_only"] else ", with or without an ICU stay"),
        "Window": f"{cohort['window_hours']:g} hours from {clock}; "
        f"bins of {bins['vital']:g} h (vitals) and {bins['lab']:g} h (labs)",
        "Before admission": f"measurements of the last {cohort['pre_admission_hours']:g} hours count"
        if cohort["pre_admission_hours"]
        else "nothing counts",
        "Features": ", ".join(config["features"]["summaries"]) + " of the bin means",
    }
    if source["name"] == "simulated":
        simulate = config["simulate"]
        facts["Data"] += (
            f" ({simulate['admissions']:,} admissions of all ages, in the tables of {simulate['schema']})"
        )
    return facts


def _generators_in_words(names: Names) -> dict[str, str]:
    """Describe each generator, where its entry does."""
    said = [
        f"{names.generator(name)} {entry.words}" for name, entry in names.generators.items() if entry.words
    ]
    return {"Synthetic rows": "; ".join(said)} if said else {}


def _own_designs(experiment: Mapping[str, Any], names: Names) -> str:
    """Name the classifiers and generators that carry a grid, splits or folds of their own."""
    labelled = {"classifiers": names.in_sentence, "generators": names.generator}
    said = [
        f"{label(name)}: {_design(entry)}"
        for kind, label in labelled.items()
        if isinstance(experiment[kind], Mapping)
        for name, entry in experiment[kind].items()
        if _design(entry)
    ]
    return "; ".join(said)


def _design(entry: Mapping[str, Any]) -> str:
    parts = []
    if entry["multipliers"]:
        parts.append("m " + ", ".join(f"{key} {value:g}" for key, value in entry["multipliers"].items()))
    if entry["splits"]:
        parts.append(_number(entry["splits"], "splits"))
    if entry["vtss"]:
        parts.append(", ".join(_number(value, key) for key, value in entry["vtss"].items()))
    return ", ".join(parts)


def _number(value: int, noun: str) -> str:
    """Put a number before a noun, which is given in the plural."""
    return f"{value} {noun.removesuffix('s') if value == 1 else noun}"


def _small_counts(below: int, names: Names) -> str:
    if below <= 1:
        return "shown as they are"
    counted = "rows or groups" if names.has_own_tables else "admissions, patients or source rows"
    return (
        f"from 1 to {below - 1} {counted} are shown as <{below}, and numbers that would "
        "give them away as hidden"
    )


def _data(source: str, inputs: Sequence[Mapping[str, Any]]) -> str:
    """Name the release where the files are of a known one."""
    releases = {row["release"] for row in inputs if row["release"]}
    return ", ".join(sorted(releases)) or SOURCES.get(source, "the user's own source")


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _listed(
    entries: Mapping[str, GeneratorEntry] | Mapping[str, LearnerEntry], label: Callable[[str], str]
) -> str:
    """Name each entry with the parameters in use; if all have the same, they are named once."""
    said = [(label(name), _parameters(entry)) for name, entry in entries.items()]
    shared = {words for _, words in said}
    if len(shared) == 1 and "" not in shared:
        return f"{', '.join(name for name, _ in said)}; {shared.pop()}"
    return ", ".join(f"{name} ({words})" if words else name for name, words in said)


def _parameters(entry: GeneratorEntry | LearnerEntry) -> str:
    return settings_in_words(entry.settings, entry.params)
