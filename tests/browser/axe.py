"""axe-core, the judge of pages: what a screen reader, a weak eye or a keyboard would stumble over.

It is put into the page as a debugger puts things there, so that the page's own rules stay as they are. Every rule
counts, those that axe calls best practice too.
"""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.peers.needed import missing

SOURCE = Path(__file__).parents[1] / "peers" / "node_modules" / "axe-core" / "axe.min.js"
HERE = "typeof axe === 'object'"
JUDGE = "rules => axe.run(document, {resultTypes: ['violations'], ...(rules.length && {runOnly: rules})})"


def violations(page: Page, *rules: str) -> list[str]:
    """What is wrong, a line each: the rule, the element, and why. rules: only these."""
    if not page.evaluate(HERE):
        page.evaluate(SOURCE.read_text(encoding="utf-8") if SOURCE.exists() else missing("axe-core"))
    found = page.evaluate(JUDGE, list(rules))["violations"]
    return [_line(rule, node) for rule in found for node in rule["nodes"]]


def _line(rule: Any, node: Any) -> str:
    why = " ".join(str(node["failureSummary"]).split())
    return f"{rule['id']}: {' '.join(map(str, node['target']))}: {why}"
