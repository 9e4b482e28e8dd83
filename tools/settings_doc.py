#!/usr/bin/env python3
"""Writes docs/SETTINGS.md from the settings that a new workspace explains (stdin: its tradewind.yml)."""

import re
import sys

print("# Settings\n")
print("`tradewind.yml` of a workspace; `TRADEWIND_<SECTION>_<KEY>` in the environment overrides a setting. Sizes like `512MiB`, durations like `90s`, `15m`, `24h`.")
print("An unknown key is an error that names the nearest known one. This page is made from the program: `tools/settings_doc.py`.\n")
print("| setting | default | meaning |\n|---|---|---|")
section, meaning = "", ""
for line in sys.stdin:
    if found := re.match(r"^(\w+):$", line):
        section = found.group(1)
    elif found := re.match(r"^  # (\w+): (.*)$", line):
        print(f"| `{section}.{found.group(1)}` | {found.group(2)} | {meaning} |")
    elif found := re.match(r"^  # (.*)$", line):
        meaning = found.group(1)
