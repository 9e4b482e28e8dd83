"""A training that is called off while it runs, by the real server: it ends as cancelled, registers nothing, and what served goes on serving."""

import json
import time

import pytest

from conftest import Server, run


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The model learns in one round for the version that serves, then in more than anybody waits for."""
    folder = tmp_path_factory.mktemp("cancel")
    run("generate", "online_retail", "--out", folder / "files", "--scale", "0.03", "--seed", "5")
    run("init", folder / "shop", "--package", "online_retail")
    run("import", folder / "files", "--package", "online_retail", workspace=folder / "shop")
    model = folder / "shop/packages/online_retail/models/buy_again.yml"
    text = model.read_text()
    assert text.count("rounds: 200") == 1
    model.write_text(text.replace("rounds: 200", "rounds: 1"))
    told = json.loads(run("train", "buy_again", "--json", workspace=folder / "shop").stdout)
    assert told["promoted"], told
    model.write_text(text.replace("rounds: 200", "rounds: 10000"))
    server = Server(folder / "shop").start()
    yield server
    server.stop()


def test_a_running_training_is_called_off(server):
    """Trees grow when it is cancelled. One that waits behind it is cancelled first, so that none begins; afterwards there is one version, which serves and answers."""
    path = server.url + "/v1/models/online_retail/buy_again"

    def job(asked):
        return server.session.get(f"{server.url}/v1/trainings/{asked['id']}?wait_ms=100").json()

    running = server.session.post(path + "/train", json={"refresh": False}).json()
    waiting = server.session.post(path + "/train", json={"refresh": False}).json()
    while not (now := job(running))["step"].startswith("trees: round"):
        assert now["state"] in ("queued", "running"), now
        time.sleep(0.02)
    for asked in (waiting, running):
        assert server.session.post(f"{server.url}/v1/trainings/{asked['id']}/cancel").status_code == 202
    for asked in (running, waiting):
        while (now := job(asked))["state"] in ("queued", "running"):
            pass
        assert now["state"] == "cancelled" and now["version"] is None and not now["promoted"], now
        assert server.session.post(f"{server.url}/v1/trainings/{asked['id']}/cancel").status_code == 409
    model = server.session.get(path).json()
    assert [version["version"] for version in model["versions"]] == [1] and model["served_version"] == 1
    assert sorted(p.name for p in (server.workspace / "data/models/online_retail/buy_again").iterdir() if p.is_dir()) == ["1"]
    customers = server.session.post(server.url + "/v1/query", json={"sql": "SELECT customer_id FROM online_retail.interactions LIMIT 1"}).json()["rows"]
    assert server.session.get(f"{server.url}/v1/recommendations/{customers[0][0]}?package=online_retail").status_code == 200
