# SPDX-License-Identifier: Apache-2.0
"""Every call of tritonclient's gRPC client that has a meaning here; health, reflection, deadlines,
compression and what is refused, by stubs of gRPC's own tools.

    grpc_calls.py HTTP_PORT STORAGE GRPC_PORT
"""
import pathlib
import queue
import sys
import tempfile
import time

import grpc
import numpy
import tritonclient.grpc as triton
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase)
from grpc_tools import protoc
from tritonclient.grpc import model_config_pb2, service_pb2
from tritonclient.utils import InferenceServerException

from protocol_model import (
    CATEGORIES, MODEL, PLACE, applications, predicted, prepared, same_bits)
from protocol_model import call as call_http

http, storage, port = sys.argv[1:]
base, address = f"http://127.0.0.1:{http}", f"127.0.0.1:{port}"
PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"


def refused(code, text, body, *arguments, **options):
    """The call fails with this code, and says this."""
    try:
        body(*arguments, **options)
    except InferenceServerException as error:
        assert error.status() == f"StatusCode.{code}", error
        assert text in error.message(), error
    except grpc.RpcError as error:
        assert error.code().name == code, error
        assert text in error.details(), error
    else:
        raise AssertionError(f"not refused: {text}")


def is_busy(text):
    """A busy machine refuses what would wait for some milliseconds: callers come again."""
    return "is busy" in text or "wait too long" in text


def patient(method):
    """A call that comes again where the server is busy."""
    def call(*arguments, **options):
        for _ in range(100):
            try:
                return method(*arguments, **options)
            except (InferenceServerException, grpc.RpcError) as error:
                text = error.details() if isinstance(error, grpc.RpcError) else error.message()
                if not is_busy(text):
                    raise
                time.sleep(0.05)
        raise AssertionError("always busy")
    return call


def tensor(name, values, datatype=None):
    types = {numpy.float32: "FP32", numpy.float64: "FP64", numpy.int64: "INT64",
             numpy.int32: "INT32", numpy.object_: "BYTES"}
    given = triton.InferInput(name, list(values.shape), datatype or types[values.dtype.type])
    given.set_data_from_numpy(values)
    return given


client = triton.InferenceServerClient(address)
client.infer = patient(client.infer)
assert client.is_server_live() and client.is_server_ready()
metadata = client.get_server_metadata()
assert metadata.name == "loan-default" and "binary_tensor_data" in metadata.extensions

# Before the model has a name.
assert not client.is_model_ready(MODEL)
refused("NOT_FOUND", "load it first", client.get_model_metadata, MODEL)
assert not client.get_model_repository_index().models
refused("NOT_FOUND", "load it first", client.load_model, MODEL)

# The messages of proto/, apart from those that tritonclient brings.
pool = descriptor_pool.DescriptorPool()
with tempfile.TemporaryDirectory() as folder:
    files = [str(path.relative_to(PROTO)) for path in sorted(PROTO.rglob("*.proto"))
             if "\nservice " in path.read_text()]
    assert protoc.main(["", f"--proto_path={PROTO}", "--include_imports",
                        f"--descriptor_set_out={folder}/set", *files]) == 0
    SET = descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(f"{folder}/set").read_bytes())
for file in SET.file:
    pool.Add(file)
channel = grpc.insecure_channel(address)


def kind(name):
    """The class of a message."""
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(name))


def method(name, form="unary_unary"):
    """A method by its full name, in the form that its declaration has."""
    service, _, own = name.rpartition(".")
    found = pool.FindServiceByName(service).methods_by_name[own]
    return getattr(channel, form)(
        f"/{service}/{own}", request_serializer=kind(found.input_type.full_name).SerializeToString,
        response_deserializer=kind(found.output_type.full_name).FromString)


# Health.
Check = kind("grpc.health.v1.HealthCheckRequest")
check = method("grpc.health.v1.Health.Check")
for service in ["", "inference.GRPCInferenceService", "grpc.health.v1.Health"]:
    assert check(Check(service=service), timeout=10).status == 1, service
refused("NOT_FOUND", "no service 'x'", check, Check(service="x"), timeout=10)
watch = method("grpc.health.v1.Health.Watch", "unary_stream")
for service, status in [("", 1), ("x", 3)]:
    watching = watch(Check(service=service), timeout=10)
    assert next(watching).status == status
    watching.cancel()

