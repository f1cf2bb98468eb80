"""Putting the confidence that each of two models stated for itself beside each other."""

import re

from tandemweb.archive.reading import read_text
from tandemweb.services.document_paths import DocumentPaths
from tandemweb.services.own_documents import write_own_document
from tandemweb.services.run_context import RunContext
from tandemweb.services.step_planning import StepPlan
from tandemweb.services.step_results import OutputError

_STATED = re.compile(
    r"^[^\w\n]*(claude|codex)[^\w\n]+confidence\b[ \t*_]*[:=][ \t*_]*(?:(\d{1,3}) ?%|([01](?:\.\d{1,3})?)(?![\d.%]))",
    re.IGNORECASE | re.MULTILINE,
)


def write_confidence(context: RunContext, paths: DocumentPaths, plan: StepPlan) -> str:
    """Write a table of what the inputs state; the last word of each model counts. Raises OutputError."""
    rows = {}
    for found in plan.inputs:
        text = read_text(paths.work_tree, found.path).text
        for match in _STATED.finditer(text):
            value = int(match[2]) / 100 if match[2] else float(match[3])
            rows[match[1].capitalize()] = (min(value, 1.0), found.path, text.count("\n", 0, match.start()) + 1)
    for model in ("Claude", "Codex"):
        if model not in rows:
            wanted = " or ".join(found.path for found in plan.inputs)
            raise OutputError(f"There is no line “{model} confidence: 0.80” in {wanted}; start that step again.")
    lines = [f"| {model} | {value:.2f} | {path}:{line} |" for model, (value, path, line) in sorted(rows.items())]
    document = ["# Confidence", "", "| Model | Confidence | Stated in |", "| --- | --- | --- |", *lines, ""]
    write_own_document(context, paths, plan, plan.output, "\n".join(document).encode())
    stated = ", ".join(f"{model} is sure to {value:.2f}" for model, (value, _, _) in sorted(rows.items()))
    return f"{stated}; written to {plan.output}."
