"""What an incomplete run lacks, in words for the page, its tables and the captions."""

from __future__ import annotations

from collections.abc import Mapping

from synthsize.report import style

SHORTCUTS = "Price of the shortcuts"


def missing_in_words(left_out: Mapping[str, str], task_labels: Mapping[str, str]) -> dict[str, str]:
    """Name what is left out as a reader knows it.

    Parameters
    ----------
    left_out : dict of str to str
        Part to reason, as ``reporting.left_out`` in the configuration holds them: a task (``sepsis``), or a cell of
        one (``sepsis/logistic/smote``, ``sepsis/logistic/controls``, ``sepsis/diagnosis/smote``), or ``shortcuts``.
    task_labels : dict of str to str
        Task name to the words a reader sees.

    Returns
    -------
    dict of str to str
        Words to reason, in the order given.
    """
    names = {**style.GENERATORS, "controls": "controls", "diagnosis": "regime diagnosis"}
    words = {}
    for part, reason in left_out.items():
        task, *cell = part.split("/")
        steps = [
            style.in_sentence(name) if name in style.CLASSIFIERS else style.display(name, names)
            for name in cell
        ]
        whole = SHORTCUTS if task == "shortcuts" else task_labels[task]
        words[": ".join([whole, *([", ".join(steps)] if steps else [])])] = reason
    return words


def whole_tasks(left_out: Mapping[str, str]) -> dict[str, str]:
    """Keep the tasks that are left out as a whole: all that a cohort can lack."""
    return {part: reason for part, reason in left_out.items() if "/" not in part}


def missing_note(
    left_out: Mapping[str, str], task_labels: Mapping[str, str], classifier: str | None = None
) -> str:
    """Return the sentence below a figure or table of tasks that says what it lacks and why; empty if nothing.

    Parameters
    ----------
    left_out, task_labels : dict of str to str
        See `missing_in_words`.
    classifier : str, optional
        The only one shown: cells of others go unmentioned.
    """
    shown = {
        part: reason
        for part, reason in left_out.items()
        if part.partition("/")[0] in task_labels
        and (classifier is None or "/" not in part or classifier in part.split("/"))
    }
    words = [f"{name} ({reason})" for name, reason in missing_in_words(shown, task_labels).items()]
    return f"Missing, because no result came out: {'; '.join(words)}." if words else ""
