"""The basket's five tables and data.csv as others make them out of the same CSV files, each a program of its own: what it is measured with is
`python basket_peers.py NAME FILES OUT`. Every one writes Parquet and one sorted CSV file; whoever synced it is told apart by nobody, so none
does but Tradewind."""

import pathlib
import sys

MEMORY = "8GB"


def duckdb(files, out):
    """The best SQL that we could write: narrow types, each CSV read once, lines grouped once, the products' ranks out of the pairs."""
    import duckdb as library

    engine = library.connect(config={"threads": 2, "memory_limit": MEMORY, "preserve_insertion_order": False, "temp_directory": str(out / "temp")})
    orders = "{'order_id': 'INTEGER', 'user_id': 'INTEGER', 'eval_set': 'VARCHAR', 'order_number': 'INTEGER', 'order_dow': 'INTEGER', 'order_hour_of_day': 'INTEGER', 'days_since_prior_order': 'DOUBLE'}"
    lines = "{'order_id': 'INTEGER', 'product_id': 'INTEGER', 'add_to_cart_order': 'INTEGER', 'reordered': 'INTEGER'}"
    engine.execute(f"CREATE TABLE orders AS SELECT * REPLACE (CAST(days_since_prior_order AS INTEGER) AS days_since_prior_order) FROM read_csv('{files}/orders.csv', header = true, columns = {orders})")
    engine.execute(f"""CREATE TABLE prior AS SELECT o.order_id, o.user_id, o.eval_set, o.order_number, o.order_dow, o.order_hour_of_day, o.days_since_prior_order,
        l.product_id, l.add_to_cart_order, l.reordered FROM read_csv('{files}/order_products__*.csv', header = true, columns = {lines}) l
        JOIN orders o ON o.order_id = l.order_id WHERE o.eval_set = 'prior'""")
    engine.execute("""CREATE TABLE user_1 AS SELECT user_id, max(order_number) AS max_order_number, CAST(sum(days_since_prior_order) AS BIGINT) AS total_days_prior_order,
        avg(days_since_prior_order) AS avg_days_prior_order FROM orders GROUP BY user_id""")
    engine.execute("""CREATE TABLE up AS SELECT user_id, product_id, count(*) AS up_orders, min(order_number) AS up_first_order, max(order_number) AS up_last_order,
        avg(add_to_cart_order) AS up_average_cart_position, CAST(sum(reordered) AS BIGINT) AS again, count(*) FILTER (WHERE order_number > 1) AS later FROM prior GROUP BY user_id, product_id""")
    engine.execute("""CREATE TABLE user_2 AS SELECT user_id, CAST(sum(up_orders) AS BIGINT) AS user_total_products, count(*) AS user_distinct_products,
        CAST(sum(again) AS DOUBLE) / nullif(CAST(sum(later) AS BIGINT), 0) AS user_reorder_ratio FROM up GROUP BY user_id""")
    engine.execute("""CREATE TABLE prd AS SELECT product_id, CAST(sum(up_orders) AS BIGINT) AS prod_orders, CAST(sum(again) AS BIGINT) AS prod_reorders, count(*) AS prod_first_orders,
        count(*) FILTER (WHERE up_orders > 1) AS prod_second_orders FROM up GROUP BY product_id""")
    engine.execute("ALTER TABLE up DROP COLUMN again; ALTER TABLE up DROP COLUMN later")
    for table, name in [("prior", "order_products_prior"), ("user_1", "user_features_1"), ("user_2", "user_features_2"), ("up", "up_features"), ("prd", "prd_features")]:
        engine.execute(f"COPY {table} TO '{out}/{name}.parquet' (FORMAT parquet, COMPRESSION zstd)")
    engine.execute("DROP TABLE prior; SET preserve_insertion_order = true")
    engine.execute("CREATE TABLE data AS SELECT * FROM up JOIN user_1 USING (user_id) JOIN user_2 USING (user_id) JOIN prd USING (product_id) ORDER BY user_id, product_id")
    engine.execute(f"COPY (SELECT user_id, product_id, * EXCLUDE (user_id, product_id) FROM data) TO '{out}/data.csv' (FORMAT csv, HEADER true)")


