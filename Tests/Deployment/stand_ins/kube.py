# SPDX-License-Identifier: Apache-2.0
"""A stand-in for kubectl: renders with the real one, and keeps what was applied."""

import base64
import os
import pathlib
import subprocess
import time

import yaml

import pods
from state import Refusal, need, opened, option

SCHEME = "service.beta.kubernetes.io/aws-load-balancer-scheme"
HOSTNAME = "k8s-loandefa-0123456789.elb.eu-central-1.amazonaws.com"


def rendered(folder):
    result = subprocess.run(
        [os.environ["WALK_KUBECTL"], "kustomize", folder], capture_output=True, text=True
    )
    need(result.returncode == 0, result.stderr.strip())
    return [document for document in yaml.safe_load_all(result.stdout) if document]


def key(item):
    namespace = item["metadata"].get("namespace")
    return "/".join(filter(None, [item["kind"], namespace, item["metadata"]["name"]]))


def documents(arguments, text=""):
    folder, file = option(arguments, "-k"), option(arguments, "-f")
    need(folder or file, "neither -k nor -f")
    if folder:
        return rendered(folder)
    text = text if file == "-" else pathlib.Path(file).read_text()
    return [document for document in yaml.safe_load_all(text) if document]


def apply(state, arguments, text):
    for item in documents(arguments, text):
        namespace = item["metadata"].get("namespace")
        need(not namespace or f"Namespace/{namespace}" in state["objects"],
             f"there is no namespace {namespace}")
        if item["kind"] in ("PodMonitor", "PrometheusRule"):
            need("monitoring/monitoring" in state["charts"], f"there is no kind {item['kind']}")
        before = state["objects"].get(key(item))
        if item["kind"] == "Service" and before:
            schemes = [o["metadata"]["annotations"][SCHEME] for o in (before, item)]
            need(schemes[0] == schemes[1], "the scheme of a load balancer cannot be changed")
        need(item["kind"] != "Job" or not before, "a job that exists cannot be changed")
        state["objects"][key(item)] = item
        if item["kind"] == "Job":
            state["jobs"][item["metadata"]["name"]] = pods.run_job(state, item)


def delete(state, arguments, namespace):
    if option(arguments, "-k"):
        items = documents(arguments)
        names = [key(item) for item in items]
        for gone in (i["metadata"]["name"] for i in items if i["kind"] == "Namespace"):
            names += [name for name in state["objects"] if name.split("/")[1] == gone]
    else:
        names = [f"{arguments[0].capitalize()}/{namespace}/{arguments[1]}"]
        need(names[0] in state["objects"], f"there is no {names[0]}")
    for name in names:
        state["objects"].pop(name, None)


def create_secret(state, arguments, namespace):
    kind, name, *rest = arguments
    if kind == "tls":
        paths = {"tls.crt": option(rest, "--cert"), "tls.key": option(rest, "--key")}
    else:
        source = option(rest, "--from-file")
        label, _, path = source.rpartition("=")
        paths = {label or pathlib.Path(path).name: path}
    data = {
        label: base64.b64encode(pathlib.Path(path).read_bytes()).decode()
        for label, path in paths.items()
    }
    item = {"apiVersion": "v1", "kind": "Secret", "data": data,
            "metadata": {"name": name, "namespace": namespace}}
    if option(rest, "--dry-run") == "client":
        return yaml.safe_dump(item)
    need(f"Namespace/{namespace}" in state["objects"], f"there is no namespace {namespace}")
    need(key(item) not in state["objects"], f"secret {name} exists")
    state["objects"][key(item)] = item


def get(state, arguments, namespace):
    if arguments[0] == "job":
        job = state["jobs"].get(arguments[1])
        need(job and f"Job/{namespace}/{arguments[1]}" in state["objects"], "there is no such job")
        return job["end"]
    if arguments[0] == "service":
        need(f"Service/{namespace}/{arguments[1]}" in state["objects"], "there is no such service")
        return HOSTNAME
    return "NAME"


def logs(state, arguments, namespace):
    kind, _, name = arguments[0].partition("/")
    need(f"{kind.capitalize()}/{namespace}/{name}" in state["objects"], f"there is no {name}")
    return "\n".join(state["jobs"][name]["log"]) if kind == "job" else "{}"


def rollout(state, arguments, namespace):
    action, target, *_ = arguments
    need(f"Deployment/{namespace}/{target.removeprefix('deployment/')}" in state["objects"],
         f"there is no {target}")
    if action == "status":
        pods.check_ready(state)


def forward(state, arguments, namespace):
    kind, _, name = arguments[0].partition("/")
    local, _, remote = arguments[1].partition(":")
    need(f"{kind.capitalize()}/{namespace}/{name}" in state["objects"], f"there is no {name}")
    state["forwards"][local] = {"kind": kind, "port": remote or local}
    return local


COMMANDS = {"get": get, "logs": logs, "rollout": rollout}


def kubectl(arguments, text):
    namespace = "default"
    if arguments[0] == "-n":
        namespace, arguments = arguments[1], arguments[2:]
    action, *rest = arguments
    with opened() as state:
        need(state["cluster"], "there is no cluster")
        if action == "apply":
            output = apply(state, rest, text)
        elif action == "delete":
            output = delete(state, rest, namespace)
        elif action == "create" and rest[0] == "secret":
            output = create_secret(state, rest[1:], namespace)
        elif action == "port-forward":
            output = forward(state, rest, namespace)
        elif action in COMMANDS:
            output = COMMANDS[action](state, rest, namespace)
        else:
            raise Refusal(f"{action} changes the service past kubernetes/site")
    if action == "port-forward":
        # Until it is ended, like the real one.
        try:
            time.sleep(60)
        finally:
            with opened() as state:
                state["forwards"].pop(output, None)
    return output
