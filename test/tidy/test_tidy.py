"""The house rules that a machine can check: layers, doors, format, bans, documents in step with code."""

import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
SRC = ROOT / "src"
OPEN_TO_ALL = {"base", "os"}  # every header of these is public
FILE_LINES_MAX = 420
LINE_COLUMNS_MAX = 100


def tracked(*patterns):
    out = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", *patterns], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / line for line in out.splitlines() if (ROOT / line).exists()]


def allowed_includes():
    """The table of docs/ARCHITECTURE.md: | `room` | sentence | may include |"""
    text = (ROOT / "docs/ARCHITECTURE.md").read_text()
    table = {}
    for room, may in re.findall(r"^\| `(\w+)` \|[^|\n]*\|([^|\n]*)\|$", text, re.MULTILINE):
        names = {name.strip(" `") for name in may.split(",")} - {"", "–"}
        table[room] = names | OPEN_TO_ALL | {room}
    assert len(table) > 10, "the table of rooms was not found"
    table["base"] = {"base"}
    table["os"] = {"base", "os"}
    return table


def includes_of(path):
    return [(n, m.group(1)) for n, text in enumerate(path.read_text().splitlines(), 1) if (m := re.match(r'#include "([^"]+)"', text))]


def sources():
    return [p for p in tracked("src/*.cc", "src/*.h") if p.parent != SRC]


def test_every_room_includes_only_what_the_table_allows():
    table = allowed_includes()
    wrong = []
    for path in sources():
        room = path.parent.name
        assert room in table, f"room {room} is not in docs/ARCHITECTURE.md"
        for number, include in includes_of(path):
            target = include.split("/")[0]
            is_test = path.stem.endswith("_test")
            if target not in table[room] and not (is_test and target in table):
                wrong.append(f"{path.relative_to(ROOT)}:{number}: {room} may not include {include}")
    assert not wrong, "\n".join(wrong)


def test_other_rooms_are_entered_by_their_door():
    wrong = []
    for path in sources():
        room = path.parent.name
        for number, include in includes_of(path):
            target, _, header = include.partition("/")
            if target not in OPEN_TO_ALL | {room} and header != f"{target}.h":
                wrong.append(f"{path.relative_to(ROOT)}:{number}: {include} is not the door of {target}")
    assert not wrong, "\n".join(wrong)


def test_build_links_what_the_table_allows():
    table = allowed_includes()
    wrong = []
    for path in SRC.glob("*/CMakeLists.txt"):
        room = path.parent.name
        found = re.search(r"^\s*DEPS ([^\n]*)$", path.read_text(), re.MULTILINE)
        deps = set(found.group(1).rstrip(")").split()) if found else set()
        wrong += [f"{room} links {dep}" for dep in deps - table[room]]
    assert not wrong, "\n".join(wrong)


def test_every_source_is_built():
    missing = []
    for path in sources():
        if path.suffix == ".cc":
            listed = (path.parent / "CMakeLists.txt").read_text()
            if not re.search(rf"(^|[\s(]){re.escape(path.name)}($|[\s)])", listed):
                missing.append(str(path.relative_to(ROOT)))
    assert not missing, f"not in their CMakeLists.txt: {missing}"


def test_files_are_formatted():
    files = [str(p) for p in tracked("*.cc", "*.h")]
    done = subprocess.run([str(ROOT / ".deps/venv/bin/clang-format"), "--dry-run", "-Werror", *files], capture_output=True, text=True)
    wrong = sorted({m.group(1) for m in re.finditer(r"^(\S+?):\d+:\d+: error", done.stderr, re.MULTILINE)})
    assert not wrong, f"run make format: {wrong}"


def test_files_are_small_enough_to_read():
    long_files = {str(p.relative_to(ROOT)): n for p in sources() if (n := len(p.read_text().splitlines())) > FILE_LINES_MAX}
    assert not long_files, f"ask what they hide: {long_files}"


