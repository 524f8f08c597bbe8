# SPDX-License-Identifier: Apache-2.0
"""Models are replaced under load, broken ones are offered, and servers are killed while they train:
every answer is that of exactly one model.
"""

import asyncio
import json
import os
import random
import struct
import threading
import time

import ldp
from ldp import rpc
from options import parsed
from served import MODEL, Model, Promises, Server

OPTIONS = parsed(__doc__, number="reloads")
SHORT = OPTIONS.short
RELOADS = OPTIONS.number or (30 if SHORT else 1_000)
KILLS = 1 if SHORT else 10
# One in this many reloads offers a broken model first.
BROKEN_EVERY = 10
ROWS = [1, 3, 700, 9_000]


def batch(rows, seed):
    """The payload of a prediction of `rows` rows."""
    rng = random.Random(seed)
    column = lambda low, high: struct.pack(f"<{rows}f", *(rng.uniform(low, high) for _ in range(rows)))
    codes = lambda count: bytes(rng.randrange(count) for _ in range(rows))
    message = rpc.PredictRequest(
        model=MODEL.encode(), rows=rows, person_age=column(20, 70),
        person_income=column(8_000, 200_000), person_home_ownership=codes(3),
        person_emp_length=column(0, 30), loan_intent=codes(5), loan_grade=codes(6),
        loan_amnt=column(500, 35_000), loan_int_rate=column(5, 23),
        loan_percent_income=column(0, 0.8), cb_person_default_on_file=codes(2),
        cb_person_cred_hist_length=column(2, 30))
    return ldp.request(rpc.METHOD_PREDICT, message.SerializeToString())


class Generations:
    """Two generations of one model, of which either is the current one."""

    def __init__(self, model):
        self.folder = f"{model.root}/models/.loan-default/models/{MODEL}"
        self.names = sorted(os.listdir(f"{self.folder}/manifests"))[-2:]
        assert len(self.names) == 2 and self.names[0] != self.names[1], self.names

    def publish(self, index):
        """Makes one the current one, as the service does: by one rename."""
        self.replace(open(f"{self.folder}/manifests/{self.names[index]}", "rb").read())

    def publish_broken(self):
        """A manifest with one byte changed."""
        bytes_ = bytearray(open(f"{self.folder}/manifests/{self.names[0]}", "rb").read())
        bytes_[len(bytes_) // 2] ^= 1
        self.replace(bytes(bytes_))

    def replace(self, content):
        with open(f"{self.folder}/.next", "wb") as file:
            file.write(content)
        os.replace(f"{self.folder}/.next", f"{self.folder}/manifest")


def scores(result):
    response = rpc.PredictResponse.FromString(result)
    return response.probabilities + response.labels


async def reloads(promises, model):
    generations = Generations(model)
    payloads = [batch(rows, seed) for seed, rows in enumerate(ROWS)]
    with Server(model) as server:
        control = ldp.Caller(server.rpc_port)
        expected = []
        for index in range(2):
            generations.publish(index)
            status, _ = await control.call(ldp.load_model())
            assert status.code == ldp.OK, status
            expected.append([scores((await control.call(payload))[1]) for payload in payloads])
        assert all(a != b for a, b in zip(*expected)), "both models answer the same"
        counts = {"answers": 0, "wrong": 0, "failed": 0}
        stopped = asyncio.Event()

        async def ask(which):
            caller = ldp.Caller(server.rpc_port)
            while not stopped.is_set():
                try:
                    status, result = await caller.call(payloads[which])
                    if status.code != ldp.OK:
                        counts["failed"] += 1
                    elif scores(result) not in (expected[0][which], expected[1][which]):
                        counts["wrong"] += 1
                except ldp.Lost:
                    counts["failed"] += 1
                counts["answers"] += 1
            caller.close()
        askers = [asyncio.create_task(ask(which)) for which in range(len(ROWS)) for _ in range(2)]
        stale = accepted = 0
        start = time.monotonic()
        for reload in range(RELOADS):
            if reload % BROKEN_EVERY == 0:
                generations.publish_broken()
                status, _ = await control.call(ldp.load_model())
                accepted += status.code == ldp.OK
            index = reload % 2
            generations.publish(index)
            status, _ = await control.call(ldp.load_model())
            counts["failed"] += status.code != ldp.OK
            result = (await control.call(payloads[1]))[1]
            stale += scores(result) != expected[index][1]
        seconds = time.monotonic() - start
        stopped.set()
        await asyncio.gather(*askers)
        control.close()
        promises.note("L08 reloads under load", RELOADS, "{:.0f}")
        promises.note("a reload, ms", seconds / RELOADS * 1000, "{:.1f}")
        promises.note("answers meanwhile", counts["answers"], "{:.0f}")
        promises.check("L08 answers of neither model, or of a mixture", counts["wrong"], "0",
                       counts["wrong"] == 0, "{:.0f}")
        promises.check("L08 failed calls", counts["failed"], "0", counts["failed"] == 0, "{:.0f}")
        promises.check("L08 answers of the old model after a reload", stale, "0", stale == 0, "{:.0f}")
        promises.check("L08 broken models that were taken", accepted, "0", accepted == 0, "{:.0f}")


def kills(promises, model):
    """kill -9 at a random moment of /train; what is stored then is old or new, and whole."""
    current = f"{model.root}/models/.loan-default/models/{MODEL}/manifest"
    payload = batch(3, 1)
    unreadable = other = 0
    rng = random.Random(1)
    for _ in range(KILLS):
        before = open(current, "rb").read()
        with Server(model) as server:
            asyncio.run(ldp.once(server.rpc_port, ldp.load_model()))
            old = scores(asyncio.run(ldp.once(server.rpc_port, payload))[1])
            body = json.dumps({"backend": "local", "local_data_path": "data",
                               "local_model_path": "models", "model_name": MODEL,
                               "parameters": {"rounds": 60, "max_depth": 3}}).encode()
            trainer = threading.Thread(target=server.get, args=("/train",),
                                       kwargs={"body": body}, daemon=True)
            trainer.start()
            time.sleep(rng.uniform(0.05, 1.5))
            server.kill()
        with Server(model) as server:
            status, _ = asyncio.run(ldp.once(server.rpc_port, ldp.load_model()))
            unreadable += status.code != ldp.OK
            if status.code == ldp.OK:
                new = scores(asyncio.run(ldp.once(server.rpc_port, payload))[1])
                # Another answer is right only when another generation is stored whole.
                other += new != old and open(current, "rb").read() == before
    promises.note("S19 servers killed while they trained", KILLS, "{:.0f}")
    promises.check("S19 models that do not load then", unreadable, "0", unreadable == 0, "{:.0f}")
    promises.check("S19 models that changed without a new generation", other, "0", other == 0, "{:.0f}")


promises = Promises("Chaos")
model = Model(rows=4_000, rounds=40)
model.train(rounds=60)
asyncio.run(reloads(promises, model))
kills(promises, model)
promises.finish()