def polars(files, out):
    import polars as pl

    number = pl.Int32
    orders = pl.scan_csv(files / "orders.csv", schema={
        "order_id": number, "user_id": number, "eval_set": pl.String, "order_number": number, "order_dow": number, "order_hour_of_day": number,
        "days_since_prior_order": pl.Float64,
    }).with_columns(pl.col("days_since_prior_order").cast(number)).collect()
    schema = {"order_id": number, "product_id": number, "add_to_cart_order": number, "reordered": number}
    lines = pl.concat([pl.scan_csv(path, schema=schema) for path in sorted(files.glob("order_products__*.csv"))])
    prior = lines.join(orders.lazy().filter(pl.col("eval_set") == "prior"), on="order_id")
    columns = ["order_id", "user_id", "eval_set", "order_number", "order_dow", "order_hour_of_day", "days_since_prior_order", "product_id", "add_to_cart_order", "reordered"]
    prior.select(columns).sink_parquet(out / "order_products_prior.parquet", compression="zstd")
    prior = pl.scan_parquet(out / "order_products_prior.parquet")
    user_1 = orders.lazy().group_by("user_id").agg(
        pl.col("order_number").max().alias("max_order_number"),
        pl.when(pl.col("days_since_prior_order").count() > 0).then(pl.col("days_since_prior_order").cast(pl.Int64).sum()).alias("total_days_prior_order"),
        pl.col("days_since_prior_order").mean().alias("avg_days_prior_order"),
    ).collect()
    up = prior.group_by("user_id", "product_id").agg(
        pl.len().cast(pl.Int64).alias("up_orders"), pl.col("order_number").min().alias("up_first_order"), pl.col("order_number").max().alias("up_last_order"),
        pl.col("add_to_cart_order").mean().alias("up_average_cart_position"), pl.col("reordered").cast(pl.Int64).sum().alias("again"),
        (pl.col("order_number") > 1).cast(pl.Int64).sum().alias("later"),
    ).collect(streaming=True)
    later = pl.col("later").sum()
    user_2 = up.lazy().group_by("user_id").agg(
        pl.col("up_orders").sum().alias("user_total_products"), pl.len().cast(pl.Int64).alias("user_distinct_products"),
        pl.when(later > 0).then(pl.col("again").sum() / later).alias("user_reorder_ratio"),
    ).collect()
    prd = up.lazy().group_by("product_id").agg(
        pl.col("up_orders").sum().alias("prod_orders"), pl.col("again").sum().alias("prod_reorders"), pl.len().cast(pl.Int64).alias("prod_first_orders"),
        (pl.col("up_orders") > 1).cast(pl.Int64).sum().alias("prod_second_orders"),
    ).collect()
    up = up.drop("again", "later")
    for table, name in [(user_1, "user_features_1"), (user_2, "user_features_2"), (up, "up_features"), (prd, "prd_features")]:
        table.write_parquet(out / f"{name}.parquet", compression="zstd")
    data = up.lazy().join(user_1.lazy(), on="user_id").join(user_2.lazy(), on="user_id").join(prd.lazy(), on="product_id").sort("user_id", "product_id")
    data.collect(streaming=True).write_csv(out / "data.csv")


