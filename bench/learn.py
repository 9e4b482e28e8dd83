"""The room `learn` beside SciPy (co-purchases), implicit (factors) and XGBoost's Python (trees), each from the same files, on the same cores. A peer that is
not installed is left out: `pip install scipy implicit xgboost==1.7.6` into the environment of the tests brings them."""

import importlib.util
import json
import os
import pathlib
import subprocess
import sys

from common import BUILD, QUICK, note, scratch, table

LINES, ITEMS, ROWS = (3_200_000, 20_000, 300_000) if QUICK else (32_000_000, 50_000, 3_000_000)
THREADS = os.cpu_count()
PEERS = pathlib.Path(__file__).resolve().with_name("learn_peers.py")


def ours(what, folder):
    done = subprocess.run([BUILD / "tw_learn_bench", what, folder, str(THREADS)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def peer(what, module, folder):
    """Its figures, or None where it is not there."""
    if importlib.util.find_spec(module) is None:
        note(f"{module} is not installed: left out")
        return None
    env = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": str(THREADS)}
    done = subprocess.run([sys.executable, PEERS, what, folder, str(THREADS)], capture_output=True, text=True, env=env)
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


def beside(mine, theirs, key):
    return "" if theirs is None else f"{theirs[key] / mine[key]:.1f} ×"


def row(what, mine, theirs, name, same):
    gib = mine["resident_bytes_peak"] / 2**30
    their_figure = "–" if theirs is None else f"{theirs['seconds']:.2f} s"
    return [what, f"{mine['seconds']:.2f} s", f"{gib:.2f} GiB", name, their_figure, beside(mine, theirs, "seconds"), same]


def main():
    subprocess.run(["cmake", "--build", "--preset", "release", "--target", "tw_learn_bench"], cwd=BUILD.parent.parent, check=True, stdout=subprocess.DEVNULL)
    with scratch() as folder:
        subprocess.run([BUILD / "tw_learn_bench", "make", folder, str(LINES), str(ITEMS), str(ROWS)], check=True)
        co, co_peer = ours("co_purchase", folder), peer("co_purchase", "scipy", folder)
        als, als_peer = ours("als", folder), peer("als", "implicit", folder)
        trees, trees_peer = ours("trees", folder), peer("trees", "xgboost", folder)
    if co_peer and co_peer["sum"] != co["sum"]:
        raise RuntimeError(f"counts differ: {co['sum']} and {co_peer['sum']}")
    table(
        f"Learning, {THREADS} threads",
        ["what", "tradewind", "memory", "peer", "peer's", "faster", "the same"],
        [
            row(f"top 20 of {ITEMS:,} items, {co['lines']:,} lines", co, co_peer, "SciPy", f"counts sum up to {co['sum']:,}"),
            row(f"factors: an iteration, 64, {als['pairs']:,} pairs", als, als_peer, "implicit", f"loss {als['loss']:.6f}, {als_peer['loss'] if als_peer else 0:.6f}"),
            row(f"trees: {trees['rows']:,} rows × 40, 100 rounds, with reading", trees, trees_peer, "XGBoost's Python",
                f"log loss {trees['log_loss']:.5f}, {trees_peer['log_loss'] if trees_peer else 0:.5f}"),
        ],
    )
    table(
        "One at a time, processor time",
        ["what", "tradewind", "peer"],
        [
            ["what is next, 10,000 items in the basket", f"{co['next_us']:.0f} µs", ""],
            ["a prediction of one row", f"{trees['predict_row_us']:.1f} µs", f"{trees_peer['predict_row_us']:.0f} µs" if trees_peer else ""],
            ["its explanation", f"{trees['explain_row_us']:.0f} µs", ""],
            ["predictions of many rows, a second", f"{trees['predict_rows_per_second']:,.0f}", f"{trees_peer['predict_rows_per_second']:,.0f}" if trees_peer else ""],
        ],
    )


if __name__ == "__main__":
    main()
