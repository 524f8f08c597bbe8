# SPDX-License-Identifier: Apache-2.0
"""Calibrated models from training to every call: what scikit-learn fits to the margins of XGBoost
itself, and the same bits in HTTP, gRPC and the command.

    calibrated_calls.py HTTP_PORT STORAGE PROGRAM
"""
import csv
import io
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

import grpc
import numpy
import tritonclient.grpc as triton
import xgboost
from grpc_tools import protoc
from scipy.special import logit
from sklearn.calibration import _SigmoidCalibration
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss
from tritonclient.utils import InferenceServerException

from protocol_model import CATEGORIES, applications, call, records, same_bits

http, storage, program = sys.argv[1:]
base, address = f"http://127.0.0.1:{http}", f"127.0.0.1:{http}"
folder = pathlib.Path(storage)
NAME = "calibrated.joblib"
PLACE = {"backend": "local", "local_model_path": "calibrated-models"}
PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"
classes = tempfile.TemporaryDirectory()
assert protoc.main(["", f"--proto_path={PROTO}", f"--python_out={classes.name}",
                    f"--grpc_python_out={classes.name}", "loan_default/v1/rpc.proto",
                    "loan_default/v1/service.proto"]) == 0
sys.path.insert(0, classes.name)
from loan_default.v1 import rpc_pb2 as rpc  # noqa: E402
from loan_default.v1 import service_pb2_grpc as service  # noqa: E402


def doubles(values):
    """The bits of calibrated probabilities."""
    return numpy.asarray(values, numpy.float64).view(numpy.uint64).tolist()


def answered(path, body, headers=None):
    """The answer of a call; one that is refused because the server is busy is made again."""
    for _ in range(100):
        status, answer = call(base, path, body, headers)
        if status not in (429, 503):
            break
        time.sleep(0.1)
    assert status == 200, (path, answer)
    return answer


def patient(method, *arguments, **options):
    """The same for gRPC."""
    for _ in range(100):
        try:
            return method(*arguments, **options)
        except (InferenceServerException, grpc.RpcError) as error:
            if "busy" not in str(error) and "wait too long" not in str(error):
                raise
            time.sleep(0.1)
    raise AssertionError("the server stays busy")


def part(name):
    """Features and labels of a part of the prepared data."""
    data = folder / "calibration-data"
    return numpy.load(data / f"X{name}.npy"), numpy.load(data / f"y{name}.npy").ravel()


def margins(booster, matrix):
    columns = xgboost.DMatrix(numpy.ascontiguousarray(matrix),
                              feature_names=booster.feature_names)
    return booster.predict(columns, output_margin=True), booster.predict(columns)


def train(method):
    return answered("/train", {**PLACE, "local_data_path": "calibration-data", "model_name": NAME,
                               "parameters": {"rounds": 20, "max_depth": 4},
                               "calibration": method})


def expected_error(labels, probabilities):
    """ECE over 15 bins of equal width, as its paper has it."""
    # In single precision, as probabilities are judged; an edge is in the bin below it.
    probabilities = probabilities.astype(numpy.float32).astype(float)
    bins = numpy.searchsorted(numpy.arange(1, 15) * (1 / 15), probabilities, side="left")
    return sum(abs(probabilities[bins == b].sum() - labels[bins == b].sum())
               for b in range(15)) / len(labels)


def infer(matrix, outputs):
    body = {"inputs": [{"name": "input__0", "datatype": "FP32", "shape": list(matrix.shape),
                        "data": [None if numpy.isnan(v) else float(v) for v in matrix.ravel()]}],
            "outputs": [{"name": name} for name in outputs]}
    answer = answered(f"/v2/models/{NAME}/infer", body)
    return {output["name"]: output for output in answer["outputs"]}


def fitted(method, fit, labels, test):
    """What scikit-learn makes of the margins, and how near that is."""
    if method == "isotonic":
        model = IsotonicRegression(out_of_bounds="clip").fit(fit.astype(float), labels)
        return model.predict(test.astype(float)), 1e-9
    if method == "platt":
        # scikit-learn's solver ends at a gradient of 1e-6.
        return _SigmoidCalibration().fit(fit.astype(float), labels).predict(test), 1e-4
    # The fit's own mean is the rate of defaults: what maximum likelihood gives any intercept.
    return None, None


