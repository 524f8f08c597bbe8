# SPDX-License-Identifier: Apache-2.0
"""Writes a small record of decisions with the program that PROGRAM names: `make.py FOLDER`.

Three servers, one after the other, keep one chain: a segment each. The calls are those of every way to
ask over HTTP; the second server serves another generation, with a policy of its own."""

import http.client
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

PROGRAM = os.environ["PROGRAM"]
APPLICATION = {
    "person_age": 22, "person_income": 59000, "person_home_ownership": "RENT",
    "person_emp_length": 123, "loan_intent": "PERSONAL", "loan_grade": "D", "loan_amnt": 35000,
    "loan_int_rate": 16.02, "loan_percent_income": 0.59, "cb_person_default_on_file": "Y",
    "cb_person_cred_hist_length": 3,
}
OTHERS = [
    {**APPLICATION, "loan_intent": "VENTURE", "loan_grade": "A", "loan_amnt": 1000,
     "loan_int_rate": 7.4, "loan_percent_income": 0.02},
    {**APPLICATION, "person_emp_length": None, "loan_int_rate": None, "loan_intent": "BOAT"},
    {**APPLICATION, "person_home_ownership": "OWN", "person_age": 61, "person_income": 120000},
]
POLICY = {
    "bands": {"of": "points", "list": [
        {"name": "thin", "below": 500}, {"name": "fair", "below": 560}, {"name": "good"}]},
    "rules": [
        {"code": "YOUNG", "text": "The applicant is below 23.", "feature": "person_age",
         "is": "below", "value": 23, "decision": "refer"}],
}


def run(*arguments):
    subprocess.run([PROGRAM, *arguments], check=True, capture_output=True)


class Server:
    def __init__(self, root, record):
        self.port = 17_300
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--storage-root", root, "--http-port", str(self.port),
             "--rpc-port", "0", "--metrics-port", "0", "--sagemaker", "--model",
             "risk=models/risk",
             "--record", record, "--record-mode", "required", "--record-stream", "server-1"])
        for _ in range(200):
            try:
                if self.call("GET", "/v2/health/ready")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise SystemExit("the server does not become ready")

    def call(self, method, path, body=None, request_id=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        headers = {"Content-Type": "application/json"}
        if request_id:
            headers["x-request-id"] = request_id
        connection.request(method, path, body and json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, answer.read()

    def ask(self, path, body, request_id):
        status, answer = self.call("POST", path, body, request_id)
        if status != 200:
            raise SystemExit(f"{path}: {status} {answer!r}")
        return json.loads(answer)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def predict(root, records, **more):
    return {"backend": "local", "model_name": "risk", "local_model_path": "models",
            "preprocessor_path": "data", "sample": records, **more}


def main(record):
    with tempfile.TemporaryDirectory() as root:
        table, data, models = f"{root}/applications.csv", f"{root}/data", f"{root}/models"
        model = ["--local-model-path", models, "--model-name", "risk"]
        run("sample-data", "--rows", "3000", "--seed", "7", "--output", table)
        run("data", "--local-path", table, "--target-path", data, "--seed", "7",
            "--calibration-share", "0.2")
        run("train", "--local-data-path", data, *model, "--rounds", "8", "--max-depth", "3",
            "--calibration", "platt")
        everybody = [APPLICATION, *OTHERS]

        server = Server(root, record)
        server.ask("/predict", predict(root, [APPLICATION], reasons=4, decisions=True),
                   "application-1")
        server.ask("/predict", predict(root, OTHERS), "application-2")
        server.ask("/v1/models/risk:predict", {"instances": everybody}, "application-3")
        server.stop()

        policy = pathlib.Path(root, "policy.json")
        policy.write_text(json.dumps(POLICY))
        run("policy", "set", str(policy), *model)
        server = Server(root, record)
        server.ask("/predict", predict(root, everybody, decisions=True), "application-4")
        server.ask("/v1/models/risk:explain", {"instances": OTHERS, "decisions": True},
                   "application-5")
        server.ask("/invocations", {"instances": [APPLICATION], "decisions": True},
                   "application-6")
        server.stop()

        server = Server(root, record)
        inputs = server.ask("/predict", predict(root, everybody, reasons={
            "max": 2, "baseline": OTHERS[2]}), "application-7")
        assert len(inputs["Explanations"]) == 4
        server.stop()


if __name__ == "__main__":
    main(sys.argv[1])
