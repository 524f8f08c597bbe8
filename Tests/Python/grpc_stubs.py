# SPDX-License-Identifier: Apache-2.0
"""loan_default.v1.LoanDefault by the stubs that gRPC's own tools make of proto/.

    grpc_stubs.py HTTP_PORT STORAGE GRPC_PORT
"""
import hashlib
import json
import pathlib
import sys
import tempfile

import grpc
import numpy
from grpc_tools import protoc

from protocol_model import (CATEGORIES, MODEL, PLACE, applications, call, predicted, prepared,
                            records, same_bits)

http, storage, port = sys.argv[1:]
PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"
folder = tempfile.TemporaryDirectory()
assert protoc.main(["", f"--proto_path={PROTO}", f"--python_out={folder.name}",
                    f"--grpc_python_out={folder.name}", "loan_default/v1/rpc.proto",
                    "loan_default/v1/service.proto"]) == 0
sys.path.insert(0, folder.name)
from loan_default.v1 import rpc_pb2 as rpc  # noqa: E402
from loan_default.v1 import service_pb2_grpc as service  # noqa: E402

stub = service.LoanDefaultStub(grpc.insecure_channel(f"127.0.0.1:{port}"))
NAME = MODEL.encode()
SECONDS = 120


def refused(code, text, body, *arguments, **options):
    """The call fails with this code, and says this."""
    try:
        body(*arguments, timeout=SECONDS, **options)
    except grpc.RpcError as error:
        assert error.code().name == code, error
        assert text in error.details(), error
    else:
        raise AssertionError(f"not refused: {text}")


def local(path):
    """A place under the storage root."""
    return rpc.Location(backend=rpc.BACKEND_LOCAL, path=path)


def floats(data):
    return numpy.frombuffer(data, "<f4")


# Control: load, describe, prepare, train.
refused("NOT_FOUND", "load it first", stub.ModelStatus, rpc.ModelStatusRequest(model_name=NAME))
loaded = stub.LoadModel(rpc.LoadModelRequest(model_name=NAME, model=local(b"models"),
                                             preprocessor=local(b"data")), timeout=SECONDS)
assert loaded.state == rpc.MODEL_STATE_READY and loaded.trees == 20, loaded
status = stub.ModelStatus(rpc.ModelStatusRequest(model_name=NAME), timeout=SECONDS)
assert status == loaded, status
[model] = stub.ServerInfo(rpc.ServerInfoRequest(model=NAME), timeout=SECONDS).models
assert model.name == NAME and model.schema_id == status.schema_id, model
refused("INVALID_ARGUMENT", "model", stub.LoadModel, rpc.LoadModelRequest(model_name=b"../x"))
data = stub.PrepareData(rpc.PrepareDataRequest(source=local(b"a.csv"), target=local(b"other"),
                                               size=4000, seed=1), timeout=SECONDS)
assert data.train_rows + data.test_rows == 4000 and data.features == 26, data
trained = stub.Train(rpc.TrainRequest(data=local(b"other"), model=local(b"models"),
                                      model_name=b"other.joblib", rounds=3), timeout=SECONDS)
assert trained.rounds == 3 and 0.5 < trained.auc <= 1, trained
assert not trained.policy_digest and not trained.policy_kept, trained
again = rpc.TrainRequest(data=local(b"other"), model=local(b"models"), model_name=b"other.joblib",
                         rounds=3, policy=b'{"bands": {"of": "points", "list": [{"name": "all"}]}}')
own = stub.Train(again, timeout=SECONDS)
assert len(own.policy_digest) == 64 and not own.policy_kept, own
again.policy = b""
kept = stub.Train(again, timeout=SECONDS)
assert kept.policy_digest == own.policy_digest and kept.policy_kept, kept

# Predictions: a prepared matrix, in one call and in a stream; equal to XGBoost in every bit.
matrix, expected = prepared(storage)


def batch(rows, outputs=0):
    """A request for rows of the prepared matrix."""
    part = matrix[rows]
    return rpc.PredictRequest(model=NAME, rows=len(part), features=part.shape[1], outputs=outputs,
                              prepared=numpy.asfortranarray(part).tobytes(order="F"))


for rows in [slice(0, 1), slice(0, 700)]:
    answer = stub.Predict(batch(rows, outputs=1), timeout=SECONDS)
    same_bits(floats(answer.probabilities), expected[rows])
    assert list(answer.labels) == [int(score > 0.5) for score in expected[rows]]
    assert len(answer.margins) == 4 * len(expected[rows])
    assert answer.generation == status.generation
parts = [slice(start, start + 1 + start % 50) for start in range(0, 500, 10)]
answers = list(stub.PredictStream((batch(rows) for rows in parts), timeout=SECONDS))
assert len(answers) == len(parts)
for answer, rows in zip(answers, parts):
    same_bits(floats(answer.probabilities), expected[rows])

