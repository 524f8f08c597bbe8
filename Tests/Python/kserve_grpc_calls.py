# SPDX-License-Identifier: Apache-2.0
"""KServe's own gRPC client, apart from tritonclient: both register messages by the same names.

    kserve_grpc_calls.py HTTP_PORT STORAGE GRPC_PORT
"""
import asyncio
import sys

from kserve import InferenceGRPCClient, InferInput, InferRequest

from protocol_model import MODEL, load, prepared, same_bits

http, storage, port = sys.argv[1:]
load(f"http://127.0.0.1:{http}")
matrix, expected = prepared(storage)


async def calls():
    client = InferenceGRPCClient(url=f"127.0.0.1:{port}")
    assert await client.is_server_live()
    assert await client.is_server_ready()
    assert await client.is_model_ready(MODEL)
    for is_binary in [True, False]:
        given = InferInput(name="input__0", shape=[5, 26], datatype="FP32")
        given.set_data_from_numpy(matrix[:5], binary_data=is_binary)
        request = InferRequest(model_name=MODEL, infer_inputs=[given], request_id="k")
        answer = await client.infer(request)
        assert answer.id == "k"
        [scores] = [output for output in answer.outputs if output.name == "output__0"]
        same_bits(scores.as_numpy().ravel(), expected[:5])
    await client.close()


asyncio.run(calls())