BANS = [
    (r"\b(TODO|FIXME|XXX|HACK)\b", "finish it, or file it", "src test web packages"),
    (r"^\s*throw\b", "return an Error", "src"),
    (r"\bstd::(cout|cerr)\b", "log:: or cli/output.h", "src"),
    (r"\.detach\(\)", "threads are joined", "src"),
    (r"#include <regex>", "RE2: linear time", "src"),
    (r"\b(std::chrono::system_clock|std::time\(|gettimeofday)", "os::Clock", "src"),
    (r"\b(std::mt19937|std::random_device|std::rand\b)", "os::Random", "src"),
    (r"using namespace std;", "write std::", "src"),
]


def test_bans():
    wrong = []
    for pattern, instead, folders in BANS:
        for path in tracked(*[f"{folder}/*" for folder in folders.split()]):
            if path.suffix not in {".cc", ".h", ".py", ".sql", ".yml", ".ts", ".tsx"} or path == pathlib.Path(__file__):
                continue
            if "os::" in instead and (path.is_relative_to(SRC / "os") or path.stem.endswith("_test")):
                continue  # the seams themselves, and tests, which seed what they use
            for number, text in enumerate(path.read_text(errors="replace").splitlines(), 1):
                if re.search(pattern, text) and "NOLINT" not in text:
                    wrong.append(f"{path.relative_to(ROOT)}:{number}: {text.strip()}  → {instead}")
    assert not wrong, "\n".join(wrong)


def test_no_machine_paths_and_no_download_addresses():
    wrong = []
    for path in tracked("."):
        if path == pathlib.Path(__file__) or path.suffix in {".png", ".gz", ".xlsx"}:
            continue
        for number, text in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if re.search(r'"resolved": "http|^(index-url|registry) *=|/work/|/root/', text):
                wrong.append(f"{path.relative_to(ROOT)}:{number}: {text.strip()[:120]}")
    assert not wrong, "\n".join(wrong)


def test_documents_exist():
    for name in ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "docs/ARCHITECTURE.md", "docs/ON_DISK.md", "docs/GLOSSARY.md", "docs/DEPENDENCIES.md"]:
        assert (ROOT / name).exists(), name


def test_architecture_names_files_and_functions_that_exist():
    text = (ROOT / "docs/ARCHITECTURE.md").read_text()
    wrong = []
    for file, function in re.findall(r"`(src/[\w/]+\.(?:cc|h))`(?:[^`\n]{0,8}`(\w+)(?:\(\))?`)?", text):
        path = ROOT / file
        if not path.exists():
            wrong.append(file)
        elif function and function not in path.read_text():
            wrong.append(f"{file}: no {function}")
    assert not wrong, wrong


def test_settings_named_in_messages_exist():
    """A hint that names a setting which nobody can set helps nobody."""
    app = SRC / "app"
    known = {".".join(m) for name in ("settings_table.cc", "settings_outward.cc") for m in re.findall(r'\{"([a-z_]+)",\s*"([a-z_]+)",', (app / name).read_text())}
    assert len(known) > 50, "the table of settings was not found"
    no_settings = {"mail.example", "notices.id", "stream.meta"}
    named = re.compile(r"(?<![\w./])(?:" + "|".join({name.split(".")[0] for name in known}) + r")\.[a-z_]+\b(?!\()")
    wrong = []
    for path in sources():
        if path.suffix == ".h" or path.stem.endswith("_test"):
            continue
        for number, text in enumerate(path.read_text().splitlines(), 1):
            for name in {name for literal in re.findall(r'"((?:[^"\\]|\\.)*)"', text) for name in named.findall(literal)} - known - no_settings:
                wrong.append(f"{path.relative_to(ROOT)}:{number}: there is no setting {name}")
    assert not wrong, "\n".join(wrong)


def test_every_dependency_of_setup_is_documented():
    text = (ROOT / "docs/DEPENDENCIES.md").read_text()
    setup = (ROOT / "tools/setup.sh").read_text()
    packages = re.search(r'apt_build="([^"]+)"', setup).group(1).split()
    python = [line.split("==")[0] for line in (ROOT / "tools/requirements.txt").read_text().split()]
    missing = [name for name in packages + python if name not in text]
    assert not missing, f"docs/DEPENDENCIES.md says nothing of {missing}"
