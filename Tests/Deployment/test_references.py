# SPDX-License-Identifier: Apache-2.0
"""What one object says of another must be true: ports, selectors, names, times, room."""

import os
import re
import subprocess

import pytest

from manifests import (
    FILES,
    FOLDER,
    KUSTOMIZATIONS,
    NAMESPACE,
    containers,
    documents,
    matches,
    of_kind,
    only,
    pod_specs,
    pod_templates,
    quantity,
    rendered,
)

SERVING = ["base", "irsa", "production", "production-irsa"]
PRODUCTION = ["production", "production-irsa"]
# The calls under way may take this long after the drain delay.
FINISH_SECONDS = 20
DRAIN_DELAY_SECONDS = 5


def serving(name):
    return rendered(KUSTOMIZATIONS[name])


def deployment(name):
    return only(serving(name), "Deployment")


def container(name):
    (result,) = deployment(name)["spec"]["template"]["spec"]["containers"]
    return result


def ports(name):
    return {p["name"]: p["containerPort"] for p in container(name)["ports"]}


def test_clients_of_grpc_find_every_pod_by_one_name():
    (service,) = documents(FOLDER / "components/grpc/service.yaml")
    spec, pods = service["spec"], deployment("base")["spec"]["template"]["metadata"]["labels"]
    assert spec["clusterIP"] == "None" and service["metadata"]["namespace"] == NAMESPACE
    assert matches({"matchLabels": spec["selector"]}, pods)
    (port,) = spec["ports"]
    assert port["port"] == ports("base")[port["targetPort"]]
    assert port["name"] == port["appProtocol"] == "grpc"


def annotations(name):
    prefix = "service.beta.kubernetes.io/aws-load-balancer-"
    found = only(serving(name), "Service")["metadata"]["annotations"]
    return {key.removeprefix(prefix): value for key, value in found.items()}


def attributes(text):
    return dict(pair.split("=") for pair in text.split(","))


def test_documented_names():
    names = {(o["kind"], o["metadata"]["name"]) for o in rendered(FOLDER)}
    assert names >= {
        ("Namespace", "loan-default-app"),
        ("Deployment", "eks-loan-default-app"),
        ("Service", "loan-default-service"),
        ("ServiceAccount", "loan-default-service-account"),
    }


@pytest.mark.parametrize("name", KUSTOMIZATIONS)
def test_objects_are_in_the_namespace_and_labelled(name):
    for item in rendered(KUSTOMIZATIONS[name]):
        if item["kind"] not in ("Namespace", "PriorityClass"):
            assert item["metadata"]["namespace"] == NAMESPACE
        assert item["metadata"]["labels"]["app"].startswith("loan-default")


@pytest.mark.parametrize("name", SERVING)
def test_ports_are_the_documented_ones(name):
    assert ports(name) == {"http": 5000, "rpc": 5001, "metrics": 5002}
    service = {p["port"]: p["targetPort"] for p in only(serving(name), "Service")["spec"]["ports"]}
    assert service == {8080: "http", 8081: "rpc"}


@pytest.mark.parametrize("name", SERVING)
def test_every_service_port_exists_in_the_pod(name):
    for port in only(serving(name), "Service")["spec"]["ports"]:
        target = port["targetPort"]
        assert target in ports(name) or target in ports(name).values()


@pytest.mark.parametrize("name", SERVING)
@pytest.mark.parametrize("probe", ["startupProbe", "readinessProbe", "livenessProbe"])
def test_probes_ask_the_metrics_port(name, probe):
    call = container(name)[probe]["httpGet"]
    assert call["port"] == "metrics" and call["port"] in ports(name)
    assert call["path"] == ("/readyz" if probe == "readinessProbe" else "/healthz")


@pytest.mark.parametrize("name", SERVING)
def test_health_check_of_the_load_balancer_asks_readiness(name):
    found = annotations(name)
    assert found["healthcheck-protocol"] == "http"
    assert int(found["healthcheck-port"]) == ports(name)["metrics"]
    assert found["healthcheck-path"] == container(name)["readinessProbe"]["httpGet"]["path"]


@pytest.mark.parametrize("name", SERVING)
def test_listener_attributes_name_a_port_of_the_service(name):
    published = {str(p["port"]) for p in only(serving(name), "Service")["spec"]["ports"]}
    named = [key for key in annotations(name) if key.startswith("listener-attributes.")]
    assert named and {key.rpartition("-")[2] for key in named} <= published


def test_only_production_is_internal():
    schemes = {name: annotations(name)["scheme"] for name in SERVING}
    assert schemes == {
        "base": "internet-facing",
        "irsa": "internet-facing",
        "production": "internal",
        "production-irsa": "internal",
    }


