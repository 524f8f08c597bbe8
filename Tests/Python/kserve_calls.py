# SPDX-License-Identifier: Apache-2.0
"""Every call of the KServe SDK's REST client, in both protocols, and SageMaker's two calls.

    kserve_calls.py PORT STORAGE
"""
import asyncio
import json
import sys
import urllib.request

import httpx
import numpy
from kserve import InferenceRESTClient, InferInput, InferRequest, RESTConfig
from kserve.protocol.infer_type import RequestedOutput

from protocol_model import (CATEGORIES, MODEL, applications, call, load, predicted, prepared,
                            records, same_bits)

port, storage = sys.argv[1:]
base = f"http://127.0.0.1:{port}"


def tensors(columns, binary):
    inputs = []
    for name, column in columns.items():
        given = InferInput(name, [len(column)], "BYTES" if name in CATEGORIES else "FP32")
        given.set_data_from_numpy(column, binary_data=binary)
        inputs.append(given)
    return inputs


async def refused(status, awaited):
    try:
        await awaited
    except httpx.HTTPStatusError as error:
        assert error.response.status_code == status, error
        assert error.response.json()["error"], error
    else:
        raise AssertionError("not refused")


async def v2(matrix, expected, columns, raw):
    client = InferenceRESTClient(RESTConfig(protocol="v2"))
    assert await client.is_server_live(base) is True
    assert await client.is_server_ready(base) is True
    assert await client.is_model_ready(base, MODEL)
    assert not await client.is_model_ready(base, "other")
    for binary in [True, False]:
        given = InferInput("input__0", list(matrix.shape), "FP32")
        given.set_data_from_numpy(matrix, binary_data=binary)
        for parameters in [None, {"binary_data_output": True}]:
            request = InferRequest(model_name=MODEL, infer_inputs=[given], request_id="7",
                                   parameters=parameters)
            answer = await client.infer(base, request, model_name=MODEL)
            assert answer.model_name == MODEL and answer.id == "7"
            outputs = {output.name: output for output in answer.outputs}
            same_bits(outputs["output__0"].as_numpy(), expected)
            assert (outputs["label"].as_numpy() == (expected > 0.5)).all()
    request = InferRequest(model_name=MODEL, infer_inputs=tensors(columns, True),
                           request_outputs=[RequestedOutput("output__0")])
    [output] = (await client.infer(base, request, model_name=MODEL)).outputs
    same_bits(output.as_numpy(), raw)
    await refused(404, client.infer(base, request, model_name="other"))
    await client.close()


async def v1(matrix, expected, columns, raw):
    client = InferenceRESTClient(RESTConfig(protocol="v1"))
    assert await client.is_server_live(base)
    assert await client.is_model_ready(base, MODEL)
    await refused(404, client.is_model_ready(base, "other"))
    lists = [[None if isinstance(value, float) and numpy.isnan(value) else value
              for value in row.values()] for row in records(columns)]
    for instances, wanted in [(records(columns), raw), (lists, raw), (matrix.tolist(), expected)]:
        answer = await client.infer(base, {"instances": instances}, model_name=MODEL)
        same_bits(answer["predictions"], wanted)
    await refused(400, client.infer(base, {"rows": []}, model_name=MODEL))
    await refused(400, client.infer(base, {"instances": []}, model_name=MODEL))
    await refused(404, client.infer(base, {"instances": [[1]]}, model_name="other"))
    await client.close()
    assert call(base, "/v1/models") == (200, {"models": [MODEL]})


def invoke(body, content_type, accept=None):
    headers = {"Content-Type": content_type, **({"Accept": accept} if accept else {})}
    request = urllib.request.Request(f"{base}/invocations", data=body, headers=headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.headers["Content-Type"], answer.read().decode()


def sagemaker(matrix, expected, columns, raw):
    with urllib.request.urlopen(f"{base}/ping") as answer:
        assert answer.status == 200
    rows = [",".join("" if text in ("nan", "None") else text for text in map(str, row))
            for row in zip(*columns.values())]
    table = "\n".join(rows) + "\n"
    for body, wanted in [(",".join(columns) + "\n" + table, raw), (table, raw),
                         ("\n".join(",".join(map(repr, row)) for row in matrix.tolist()), expected)]:
        kind, text = invoke(body.encode(), "text/csv; charset=utf-8")
        assert kind == "text/csv"
        same_bits([float(line) for line in text.splitlines()], wanted)
    for instances in [records(columns), [{"features": list(row.values())} for row in records(columns)]]:
        kind, text = invoke(json.dumps({"instances": instances}).encode(), "application/json")
        assert kind == "application/json"
        predictions = json.loads(text)["predictions"]
        same_bits([row["score"] for row in predictions], raw)
        assert [row["predicted_label"] for row in predictions] == (raw > 0.5).astype(int).tolist()
    kind, _ = invoke(table.encode(), "text/csv", accept="application/json")
    assert kind == "application/json"
    for body, content_type, status in [(b"x,y\n1,2\n", "text/csv", 400), (b"{}", "application/json", 400),
                                       (b"<x/>", "text/xml", 415), (b"\xff", "text/csv", 400)]:
        try:
            invoke(body, content_type)
        except urllib.error.HTTPError as error:
            assert error.code == status, (error, error.read())
            assert json.load(error)["error"]
        else:
            raise AssertionError(f"not refused: {body}")


load(base)
matrix, expected = prepared(storage)
matrix, expected = matrix[:200], expected[:200]
columns = applications(storage, 200)
raw = predicted(base, columns)
asyncio.run(v2(matrix, expected, columns, raw))
asyncio.run(v1(matrix, expected, columns, raw))
sagemaker(matrix, expected, columns, raw)