# Columns by their names, texts in dictionaries.
columns = applications(storage, 300)
request = rpc.PredictRequest(model=NAME, rows=300, schema_id=model.schema_id)
for name, column in columns.items():
    if name in CATEGORIES:
        texts = sorted(set(column))
        codes = numpy.array([texts.index(text) for text in column], "<u1")
        request.columns.add(name=name.encode(), codes8=codes.tobytes(),
                            dictionary=[text.encode() for text in texts])
    else:
        request.columns.add(name=name.encode(), float32=column.tobytes())
answer = stub.Predict(request, timeout=SECONDS)
same_bits(floats(answer.probabilities), predicted(f"http://127.0.0.1:{http}", columns))

# What the policy makes of them: as /predict says it.
request.outputs = 8
decided = stub.Predict(request, timeout=SECONDS)
same_bits(floats(decided.probabilities), floats(answer.probabilities))
_, body = call(f"http://127.0.0.1:{http}", "/predict", {
    **PLACE, "model_name": MODEL, "sample": records(columns), "decisions": True})
words = ["approve", "refer", "decline"]
assert list(numpy.frombuffer(decided.points, "<i4")) == [row["points"] for row in body["Decisions"]]
assert [decided.band_names[band].decode() for band in decided.bands] == [
    row["band"] for row in body["Decisions"]]
assert [words[code] for code in decided.decisions] == [
    row["decision"] for row in body["Decisions"]]
assert not decided.rule_bits and not decided.rules
request.outputs = 0

# A canary: calls with some ids are answered by the other model, and one call switches back.
own = rpc.PredictRequest()
own.CopyFrom(request)
own.model, own.schema_id = b"other.joblib", 0
others = floats(stub.Predict(own, timeout=SECONDS).probabilities)
champions = floats(answer.probabilities)
assert (others != champions).any()
canary = rpc.SetChallengerRequest(model_name=NAME, mode=rpc.CHALLENGER_MODE_CANARY,
                                  challenger=b"other.joblib", share=0.5, salt=b"grpc")
shown = stub.SetChallenger(canary, timeout=SECONDS)
assert shown.challenger == b"other.joblib" and shown.share == 0.5, shown
chosen = set()
for number in range(16):
    name = f"stub-{number}"
    digest = hashlib.sha256(f"grpc\n{name}".encode()).digest()
    is_chosen = (int.from_bytes(digest[:8], "big") >> 11) / 2**53 < 0.5
    chosen.add(is_chosen)
    found = stub.Predict(request, timeout=SECONDS, metadata=[("x-request-id", name)])
    same_bits(floats(found.probabilities), others if is_chosen else champions)
assert chosen == {True, False}
calls = json.loads(stub.Challenger(rpc.ChallengerRequest(model_name=NAME),
                                   timeout=SECONDS).figures)["challenger"]["calls"]
assert calls["champion"] + calls["challenger"] == 16, calls
stub.SetChallenger(rpc.SetChallengerRequest(model_name=NAME), timeout=SECONDS)
same_bits(floats(stub.Predict(request, timeout=SECONDS, metadata=[
    ("x-request-id", "stub-0")]).probabilities), champions)
refused("INVALID_ARGUMENT", "share", stub.SetChallenger, rpc.SetChallengerRequest(
    model_name=NAME, mode=rpc.CHALLENGER_MODE_CANARY, challenger=b"other.joblib"))
refused("NOT_FOUND", "nobody", stub.SetChallenger, rpc.SetChallengerRequest(
    model_name=NAME, mode=rpc.CHALLENGER_MODE_SHADOW, challenger=b"nobody"))

# Refusals: codes and words of the binary RPC; one batch of a stream ends it.
refused("INVALID_ARGUMENT", "rows: 0 is not in", stub.Predict, rpc.PredictRequest(model=NAME))
refused("FAILED_PRECONDITION", "features is 2", stub.Predict,
        rpc.PredictRequest(model=NAME, rows=1, features=2, prepared=bytes(8)))
request.schema_id += 1
refused("FAILED_PRECONDITION", "schema_id", stub.Predict, request)
refused("UNAVAILABLE", "absent is not served here", stub.Predict,
        rpc.PredictRequest(model=b"absent", rows=1, features=1, prepared=bytes(4)))
stream = stub.PredictStream(iter([batch(slice(0, 3)), rpc.PredictRequest(model=NAME),
                                  batch(slice(0, 3))]), timeout=SECONDS)
same_bits(floats(next(stream).probabilities), expected[:3])
refused("INVALID_ARGUMENT", "rows", lambda timeout: next(stream))
