# SPDX-License-Identifier: Apache-2.0
"""Every call of tritonclient's HTTP client that has a meaning here.

    triton_calls.py PORT STORAGE
"""
import gzip
import sys
import urllib.error
import urllib.request

import numpy
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

from protocol_model import CATEGORIES, MODEL, applications, load, predicted, prepared, same_bits

port, storage = sys.argv[1:]
base = f"http://127.0.0.1:{port}"


def refused(status, text, body, *arguments, **options):
    """The call fails with this status, and says this."""
    try:
        body(*arguments, **options)
    except InferenceServerException as error:
        assert error.status() == str(status), error
        assert text in error.message(), error
    else:
        raise AssertionError(f"not refused: {text}")


def tensor(name, values, datatype=None, **options):
    types = {numpy.float32: "FP32", numpy.float64: "FP64", numpy.int64: "INT64",
             numpy.int32: "INT32", numpy.object_: "BYTES"}
    given = triton.InferInput(name, list(values.shape), datatype or types[values.dtype.type])
    given.set_data_from_numpy(values, **options)
    return given


client = triton.InferenceServerClient(f"127.0.0.1:{port}")
assert client.is_server_live()
assert client.is_server_ready()
metadata = client.get_server_metadata()
assert metadata["name"] == "loan-default" and "binary_tensor_data" in metadata["extensions"]

# Before the model has a name.
assert not client.is_model_ready(MODEL)
refused(404, "load it first", client.get_model_metadata, MODEL)
assert client.get_model_repository_index() == []
refused(404, "load it first", client.load_model, MODEL)
load(base)
client.load_model(MODEL)
refused(501, "config", client.load_model, MODEL, config="{}")
[entry] = client.get_model_repository_index()
assert entry["name"] == MODEL and entry["state"] == "READY", entry
version = entry["version"]

# Descriptions.
assert client.is_model_ready(MODEL)
assert client.is_model_ready(MODEL, version)
assert not client.is_model_ready(MODEL, "no-such-version")
metadata = client.get_model_metadata(MODEL, version)
assert metadata["versions"] == [version]
shapes = {tensor["name"]: tensor["shape"] for tensor in metadata["inputs"]}
assert shapes["input__0"] == [-1, 26] and shapes["person_income"] == [-1], shapes
outputs = ["output__0", "label", "points", "band", "decision"]
assert [output["name"] for output in metadata["outputs"]] == outputs
configuration = client.get_model_config(MODEL)
types = {given["name"]: given["data_type"] for given in configuration["input"]}
assert types["loan_grade"] == "TYPE_STRING" and types["loan_amnt"] == "TYPE_FP32", types
assert client.get_model_config(MODEL, version) == configuration

# A prepared matrix, equal to XGBoost in every bit, in each form of request and answer.
matrix, expected = prepared(storage)
compressions = [None, "gzip", "deflate"]
for rows, binary, compression in [(1, True, None), (1, False, "gzip"), (700, True, "gzip"),
                                  (700, True, "deflate"), (700, True, None), (50, False, None)]:
    answer = client.infer(
        MODEL, [tensor("input__0", matrix[:rows], binary_data=binary)], request_id="a \"word\"",
        request_compression_algorithm=compression, response_compression_algorithm=compression)
    same_bits(answer.as_numpy("output__0"), expected[:rows])
    labels = answer.as_numpy("label")
    assert labels.dtype == numpy.uint8
    assert (labels == (expected[:rows] > 0.5)).all()
    assert answer.get_response()["id"] == "a \"word\""
    assert answer.get_response()["model_version"] == version
for binary in [True, False]:
    wanted = [triton.InferRequestedOutput("output__0", binary_data=binary)]
    answer = client.infer(MODEL, [tensor("input__0", matrix[:9])], model_version=version,
                          outputs=wanted)
    same_bits(answer.as_numpy("output__0"), expected[:9])
    assert answer.as_numpy("label") is None

# Raw features, missing values among them.
columns = applications(storage, 300)
assert numpy.isnan(columns["loan_int_rate"]).any()
expected = predicted(base, columns)
for shape in [(300,), (300, 1)]:
    for binary in [True, False]:
        inputs = [tensor(name, column.reshape(shape), binary_data=binary)
                  for name, column in columns.items()]
        same_bits(client.infer(MODEL, inputs).as_numpy("output__0"), expected)
