"""What the journeys of the UI share: a browser, pages in each theme and size, accessibility, screenshots."""

import contextlib
import os
import pathlib
import re
import shutil

import pytest
from conftest import ROOT

PICTURES = ROOT / "docs/images"
AXE = ROOT / "web/node_modules/axe-core/axe.min.js"
SIZES = {"wide": (1440, 900), "phone": (390, 844)}
THEMES = ["light", "dark"]
# Of WCAG 2.1 A and AA; the best practices too, since they cost nothing.
AXE_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
WAIT_MS = 20_000


def chromium():
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        pytest.skip("no browser here: tools/setup.sh test installs Debian's chromium")
    return found


@contextlib.contextmanager
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield opened
        opened.close()


@contextlib.contextmanager
def page_of(opened, url, path="/", size="wide", theme="light", **options):
    """A page in a browser of its own; what it complains of on its console fails the journey."""
    width, height = SIZES[size]
    context = opened.new_context(
        base_url=url, viewport={"width": width, "height": height}, color_scheme=theme, locale="en-GB", timezone_id="UTC", reduced_motion="reduce", **options
    )
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.complaints = complaints
    page.goto(path)
    yield page
    context.close()


def expect_quiet(page, besides=None):
    """Nothing was complained of: no failed request, no violated policy, no warning of a library."""
    loud = [text for text in page.complaints if not (besides and re.search(besides, text))]
    assert not loud, loud


def expect_accessible(page):
    page.wait_for_function("!document.querySelector('main [aria-busy=true]')")  # what is old is dimmed, for a moment
    page.evaluate(AXE.read_text() + "; null")  # from outside: the page's own policy lets no stranger's script in
    found = page.evaluate("rules => axe.run(document, rules)", AXE_RULES)
    told = [f"{v['id']}: {v['help']}\n  " + "\n  ".join(n["html"][:200] + " " + n.get("failureSummary", "")[:300] for n in v["nodes"][:4]) for v in found["violations"]]
    assert not told, "\n".join(told)


def expect_fits(page):
    """Nothing makes the page itself scroll sideways."""
    wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide[0] <= wide[1], f"the page is {wide[0]} wide on {wide[1]}"


def picture(page, name, size, theme):
    """A screenshot to look at; TRADEWIND_PICTURES=1 puts it into docs/images (phones in the dark stay out)."""
    page.wait_for_timeout(300)  # a chart's last frame; nothing is judged by it
    folder = PICTURES if os.environ.get("TRADEWIND_PICTURES") and (size, theme) != ("phone", "dark") else pathlib.Path(os.environ.get("TMPDIR", "/tmp")) / "tradewind-pictures"
    folder.mkdir(parents=True, exist_ok=True)
    suffix = "" if (size, theme) == ("wide", "light") else f"-{size}-{theme}"
    page.screenshot(path=str(folder / f"{name}{suffix}.png"))
