#!/usr/bin/env python3
"""Prints docs/SETTINGS.md, made from what a new workspace says of its settings (stdin: tradewind.yml):

    tradewind init /tmp/w && tools/settings_doc.py </tmp/w/tradewind.yml >docs/SETTINGS.md
"""

import re
import sys

HEAD = """# Settings

What `tradewind.yml` of a workspace may say; every setting has a default. `TRADEWIND_<SECTION>_<KEY>` in the environment overrides it: `TRADEWIND_SERVER_LISTEN`.
Sizes are written like `512MiB` or `4GB`, durations like `250ms`, `90s`, `15m`, `24h`, `7d`. A section or key that is not known is an error, with its line and the nearest
known one. Settings are read at start. This page is made from the program by `tools/settings_doc.py`; a test compares them.
"""


def settings(text):
    """(section, key, default, meaning) in the order of the file."""
    section, meaning = None, []
    for line in text.splitlines():
        if found := re.fullmatch(r"(\w+):", line):
            section, meaning = found.group(1), []
        elif section and (found := re.fullmatch(r"  # ([a-z_]+): (\S+)", line)):
            yield section, found.group(1), found.group(2), " ".join(meaning)
            meaning = []
        elif section and (found := re.fullmatch(r"  # (.*)", line)):
            meaning.append(found.group(1))


def page(text):
    out, current = [HEAD], None
    for section, key, default, meaning in settings(text):
        if section != current:
            out.append(f"\n## {section}\n\n| setting | default | meaning |\n|---|---|---|\n")
            current = section
        out.append(f"| `{section}.{key}` | `{default}` | {meaning} |\n")
    return "".join(out)


if __name__ == "__main__":
    sys.stdout.write(page(sys.stdin.read()))