typed = dict(columns)
typed["person_age"] = columns["person_age"].astype(numpy.int64)
typed["loan_amnt"] = columns["loan_amnt"].astype(numpy.int32)
typed["loan_int_rate"] = columns["loan_int_rate"].astype(numpy.float64)
inputs = [tensor(name, column) for name, column in typed.items()]
same_bits(client.infer(MODEL, inputs).as_numpy("output__0"), expected)
same_bits(client.async_infer(MODEL, inputs).get_result().as_numpy("output__0"), expected)
typed["loan_grade"] = numpy.array(["unheard of"] * 300, dtype=object)
assert client.infer(MODEL, [tensor(*item) for item in typed.items()]).as_numpy("label").size == 300
body, length = client.generate_request_body(inputs)
assert isinstance(body, bytes) and length < len(body)

# Refusals.
refused(400, "[rows, 26]", client.infer, MODEL, [tensor("input__0", matrix[:2, :5])])
refused(400, "infinite", client.infer, MODEL,
        [tensor("input__0", numpy.full((2, 26), numpy.inf, numpy.float32))])
refused(400, "'person_age' is missing", client.infer, MODEL, inputs[1:])
refused(400, "no input 'person_aeg'", client.infer, MODEL,
        [tensor("person_aeg", columns["person_age"])])
refused(400, "no other input", client.infer, MODEL, [tensor("input__0", matrix[:1]), inputs[0]])
refused(400, "BYTES", client.infer, MODEL,
        inputs[:2] + [tensor("person_home_ownership", columns["person_age"])] + inputs[3:])
refused(400, "rows", client.infer, MODEL,
        inputs[:1] + [tensor("person_income", columns["person_income"][:5])] + inputs[2:])
refused(400, "no output", client.infer, MODEL, [tensor("input__0", matrix[:1])],
        outputs=[triton.InferRequestedOutput("output__1")])
refused(400, "from 1 to", client.infer, MODEL, [tensor("input__0", matrix[:0])])
refused(404, "load it first", client.infer, "other", [tensor("input__0", matrix[:1])])
refused(400, "not offered", client.infer, MODEL, [tensor("input__0", matrix[:1])],
        outputs=[triton.InferRequestedOutput("output__0", class_count=1)])
for unknown in [client.get_trace_settings, client.get_log_settings,
                client.get_system_shared_memory_status, client.get_cuda_shared_memory_status]:
    refused(501, "not offered", unknown)

# Limits, on both sides: rows of a request, bytes of a text, bytes of a decompressed body.
def empty_rows(count):
    """Applications without a known value, small on the wire."""
    return [tensor(name, numpy.full(count, "", object)) if name in CATEGORIES else
            tensor(name, numpy.zeros(count, numpy.uint8), datatype="UINT8") for name in columns]


assert client.infer(MODEL, empty_rows(65_536)).as_numpy("label").size == 65_536
refused(400, "65537 rows", client.infer, MODEL, empty_rows(65_537))
for length, status in [(4096, 200), (4097, 413)]:
    texts = [tensor("loan_grade", numpy.array(["x" * length], object)) if name == "loan_grade" else
             tensor(name, column[:1]) for name, column in columns.items()]
    if status == 200:
        assert client.infer(MODEL, texts).as_numpy("label").size == 1
    else:
        refused(status, "4096", client.infer, MODEL, texts)
body, length = client.generate_request_body(inputs)
for spare, status in [((4 << 20) - len(body), 400), ((4 << 20) - len(body) + 1, 413)]:
    request = urllib.request.Request(
        f"{base}/v2/models/{MODEL}/infer", data=gzip.compress(body + bytes(spare)),
        headers={"Content-Encoding": "gzip", "Inference-Header-Content-Length": str(length)})
    try:
        urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        assert error.code == status, (status, error.read())
    else:
        raise AssertionError("not refused")

# Statistics.
[stats] = client.get_inference_statistics(MODEL)["model_stats"]
assert stats["name"] == MODEL and stats["version"] == version
assert stats["execution_count"] >= 12 and stats["inference_count"] >= 1000
assert stats["inference_stats"]["success"]["ns"] > 0
assert stats["inference_stats"]["fail"]["count"] >= 5
assert [stats["name"] for stats in client.get_inference_statistics()["model_stats"]] == [MODEL]

# Out of service and back.
client.unload_model(MODEL)
assert not client.is_model_ready(MODEL)
assert client.get_model_repository_index()[0]["state"] == "UNAVAILABLE"
refused(404, "load", client.infer, MODEL, [tensor("input__0", matrix[:1])])
client.load_model(MODEL)
assert client.is_model_ready(MODEL)
client.close()
