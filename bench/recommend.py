"""GET /v1/recommendations/{user}, a growing cart, and POST /v1/predictions/reorder over models trained on generated baskets, beside the same
server answering GET /healthz: what the door itself costs. 64 connections as fast as they are answered, then 8, whose latencies are no queue of their own."""

import json

from common import QUICK, Server, load, note, run, scratch, seconds, table, timed, BINARY

SCALE = 0.02 if QUICK else 0.1
PATHS = 20_000
MODELS = ("buy_again", "try_first", "next_in_cart")


def make(folder):
    workspace, files = folder / "workspace", folder / "files"
    run("init", workspace, "--package", "basket")
    run("generate", "basket", "--scale", str(SCALE), "--out", files)
    run("import", files, "--package", "basket", workspace=workspace)
    run("run", "basket", workspace=workspace)
    for model in MODELS:
        took, peak = timed([BINARY, "-C", workspace, "train", f"basket/{model}"])
        note(f"  train {model}: {took:.1f} s, {peak / 2**20:,.0f} MiB at most")
    return workspace


def asked(server):
    """What is asked for, by name: a file of paths, or of bodies."""
    users = [row[0] for row in server.sql(f"SELECT DISTINCT user_id FROM basket.interactions ORDER BY hash(user_id) LIMIT {PATHS}")]
    pairs = server.sql(f"SELECT user_id, product_id FROM basket.interactions ORDER BY hash(user_id, product_id, order_id) LIMIT {PATHS}")
    carts = server.sql(
        "SELECT user_id, string_agg(CAST(product_id AS STRING), ',' ORDER BY add_to_cart_order) FROM basket.interactions WHERE add_to_cart_order <= 5"
        f" GROUP BY user_id, order_id ORDER BY hash(order_id) LIMIT {PATHS}"
    )
    return {
        "buy again": [f"/v1/recommendations/{user}" for user in users],
        "try for the first time": [f"/v1/recommendations/{user}?kind=new" for user in users],
        "next, with a cart of up to five": [f"/v1/recommendations/{user}?kind=next&basket={cart}" for user, cart in carts],
    }, [json.dumps({"user_id": user, "product_id": product}) for user, product in pairs]


def figures(server, length, **what):
    full = load(server.port, connections=64, seconds=length, **what)
    few = load(server.port, connections=8, seconds=length, **what)
    for answer in (full, few):
        if set(answer["statuses"]) != {"200"}:
            raise RuntimeError(f"{what}: {answer}")
    return full, few


def main():
    with scratch() as folder:
        note(f"\nbasket at scale {SCALE}")
        server = Server(make(folder))
        try:
            paths, bodies = asked(server)
            length = seconds(20)
            measured = {"the door alone: GET /healthz": figures(server, length, mode="get", path="/healthz")}
            for name, lines in paths.items():
                file = folder / "paths.txt"
                file.write_text("".join(line + "\n" for line in lines))
                measured[name] = figures(server, length, mode="get", paths_file=file)
            file = folder / "bodies.ndjson"
            file.write_text("".join(body + "\n" for body in bodies))
            measured["one prediction, with its reasons"] = figures(server, length, mode="post", path="/v1/predictions/reorder", body_file=file, batch=1)
        finally:
            server.stop()
    door = next(iter(measured.values()))[0]["requests_per_second"]
    table(
        "Recommendations from memory", ["what", "answers/s", "of the door alone", "p99 of 64", "p50 of 8", "p99 of 8"],
        [
            [name, f"{full['requests_per_second']:,.0f}", f"{full['requests_per_second'] / door:.2f}", f"{full['p99_us'] / 1000:.1f} ms",
             f"{few['p50_us'] / 1000:.2f} ms", f"{few['p99_us'] / 1000:.1f} ms"]
            for name, (full, few) in measured.items()
        ],
    )


if __name__ == "__main__":
    main()
