"""1,000 checks on one table of 10 M rows (quick: 1 M), beside the same in pandas, column by column from the same Parquet file,
and in Great Expectations where it is installed."""

import json
import pathlib
import subprocess
import time

import pandas
import yaml

from common import BINARY, QUICK, note, run, scratch, table, timed

ROWS = 1_000_000 if QUICK else 10_000_000
CHECKS = 1_000
FAILING = 20  # about half of so many
EXPECTATIONS = 100  # of Great Expectations: as many as a person waits for; its time is per check

COLUMNS = (
    ["range AS id"]
    + [f"CAST((range * {7919 + 2 * i}) % {1000 + i} AS INTEGER) AS i{i}" for i in range(8)]
    + [f"CAST((range * {104729 + 2 * i}) % 100000 / 100.0 AS DECIMAL(12,2)) AS d{i}" for i in range(4)]
    + [f"CAST((range * {1299709 + 2 * i}) % 100000 AS DOUBLE) / 7 AS f{i}" for i in range(3)]
    + [f"'SKU-' || lpad(CAST((range * {15485863 + 2 * i}) % 5000 AS VARCHAR), 5, '0') AS s{i}" for i in range(4)]
)


def claims():
    """(check as YAML, its column, the same in pandas): the first FAILING do not hold, as on a bad day, the rest do."""
    made = []
    number = 0
    while len(made) < CHECKS:
        i, d, f, s = f"i{number % 8}", f"d{number % 4}", f"f{number % 3}", f"s{number % 4}"
        k = number + 1
        bad = 500 if len(made) < FAILING else 0
        made += [
            ({"not_null": i}, i, lambda t: t.isna()),
            ({"min": {"column": i, "value": bad - k}}, i, lambda t, k=k, bad=bad: t < bad - k),
            ({"max": {"column": d, "value": 1000 + k - bad}}, d, lambda t, k=k, bad=bad: t > 1000 + k - bad),
            ({"min": {"column": f, "value": -k}}, f, lambda t, k=k: t < -k),
            ({"max": {"column": f, "value": 14300 + k}, "where": f"{f} > {k}"}, f, lambda t, k=k: (t > k) & (t > 14300 + k)),
            ({"expression": f"{i} % {k + 2} < {k + 2 - bad}"}, i, lambda t, k=k, bad=bad: t % (k + 2) >= k + 2 - bad),
            ({"expression": f"{d} * 2 < {2000 + k - bad}"}, d, lambda t, k=k, bad=bad: t * 2 >= 2000 + k - bad),
            ({"accepted_values": {"column": i, "values": list(range(bad, 1010))}}, i, lambda t, bad=bad: ~t.isin(range(bad, 1010))),
            ({"pattern": {"column": s, "regex": f"SKU-0[0-4][0-9]{{3}}|K{k}"}}, s, lambda t, k=k: ~t.str.fullmatch(f"SKU-0[0-4][0-9]{{3}}|K{k}")),
            ({"expression": f"{s} <> 'SKU-{k + 6000:05}'"}, s, lambda t, k=k: t == f"SKU-{k + 6000:05}"),
        ]
        number += 1
    return [(check | {"name": f"check_{n}", "blocking": False}, column, claim) for n, (check, column, claim) in enumerate(made[:CHECKS])]


def make_workspace(folder, checks):
    workspace = folder / "workspace"
    run("init", workspace)
    package = workspace / "packages/bench"
    for part in ["assets", "checks"]:
        (package / part).mkdir(parents=True)
    (package / "package.yml").write_text("name: bench\ndescription: A wide table.\n")
    (package / "assets/wide.sql").write_text(f"SELECT {', '.join(COLUMNS)} FROM range({ROWS})\n")
    (package / "checks/wide.yml").write_text(yaml.safe_dump({"table": "wide", "checks": checks}, sort_keys=False, default_flow_style=None, width=10**6))
    made = subprocess.run([BINARY, "-C", workspace, "run", "bench"], capture_output=True, text=True)
    if made.returncode != 0:
        raise RuntimeError(made.stdout + made.stderr)
    return workspace


def with_pandas(files, wanted):
    """One column in memory at a time: what fits, and is quickest."""
    counts = {}
    for column in dict.fromkeys(column for _, column, _ in wanted):
        values = pandas.concat([pandas.read_parquet(file, columns=[column]) for file in files])[column]
        if values.dtype == object and column.startswith("d"):
            values = values.astype(float)
        for check, of, claim in wanted:
            if of == column:
                counts[check["name"]] = int(claim(values).sum())
    return counts


def with_expectations(files, wanted):
    """Seconds a check, or nothing where the package is not there."""
    try:
        import great_expectations as gx
    except ImportError:
        return None
    columns = [f"i{n}" for n in range(8)]
    frame = pandas.concat([pandas.read_parquet(file, columns=columns) for file in files])
    context = gx.get_context(mode="ephemeral")
    batch = context.data_sources.add_pandas("p").add_dataframe_asset("a").add_batch_definition_whole_dataframe("b").get_batch({"dataframe": frame})
    suite = gx.ExpectationSuite(name="s")
    for n in range(EXPECTATIONS):
        suite.add_expectation(gx.expectations.ExpectColumnValuesToBeBetween(column=columns[n % 8], min_value=n % 50, max_value=2000 + n))
    begin = time.monotonic()
    batch.validate(suite)
    return (time.monotonic() - begin) / EXPECTATIONS


def main():
    wanted = claims()
    with scratch() as folder:
        workspace = make_workspace(folder, [check for check, _, _ in wanted])
        files = sorted(pathlib.Path(workspace / "data/lake").rglob("*.parquet"))
        took, memory = timed([BINARY, "-C", workspace, "check", "bench", "--json"])
        answer = json.loads(run("check", "bench", "--json", workspace=workspace))
        report = answer["reports"][0]
        files = [file for file in files if "quarantine" not in str(file)]
        began = time.monotonic()
        counts = with_pandas(files, wanted)
        pandas_took = time.monotonic() - began
        ours = {check["name"]: check["failing"] for check in report["checks"]}
        wrong = {name: (ours[name], counts[name]) for name in counts if ours[name] != counts[name]}
        assert not wrong and answer["errors"] == 0, wrong
        per_check = with_expectations(files, wanted)
        profile, profile_memory = timed([BINARY, "-C", workspace, "profile", "bench.wide", "--json"])
    rows = [
        ["tradewind check (the whole command)", f"{took:.1f} s", f"{memory / 2**20:,.0f} MiB", "1.0"],
        ["… of it the checks", f"{report['duration_us'] / 1e6:.1f} s", "", ""],
        ["pandas, one column in memory at a time", f"{pandas_took:.1f} s", "", f"{pandas_took / took:.1f}"],
    ]
    if per_check is None:
        note("(Great Expectations is not installed)")
    else:
        whole = per_check * CHECKS
        rows.append([f"Great Expectations ({EXPECTATIONS} of min and max, times {CHECKS // EXPECTATIONS})", f"{whole:.1f} s", "", f"{whole / took:.1f}"])
    rows.append(["tradewind profile of the same table", f"{profile:.1f} s", f"{profile_memory / 2**20:,.0f} MiB", ""])
    table(f"{CHECKS:,} checks on {ROWS:,} rows of {len(COLUMNS)} columns", ["", "time", "memory", "times ours"], rows)
    failing = sum(1 for count in counts.values() if count)
    note(f"\n{failing} of the checks fail; every count is the same as pandas'.")


main()
