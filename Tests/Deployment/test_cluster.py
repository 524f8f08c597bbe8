# SPDX-License-Identifier: Apache-2.0
"""cluster.yaml: the fields that eksctl knows, and what they must say."""

import json

import pytest

from manifests import FOLDER, NAMESPACE, documents, only, rendered

# The part of eksctl's schema (v1alpha5) that the file uses. A dictionary closes a level; None
# leaves its content alone.
FIELDS = {
    "apiVersion": None,
    "kind": None,
    "metadata": {"name": None, "region": None, "version": None},
    "vpc": {"cidr": None, "nat": {"gateway": None}},
    "iam": {
        "withOIDC": None,
        "podIdentityAssociations": {
            "namespace": None,
            "serviceAccountName": None,
            "roleName": None,
            "permissionPolicy": None,
            "wellKnownPolicies": {"awsLoadBalancerController": None},
        },
    },
    "addons": {
        "name": None,
        "configurationValues": None,
        "useDefaultPodIdentityAssociations": None,
    },
    "managedNodeGroups": {
        "name": None,
        "amiFamily": None,
        "instanceTypes": None,
        "minSize": None,
        "desiredCapacity": None,
        "maxSize": None,
        "privateNetworking": None,
        "volumeType": None,
        "volumeSize": None,
        "volumeEncrypted": None,
        "disableIMDSv1": None,
        "disablePodIMDS": None,
        "updateConfig": {"maxUnavailable": None},
        "nodeRepairConfig": {"enabled": None},
    },
    "cloudWatch": {"clusterLogging": {"enableTypes": None, "logRetentionInDays": None}},
}


@pytest.fixture
def cluster():
    (document,) = documents(FOLDER / "cluster.yaml")
    return document


def unknown(value, fields, path=""):
    if fields is None:
        return []
    if isinstance(value, list):
        return [u for item in value for u in unknown(item, fields, path + "[]")]
    return [
        u
        for key, item in value.items()
        for u in (
            unknown(item, fields[key], f"{path}.{key}") if key in fields else [f"{path}.{key}"]
        )
    ]


def storage_association(cluster):
    (found,) = [
        a for a in cluster["iam"]["podIdentityAssociations"] if a["namespace"] == NAMESPACE
    ]
    return found


def test_only_known_fields(cluster):
    assert unknown(cluster, FIELDS) == []
    assert unknown({"metadata": {"nane": 1}}, FIELDS) == [".metadata.nane"]


def test_version_is_one_that_the_manifests_are_checked_against(cluster):
    assert (cluster["apiVersion"], cluster["kind"]) == ("eksctl.io/v1alpha5", "ClusterConfig")
    assert cluster["metadata"]["version"] == "1.35"


def test_nodes_are_private_encrypted_and_keep_their_credentials(cluster):
    """X05: eksctl's disablePodIMDS is a hop limit of 1 for the second version's answers."""
    (group,) = cluster["managedNodeGroups"]
    assert group["amiFamily"] == "AmazonLinux2023"
    assert group["privateNetworking"] and group["volumeEncrypted"]
    assert group["disableIMDSv1"] and group["disablePodIMDS"]
    assert group["minSize"] <= group["desiredCapacity"] == 3 <= group["maxSize"]


def test_nodes_have_the_vector_instructions_of_the_fastest_kernels(cluster):
    (group,) = cluster["managedNodeGroups"]
    assert {kind.split(".")[0] for kind in group["instanceTypes"]} <= {"m7i", "m6i"}


def test_addons(cluster):
    names = [addon["name"] for addon in cluster["addons"]]
    assert {"eks-pod-identity-agent", "vpc-cni", "coredns", "kube-proxy", "metrics-server"} == set(
        names
    )
    (cni,) = [a for a in cluster["addons"] if a["name"] == "vpc-cni"]
    assert json.loads(cni["configurationValues"])["enableNetworkPolicy"] == "true"


def test_the_role_may_only_read_and_write_the_prefix(cluster):
    allowed = {}
    for statement in storage_association(cluster)["permissionPolicy"]["Statement"]:
        assert statement["Effect"] == "Allow"
        actions = statement["Action"]
        for action in [actions] if isinstance(actions, str) else actions:
            allowed[action] = statement["Resource"]
    bucket = "arn:aws:s3:::loan-default-bucket"
    objects = bucket + "/loan-default/*"
    assert allowed == {
        "s3:GetObject": objects,
        "s3:PutObject": objects,
        "s3:AbortMultipartUpload": objects,
        "s3:ListBucket": bucket,
    }


def test_the_role_belongs_to_the_service_account(cluster):
    account = only(rendered(FOLDER), "ServiceAccount")["metadata"]
    association = storage_association(cluster)
    assert association["namespace"] == account["namespace"]
    assert association["serviceAccountName"] == account["name"]


def test_irsa_grants_the_same(cluster):
    policy = json.loads((FOLDER / "components/irsa/policy.json").read_text())
    assert policy == storage_association(cluster)["permissionPolicy"]


def test_region_agrees_with_the_pods(cluster):
    for item in rendered(FOLDER):
        if item["kind"] == "Deployment":
            (container,) = item["spec"]["template"]["spec"]["containers"]
            environment = {v["name"]: v["value"] for v in container["env"]}
            assert environment["AWS_REGION"] == cluster["metadata"]["region"]
            assert f".{environment['AWS_REGION']}.amazonaws.com/" in container["image"]


def test_control_plane_logs_are_kept(cluster):
    assert "audit" in cluster["cloudWatch"]["clusterLogging"]["enableTypes"]
