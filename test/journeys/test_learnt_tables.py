"""Assets of kind segments and forecast: tables with numbers in them that a run learnt, held against plain Python on a small shop of its own."""

import datetime
import json
import math
import random
import statistics

import pytest

from conftest import query_csv, run

SOURCES = {
    "people": "source: people\nkind: files\nfiles: [\"people*.csv\"]\nfields:\n  person: {type: integer, required: true}\n  spent: {type: \"decimal(12,2)\"}\n  visits: {type: integer}\n",
    "days": "source: days\nkind: files\nfiles: [\"days*.csv\"]\nfields:\n  branch: {type: text, required: true}\n  day: {type: date, required: true}\n  sales: {type: \"decimal(12,2)\", required: true}\n",
}
GROUPS = """kind: segments
description: Who is like whom.
features: {table: raw.people, id: person, columns: [spent, visits]}
k: 3
seed: 5
rules:
  - {segment: big, when: z_spent > 1}
  - {segment: often, when: visits > 20 AND share < 0.9}
otherwise: "the others"
checks:
  - unique: person
"""
FORECAST = """kind: forecast
series: {table: raw.days, time: day, value: sales, group: branch}
season: 7
horizon: 10
levels: [0.5, 0.9]
"""
START = datetime.date(2026, 1, 5)
CENTRES = {"big": (900, 5), "often": (100, 40), "the others": (50, 2)}


def make_people():
    chance = random.Random(11)
    people = [(spent + chance.uniform(-20, 20), visits + chance.randrange(-1, 2)) for _ in range(40) for spent, visits in CENTRES.values()]
    return [(n, f"{spent:.2f}", visits) for n, (spent, visits) in enumerate(people, 1)]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("learnt") / "shop"
    run("init", folder)
    package = folder / "packages/shop"
    for name in ("sources", "assets"):
        (package / name).mkdir(parents=True)
    (package / "package.yml").write_text("name: shop\ndescription: A shop.\n")
    for name, text in SOURCES.items():
        (package / f"sources/{name}.yml").write_text(text)
    (package / "assets/groups.yml").write_text(GROUPS)
    (package / "assets/sales_forecast.yml").write_text(FORECAST)
    people = "".join(f"{n},{spent},{visits}\n" for n, spent, visits in make_people()) + "999,,3\n"
    (folder.parent / "people.csv").write_text("person,spent,visits\n" + people)
    chance = random.Random(2)
    days = []
    for n in range(120):
        day = START + datetime.timedelta(days=n)
        weekly = 100 + 30 * day.weekday()
        days.append(("weekly", day, weekly))
        if day.weekday() < 6:  # closed on Sundays: those days have no row
            days.append(("noisy", day, weekly + chance.randrange(-40, 40)))
        if n > 100:
            days.append(("new", day, 5))
    (folder.parent / "days.csv").write_text("branch,day,sales\n" + "".join(f"{b},{d},{s}.00\n" for b, d, s in days))
    for name in SOURCES:
        run("import", folder.parent / f"{name}.csv", "--source", name, workspace=folder)
    run("run", "shop", workspace=folder)
    return folder


def standardised(rows):
    columns = list(zip(*rows))
    means, deviations = [statistics.fmean(c) for c in columns], [statistics.pstdev(c) for c in columns]
    return [tuple((v - m) / d for v, m, d in zip(row, means, deviations)) for row in rows]


def test_segments_are_where_the_people_are(shop):
    """Everybody is nearest to the middle of his own cluster, the rules gave it its name, and who lacks a feature is in none."""
    rows = query_csv(shop, "SELECT person, spent, visits, cluster, segment, pca_x, pca_y FROM shop.groups WHERE cluster IS NOT NULL ORDER BY person")
    assert [(int(r[0]), r[1], int(r[2])) for r in rows] == make_people()
    points, found = standardised([(float(r[1]), float(r[2])) for r in rows]), [int(r[3]) for r in rows]
    middles = {k: tuple(map(statistics.fmean, zip(*[p for p, c in zip(points, found) if c == k]))) for k in set(found)}
    assert len(middles) == 3
    assert all(min(middles, key=lambda k: math.dist(p, middles[k])) == c for p, c in zip(points, found))
    names = list(CENTRES)
    assert [r[4] for r in rows] == [names[n % 3] for n in range(len(rows))]
    assert abs(statistics.fmean(float(r[5]) for r in rows)) < 1e-9
    assert statistics.pvariance([float(r[5]) for r in rows]) >= statistics.pvariance([float(r[6]) for r in rows])
    assert query_csv(shop, "SELECT person, segment FROM shop.groups WHERE cluster IS NULL") == [["999", ""]]