def check_fit(method, answer):
    """The calibration is scikit-learn's, and the model's own probability that of XGBoost."""
    booster = xgboost.Booster(model_file=folder / "calibrated-models" / f"{NAME}.json")
    fit, labels = part("calibration")
    test, truth = part("test")
    fit_margins, _ = margins(booster, fit)
    test_margins, own = margins(booster, test)
    outputs = infer(test, ["output__0", "calibrated"])
    same_bits(outputs["output__0"]["data"], own)
    calibrated = outputs["calibrated"]
    assert calibrated["datatype"] == "FP64" and calibrated["shape"] == [len(test)], calibrated
    calibrated = numpy.array(calibrated["data"])
    wanted, near = fitted(method, fit_margins, labels, test_margins)
    if wanted is None:
        mean = numpy.mean(infer(fit, ["calibrated"])["calibrated"]["data"])
        assert abs(mean - labels.mean(dtype=float)) < 1e-9, (mean, labels.mean(dtype=float))
    else:
        assert numpy.abs(calibrated - wanted).max() < near, numpy.abs(calibrated - wanted).max()
    said = answer["calibration"]
    assert said["method"] == method and said["rows"] == len(labels), said
    for when, probabilities in [("before", own.astype(float)), ("after", calibrated)]:
        assert abs(said["brier"][when] - brier_score_loss(truth, probabilities)) < 1e-6, said
        assert abs(said["ece"][when] - expected_error(truth, probabilities)) < 1e-6, said
    if method == "platt":
        low, high = test_margins.argmin(), test_margins.argmax()
        rise = logit(calibrated[high]) - logit(calibrated[low])
        slope = rise / (float(test_margins[high]) - float(test_margins[low]))
        assert abs(said["factor"] - slope) < 1e-6, (said, slope)
    else:
        assert said["factor"] is None, said


def tensors(columns):
    """Raw features for tritonclient."""
    for name, column in columns.items():
        kind = "BYTES" if name in CATEGORIES else "FP32"
        tensor = triton.InferInput(name, [len(column)], kind)
        tensor.set_data_from_numpy(column)
        yield tensor


def batch(columns, outputs):
    """The columns for loan_default.v1."""
    count = len(next(iter(columns.values())))
    request = rpc.PredictRequest(model=NAME.encode(), rows=count, outputs=outputs)
    for name, column in columns.items():
        if name in CATEGORIES:
            texts = sorted(set(column))
            codes = numpy.array([texts.index(text) for text in column], "<u1")
            request.columns.add(name=name.encode(), codes8=codes.tobytes(),
                                dictionary=[text.encode() for text in texts])
        else:
            request.columns.add(name=name.encode(), float32=column.tobytes())
    return request


def invocations(body, kind, accept):
    request = urllib.request.Request(
        base + "/invocations", data=body.encode(),
        headers={"Content-Type": kind, "Accept": accept,
                 "X-Amzn-SageMaker-Target-Model": NAME})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read().decode()


