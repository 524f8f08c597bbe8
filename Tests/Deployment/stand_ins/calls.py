# SPDX-License-Identifier: Apache-2.0
"""A stand-in for curl: calls reach the pods as the applied objects let them, and do as pods do."""

import base64
import ipaddress
import json
import pathlib
import subprocess
import sys
import time
import urllib.parse

import kube
import pods
from state import CALLER, need, opened, option

WRITES = ("/data", "/train")


def curl(arguments):
    url = next(a for a in arguments if "://" in a or a.startswith("localhost"))
    parts = urllib.parse.urlsplit(url if "://" in url else f"http://{url}")
    if parts.hostname == "checkip.amazonaws.com":
        return CALLER
    if parts.hostname == "localhost" or option(arguments, "--connect-to"):
        await_forward(parts, arguments)
    with opened() as state:
        if parts.hostname == "localhost":
            return health(state, parts)
        return call(state, parts, arguments)


def await_forward(parts, arguments):
    """A forwarding that was begun in the background needs a moment."""
    port = (option(arguments, "--connect-to") or f"{parts.port}").rpartition(":")[2]
    for _ in range(200):
        with opened() as state:
            if port in state["forwards"]:
                return
        time.sleep(0.05)
    sys.exit(7)


def health(state, parts):
    found = state["forwards"][str(parts.port)]
    need(found == {"kind": "deployment", "port": "5002"}, "health and metrics are on port 5002")
    need(parts.path in ("/metrics", "/readyz"), f"there is no {parts.path}")
    pods.check_ready(state)
    return "ready"


def call(state, parts, arguments):
    service = state["objects"].get(f"Service/{pods.NAMESPACE}/loan-default-service")
    need(service, "there is no service")
    if option(arguments, "--connect-to"):
        check_forward(state, parts, arguments)
    else:
        check_route(service, parts)
    pods.check_ready(state)
    check_security(state, parts, arguments)
    state["calls"].append(parts.path)
    return answer(state, parts.path, option(arguments, "-d"))


def check_route(service, parts):
    need(parts.hostname == kube.HOSTNAME, f"{parts.hostname} is not the load balancer")
    scheme = service["metadata"]["annotations"][kube.SCHEME]
    need(scheme == "internet-facing", "the load balancer is internal")
    ranges = service["spec"].get("loadBalancerSourceRanges", ["0.0.0.0/0"])
    need(any(ipaddress.ip_address(CALLER) in ipaddress.ip_network(r) for r in ranges),
         f"{CALLER} is not let in")
    need(parts.port in [p["port"] for p in service["spec"]["ports"]], f"no port {parts.port}")


def check_forward(state, parts, arguments):
    name, port, host, local = option(arguments, "--connect-to").split(":")
    need((name, int(port), host) == (parts.hostname, parts.port, "localhost"),
         "--connect-to is about another call")
    found = state["forwards"][local]
    need(found == {"kind": "service", "port": "8080"}, "another port is forwarded")


def secret(state, name, label):
    data = state["objects"][f"Secret/{pods.NAMESPACE}/{name}"]["data"]
    return base64.b64decode(data[label]).decode()


def check_security(state, parts, arguments):
    """Tokens and TLS as the deployment has them."""
    container = pods.deployment(state)["spec"]["template"]["spec"]["containers"][0]
    variables = pods.environment(container)
    if "LOAN_DEFAULT_TLS_CERTIFICATE" in variables:
        need(parts.scheme == "https", "the server speaks TLS")
        authority = pathlib.Path(option(arguments, "--cacert"))
        need(authority.read_text() == secret(state, "loan-default-tls", "tls.crt"),
             "the certificate is of another authority")
        names = subprocess.run(
            ["openssl", "x509", "-in", authority, "-noout", "-ext", "subjectAltName"],
            check=True, capture_output=True, text=True,
        ).stdout
        need(f"DNS:{parts.hostname}" in names, f"the certificate does not name {parts.hostname}")
    if "LOAN_DEFAULT_TOKEN_FILE" in variables:
        lines = secret(state, "loan-default-tokens", "tokens").splitlines()
        scopes = {token: allowed.split(",") for allowed, token in map(str.split, lines)}
        headers = [b for a, b in zip(arguments, arguments[1:]) if a == "-H"]
        given = [h.partition("Bearer ")[2] for h in headers if h.startswith("Authorization: ")]
        need(given and given[0] in scopes, "401: the call shows no token that is known")
        wanted = "write" if parts.path in WRITES else "predict"
        need(wanted in scopes[given[0]], f"403: the token does not allow {parts.path}")


def answer(state, path, body):
    if path == "/ping":
        return '{"message":"Server is Running"}'
    fields = json.loads(body)
    need(fields["backend"] == "s3", "local files are in one pod only")
    bucket = fields["bucket"]
    spec = pods.deployment(state)["spec"]["template"]["spec"]
    account = spec["serviceAccountName"]
    allowed = pods.environment(spec["containers"][0])["LOAN_DEFAULT_BUCKETS"].split(",")
    need(bucket in allowed, f"403: {bucket}")
    if path == "/data":
        pods.prepare(state, account, bucket, fields["key"])
        return '{"message":"Data successfully processed and saved"}'
    model = fields["model_key"], fields["model_name"]
    if path == "/train":
        pods.train(state, account, bucket, fields["data_key"], *model)
        return '{"msg":"Model trained succesfully"}'
    need(path == "/predict" and fields["sample"], f"there is no {path}")
    pods.read(state, account, bucket, "/".join(model))
    pods.read(state, account, bucket, f"{fields['data_key']}/preprocessor.sav")
    return '{"msg":"Model Inference Complete","Prediction Output":[["True",0.98]]}'