@pytest.mark.parametrize("name", SERVING)
def test_selectors_find_the_serving_pods_alone(name):
    objects = serving(name)
    training = only(rendered(KUSTOMIZATIONS["training-job"]), "Job")["spec"]["template"]
    labels = deployment(name)["spec"]["template"]["metadata"]["labels"]
    selectors = [
        {"matchLabels": only(objects, "Service")["spec"]["selector"]},
        deployment(name)["spec"]["selector"],
        only(objects, "PodDisruptionBudget")["spec"]["selector"],
        *(m["spec"]["selector"] for m in of_kind(objects, "PodMonitor")),
        *(
            c["labelSelector"]
            for c in deployment(name)["spec"]["template"]["spec"]["topologySpreadConstraints"]
        ),
    ]
    for selector in selectors:
        assert matches(selector, labels)
        assert not matches(selector, training["metadata"]["labels"])


@pytest.mark.parametrize("name", SERVING)
def test_network_policy_covers_serving_and_training(name):
    policy = only(serving(name), "NetworkPolicy")["spec"]
    templates = pod_templates(serving(name) + rendered(KUSTOMIZATIONS["training-job"]))
    for _, template in templates:
        assert matches(policy["podSelector"], template["metadata"]["labels"])
    named = {p["port"] for rule in policy["ingress"] for p in rule["ports"]}
    assert named == set(ports(name))
    assert set(policy["policyTypes"]) == {"Ingress", "Egress"}


@pytest.mark.parametrize("name", SERVING)
def test_metrics_are_never_open_to_the_world(name):
    for rule in only(serving(name), "NetworkPolicy")["spec"]["ingress"]:
        if "metrics" in {p["port"] for p in rule["ports"]}:
            assert rule["from"]
            assert "0.0.0.0/0" not in [peer["ipBlock"]["cidr"] for peer in rule["from"]]


@pytest.mark.parametrize("name", PRODUCTION)
def test_production_admits_the_range_of_the_cluster_only(name):
    (cluster,) = documents(FOLDER / "cluster.yaml")
    for rule in only(serving(name), "NetworkPolicy")["spec"]["ingress"]:
        assert [peer["ipBlock"]["cidr"] for peer in rule["from"]] == [cluster["vpc"]["cidr"]]


@pytest.mark.parametrize("name", SERVING)
def test_autoscaler_scales_the_deployment(name):
    spec = only(serving(name), "HorizontalPodAutoscaler")["spec"]
    assert spec["scaleTargetRef"]["kind"] == "Deployment"
    assert spec["scaleTargetRef"]["name"] == deployment(name)["metadata"]["name"]
    assert "replicas" not in deployment(name)["spec"]
    (cpu,) = [m for m in spec["metrics"] if m["type"] == "ContainerResource"]
    assert cpu["containerResource"]["container"] == container(name)["name"]
    up, down = spec["behavior"]["scaleUp"], spec["behavior"]["scaleDown"]
    assert up["stabilizationWindowSeconds"] < down["stabilizationWindowSeconds"]


def test_rows_in_flight_scale_production_by_the_adapters_metric():
    metrics = only(serving("production"), "HorizontalPodAutoscaler")["spec"]["metrics"]
    (pods,) = [m["pods"] for m in metrics if m["type"] == "Pods"]
    (values,) = documents(KUSTOMIZATIONS["production"] / "prometheus-adapter-values.yaml")
    queries = [rule["seriesQuery"] for rule in values["rules"]["custom"]]
    assert any(query.startswith(pods["metric"]["name"] + "{") for query in queries)


@pytest.mark.parametrize("name", SERVING)
def test_budget_leaves_room_to_drain_a_node(name):
    budget = only(serving(name), "PodDisruptionBudget")["spec"]
    least = only(serving(name), "HorizontalPodAutoscaler")["spec"]["minReplicas"]
    assert 0 < budget["maxUnavailable"] < least


@pytest.mark.parametrize("name", SERVING)
def test_a_leaving_pod_has_time_to_drain(name):
    spec = deployment(name)["spec"]["template"]["spec"]
    stop = container(name)["lifecycle"]["preStop"]["sleep"]["seconds"]
    needed = stop + DRAIN_DELAY_SECONDS + FINISH_SECONDS
    assert needed < spec["terminationGracePeriodSeconds"]
    # It still serves when the load balancer has closed the last connection.
    group = attributes(annotations(name)["target-group-attributes"])
    assert int(group["deregistration_delay.timeout_seconds"]) < stop
    assert group["deregistration_delay.connection_termination.enabled"] == "true"


@pytest.mark.parametrize("name", SERVING)
def test_updates_take_no_pod_away_first(name):
    update = deployment(name)["spec"]["strategy"]["rollingUpdate"]
    assert update == {"maxSurge": 1, "maxUnavailable": 0}
    pod = deployment(name)["spec"]["template"]["spec"]
    keys = {c["topologyKey"] for c in pod["topologySpreadConstraints"]}
    assert keys == {"topology.kubernetes.io/zone", "kubernetes.io/hostname"}


