"""One server with data for all journeys of the UI: the real data where they are, generated ones otherwise."""

import pytest

from conftest import DATA, Server, run


def bring_in_data(folder, generated):
    real = DATA / "online_retail/data.iso8859-1.csv.gz"
    if real.exists():
        run("import", real, "--source", "online_retail", workspace=folder)
    else:
        run("generate", "online_retail", "--out", generated, "--scale", "0.2", "--seed", "7")
        run("import", generated, "--package", "online_retail", workspace=folder)
    run("run", "online_retail", workspace=folder)


@pytest.fixture(scope="session")
def shop(tmp_path_factory):
    """A workspace with a shop's year, served. Journeys that change it use a workspace of their own."""
    folder = tmp_path_factory.mktemp("ui") / "workspace"
    run("init", folder, "--package", "online_retail")
    bring_in_data(folder, folder.parent / "generated")
    server = Server(folder).start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def chromium_browser():
    from browser import browser

    with browser() as opened:
        yield opened
