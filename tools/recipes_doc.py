#!/usr/bin/env python3
"""Prints docs/RECIPES.md: what stands above its table of steps, and the steps made from the program (stdin: recipe steps --json):

    tradewind recipe steps --json | tools/recipes_doc.py >RECIPES.md && mv RECIPES.md docs/
"""

import json
import pathlib
import sys

MARK = "<!-- Below this line the page is made by tools/recipes_doc.py; a test compares them. -->\n"
PAGE = pathlib.Path(__file__).resolve().parents[1] / "docs/RECIPES.md"
GROUPS = {
    "rows": "Rows", "columns": "Columns", "missing": "Missing values", "text": "Texts", "time": "Dates and times", "number": "Numbers",
    "category": "Categories", "shape": "Groups and shape", "combine": "Other tables", "json": "JSON", "privacy": "Personal data",
}
TAKES = {
    "column": "a column", "columns": "column or list of columns", "new_column": "a new name", "new_columns": "list of new names", "text": "text", "texts": "text or list",
    "integer": "whole number", "number": "number", "numbers": "list of numbers", "boolean": "`true` or `false`", "expression": "SQL", "value": "text, number, `true` or `false`",
    "type": "type", "order": "list of columns, each `name` or `{name: desc}`", "table": "table", "tables": "table or list of tables", "column_to_text": "`{column: name}`",
    "column_to_type": "`{column: type}`", "new_to_expression": "`{name: SQL}`", "new_to_aggregate": "`{name: {function: column}}`", "new_to_path": "`{name: path}`",
    "column_pairs": "list, or `{column: column}`", "mapping": "`{value: value}`",
}
ACCEPTS = {"any": "", "number": " of numbers", "text": " of text", "time": " of dates or timestamps", "sortable": ""}


def cell(text):
    return text.replace("|", "\\|")


def kind(parameter):
    if parameter["choices"] and parameter["takes"] == "choice":
        return ", ".join(f"`{choice}`" for choice in parameter["choices"])
    text = TAKES[parameter["takes"]] + ACCEPTS[parameter["accepts"]]
    if parameter["choices"]:
        text += ": " + ", ".join(f"`{choice}`" for choice in parameter["choices"])
    if parameter["min"] is not None:
        text += f", {parameter['min']} to {parameter['max']}"
    return text


def step_section(step):
    out = [f"\n### {step['name']}\n{step['summary']}\n\n```yaml\n- {step['name']}: {{{step['example']}}}\n```\n"]
    if step["parameters"]:
        out.append("\n| parameter | takes | default | meaning |\n|---|---|---|---|\n")
    for parameter in step["parameters"]:
        default = "required" if parameter["required"] else f"`{parameter['default']}`" if parameter["default"] else ""
        out.append(f"| `{parameter['name']}` | {cell(kind(parameter))} | {default} | {cell(parameter['description'])} |\n")
    return "".join(out)


def page(steps):
    head = PAGE.read_text().partition(MARK)[0]
    out = [head, MARK]
    current = None
    for step in sorted(steps, key=lambda s: list(GROUPS).index(s["group"])):
        if step["group"] != current:
            current = step["group"]
            out.append(f"\n## {GROUPS[current]}\n")
        out.append(step_section(step))
    return "".join(out)


if __name__ == "__main__":
    sys.stdout.write(page(json.load(sys.stdin)["steps"]))
