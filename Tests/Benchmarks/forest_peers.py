# SPDX-License-Identifier: Apache-2.0
"""Times other engines on the model of the forest bench: forest_peers.py MODEL.json MATRIX.npy
RESULTS.json.

Writes a JSON list with one entry for each engine and batch: engine, rows, nanoseconds of CPU time
for a row on one thread, and the rows whose probability differs from XGBoost's in some bit. The file
is complete after each engine, and it is a file because engines print to standard output. An engine
that is not installed is reported on standard error and left out. They come from PyPI:

    pip install xgboost-cpu onnxruntime onnxmltools daal4py treelite tl2cgen
"""
import json
import os
import statistics
import sys
import tempfile
import time

for variable in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"]:
    os.environ[variable] = "1"

import numpy as np  # noqa: E402  (threads are counted when it loads)

BATCHES = [1, 256, 4_096]


def xgboost_itself(model, _):
    import xgboost
    booster = xgboost.Booster({"nthread": 1}, model_file=model)
    booster.feature_names = None
    name = f"XGBoost {xgboost.__version__}, in place"
    return name, lambda rows: booster.inplace_predict(rows)


def onnx_runtime(model, columns):
    import onnxmltools
    import onnxruntime
    import xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType
    booster = xgboost.Booster(model_file=model)
    booster.feature_names = None
    converted = onnxmltools.convert_xgboost(
        booster, initial_types=[("rows", FloatTensorType([None, columns]))])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        converted.SerializeToString(), options, providers=["CPUExecutionProvider"])
    output = session.get_outputs()[1].name
    name = f"ONNX Runtime {onnxruntime.__version__}"
    return name, lambda rows: np.asarray(session.run([output], {"rows": rows})[0])[:, 1]


def daal(model, _):
    import daal4py
    import xgboost
    booster = xgboost.Booster(model_file=model)
    converted = daal4py.mb.convert_model(booster)
    daal4py.daalinit(1)
    name = f"daal4py {daal4py.__version__}"
    return name, lambda rows: converted.predict_proba(rows)[:, 1]


def treelite(model, _):
    import tl2cgen
    import treelite as loader
    folder = tempfile.mkdtemp()
    library = os.path.join(folder, "model.so")
    forest = loader.frontend.load_xgboost_model(model)
    # Small units: the compiler takes more than linearly long.
    tl2cgen.export_lib(forest, toolchain="gcc", libpath=library,
                       params={"parallel_comp": max(1, forest.num_tree // 5)})
    predictor = tl2cgen.Predictor(library, nthread=1)
    name = f"treelite {loader.__version__} + tl2cgen"
    return name, lambda rows: predictor.predict(tl2cgen.DMatrix(rows)).reshape(-1)


def cost(predict, values, rows):
    """Nanoseconds a row: the median of runs at changing places."""
    repeats = 20 if rows < 1_000 else 5
    times = []
    for place in range(repeats):
        batch = np.ascontiguousarray(values[place * 977 % (len(values) - rows):][:rows])
        start = time.process_time_ns()
        predict(batch)
        times.append((time.process_time_ns() - start) / rows)
    return statistics.median(times)


def main():
    model, matrix, report = sys.argv[1:]
    values = np.ascontiguousarray(np.load(matrix)[:50_000], dtype=np.float32)
    results, expected = [], None
    for engine in [xgboost_itself, onnx_runtime, daal, treelite]:
        print(f"{engine.__name__} ...", file=sys.stderr)
        try:
            name, predict = engine(model, values.shape[1])
            scores = np.asarray(predict(values), dtype=np.float32)
        except ImportError as error:
            print(f"left out: {engine.__name__} ({error})", file=sys.stderr)
            continue
        # A peer that cannot take the model, or ends the program, is no fault of the bench.
        except (Exception, SystemExit) as error:
            print(f"left out: {engine.__name__} failed: {error}", file=sys.stderr)
            continue
        if expected is None:
            expected = scores
        differing = int((scores.view(np.uint32) != expected.view(np.uint32)).sum())
        for rows in BATCHES:
            results.append({"engine": name, "rows": rows, "ns": cost(predict, values, rows),
                            "differing": differing, "of": len(values)})
        with open(report, "w") as file:
            json.dump(results, file)


if __name__ == "__main__":
    main()