def silhouette(points, clusters):
    def one(i):
        of = {k: [math.dist(points[i], p) for j, p in enumerate(points) if clusters[j] == k and j != i] for k in set(clusters)}
        a, b = statistics.fmean(of[clusters[i]]), min(statistics.fmean(of[k]) for k in of if k != clusters[i])
        return (b - a) / max(a, b)
    return [one(i) for i in range(len(points))]


def test_the_summary_says_how_good_segments_are(shop):
    """Sizes, means and silhouettes by hand; groups so far apart are found from any seed."""
    rows = query_csv(shop, "SELECT spent, visits, cluster FROM shop.groups WHERE cluster IS NOT NULL ORDER BY person")
    clusters, values = [int(r[2]) for r in rows], silhouette(standardised([(float(r[0]), float(r[1])) for r in rows]), [int(r[2]) for r in rows])
    told = query_csv(shop, "SELECT cluster, segment, size, share, spent, silhouette, clusters, mean_silhouette, stability FROM shop.groups_summary ORDER BY cluster")
    assert {row[1] for row in told} == set(CENTRES) and len(told) == 3
    for cluster, _, size, share, spent, mine, count, mean, stability in told:
        of = [n for n, k in enumerate(clusters) if k == int(cluster)]
        assert int(size) == len(of) and float(share) == pytest.approx(len(of) / len(rows)) and int(count) == 3
        assert float(spent) == pytest.approx(statistics.fmean(float(rows[n][0]) for n in of))
        assert float(mine) == pytest.approx(statistics.fmean(values[n] for n in of))
        assert float(mean) == pytest.approx(statistics.fmean(values)) and float(stability) == 1


def test_clusters_of_one_name_are_told_apart(shop):
    """All three have one name by the rules: the largest keeps it, the others' say in which number, in deviations, they are furthest from it, and are counted where that is the same."""
    rules = GROUPS[GROUPS.index("rules:"):GROUPS.index("otherwise:")]
    (shop / "packages/shop/assets/alike.yml").write_text(GROUPS.replace(rules, ""))
    run("run", "shop:alike_summary", workspace=shop)
    told = query_csv(shop, "SELECT segment, spent, visits FROM shop.alike_summary ORDER BY cluster")
    people = query_csv(shop, "SELECT spent, visits FROM raw.people WHERE spent IS NOT NULL")
    deviations = [statistics.pstdev(float(row[i]) for row in people) for i in (0, 1)]
    expected = ["the others"]
    for row in told[1:]:
        off = [(float(row[i + 1]) - float(told[0][i + 1])) / deviations[i] for i in (0, 1)]
        most = max((0, 1), key=lambda i: abs(off[i]))
        name = f"the others, {'higher' if off[most] > 0 else 'lower'} {('spent', 'visits')[most]}"
        expected.append(f"{name} 2" if name in expected else name)
    assert [row[0] for row in told] == expected and len(set(expected)) == 3
    (shop / "packages/shop/assets/alike.yml").unlink()


def test_segments_are_told_by_the_command_and_the_api(shop):
    """What the summary has, an entry for each segment; a table that is not made is named, and how to make it."""
    rows = query_csv(shop, "SELECT cluster, segment, size, spent FROM shop.groups_summary ORDER BY cluster")
    answer = json.loads(run("segment", "--json", workspace=shop).stdout)
    assert [[str(one["cluster"]), one["segment"], str(one["size"])] for one in answer["segments"]] == [row[:3] for row in rows]
    assert [one["spent"] for one in answer["segments"]] == pytest.approx([float(row[3]) for row in rows])
    assert {one["table"] for one in answer["segments"]} == {"shop.groups"} and answer["not_made"] == []
    assert all(-1 <= one["silhouette"] <= 1 and one["stability"] == 1 for one in answer["segments"])
    (shop / "packages/shop/assets/later.yml").write_text(GROUPS.replace("Who is like whom", "The same, later"))
    told = run("segment", workspace=shop)
    assert all(row[1] in told.stdout for row in rows)
    assert "shop.later is not made yet: tradewind run shop:later" in told.stderr
    (shop / "packages/shop/assets/later.yml").unlink()


def test_the_same_rows_are_not_learnt_from_again(shop):
    """A run with nothing new has nothing to do; one that is forced finds the same; another k makes it anew."""
    before = query_csv(shop, "SELECT * FROM shop.groups ORDER BY person")
    told = json.loads(run("run", "shop:groups", "--json", workspace=shop).stdout)
    assert {asset["asset"]: asset["state"] for asset in told["assets"]} == {"shop.groups": "skipped"}
    run("run", "shop:groups", "--force", workspace=shop)
    assert query_csv(shop, "SELECT * FROM shop.groups ORDER BY person") == before
    file = shop / "packages/shop/assets/groups.yml"
    file.write_text(GROUPS.replace("k: 3", "k: auto"))
    run("run", "shop", workspace=shop)
    assert query_csv(shop, "SELECT DISTINCT clusters FROM shop.groups_summary") == [["3"]]
    file.write_text(GROUPS)
    run("run", "shop", workspace=shop)
    assert query_csv(shop, "SELECT * FROM shop.groups ORDER BY person") == before