def test_nodes_have_room_for_every_pod_and_the_extra_one_of_an_update():
    (cluster,) = documents(FOLDER / "cluster.yaml")
    (group,) = cluster["managedNodeGroups"]
    # .2xlarge is 8 processors; kubelet, system pods and daemon sets take less than one.
    assert all(kind.endswith(".2xlarge") for kind in group["instanceTypes"])
    free = 8 - 1
    for name in SERVING:
        cpu = quantity(container(name)["resources"]["requests"]["cpu"])
        autoscaler = only(serving(name), "HorizontalPodAutoscaler")["spec"]
        per_node = int(free // cpu)
        assert autoscaler["minReplicas"] + 1 <= per_node * group["desiredCapacity"]
        assert autoscaler["maxReplicas"] + 1 <= per_node * group["maxSize"]
    _, job = pod_specs(rendered(KUSTOMIZATIONS["training-job"]))[0]
    assert quantity(job["containers"][0]["resources"]["requests"]["cpu"]) <= free


@pytest.mark.parametrize("name", KUSTOMIZATIONS)
def test_mounts_and_volumes_belong_together(name):
    for _, spec in pod_specs(rendered(KUSTOMIZATIONS[name])):
        mounted = {m["name"] for c in containers(spec) for m in c["volumeMounts"]}
        assert mounted == {v["name"] for v in spec["volumes"]}


@pytest.mark.parametrize("name", KUSTOMIZATIONS)
def test_accounts_and_priorities_exist(name):
    objects = rendered(KUSTOMIZATIONS[name]) + rendered(FOLDER)
    for _, spec in pod_specs(rendered(KUSTOMIZATIONS[name])):
        assert spec["serviceAccountName"] in {
            o["metadata"]["name"] for o in of_kind(objects, "ServiceAccount")
        }
        assert spec["priorityClassName"] in {
            o["metadata"]["name"] for o in of_kind(objects, "PriorityClass")
        }


def test_files_applied_one_by_one_need_only_what_came_before():
    known = set()
    for name in FILES:
        for item in documents(FOLDER / name):
            kind = item["kind"]
            if kind == "Deployment":
                spec = item["spec"]["template"]["spec"]
                assert ("ServiceAccount", spec["serviceAccountName"]) in known
                assert ("PriorityClass", spec["priorityClassName"]) in known
            if kind == "HorizontalPodAutoscaler":
                assert ("Deployment", item["spec"]["scaleTargetRef"]["name"]) in known
            if "namespace" in item["metadata"]:
                assert ("Namespace", item["metadata"]["namespace"]) in known
            known.add((kind, item["metadata"]["name"]))


@pytest.mark.parametrize("name", PRODUCTION)
def test_mounted_secrets_are_made_by_the_walk_through(name):
    text = (FOLDER / "README.md").read_text()
    for _, spec in pod_specs(serving(name)):
        for volume in spec["volumes"]:
            if "secret" in volume:
                made = rf"create secret (generic|tls) {volume['secret']['secretName']}\b"
                assert re.search(made, text), volume["secret"]["secretName"]


@pytest.mark.parametrize("name", SERVING)
def test_environment_paths_lie_in_mounted_volumes(name):
    mounts = [m["mountPath"] for m in container(name)["volumeMounts"]]
    paths = [e["value"] for e in container(name)["env"] if e["value"].startswith("/")]
    assert paths and all(any(p.startswith(m) for m in mounts) for p in paths)


def test_every_component_is_described_with_what_it_takes():
    text = (FOLDER / "README.md").read_text()
    table = text.split("| component | adds | needs |")[1].split("\n\n")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \|.*\|([^|]*)\|$", table, re.MULTILINE))
    assert set(rows) == {p.name for p in (FOLDER / "components").iterdir()}
    site = (FOLDER / "components/site/kustomization.yaml").read_text()
    taken = set(re.findall(r"Path: data\.([a-z-]+)", site))
    assert set(re.findall(r"`([a-z-]+)`", rows["site"])) == taken


def options(command):
    """The long options that `loan-default command --help` lists."""
    program = os.environ["PROGRAM"]
    text = subprocess.run(
        [program, command, "--help"], check=True, capture_output=True, text=True
    ).stdout
    return set(re.findall(r"^\s+(?:-\w, )?(--[a-z0-9-]+)", text, re.MULTILINE))


@pytest.mark.skipif("PROGRAM" not in os.environ, reason="PROGRAM is not set; run `make test`")
@pytest.mark.parametrize("name", KUSTOMIZATIONS)
def test_the_program_knows_every_option_that_pods_set(name):
    for _, spec in pod_specs(rendered(KUSTOMIZATIONS[name])):
        for item in containers(spec):
            known = options(item["args"][0])
            given = {argument.partition("=")[0] for argument in item["args"][1:]}
            for variable in item["env"]:
                key = variable["name"]
                if key.startswith("LOAN_DEFAULT_"):
                    given.add("--" + key.removeprefix("LOAN_DEFAULT_").lower().replace("_", "-"))
            assert given <= known