def pandas(files, out):
    import pandas as pd

    orders = pd.read_csv(files / "orders.csv", dtype={"days_since_prior_order": "Int32"} | {n: "int32" for n in ["order_id", "user_id", "order_number", "order_dow", "order_hour_of_day"]})
    kinds = {n: "int32" for n in ["order_id", "product_id", "add_to_cart_order", "reordered"]}
    lines = pd.concat([pd.read_csv(path, dtype=kinds) for path in sorted(files.glob("order_products__*.csv"))])
    prior = orders[orders.eval_set == "prior"].merge(lines, on="order_id")
    prior.to_parquet(out / "order_products_prior.parquet", compression="zstd", index=False)
    by_user = orders.groupby("user_id", as_index=False)
    user_1 = by_user.agg(max_order_number=("order_number", "max"), avg_days_prior_order=("days_since_prior_order", "mean"))
    user_1.insert(2, "total_days_prior_order", by_user["days_since_prior_order"].sum(min_count=1)["days_since_prior_order"].astype("Int64"))
    prior["later"] = prior.order_number > 1
    up = prior.groupby(["user_id", "product_id"], as_index=False).agg(
        up_orders=("order_id", "size"), up_first_order=("order_number", "min"), up_last_order=("order_number", "max"),
        up_average_cart_position=("add_to_cart_order", "mean"), again=("reordered", "sum"), later=("later", "sum"),
    )
    user_2 = up.groupby("user_id", as_index=False).agg(user_total_products=("up_orders", "sum"), user_distinct_products=("product_id", "size"), again=("again", "sum"), later=("later", "sum"))
    user_2["user_reorder_ratio"] = user_2.again / user_2.later.where(user_2.later > 0)
    user_2 = user_2.drop(columns=["again", "later"])
    up["second"] = up.up_orders > 1
    prd = up.groupby("product_id", as_index=False).agg(prod_orders=("up_orders", "sum"), prod_reorders=("again", "sum"), prod_first_orders=("user_id", "size"), prod_second_orders=("second", "sum"))
    up = up.drop(columns=["again", "later", "second"])
    for table, name in [(user_1, "user_features_1"), (user_2, "user_features_2"), (up, "up_features"), (prd, "prd_features")]:
        table.to_parquet(out / f"{name}.parquet", compression="zstd", index=False)
    up.merge(user_1, on="user_id").merge(user_2, on="user_id").merge(prd, on="product_id").sort_values(["user_id", "product_id"]).to_csv(out / "data.csv", index=False)


def pyspark(files, out):
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.master("local[2]").config("spark.driver.memory", "8g").config("spark.ui.enabled", "false") \
        .config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1").config("spark.sql.shuffle.partitions", "8") \
        .config("spark.local.dir", str(out / "temp")).getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    spark.read.csv(str(files / "orders.csv"), header=True, schema="order_id INT, user_id INT, eval_set STRING, order_number INT, order_dow INT, order_hour_of_day INT, days_since_prior_order DOUBLE") \
        .selectExpr("order_id", "user_id", "eval_set", "order_number", "order_dow", "order_hour_of_day", "CAST(days_since_prior_order AS INT) AS days_since_prior_order").createOrReplaceTempView("orders")
    spark.read.csv(str(files / "order_products__*.csv"), header=True, schema="order_id INT, product_id INT, add_to_cart_order INT, reordered INT").createOrReplaceTempView("order_products")
    for name, sql in statements().items():
        spark.sql(sql).write.parquet(str(out / f"{name}.parquet"), compression="zstd")
        spark.read.parquet(str(out / f"{name}.parquet")).createOrReplaceTempView(name)
    spark.table("data").orderBy("user_id", "product_id").coalesce(1).write.csv(str(out / "data.csv"), header=True, emptyValue="")
    spark.stop()


def statements():
    """The package's own SQL."""
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "test/journeys"))
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "test/sql"))
    from package_sql import PackageSql

    package = PackageSql(pathlib.Path(__file__).resolve().parents[1] / "packages/basket")
    tables = ["order_products_prior", "user_features_1", "up_features", "user_features_2", "prd_features", "data"]
    return {name: package.statement(name) for name in tables}


PEERS = {"DuckDB by hand": duckdb, "polars streaming": polars, "pandas": pandas, "PySpark local[2]": pyspark}

if __name__ == "__main__":
    target = pathlib.Path(sys.argv[3])
    target.mkdir(parents=True)
    PEERS[sys.argv[1]](pathlib.Path(sys.argv[2]), target)