# The same by gRPC's own clients.
health = health_pb2_grpc.HealthStub(channel)
assert health.Check(health_pb2.HealthCheckRequest(), timeout=10).status == 1
database = ProtoReflectionDescriptorDatabase(channel)
assert "inference.GRPCInferenceService" in database.get_services()
found = descriptor_pool.DescriptorPool(database).FindServiceByName("inference.GRPCInferenceService")
assert found.methods_by_name["ModelInfer"].input_type.full_name == "inference.ModelInferRequest"

# Reflection, in both versions: the very files that are in proto/.
for version in ["v1", "v1alpha"]:
    package = f"grpc.reflection.{version}"
    Ask = kind(f"{package}.ServerReflectionRequest")
    reflect = method(f"{package}.ServerReflection.ServerReflectionInfo", "stream_stream")
    questions = [Ask(host="h", list_services=""),
                 Ask(file_containing_symbol="inference.GRPCInferenceService.ModelInfer"),
                 Ask(file_containing_symbol="inference.ModelInferRequest.InferInputTensor"),
                 Ask(file_by_filename="grpc/health/v1/health.proto"),
                 Ask(file_containing_symbol="inference.Absent"),
                 Ask(all_extension_numbers_of_type="inference.ModelInferRequest"), Ask()]
    answers = list(reflect(iter(questions), timeout=10))
    assert [answer.original_request for answer in answers] == questions
    names = [service.name for service in answers[0].list_services_response.service]
    assert names == sorted(f"{file.package}.{service.name}" for file in SET.file
                           for service in file.service), names
    assert answers[0].valid_host == "h"
    for answer, name in zip(answers[1:4], ["inference/inference.proto"] * 2
                            + ["grpc/health/v1/health.proto"]):
        [found] = answer.file_descriptor_response.file_descriptor_proto
        [wanted] = [file for file in SET.file if file.name == name]
        assert descriptor_pb2.FileDescriptorProto.FromString(found) == wanted
    assert [answer.error_response.error_code for answer in answers[4:]] == [5, 5, 12]

# The first load says where the model lies.
Load = kind("inference.RepositoryModelLoadRequest")
load = method("inference.GRPCInferenceService.RepositoryModelLoad")
request = Load(model_name=MODEL)
for key, value in PLACE.items():
    request.parameters[key].string_param = value
load(request, timeout=60)
client.load_model(MODEL)
refused("UNIMPLEMENTED", "config", client.load_model, MODEL, config="{}")
[entry] = client.get_model_repository_index().models
assert entry.name == MODEL and entry.state == "READY", entry
version = entry.version

# Descriptions.
assert client.is_model_ready(MODEL) and client.is_model_ready(MODEL, version)
assert not client.is_model_ready(MODEL, "no-such-version")
metadata = client.get_model_metadata(MODEL, version)
assert list(metadata.versions) == [version] and metadata.platform
shapes = {given.name: list(given.shape) for given in metadata.inputs}
assert shapes["input__0"] == [-1, 26] and shapes["person_income"] == [-1], shapes
outputs = ["output__0", "label", "points", "band", "decision"]
assert [output.name for output in metadata.outputs] == outputs



def same_as_http(path, message, kind):
    """HTTP says the same, by the names that the messages have for it."""
    status, answer = call_http(base, path)
    assert status == 200, answer
    if isinstance(answer, list):
        answer = {"models": answer}
    assert json_format.ParseDict(answer, kind()) == message, answer


for path in ["", f"/versions/{version}"]:
    asked = [MODEL, version] if path else [MODEL]
    model = f"/v2/models/{MODEL}{path}"
    same_as_http(model, client.get_model_metadata(*asked), service_pb2.ModelMetadataResponse)
    same_as_http(f"{model}/config", client.get_model_config(*asked).config,
                 model_config_pb2.ModelConfig)
same_as_http("/v2", client.get_server_metadata(), service_pb2.ServerMetadataResponse)
refused("NOT_FOUND", "load it first", client.get_model_config, "other")

# A prepared matrix, equal to XGBoost in every bit, by each way to send it.
matrix, expected = prepared(storage)
for rows, compression in [(1, None), (1, "gzip"), (700, "gzip"), (700, None)]:
    answer = client.infer(MODEL, [tensor("input__0", matrix[:rows])], request_id="a \"word\"",
                          compression_algorithm=compression)
    same_bits(answer.as_numpy("output__0"), expected[:rows])
    labels = answer.as_numpy("label")
    assert labels.dtype == numpy.uint8 and (labels == (expected[:rows] > 0.5)).all()
    assert answer.get_response().id == "a \"word\""
    assert answer.get_response().model_version == version
