# Summary tables -> figures, each as PNG, PDF and SVG with its caption as text. The figures are the
# entries of src/synthsize/report/figures, one file each.

# Tables that a figure may read, by their names in contracts.summaries.
SUMMARY_TABLES = {
    "curves": rules.summarise_results.output.curves,
    "vtss": rules.summarise_results.output.vtss,
    "controls": rules.summarise_results.output.controls,
    "diagnosis": rules.summarise_results.output.diagnosis,
    "validation": rules.summarise_validation.output[0],
    "paired": rules.compare_sizes.output.paired,
    "bands": rules.compare_sizes.output.bands,
    "regret": rules.compare_sizes.output.regret,
    "choices": rules.compare_sizes.output.choices,
    "verdicts": rules.compare_sizes.output.verdicts,
    "answers": rules.compare_sizes.output.answers,
    "preflight": rules.check_source.output[0],
    "audit": rules.extract_measurements.output.audit,
    "expected": rules.compare_release.output[0],
    "table1": rules.describe_cohort.output.table1,
    "attrition": rules.describe_cohort.output.attrition,
    "missingness": rules.describe_cohort.output.missingness,
    "coverage": rules.describe_cohort.output.coverage,
}
if OWN_TABLES:
    SUMMARY_TABLES |= {
        "preflight": rules.describe_tables.output.files,
        "own_tables": rules.describe_tables.output.own_tables,
        "table1": rules.describe_tables.output.table1,
    }
    SUMMARY_TABLES = {
        name: path for name, path in SUMMARY_TABLES.items() if name not in OF_AN_EXTRACT
    }
REQUESTED_TABLES = {
    "shortcuts": rules.price_shortcuts.output[0],
    "learning_curve": rules.summarise_learning_curve.output[0],
    "net_benefit": rules.summarise_net_benefit.output[0],
    "transport": rules.compare_transport.output.transport,
    "transport_strata": rules.compare_transport.output.strata,
    "subgroups": rules.summarise_subgroups.output[0],
    "imputations": rules.compare_imputations.output[0],
    "fidelity": rules.summarise_fidelity.output[0],
    "recommendations": rules.recommend_recipes.output.recommendations,
    "recipes": rules.recommend_recipes.output.recipes,
    "learner_differences": rules.compare_learners.output.learner_differences,
    "learner_answers": rules.compare_learners.output.learner_answers,
    "learner_effort": rules.compare_learners.output.learner_effort,
}
SUMMARY_TABLES |= {
    name: path for name, path in REQUESTED_TABLES.items() if ON_REQUEST[name]
}
FIGURE_FRAME = ("contracts.summaries", "report.figures.drawing", "report.figures.save")
DISPLAY = {
    "interval": config["protocol"]["interval"],
    "suppress_below": config["reporting"]["suppress_below"],
}


rule draw_figure:
    """Draw one figure, for one classifier where there is one of each."""
    input:
        unpack(figure_tables),
        code=lambda wildcards: code(
            *(f"report.figures.{of_figure(wildcards)[0].name}", *FIGURE_FRAME),
            data=WORDS_OF_METRICS + WORDS_OF_VARIABLES,
        ),
    output:
        png=report(
            f"{RESULTS}/figures/{{figure}}.png",
            caption="../report/figure.rst",
            category=lambda wildcards: of_figure(wildcards)[0].category,
            labels=figure_labels,
        ),
        pdf=f"{RESULTS}/figures/{{figure}}.pdf",
        svg=f"{RESULTS}/figures/{{figure}}.svg",
        caption=f"{RESULTS}/figures/{{figure}}.txt",
    log:
        f"{LOGS}/draw_figure/{{figure}}.log",
    benchmark:
        f"{LOGS}/draw_figure/{{figure}}.tsv"
    conda:
        "../envs/synthsize.yaml"
    resources:
        mem_mb=1500,
    params:
        figure=lambda wildcards: of_figure(wildcards)[0].name,
        classifier=lambda wildcards: of_figure(wildcards)[1],
        words=figure_words,
        settings=lambda wildcards: {
            name: DISPLAY[name] for name in of_figure(wildcards)[0].params
        },
        names=NAMES.to_params(),
        left_out=lambda wildcards: (
            {}
            if of_figure(wildcards)[0].lacks == "nothing"
            else {**LEFT_OUT, **IMPOSSIBLE}
        ),
    script:
        "../scripts/draw_figure.py"
