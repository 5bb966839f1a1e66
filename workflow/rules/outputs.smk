# Which optional tables and which figures this run makes, and the job records of its manifest. No rules here.

from synthsize.catalogue import figures
from synthsize.pipeline import incomplete

# Whether this run makes each optional summary table.
EXPERIMENT = config["experiment"]
ON_REQUEST = {
    table: bool(asked) and part not in LEFT_OUT
    for table, (part, asked) in {
        "shortcuts": (incomplete.PRICE, SHORTCUTS),
        "learning_curve": (
            incomplete.LEARNING_CURVE,
            config["learning_curve"]["positives"],
        ),
        "net_benefit": (incomplete.NET_BENEFIT, config["net_benefit"]["run"]),
        "transport": (incomplete.TRANSPORT, EXPERIMENT["transport"]["run"]),
        "transport_strata": (incomplete.TRANSPORT, EXPERIMENT["transport"]["run"]),
        "subgroups": (incomplete.SUBGROUPS, EXPERIMENT["subgroups"]),
        "imputations": (
            incomplete.IMPUTATIONS,
            EXPERIMENT["multiple_imputation"]["imputations"],
        ),
        "fidelity": ("fidelity", EXPERIMENT["fidelity"]["splits"]),
        "recommendations": (incomplete.RECIPES, EXPERIMENT["recipes"]["choose"]),
        "recipes": (incomplete.RECIPES, EXPERIMENT["recipes"]["choose"]),
        "learner_differences": (incomplete.LEARNERS, len(DRAWN) > 1),
        "learner_answers": (incomplete.LEARNERS, len(DRAWN) > 1),
        "learner_effort": (incomplete.LEARNERS, len(DRAWN) > 1),
    }.items()
}
# Tables of an extract and its cohort; a run on tables of the user's own has none of them.
OF_AN_EXTRACT = ("attrition", "missingness", "coverage", "audit", "expected")
NOT_MADE = [name for name, made in ON_REQUEST.items() if not made]
NOT_MADE += OF_AN_EXTRACT if OWN_TABLES else []
# Entry and classifier (or none) by file name, in the order of the page; a figure without its tables is left out.
FIGURES = figures.run_figures(figures.entries(), NAMES, DRAWN, without=NOT_MADE)


wildcard_constraints:
    figure="|".join(FIGURES),


def of_figure(wildcards):
    """The entry of a figure, and the classifier it is drawn for (None for a figure of all classifiers)."""
    return FIGURES[wildcards.figure]


def figure_tables(wildcards):
    """The tables that a figure reads."""
    entry, _ = of_figure(wildcards)
    return {name: SUMMARY_TABLES[name] for name in entry.tables}


def figure_words(wildcards):
    """Caption of a figure in Snakemake's own report."""
    entry, classifier = of_figure(wildcards)
    return entry.words.format(
        classifier=NAMES.in_sentence(classifier) if classifier else ""
    )


def figure_labels(wildcards):
    """Labels of a figure in Snakemake's own report."""
    entry, classifier = of_figure(wildcards)
    return {
        "figure": entry.title,
        **({"classifier": NAMES.learner(classifier)} if classifier else {}),
    }


def job_records():
    """Benchmark files (run time and memory) by rule, without those of the studies, which a run's manifest leaves out."""
    measured = [
        step.name
        for step in workflow.rules
        if step.benchmark
        and "{study" not in str(step.benchmark)  # or {study,constraint}
    ]
    return {name: str(getattr(rules, name).benchmark) for name in measured}
