"""Documents say what the program says: settings, commands, the README's commands."""

import re
import sys

import pytest

from conftest import ROOT, run

sys.path.insert(0, str(ROOT / "tools"))
import settings_doc  # noqa: E402

COMMON = {"-h", "--help", "-C", "--json", "--version"}


def help_of(*command):
    text = run(*command, "--help").stdout
    options = set(re.findall(r"^  (?:(-\w),)?(--[\w-]+|-\w)\b", text, re.MULTILINE))
    options = {name for pair in options for name in pair if name}
    positionals = text.partition("Positionals:")[2].partition("\n\n")[0]
    names = re.findall(r"^  (\w+) (?:TEXT|INT|FLOAT)", positionals, re.MULTILINE)
    children = re.findall(r"^  ([a-z-]+)  +\S", text.partition("Subcommands:")[2], re.MULTILINE)
    alone = not children or "[SUBCOMMAND" in text.partition("\n\n")[0] + text.partition("Usage:")[2].partition("\n")[0]
    return options, names, children, alone


def commands(*above):
    """Every command that does something: ((name, …), options, positionals)."""
    options, names, children, alone = help_of(*above)
    if alone:
        yield above, options - COMMON, names
    for child in children:
        yield from commands(*above, child)


@pytest.fixture(scope="module")
def program():
    return {" ".join(name): (options, names) for name, options, names in commands()}


@pytest.fixture(scope="module")
def documented():
    """Sections of docs/CLI.md: command → (options of its table, arguments in its heading)."""
    found = {}
    text = (ROOT / "docs/CLI.md").read_text()
    for heading, body in re.findall(r"^### `([^`]+)`\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL):
        words = heading.split()
        name = " ".join(word for word in words if re.fullmatch(r"[a-z][a-z-]*", word))
        options = set(re.findall(r"^\| `(--?[\w-]+)", body, re.MULTILINE))
        found[name] = (options, [word.strip("[]").lower() for word in words if re.fullmatch(r"\[?[A-Z]+\]?", word)])
    return found


def test_every_command_is_documented_and_no_other(program, documented):
    assert len(program) > 15
    assert set(documented) == set(program)


def test_every_option_is_documented_and_no_other(program, documented):
    wrong = {name: (documented[name], program[name]) for name in program if documented.get(name) != program[name]}
    assert not wrong, f"docs/CLI.md and --help differ: {wrong}"


def test_options_of_all_commands_are_documented():
    table = (ROOT / "docs/CLI.md").read_text().partition("option of all commands")[2].partition("\n\n")[0]
    assert set(re.findall(r"`(--?\w+)", table)) == help_of()[0] == COMMON


def test_settings_page_is_what_a_new_workspace_says(tmp_path):
    run("init", tmp_path / "shop")
    made = settings_doc.page((tmp_path / "shop/tradewind.yml").read_text())
    assert made.count("| `server.") > 5
    assert (ROOT / "docs/SETTINGS.md").read_text() == made, "make it anew: see tools/settings_doc.py"


def test_a_settings_page_that_lags_behind_is_noticed():
    text = "server:\n  # Where it listens.\n  # listen: 127.0.0.1:8080\n  # Threads: as many\n  # as you like.\n  # threads: 4\n"
    assert list(settings_doc.settings(text)) == [
        ("server", "listen", "127.0.0.1:8080", "Where it listens."),
        ("server", "threads", "4", "Threads: as many as you like."),
    ]


def commands_in(text):
    """Command lines of the text's code: after `tradewind`, in blocks and in single quotes of code."""
    lines = [line for block in re.findall(r"```\w*\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    lines += re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    for line in lines:
        if found := re.match(r"\s*(?:\$ )?tradewind ((?:-C \S+ )?[a-z].*)", line):
            yield re.sub(r"^-C \S+ ", "", found.group(1)).partition(" #")[0]


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/API.md", "docs/ON_DISK.md", "docs/PACKAGES.md"])
def test_commands_in_documents_exist(page, program):
    text = (ROOT / page).read_text()
    wrong = []
    for line in commands_in(text):
        words = line.split()
        name = next((n for n in (" ".join(words[:2]), words[0]) if n in program), None)
        used = set(re.findall(r"(?<= )(--[\w-]+)", re.sub(r'"[^"]*"', "", line)))
        if name is None or not used <= program[name][0] | COMMON:
            wrong.append(line)
    assert not wrong, wrong


def test_make_targets_in_documents_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]:
        used = set(re.findall(r"(?:^|`)make ([a-z-]+)", (ROOT / page).read_text(), re.MULTILINE))
        assert used <= targets, f"{page}: {used - targets}"


def test_links_between_documents_lead_somewhere():
    broken = []
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            if not (page.parent / link).exists():
                broken.append(f"{page.relative_to(ROOT)}: {link}")
    assert not broken, broken


def test_docs_count_the_kinds_of_checks():
    """Proves that where a text says how many kinds of checks there are, CHECKS.md has as many sections."""
    words = ["fourteen", "fifteen", "sixteen", "seventeen"]
    kinds = words[len(re.findall(r"^### `", (ROOT / "docs/CHECKS.md").read_text(), re.M)) - 14]
    assert f"has the {kinds} kinds" in (ROOT / "docs/guides/your-own-data.md").read_text()
    assert f"**Checks**: {kinds} kinds" in (ROOT / "CHANGELOG.md").read_text()


def test_docs_show_reports_of_imports_as_they_are(workspace, tmp_path):
    """Proves that every table of an import in the docs has the columns that the program prints."""
    (tmp_path / "one.csv").write_text("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n1,2,L,6,12/1/2010 8:26,2.55,,France\n")
    printed = run("import", tmp_path / "one.csv", "--source", "online_retail", workspace=workspace).stdout.splitlines()[0]
    for page in ROOT.glob("docs/**/*.md"):
        for shown in re.findall(r"^file +state +rows .*$", page.read_text(), re.M):
            assert shown.split() == printed.split(), (page, shown)
