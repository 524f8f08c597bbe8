# SPDX-License-Identifier: Apache-2.0
"""The runtime and the example for KServe against the types of KServe, of which its Python package
has one for each of its custom resources. It does not ship the definitions for the cluster, which
are generated from the same types."""

import copy
import re

import kserve
import kubernetes.client
import kubernetes_validate
import pytest

from manifests import FOLDER, containers, documents
from test_schemas import VERSIONS

KINDS = {
    ("serving.kserve.io/v1alpha1", "ClusterServingRuntime"): kserve.V1alpha1ClusterServingRuntime,
    ("serving.kserve.io/v1beta1", "InferenceService"): kserve.V1beta1InferenceService,
}
PLAIN = {"str": str, "int": int, "bool": bool, "float": (int, float), "object": object}


def runtime():
    (item,) = documents(FOLDER / "kserve/clusterservingruntime.yaml")
    return item


def service():
    (item,) = documents(FOLDER / "kserve/inferenceservice.yaml")
    return item


def typed(value, name, path):
    """A value as an object of a type of KServe or Kubernetes, which refuses what is missing."""
    if match := re.fullmatch(r"[Ll]ist\[(.*)\]", name):
        assert isinstance(value, list), f"{path} is no list"
        return [typed(item, match[1], f"{path}[{index}]") for index, item in enumerate(value)]
    if match := re.fullmatch(r"[Dd]ict[(\[]str, (.*)[)\]]", name):
        assert isinstance(value, dict), f"{path} is no object"
        return {key: typed(item, match[1], f"{path}.{key}") for key, item in value.items()}
    if name in PLAIN:
        is_flag = isinstance(value, bool) and name not in ("bool", "object")
        assert isinstance(value, PLAIN[name]) and not is_flag, f"{path} is no {name}"
        return value
    if name in ("ResourceQuantity", "IntOrString"):
        assert isinstance(value, (str, int)), f"{path} is no {name}"
        return value
    kind = getattr(kserve, name, None) or getattr(kubernetes.client, name)
    assert isinstance(value, dict), f"{path} is no object"
    names = {json: python for python, json in kind.attribute_map.items()}
    assert value.keys() <= names.keys(), f"{path} has no {value.keys() - names.keys()}"
    return kind(
        **{
            names[key]: typed(item, kind.openapi_types[names[key]], f"{path}.{key}")
            for key, item in value.items()
        }
    )


def check(item):
    kind = KINDS[item["apiVersion"], item["kind"]]
    return typed(item, kind.__name__, item["kind"])


@pytest.mark.parametrize("item", [runtime(), service()], ids=["runtime", "service"])
def test_the_objects_fit_the_types(item):
    check(item)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_container_fits_the_strict_schema_of_pods(version):
    names = {"image", "args", "env", "ports", "readinessProbe", "livenessProbe", "resources"}
    (container,) = containers(runtime()["spec"])
    assert names <= container.keys()
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "x"},
        "spec": {"containers": [container]},
    }
    assert kubernetes_validate.validate(pod, version, strict=True) == version


@pytest.mark.parametrize(
    "change",
    [
        lambda item: item["spec"].update(protocolVersion="v2"),
        lambda item: item["spec"].update(protocolVersions="v2"),
        lambda item: item["spec"].pop("containers"),
        lambda item: item["spec"]["supportedModelFormats"][0].update(autoselect=True),
        lambda item: item["spec"]["supportedModelFormats"][0].update(priority="2"),
        lambda item: item["spec"]["containers"][0].pop("name"),
        lambda item: item["spec"]["containers"][0]["readinessProbe"].update(periodSecond=2),
    ],
)
def test_a_wrong_field_is_found(change):
    item = copy.deepcopy(runtime())
    change(item)
    with pytest.raises((AssertionError, ValueError)):
        check(item)


def test_the_service_is_one_of_the_runtime():
    model = service()["spec"]["predictor"]["model"]
    assert model["runtime"] == runtime()["metadata"]["name"]
    formats = {entry["name"] for entry in runtime()["spec"]["supportedModelFormats"]}
    assert model["modelFormat"]["name"] in formats
    assert model["protocolVersion"] in runtime()["spec"]["protocolVersions"]


def test_kserve_finds_container_port_and_metrics():
    (container,) = containers(runtime()["spec"])
    # The name and the port by which KServe knows the container that answers.
    assert container["name"] == "kserve-container"
    assert [port["containerPort"] for port in container["ports"]] == [8080]
    assert "--http-port=8080" in container["args"]
    for probe in ("readinessProbe", "livenessProbe"):
        assert container[probe]["httpGet"]["port"] == 8080
    assert runtime()["spec"]["annotations"]["prometheus.kserve.io/port"] == "5002"
