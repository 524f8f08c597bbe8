# SPDX-License-Identifier: Apache-2.0
"""X07: least privilege: what no pod of ours may have, and what each must state."""

import pytest

from manifests import KUSTOMIZATIONS, containers, of_kind, only, pod_specs, quantity, rendered

PLACEHOLDER = (
    "111122223333.dkr.ecr.us-east-1.amazonaws.com/loan-default@sha256:" + "0" * 64
)
SPECS = [
    pytest.param(spec, id=f"{name}-{workload}")
    for name, folder in KUSTOMIZATIONS.items()
    for workload, spec in pod_specs(rendered(folder))
]


@pytest.mark.parametrize("spec", SPECS)
def test_pods_do_not_run_as_root(spec):
    context = spec["securityContext"]
    assert context["runAsNonRoot"] is True
    assert context["runAsUser"] > 0 and context["runAsGroup"] > 0
    assert context["seccompProfile"]["type"] in ("RuntimeDefault", "Localhost")


@pytest.mark.parametrize("spec", SPECS)
def test_containers_hold_no_privileges(spec):
    for container in containers(spec):
        context = container["securityContext"]
        assert context["allowPrivilegeEscalation"] is False
        assert context["privileged"] is False
        assert context["readOnlyRootFilesystem"] is True
        assert context["capabilities"] == {"drop": ["ALL"]}


@pytest.mark.parametrize("spec", SPECS)
def test_pods_share_nothing_with_the_node(spec):
    assert not {"hostNetwork", "hostPID", "hostIPC", "hostUsers"} & set(spec)
    for container in containers(spec):
        assert all("hostPort" not in port for port in container.get("ports", []))
    for volume in spec["volumes"]:
        assert set(volume) - {"name"} <= {"emptyDir", "secret"}


@pytest.mark.parametrize("spec", SPECS)
def test_pods_carry_no_service_account_token(spec):
    assert spec["automountServiceAccountToken"] is False


def test_the_service_account_mounts_no_token():
    assert only(rendered(KUSTOMIZATIONS["base"]), "ServiceAccount")[
        "automountServiceAccountToken"
    ] is False


@pytest.mark.parametrize("spec", SPECS)
def test_requests_equal_limits_in_whole_cores(spec):
    for container in containers(spec):
        requests, limits = container["resources"]["requests"], container["resources"]["limits"]
        assert requests["cpu"] == limits["cpu"] and quantity(limits["cpu"]) % 1 == 0
        assert requests["memory"] == limits["memory"]


@pytest.mark.parametrize("spec", SPECS)
def test_temporary_folders_are_bounded(spec):
    folders = [v["emptyDir"]["sizeLimit"] for v in spec["volumes"] if "emptyDir" in v]
    limit = min(quantity(c["resources"]["limits"]["ephemeral-storage"]) for c in containers(spec))
    assert folders and sum(map(quantity, folders)) <= limit


@pytest.mark.parametrize("spec", SPECS)
def test_preparation_fills_no_temporary_folder(spec):
    folders = [v["emptyDir"]["sizeLimit"] for v in spec["volumes"] if "emptyDir" in v]
    for container in containers(spec):
        if container["args"][0] == "serve":
            values = {v["name"]: v["value"] for v in container["env"] if "value" in v}
            scratch = int(values["LOAN_DEFAULT_SCRATCH_MAX"]) << 20
            assert 3 * scratch < min(map(quantity, folders))


@pytest.mark.parametrize("spec", SPECS)
def test_secrets_are_not_readable_by_everybody(spec):
    for volume in spec["volumes"]:
        if "secret" in volume:
            assert volume["secret"]["defaultMode"] & 0o007 == 0
            assert spec["securityContext"]["fsGroup"] == spec["securityContext"]["runAsGroup"]


@pytest.mark.parametrize("spec", SPECS)
def test_images_are_named_by_digest_or_by_the_placeholder(spec):
    for container in containers(spec):
        image, _, digest = container["image"].partition("@sha256:")
        assert container["image"] == PLACEHOLDER or (":" not in image and len(digest) == 64)


@pytest.mark.parametrize("name", KUSTOMIZATIONS)
def test_nothing_secret_is_written_down(name):
    objects = rendered(KUSTOMIZATIONS[name])
    assert not of_kind(objects, "Secret")
    for _, spec in pod_specs(objects):
        for container in containers(spec):
            for variable in container["env"]:
                assert not any(
                    word in variable["name"] for word in ("SECRET", "PASSWORD", "ACCESS_KEY")
                )


@pytest.mark.parametrize("spec", SPECS)
def test_waiting_threads_sleep(spec):
    for container in containers(spec):
        environment = {v["name"]: v["value"] for v in container["env"]}
        assert environment["OMP_WAIT_POLICY"] == "passive"


def test_the_namespace_enforces_the_restricted_standard():
    labels = only(rendered(KUSTOMIZATIONS["base"]), "Namespace")["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
