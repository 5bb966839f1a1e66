"""What an incomplete run lacks, as text for the page, its tables and the captions."""

from __future__ import annotations

from collections.abc import Mapping

from synthsize.catalogue.names import Names
from synthsize.report import style

EXTRAS = {
    "shortcuts": "Price of the shortcuts",
    "learning_curve": "Learning curve",
    "net_benefit": "Decision curves",
    "transport": "Transport between strata",
    "subgroups": "Subgroups",
    "imputations": "Multiple imputation",
    "recipes": "Choice among all recipes",
    "learners": "Classifiers beside each other",
    "penalties": "Further penalties of the choice among recipes",
}


def missing_in_words(left_out: Mapping[str, str], names: Names) -> dict[str, str]:
    """Name what is left out by its display names.

    Parameters
    ----------
    left_out : dict of str to str
        Part to reason, as ``reporting.left_out`` in the configuration holds them: a task (``sepsis``), or a cell of
        one (``sepsis/logistic/smote``, ``sepsis/logistic/controls``, ``sepsis/diagnosis/smote``), or an analysis of
        `EXTRAS`.
    names : Names
        Of the run.

    Returns
    -------
    dict of str to str
        Words to reason, in the order given.
    """
    others = {**names.generator_labels, "controls": "controls"}
    others |= {"diagnosis": "regime diagnosis", "fidelity": "fidelity of the rows"}
    words = {}
    for part, reason in left_out.items():
        task, *cell = part.split("/")
        steps = [
            names.in_sentence(name) if name in names.learners else style.display(name, others)
            for name in cell
        ]
        whole = EXTRAS.get(task) or names.tasks[task]
        words[": ".join([whole, *([", ".join(steps)] if steps else [])])] = reason
    return words


def impossible_in_words(impossible: Mapping[str, str], names: Names) -> dict[str, str]:
    """Say among the facts of a run which cells no run can fit, and why.

    Parameters
    ----------
    impossible : mapping of str to str
        Task, classifier and generator of a cell, as in ``reporting.left_out``, to the reason.
    names : Names
        Of the run.

    Returns
    -------
    dict of str to str
        One fact; none where every cell can be fitted.
    """
    cells: dict[tuple[str, str], list[str]] = {}
    for part, reason in impossible.items():
        _, classifier, generator = part.split("/")
        generators = cells.setdefault((classifier, reason), [])
        if names.generator(generator) not in generators:
            generators.append(names.generator(generator))
    said = [
        f"{names.learner(classifier)} with {'; '.join(generators)} ({reason})"
        for (classifier, reason), generators in cells.items()
    ]
    return {"Not fitted": "; ".join(said)} if said else {}


def whole_tasks(left_out: Mapping[str, str]) -> dict[str, str]:
    """Keep the tasks that are left out as a whole: all that a cohort can lack."""
    return {part: reason for part, reason in left_out.items() if "/" not in part}


def of_fidelity(left_out: Mapping[str, str]) -> dict[str, str]:
    """Keep what a table of fidelity can lack: measurements of generators, and whole tasks."""
    return {part: reason for part, reason in left_out.items() if "/" not in part or "/fidelity/" in part}


def of_diagnosis(left_out: Mapping[str, str]) -> dict[str, str]:
    """Keep what a table of the regime diagnosis can lack: diagnoses of generators, and whole tasks."""
    return {part: reason for part, reason in left_out.items() if "/" not in part or "/diagnosis/" in part}


def of_controls(left_out: Mapping[str, str]) -> dict[str, str]:
    """Keep what a table of controls can lack: the controls of classifiers, and whole tasks."""
    return {
        part: reason for part, reason in left_out.items() if "/" not in part or part.endswith("/controls")
    }


def classifier_of(table: str, names: Names) -> str | None:
    """Name the classifier that a table is about; None if its name ends in none.

    Parameters
    ----------
    table : str
        Name of the table, such as ``summary_logistic``.
    names : Names
        Of the run.
    """
    found = [name for name in names.learners if table.endswith(f"_{name}")]
    return max(found, key=len, default=None)  # summary_rbf_svm is not about svm


def missing_note(left_out: Mapping[str, str], names: Names, classifier: str | None = None) -> str:
    """Return the sentence below a figure or table of tasks that says what it lacks and why; empty if nothing.

    Parameters
    ----------
    left_out, names
        See `missing_in_words`.
    classifier : str, optional
        The only one shown: cells of others go unmentioned.
    """
    shown = {
        part: reason
        for part, reason in left_out.items()
        if part.partition("/")[0] in names.tasks
        and (classifier is None or "/" not in part or classifier in part.split("/"))
    }
    words = [f"{name} ({reason})" for name, reason in missing_in_words(shown, names).items()]
    return f"Missing, because no result came out: {'; '.join(words)}." if words else ""