answer = client.infer(MODEL, [tensor("input__0", matrix[:9])], model_version=version,
                      outputs=[triton.InferRequestedOutput("output__0")])
same_bits(answer.as_numpy("output__0"), expected[:9])
assert answer.as_numpy("label") is None

# Raw features, missing values among them; the other types of numbers.
columns = applications(storage, 300)
expected_raw = predicted(base, columns)
for shape in [(300,), (300, 1)]:
    inputs = [tensor(name, column.reshape(shape)) for name, column in columns.items()]
    same_bits(client.infer(MODEL, inputs).as_numpy("output__0"), expected_raw)
typed = dict(columns)
typed["person_age"] = columns["person_age"].astype(numpy.int64)
typed["loan_amnt"] = columns["loan_amnt"].astype(numpy.int32)
typed["loan_int_rate"] = columns["loan_int_rate"].astype(numpy.float64)
inputs = [tensor(name, column) for name, column in typed.items()]
same_bits(client.infer(MODEL, inputs).as_numpy("output__0"), expected_raw)

# The same without raw contents, in the fields of the types.
Infer = kind("inference.ModelInferRequest")
infer_once = method("inference.GRPCInferenceService.ModelInfer")
infer = patient(infer_once)
FIELDS = {"FP32": "fp32_contents", "FP64": "fp64_contents", "INT64": "int64_contents",
          "INT32": "int_contents", "INT16": "int_contents", "UINT8": "uint_contents",
          "UINT32": "uint_contents", "UINT64": "uint64_contents", "BOOL": "bool_contents",
          "BYTES": "bytes_contents"}


def by_fields(columns, types):
    """A request whose elements are in the fields of their types."""
    request = Infer(model_name=MODEL, id="7")
    for name, column in columns.items():
        datatype = types.get(name, "BYTES" if name in CATEGORIES else "FP32")
        given = request.inputs.add(name=name, datatype=datatype, shape=[len(column)])
        values = [text.encode() for text in column] if datatype == "BYTES" else column.tolist()
        getattr(given.contents, FIELDS[datatype]).extend(values)
    return request


whole = ["person_age", "loan_amnt", "person_income", "cb_person_cred_hist_length"]
for types in [{}, dict.fromkeys(whole, "INT64"), dict.fromkeys(whole, "UINT32"),
              dict.fromkeys(whole, "FP64"), dict.fromkeys(whole, "INT32"),
              dict.fromkeys(whole, "UINT64")]:
    given = {name: column.astype(numpy.int64) if types.get(name, "F")[0] != "F" else column
             for name, column in columns.items()}
    answer = infer(by_fields(given, types), timeout=30)
    assert answer.id == "7"
    same_bits(numpy.frombuffer(answer.raw_output_contents[0], "<f4"), expected_raw)
wrong = by_fields(columns, {})
wrong.inputs[0].datatype = "INT8"
refused("INVALID_ARGUMENT", "int_contents", infer, wrong, timeout=10)
refused("INVALID_ARGUMENT", "element 1 must be", infer,
        Infer(model_name=MODEL, inputs=[{"name": "person_age", "datatype": "INT8", "shape": [2],
                                         "contents": {"int_contents": [127, 128]}}]), timeout=10)

# A stream: answered in order, and a request that is refused does not end it.
answers = queue.Queue()
client.start_stream(callback=lambda result, error: answers.put((result, error)))
try:
    waiting = list(range(60))
    while waiting:
        for call in waiting:
            client.async_stream_infer("absent" if call == 30 else MODEL,
                                      [tensor("input__0", matrix[call:call + 10])],
                                      request_id=str(call))
        asked, waiting = waiting, []
        for call in asked:
            result, error = answers.get(timeout=30)
            if error is not None and is_busy(error.message()):
                waiting.append(call)
            elif call == 30:
                assert "load it first" in error.message(), error
            else:
                assert error is None, error
                assert result.get_response().id == str(call)
                same_bits(result.as_numpy("output__0"), expected[call:call + 10])
finally:
    # Its thread would outlive the script.
    client.stop_stream(cancel_requests=True)

