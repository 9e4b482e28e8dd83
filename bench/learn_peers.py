"""The same by others: `python learn_peers.py co_purchase|als|trees FOLDER THREADS` prints its figures as JSON."""

import json
import pathlib
import sys
import time

import numpy


def co_purchase(folder, threads):
    """Counts by a product of sparse matrices, a block of rows at a time; each row's best by partition."""
    import scipy.sparse

    codes = numpy.fromfile(folder / "items.u32", dtype=numpy.uint32).astype(numpy.int32)
    first = numpy.fromfile(folder / "baskets.u64", dtype=numpy.uint64).astype(numpy.int64)
    items = int(numpy.fromfile(folder / "item_count.u64", dtype=numpy.uint64)[0])
    begin = time.monotonic()
    held = scipy.sparse.csr_matrix((numpy.ones(len(codes), dtype=numpy.float32), codes, first), shape=(len(first) - 1, items))
    held.sum_duplicates()
    held.data[:] = 1
    by_item = held.T.tocsr()
    total = 0.0
    block = 2000
    for row in range(0, items, block):
        counts = (by_item[row : row + block] @ held).tocsr()
        counts.setdiag(0, k=row)
        for i in range(counts.shape[0]):
            values = counts.data[counts.indptr[i] : counts.indptr[i + 1]]
            total += float((numpy.partition(values, -20)[-20:] if len(values) > 20 else values).sum(dtype=numpy.float64))
    return {"seconds": time.monotonic() - begin, "sum": int(total)}


def als(folder, threads):
    import implicit
    import scipy.sparse

    codes = numpy.fromfile(folder / "pair_items.u32", dtype=numpy.uint32).astype(numpy.int32)
    first = numpy.fromfile(folder / "pair_users.u64", dtype=numpy.uint64).astype(numpy.int64)
    weights = numpy.fromfile(folder / "pair_weights.f32", dtype=numpy.float32)
    items = int(numpy.fromfile(folder / "item_count.u64", dtype=numpy.uint64)[0])
    pairs = scipy.sparse.csr_matrix((1 + weights, codes, first), shape=(len(first) - 1, items))
    model = implicit.als.AlternatingLeastSquares(
        factors=64, regularization=0.01, alpha=1.0, iterations=5, num_threads=threads, random_state=1, use_gpu=False, calculate_training_loss=False
    )
    times = []
    model.fit(pairs, show_progress=False, callback=lambda iteration, took, *rest: times.append(took))
    users, its = model.user_factors.astype(numpy.float64), model.item_factors.astype(numpy.float64)
    rows = numpy.repeat(numpy.arange(len(first) - 1), numpy.diff(first))
    products = numpy.concatenate([numpy.einsum("ij,ij->i", users[rows[i : i + 1_000_000]], its[codes[i : i + 1_000_000]]) for i in range(0, len(codes), 1_000_000)])
    loss = ((users.T @ users) * (its.T @ its)).sum() + 0.01 * ((users**2).sum() + (its**2).sum())
    loss += ((1 + weights) * (1 - products) ** 2 - products**2).sum()
    confidence = float(len(users)) * len(its) + float(weights.sum(dtype=numpy.float64))
    return {"seconds": sum(times[1:]) / len(times[1:]), "loss": loss / confidence}


def trees(folder, threads):
    import xgboost

    begin = time.monotonic()
    labels = numpy.fromfile(folder / "labels.f32", dtype=numpy.float32)
    features = numpy.fromfile(folder / "features.f32", dtype=numpy.float32).reshape(len(labels), -1)
    rows = xgboost.QuantileDMatrix(features, labels, nthread=threads)
    model = xgboost.train(
        {"objective": "binary:logistic", "tree_method": "hist", "max_depth": 6, "eta": 0.1, "max_bin": 256, "nthread": threads, "seed": 1}, rows, 100
    )
    took = time.monotonic() - begin
    begin = time.monotonic()
    made = model.inplace_predict(features)
    rate = len(labels) / (time.monotonic() - begin)
    likely = numpy.where(labels == 1, made, 1 - made).clip(1e-7, 1)
    begin = time.process_time()
    model.set_param({"nthread": 1})
    for i in range(500):
        model.inplace_predict(features[i : i + 1])
    one = (time.process_time() - begin) / 500 * 1e6
    return {"seconds": took, "predict_rows_per_second": rate, "predict_row_us": one, "log_loss": float(-numpy.log(likely).mean(dtype=numpy.float64))}


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]](pathlib.Path(sys.argv[2]), int(sys.argv[3]))))
