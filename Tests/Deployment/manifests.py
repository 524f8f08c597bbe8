# SPDX-License-Identifier: Apache-2.0
"""The manifests of kubernetes/ as kustomize renders them, for the tests of this folder."""

import functools
import pathlib
import re
import subprocess
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "kubernetes"
NAMESPACE = "loan-default-app"

# What `kubectl apply -k` is documented for.
KUSTOMIZATIONS = {
    "base": FOLDER,
    "irsa": FOLDER / "overlays/irsa",
    "production": FOLDER / "overlays/production",
    "production-irsa": FOLDER / "overlays/production-irsa",
    "training-job": FOLDER / "overlays/training-job",
}
# What `kubectl apply -f` is documented for, in this order.
FILES = [
    "namespace.yaml",
    "serviceaccount.yaml",
    "deployment.yaml",
    "service.yaml",
    "pod-autoscaler.yaml",
    "poddisruptionbudget.yaml",
    "networkpolicy.yaml",
]


def kubectl():
    """The kubectl that requirements.txt puts next to the interpreter."""
    return str(pathlib.Path(sys.executable).parent / "kubectl")


@functools.cache
def rendered(folder):
    """The objects that `kubectl apply -k folder` would send."""
    text = subprocess.run(
        [kubectl(), "kustomize", str(folder)], check=True, capture_output=True, text=True
    ).stdout
    return [document for document in yaml.safe_load_all(text) if document]


@functools.cache
def documents(path):
    """The objects of one file."""
    return [document for document in yaml.safe_load_all(path.read_text()) if document]


def of_kind(objects, kind):
    return [o for o in objects if o["kind"] == kind]


def only(objects, kind):
    """The one object of its kind."""
    found = of_kind(objects, kind)
    assert len(found) == 1, f"{len(found)} objects of kind {kind}"
    return found[0]


def pod_templates(objects):
    """(name, template) of everything that starts pods."""
    return [
        (o["metadata"]["name"], o["spec"]["template"])
        for o in objects
        if o["kind"] in ("Deployment", "Job")
    ]


def pod_specs(objects):
    return [(name, template["spec"]) for name, template in pod_templates(objects)]


def containers(spec):
    """All containers of a pod, those that run before the others too."""
    return [*spec.get("initContainers", []), *spec["containers"]]


def matches(selector, labels):
    """Whether a label selector takes an object with these labels."""
    equal = all(labels.get(k) == v for k, v in selector.get("matchLabels", {}).items())
    return equal and all(
        {"In": labels.get(e["key"]) in e.get("values", [])}[e["operator"]]
        for e in selector.get("matchExpressions", [])
    )


_UNITS = {"": 1, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "m": 1e-3}


def quantity(text):
    """A Kubernetes quantity as a number: "2Gi", "500m", "2"."""
    number, unit = re.fullmatch(r"([0-9.]+)([A-Za-z]*)", str(text)).groups()
    return float(number) * _UNITS[unit]