def test_forecasts_go_on_as_weeks_do(shop):
    """What is the same each week stays so, days without a row count 0, bands hold each other, and a short series has no forecast."""
    rows = query_csv(shop, "SELECT branch, day, forecast, low_50, high_50, low_90, high_90 FROM shop.sales_forecast ORDER BY branch, day")
    last = START + datetime.timedelta(days=119)
    assert {row[0] for row in rows} == {"noisy", "weekly"}
    for branch in ("noisy", "weekly"):
        assert [row[1] for row in rows if row[0] == branch] == [str(last + datetime.timedelta(days=n)) for n in range(1, 11)]
    for branch, day, *values in rows:
        forecast, low_50, high_50, low_90, high_90 = map(float, values)
        assert low_90 <= low_50 <= forecast <= high_50 <= high_90 or branch == "noisy" and low_90 <= low_50 <= high_50 <= high_90
        if branch == "weekly":
            assert low_90 == forecast == high_90 == 100 + 30 * datetime.date.fromisoformat(day).weekday()
    sundays = [float(row[2]) for row in rows if row[0] == "noisy" and datetime.date.fromisoformat(row[1]).weekday() == 6]
    mondays = [float(row[2]) for row in rows if row[0] == "noisy" and datetime.date.fromisoformat(row[1]).weekday() == 0]
    assert max(map(abs, sundays)) < 30 < min(mondays)


def test_the_back_test_stands_beside_a_week_before(shop):
    """The perfect series errs never, whatever forecasts it; the chosen method of the noisy one has both errors; the new branch has none."""
    told = {row[0]: row[1:] for row in query_csv(shop, "SELECT branch, days, method, origins, mae, naive_mae, coverage FROM shop.sales_forecast_backtest")}
    assert told["new"] == ["19", "", "0", "", "", ""]
    days, method, origins, mae, naive, _ = told["weekly"]
    assert (days, float(mae), float(naive)) == ("120", 0, 0) and int(origins) >= 1 and method
    assert float(told["noisy"][3]) > 0 and float(told["noisy"][4]) > 0 and 0 <= float(told["noisy"][5]) <= 1


@pytest.mark.parametrize("right, wrong, said", [
    ("columns: [spent, visits]", "columns: [spent, size]", "a feature cannot be called 'size': there is one already"),
    ("k: 3", "k: 1", "k is auto, or a number from 2 to 50"),
    ("seed: 5", "seeds: 5", "Did you mean 'seed'?"),
    ("[spent, visits]", "[spent, vists]", "vists"),
    ("z_spent > 1", "z_spend > 1", "z_spend"),
    ("table: raw.people", "table: raw.peple", "raw.peple"),
])
def test_faults_have_their_place(shop, right, wrong, said):
    """validate names the file, and what is wrong in it; other assets are not touched."""
    file = shop / "packages/shop/assets/groups.yml"
    file.write_text(GROUPS.replace(right, wrong))
    try:
        told = run("validate", workspace=shop, check=False)
        assert told.returncode == 1 and said in told.stdout + told.stderr and "groups.yml" in told.stdout + told.stderr
    finally:
        file.write_text(GROUPS)


@pytest.mark.parametrize("people, clusters", [([], 0), ([(1, 5, 1)], 1), ([(1, 5, 1), (2, 5, 1)], 1), ([(1, 5, 1), (2, 9, 4), (3, 9, 4)], 2)])
def test_few_rows_make_few_segments(shop, tmp_path, people, clusters):
    """No more clusters than rows that differ; nobody at all is a table without rows, and no failure."""
    folder = tmp_path / "small"
    run("init", folder)
    package = folder / "packages/shop"
    for name in ("sources", "assets"):
        (package / name).mkdir(parents=True)
    (package / "package.yml").write_text("name: shop\ndescription: A shop.\n")
    (package / "sources/people.yml").write_text(SOURCES["people"])
    (package / "assets/groups.yml").write_text(GROUPS)
    rows = people or [(7, "", "")]
    (tmp_path / "people.csv").write_text("person,spent,visits\n" + "".join(f"{p},{s},{v}\n" for p, s, v in rows))
    run("import", tmp_path / "people.csv", "--source", "people", workspace=folder)
    run("run", "shop", workspace=folder)
    found = query_csv(folder, "SELECT spent, visits, cluster FROM shop.groups WHERE cluster IS NOT NULL")
    assert len(found) == len(people) and len({row[2] for row in found}) == clusters
    assert len({tuple(row) for row in found}) == clusters
    assert query_csv(folder, "SELECT coalesce(sum(size), 0) FROM shop.groups_summary") == [[str(len(people))]]
