"""The tables of store_week as others make them out of the same gzipped files: `python store_week_peers.py NAME FILES OUT`. They write Parquet; they
check nothing, keep no raw tables and sync nothing."""

import pathlib
import sys
import threading

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[1]
MEMORY = "8GB"
KINDS = {"bigint": "BIGINT", "integer": "INTEGER", "date": "DATE", "text": "VARCHAR", "double": "DOUBLE"}
METRICS = """
    SELECT yr_wk_num, store_key, prod_key, sales_qty, sales_amt, cost_amt, CAST(sales_amt AS DOUBLE) / nullif(sales_qty, 0) AS avg_sales_price,
        on_hand AS stock_on_hand_qty, on_order AS stock_on_order_qty, stock_as_of_dt, no_stock / 7.0::DOUBLE AS out_of_stock_rate,
        1 - no_stock / 7.0::DOUBLE AS in_stock_rate, days AS days_in_week_loaded, no_stock + low_stock AS total_low_stock_impact, impact AS potential_low_stock_impact,
        short AS potential_low_stock_qty, lost AS no_stock_impact, low_stock AS low_stock_instances, no_stock AS no_stock_instances,
        CAST(on_hand AS DOUBLE) / nullif(sales_qty, 0) AS weeks_of_supply
    FROM (
        SELECT c.yr_wk_num, store_key, prod_key, sum(qty)::BIGINT AS sales_qty, sum(amt) AS sales_amt, sum(cost) AS cost_amt,
            arg_max_null(j.on_hand, stock_dt) AS on_hand, arg_max_null(j.on_order, stock_dt) AS on_order, max(stock_dt) AS stock_as_of_dt, count(*) AS days,
            count_if(out_of_stock = 1) AS no_stock, count_if(j.on_hand < qty) AS low_stock,
            coalesce(sum(amt::DOUBLE - greatest(j.on_hand, 0) * amt::DOUBLE / qty) FILTER (WHERE j.on_hand < qty AND qty > 0), 0) AS impact,
            coalesce(sum(qty - j.on_hand) FILTER (WHERE j.on_hand < qty), 0)::BIGINT AS short, coalesce(sum(amt) FILTER (WHERE out_of_stock = 1), 0) AS lost
        FROM (
            SELECT coalesce(i.cal_dt, s.cal_dt) AS cal_dt, coalesce(i.store_key, s.store_key) AS store_key, coalesce(i.prod_key, s.prod_key) AS prod_key,
                coalesce(s.qty, 0) AS qty, coalesce(s.amt, 0) AS amt, coalesce(s.cost, 0) AS cost, i.cal_dt AS stock_dt, i.on_hand, i.on_order, i.out_of_stock
            FROM inventory i FULL JOIN sold s ON s.store_key = i.store_key AND s.prod_key = i.prod_key AND s.cal_dt = i.cal_dt
        ) j JOIN calendar c USING (cal_dt)
        GROUP BY ALL
    )"""


def fields(name):
    """Columns and types as the package's contract has them."""
    return yaml.safe_load((ROOT / f"packages/store_week/sources/store_week_{name}.yml").read_text())["fields"]


def file_of(files, name):
    return next(files.glob(f"{name}_*.csv.gz"))


def duckdb(files, out):
    """Narrow keys, only the columns that count, sales summed up while they are read, and both large files unzipped at the same time."""
    import duckdb as library

    engine = library.connect(config={"threads": 2, "memory_limit": MEMORY, "preserve_insertion_order": False, "temp_directory": str(out / "temp")})

    def csv(name, narrow=()):
        columns = {n: "INTEGER" if n in narrow else KINDS.get(f["type"], f["type"].upper()) for n, f in fields(name).items()}
        return f"read_csv('{file_of(files, name)}', header = true, columns = {columns})"

    def load(sql):
        engine.cursor().execute(sql)

    keys = ("store_key", "prod_key")
    loads = [
        f"""CREATE TABLE inventory AS SELECT cal_dt, store_key, prod_key, inventory_on_hand_qty AS on_hand, inventory_on_order_qty AS on_order, out_of_stock_flg::TINYINT AS out_of_stock
            FROM {csv("inventory", keys)}""",
        f"""CREATE TABLE sold AS SELECT trans_dt AS cal_dt, store_key, prod_key, sum(coalesce(sales_qty, 0))::BIGINT AS qty, sum(coalesce(sales_amt, 0)) AS amt,
            sum(coalesce(sales_cost, 0)) AS cost FROM {csv("sales", keys)} GROUP BY ALL""",
    ]
    threads = [threading.Thread(target=load, args=(sql,)) for sql in loads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name in ["calendar", "store", "product"]:
        engine.execute(f"CREATE TABLE {name} AS SELECT * FROM {csv(name)}")
        engine.execute(f"COPY {name} TO '{out}/{name}.parquet' (FORMAT parquet, COMPRESSION zstd)")
    engine.execute(f"COPY ({METRICS}) TO '{out}/weekly_metrics.parquet' (FORMAT parquet, COMPRESSION zstd)")


def pyspark(files, out):
    """The package's own SQL, of the same gzipped files."""
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.master("local[2]").config("spark.driver.memory", "8g").config("spark.ui.enabled", "false") \
        .config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1").config("spark.sql.shuffle.partitions", "8") \
        .config("spark.local.dir", str(out / "temp")).config("spark.sql.session.timeZone", "UTC").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    for name in ["calendar", "inventory", "product", "sales", "store"]:
        schema = ", ".join(f"{n} {KINDS.get(f['type'], f['type'].upper()).replace('VARCHAR', 'STRING')}" for n, f in fields(name).items())
        spark.read.csv(str(file_of(files, name)), header=True, schema=schema, escape='"').createOrReplaceTempView(f"store_week_{name}")
    spark.sql("SELECT DATE '2000-01-01' AS date").createOrReplaceTempView("dump")
    metrics = (ROOT / "packages/store_week/assets/mart/weekly_metrics_history.sql").read_text().replace("raw.store_week_", "store_week_")
    spark.sql(metrics).drop("date").write.parquet(str(out / "weekly_metrics.parquet"), compression="zstd")
    for name in ["calendar", "store", "product"]:
        spark.table(f"store_week_{name}").write.parquet(str(out / f"{name}.parquet"), compression="zstd")
    spark.stop()


PEERS = {"DuckDB by hand": duckdb, "PySpark local[2]": pyspark}

if __name__ == "__main__":
    target = pathlib.Path(sys.argv[3])
    target.mkdir(parents=True)
    PEERS[sys.argv[1]](pathlib.Path(sys.argv[2]), target)