def check_calls(method, columns):
    """All calls give the same bits."""
    rows = records(columns)
    body = {**PLACE, "model_name": NAME, "sample": rows}
    predicted = answered("/predict", body)
    expected = doubles(predicted["Calibrated"])
    own = [pair[1] for pair in predicted["Prediction Output"]]
    assert len(expected) == len(rows)
    factor = answered(f"/models/{NAME}", None)["calibration"]["factor"]
    calibration = {"method": method, "factor": factor}

    explained = answered("/predict", {**body, "reasons": 2, "decisions": True})
    assert doubles(explained["Calibrated"]) == expected
    assert explained["Calibration"] == calibration, explained["Calibration"]
    assert explained["Prediction Output"] == predicted["Prediction Output"]
    plain = answered(f"/v1/models/{NAME}:predict", {"instances": rows})
    assert doubles(plain["calibrated"]) == expected and "calibration" not in plain
    same_bits(plain["predictions"], own)
    why = answered(f"/v1/models/{NAME}:explain", {"instances": rows})
    assert doubles(why["calibrated"]) == expected and why["calibration"] == calibration
    if method == "platt":
        # Of two rows the calibrated margins differ by what their contributions differ, scaled.
        def total(row):
            return sum(row["contributions"].values())
        scaled = factor * (total(why["explanations"][0]) - total(why["explanations"][1]))
        apart = logit(why["calibrated"][0]) - logit(why["calibrated"][1])
        assert abs(apart - scaled) < 1e-5, (apart, scaled)

    header = {"X-Amzn-SageMaker-Target-Model": NAME}
    aws = answered("/invocations", {"instances": rows}, header)
    assert doubles([row["calibrated"] for row in aws["predictions"]]) == expected
    assert "calibration" not in aws
    aws = answered("/invocations", {"instances": rows, "reasons": 1}, header)
    assert doubles([row["calibrated"] for row in aws["predictions"]]) == expected
    assert aws["calibration"] == calibration
    table = io.StringIO()
    writer = csv.DictWriter(table, list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    lines = invocations(table.getvalue(), "text/csv", "text/csv").splitlines()
    assert doubles([float(line.split(",")[1]) for line in lines]) == expected
    same_bits([float(line.split(",")[0]) for line in lines], own)

    client = triton.InferenceServerClient(address)
    outputs = [triton.InferRequestedOutput(name) for name in ["calibrated", "output__0"]]
    infer = patient(client.infer, NAME, list(tensors(columns)), outputs=outputs)
    assert doubles(infer.as_numpy("calibrated")) == expected
    same_bits(infer.as_numpy("output__0"), own)
    stub = service.LoanDefaultStub(grpc.insecure_channel(address))
    for outputs in [16, 31]:
        scores = patient(stub.Predict, batch(columns, outputs), timeout=60)
        assert doubles(numpy.frombuffer(scores.calibrated, "<f8")) == expected
        same_bits(numpy.frombuffer(scores.probabilities, "<f4"), own)
    [described] = stub.ServerInfo(rpc.ServerInfoRequest(model=NAME.encode()), timeout=60).models
    assert described.calibration.decode() == method, described
    assert described.calibration_factor == (factor or 0), described

    sample = folder / "sample.csv"
    sample.write_text(table.getvalue())
    command = [program, "predict", "--input", sample, "--output", "-", "--model-name", NAME,
               "--local-model-path", folder / "calibrated-models"]
    for more in [[], ["--decisions"], ["--reasons", "1"]]:
        text = subprocess.run(command + more, check=True, capture_output=True, text=True).stdout
        scored = list(csv.DictReader(io.StringIO(text)))
        assert list(scored[0])[:3] == ["prediction", "probability", "calibrated"], list(scored[0])
        assert doubles([float(row["calibrated"]) for row in scored]) == expected
        same_bits([float(row["probability"]) for row in scored], own)


def check_uncalibrated(columns):
    """A generation without calibration has its own probabilities alone, and says so."""
    rows = records(columns)
    body = {**PLACE, "model_name": NAME, "sample": rows}
    answer = answered("/predict", {**body, "reasons": 1})
    assert "Calibrated" not in answer and "Calibration" not in answer
    test, _ = part("test")
    status, answer = call(base, f"/v2/models/{NAME}/infer", {
        "inputs": [{"name": "input__0", "datatype": "FP32", "shape": [1, test.shape[1]],
                    "data": [0.5] * test.shape[1]}],
        "outputs": [{"name": "calibrated"}]})
    assert status == 400 and "calibrated" in answer["error"], answer
    stub = service.LoanDefaultStub(grpc.insecure_channel(address))
    try:
        patient(stub.Predict, batch(columns, 16), timeout=60)
    except grpc.RpcError as error:
        assert error.code().name == "FAILED_PRECONDITION", error
        assert "is not calibrated" in error.details(), error
    else:
        raise AssertionError("an answer that is not calibrated")
    assert answered(f"/models/{NAME}", None)["calibration"] is None


answered("/data", {"backend": "local", "local_path": "a.csv", "target_path": "calibration-data",
                   "label": "loan_status", "calibration_share": 0.25, "seed": 1})
some = applications(storage, 300)
for method in ["platt", "isotonic", "beta"]:
    check_fit(method, train(method))
    check_calls(method, some)
file = str(folder / "calibrated-models" / NAME)
shown = subprocess.run([program, "inspect", file], check=True, capture_output=True, text=True)
assert "calibrated    by beta" in shown.stdout, shown.stdout
assert "calibration" not in train("none")
check_uncalibrated(some)
shown = subprocess.run([program, "inspect", file], check=True, capture_output=True, text=True)
assert "calibrated    by" not in shown.stdout, shown.stdout