# What was done is counted, for one model and for all.
for name in [MODEL, ""]:
    statistics = client.get_inference_statistics(name)
    [counted] = statistics.model_stats
    assert counted.inference_count > 2000 and counted.inference_stats.success.ns > 0, counted
    same_as_http(f"/v2/models/{MODEL}/stats" if name else "/v2/models/stats", statistics,
                 service_pb2.ModelStatisticsResponse)

# Refusals.
refused("INVALID_ARGUMENT", "[rows, 26]", client.infer, MODEL,
        [tensor("input__0", matrix[:2, :5])])
refused("INVALID_ARGUMENT", "infinite", client.infer, MODEL,
        [tensor("input__0", numpy.full((2, 26), numpy.inf, numpy.float32))])
refused("INVALID_ARGUMENT", "'person_age' is missing", client.infer, MODEL, inputs[1:])
refused("INVALID_ARGUMENT", "no input 'person_aeg'", client.infer, MODEL,
        [tensor("person_aeg", columns["person_age"])])
refused("INVALID_ARGUMENT", "no output", client.infer, MODEL, [tensor("input__0", matrix[:1])],
        outputs=[triton.InferRequestedOutput("output__1")])
refused("NOT_FOUND", "load it first", client.infer, "other", [tensor("input__0", matrix[:1])])
refused("NOT_FOUND", "load it first", client.infer, "\u00e4", [tensor("input__0", matrix[:1])])
refused("UNIMPLEMENTED", "no method", client.get_trace_settings)
refused("INVALID_ARGUMENT", "raw_input_contents", infer,
        Infer(model_name=MODEL, inputs=[{"name": "input__0", "datatype": "FP32",
                                         "shape": [1, 26]}], raw_input_contents=[b"", b""]))

# By bytes: messages that are none, paths and types that are not there.
plain = channel.unary_unary("/inference.GRPCInferenceService/ModelInfer")
refused("INVALID_ARGUMENT", "malformed", plain, b"\xff\xff", timeout=10)
refused("INVALID_ARGUMENT", "malformed", channel.unary_unary("/grpc.health.v1.Health/Check"),
        b"\x0a\x02\xff\xfe", timeout=10)
refused("UNIMPLEMENTED", "/a.B/C", channel.unary_unary("/a.B/C"), b"", timeout=10)
# The calls of HTTP are not there, nor are those of gRPC over HTTP.
refused("UNIMPLEMENTED", "/ping", channel.unary_unary("/ping"), b"", timeout=10)
# The limit of a message, on both sides; the text says it.
limit = 4 << 20
refused("INVALID_ARGUMENT", "malformed", plain, b"\xff" * limit, timeout=60)
refused("RESOURCE_EXHAUSTED", str(limit), plain, b"\xff" * (limit + 1), timeout=60)
# A message of this length takes longer to send than its call may take.
refused("DEADLINE_EXCEEDED", "", plain, b"\xff" * limit, timeout=1e-6)
refused("UNIMPLEMENTED", "no method", channel.unary_unary("/grpc.health.v1.Health/List"), b"")

# Ids and traces of a caller come back.
checked = check.with_call(Check(), metadata=[("x-request-id", "caller-7"), (
    "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")])[1]
metadata = dict(checked.initial_metadata())
assert metadata["x-request-id"] == "caller-7" and "0af7651916cd43dd" in metadata["traceparent"]

# Many calls at once on one connection.
waiting = list(range(1000))
while waiting:
    pending = [(call, infer_once.future(Infer(
        model_name=MODEL, id=str(call), inputs=[{"name": "input__0", "datatype": "FP32",
                                                 "shape": [1, 26]}],
        raw_input_contents=[matrix[call % 500].tobytes()]))) for call in waiting]
    waiting = []
    for call, answer in pending:
        if answer.code() == grpc.StatusCode.RESOURCE_EXHAUSTED and is_busy(answer.details()):
            waiting.append(call)
            continue
        assert answer.result(timeout=60).id == str(call)
        same_bits(numpy.frombuffer(answer.result().raw_output_contents[0], "<f4"),
                  expected[call % 500:call % 500 + 1])

# Out of service and back.
client.unload_model(MODEL)
assert not client.is_model_ready(MODEL)
assert client.get_model_repository_index().models[0].state == "UNAVAILABLE"
refused("NOT_FOUND", "load", client.infer, MODEL, [tensor("input__0", matrix[:1])])
client.load_model(MODEL)
assert client.is_model_ready(MODEL)
client.close()
channel.close()
