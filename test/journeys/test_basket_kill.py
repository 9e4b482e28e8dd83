"""The basket run, killed at any moment and gone on with, leaves the tables of a run that nobody disturbed, byte by byte; and so does one that has little
memory, and one by SQL but for the order of its rows."""

import hashlib
import os
import random
import shutil
import signal
import subprocess
import time

import pytest

from conftest import BINARY, environment, query_csv, run
from test_kill import files_of

KILLS = int(os.environ.get("TRADEWIND_KILLS", "6"))
FEATURES = ["order_products_prior", "user_features_1", "user_features_2", "up_features", "prd_features", "data"]


def imported_shop(folder, scale):
    """Files came in, and nothing is made of them yet."""
    run("init", folder / "shop", "--package", "basket")
    run("generate", "basket", "--out", folder / "files", "--scale", scale, "--seed", "5")
    run("import", folder / "files", "--package", "basket", workspace=folder / "shop", env={"TRADEWIND_PIPELINE_REFRESH": "off"})
    return folder / "shop"


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    return imported_shop(tmp_path_factory.mktemp("basket"), "0.004")


def copy_of(imported, folder):
    return shutil.copytree(imported, folder, ignore=shutil.ignore_patterns("control.sock"))


def checksums(workspace):
    """Of every file that a table consists of, in the order of its parts, and of data.csv: names tell of runs, and are left out."""
    lake, sums = workspace / "data/lake", {}
    for layer in ["clean", "mart"]:
        for dataset in sorted(p.name for p in (lake / layer / "basket").iterdir()):
            files = sorted(files_of(workspace, f"{layer}/basket/{dataset}"), key=lambda f: ((f.get("extra") or {}).get("part", 0), f["path"]))
            sums[dataset] = [hashlib.sha256((lake / file["path"]).read_bytes()).hexdigest() for file in files]
    sums["data.csv"] = hashlib.sha256((workspace / "exports/basket/data.csv").read_bytes()).hexdigest()
    return sums


@pytest.fixture(scope="module")
def undisturbed(imported, tmp_path_factory):
    """The checksums, and how long the run took."""
    workspace = copy_of(imported, tmp_path_factory.mktemp("whole") / "shop")
    begun = time.monotonic()
    run("run", "basket", workspace=workspace)
    return checksums(workspace), time.monotonic() - begun


@pytest.mark.parametrize("seed", range(KILLS))
def test_killed_and_gone_on_with(imported, undisturbed, tmp_path, seed):
    """SIGKILL at a random moment of the run, before it is recorded and after its last asset too, once or twice, then --resume."""
    expected, seconds = undisturbed
    chance = random.Random(seed)
    workspace = copy_of(imported, tmp_path / "shop")
    for arguments in [["basket"], ["--resume", "basket"]][: chance.choice([1, 2])]:
        process = subprocess.Popen(
            [str(BINARY), "-C", str(workspace), "run", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment(), stdin=subprocess.DEVNULL
        )
        try:
            process.wait(timeout=chance.uniform(0, seconds))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
    run("run", "--resume", "basket", workspace=workspace)
    assert checksums(workspace) == expected
    assert not list((workspace / "data").rglob("lines-*")), "what the kernel spilled is gone"


def test_again_and_with_little_memory(tmp_path):
    """3.3 million lines, made anew: every file comes out as it was, and none is written again. Then with an engine of 128 MiB, a quarter of which is the
    kernel's: lines go to a file, and nothing else changes."""
    workspace = imported_shop(tmp_path, "0.1")
    run("run", "basket", workspace=workspace)
    first = checksums(workspace)
    small = {"TRADEWIND_ENGINE_MEMORY_LIMIT": "128MiB", "TRADEWIND_ENGINE_QUERY_MEMORY_LIMIT": "32MiB"}
    for number, settings in [(2, {}), (3, small)]:
        run("run", "basket", "--force", workspace=workspace, env=settings)
        assert checksums(workspace) == first
        again = query_csv(workspace, f"SELECT asset, files_written FROM system.run_assets WHERE run_id = {number}")
        written = {name.removeprefix("basket."): int(files) for name, files in again}
        assert {name: written[name] for name in ["orders", *FEATURES]} == dict.fromkeys(["orders", *FEATURES], 0)


def test_by_sql(imported, undisturbed, tmp_path):
    """kernels: off makes the same rows, to the last bit, and the same data.csv."""
    workspace = copy_of(imported, tmp_path / "shop")
    run("run", "basket", workspace=workspace, env={"TRADEWIND_PIPELINE_KERNELS": "off"})
    assert checksums(workspace)["data.csv"] == undisturbed[0]["data.csv"]
    by_kernel = copy_of(imported, tmp_path / "kernel")
    run("run", "basket", workspace=by_kernel)
    for table in FEATURES:
        sql = f"SELECT * FROM basket.{table} ORDER BY ALL"
        assert run("query", sql, "--format", "csv", workspace=workspace).stdout == run("query", sql, "--format", "csv", workspace=by_kernel).stdout, table


def test_the_sql_of_the_file(imported):
    """`recipe sql` prints the statements of the six tables, and validate tells a column that is not there at its line."""
    path = imported / "packages/basket/assets/mart/features.yml"
    script = run("recipe", "sql", path, workspace=imported).stdout
    assert [line for line in script.splitlines() if line.startswith("/*")] == [f"/* {name} */" for name in ["order_products_prior", "user_features_1", "up_features", "user_features_2", "prd_features", "data"]]
    text = path.read_text()
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "position: add_to_cart_order" in row)
    try:
        path.write_text(text.replace("position: add_to_cart_order", "position: add_to_card_order", 1))
        told = run("validate", workspace=imported, check=False)
        assert told.returncode == 1
        assert f"features.yml:{line}:" in told.stdout + told.stderr and "Did you mean add_to_cart_order?" in told.stdout + told.stderr
    finally:
        path.write_text(text)
