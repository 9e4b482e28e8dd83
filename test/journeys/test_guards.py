"""The kill test sees what its guards are for: with any one of them taken out of the real server, it fails.

The programs come from `cmake --build --preset release --target guards`; TRADEWIND_GUARDS=1 runs this (nightly does)."""

import json
import os

import pytest

from conftest import BINARY, Server, run
from orders import Orders
from test_kill import OFTEN, assert_everywhere, kill_at_random, send_in_background

GUARDS = ("idempotency", "raw_position", "table_position", "serving_position")
# A kill must fall between the sync and the answer for a request to be sent again that is stored: not every life has one.
LIVES = 5
KILLS = 20

pytestmark = pytest.mark.skipif(not os.environ.get("TRADEWIND_GUARDS"), reason="needs the programs without guards: TRADEWIND_GUARDS=1")


def live(folder, binary, seed):
    """One life of the kill test with that server. What its check says, or None when all is as it should be."""
    run("init", folder / "shop", "--package", "online_retail")
    made = json.loads(run("generate", "online_retail", "--out", folder / "made", "--scale", "0.05", "--json").stdout)["files"][0]
    server = Server(folder / "shop", env=OFTEN, binary=binary).start()
    try:
        sender = send_in_background(server, made["path"], "--batch", "7")
        kills = kill_at_random(server, sender, kills=KILLS, seed=seed, pause=(0.1, 0.5))
        _, err = sender.communicate(timeout=600)
        assert sender.returncode == 0 and kills > 0, err
        try:
            assert_everywhere(server, folder / "shop", Orders(made["path"], "utf-8"))
        except AssertionError as failure:
            return str(failure) or repr(failure)
        return None
    finally:
        server.stop()


@pytest.mark.parametrize("guard", GUARDS)
def test_kill_test_fails_without(guard, tmp_path):
    binary = BINARY.with_name(f"tradewind_without_{guard}")
    said = None
    for seed in range(1, LIVES + 1):
        folder = tmp_path / str(seed)
        folder.mkdir()
        if said := live(folder, binary, seed):
            break
    print(f"without {guard}, life {seed}: {said}")
    assert said, f"{LIVES} lives without {guard} went well"


def test_kill_test_passes_with_all_guards(tmp_path):
    assert live(tmp_path, BINARY, 1) is None
