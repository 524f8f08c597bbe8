# SPDX-License-Identifier: Apache-2.0
"""kubernetes/README.md, walked through in its order against stand-ins for AWS and the cluster
(walk.py): every step finds what it needs, and none takes back what an earlier one has closed."""

import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest
import yaml

from manifests import FILES, FOLDER, ROOT, kubectl
from walk import Walk, page, steps

TEXT = page()
BLOCKS = [block for _, block in steps(TEXT)]
# What must not be left in anything that is sent.
PLACEHOLDERS = (
    "111122223333", "us-east-1", "loan-default-bucket", "0" * 64, "192.0.2.1", "of-step-3",
)


@pytest.fixture(scope="module")
def walk(tmp_path_factory):
    return Walk(tmp_path_factory.mktemp("walk"))


def closed(objects):
    """What of the service is closed to others, as names."""
    found = {item["kind"]: item for item in objects.values()}
    if "Deployment" not in found:
        return None
    pod = found["Deployment"]["spec"]["template"]["spec"]
    variables = {v["name"] for v in pod["containers"][0]["env"]}
    service, policy = found["Service"], found["NetworkPolicy"]["spec"]
    scheme = service["metadata"]["annotations"][
        "service.beta.kubernetes.io/aws-load-balancer-scheme"
    ]
    ranges = service["spec"].get("loadBalancerSourceRanges", ["0.0.0.0/0"])
    facts = {
        "only some may reach the load balancer": scheme == "internal" or "0.0.0.0/0" not in ranges,
        "internal load balancer": scheme == "internal",
        "tokens": "LOAN_DEFAULT_TOKEN_FILE" in variables,
        "TLS": {"LOAN_DEFAULT_TLS_CERTIFICATE", "LOAN_DEFAULT_TLS_KEY"} <= variables,
        "only the VPC reaches the pods": all(rule.get("from") for rule in policy["ingress"]),
        "seccomp of its own": pod["securityContext"]["seccompProfile"]["type"] == "Localhost",
        "the role of IRSA": "eks.amazonaws.com/role-arn"
        in found["ServiceAccount"]["metadata"].get("annotations", {}),
    }
    return {name for name, holds in facts.items() if holds}


def opened_again(walk):
    """(step, what) where a step has opened what an earlier one had closed."""
    before, found = set(), []
    for name, objects in walk.steps:
        now = closed(objects)
        if now is not None:
            found += [(name, fact) for fact in sorted(before - now)]
            before = now
    return found


def test_every_step_finds_what_it_needs(walk):
    assert walk.code == 0, walk.errors
    assert len(walk.steps) == len(BLOCKS)
    assert walk.state["calls"] == ["/ping", "/data", "/train", "/predict", "/predict"]


def test_no_step_opens_what_another_has_closed(walk):
    assert opened_again(walk) == []


def test_the_service_is_never_open_to_the_world(walk):
    for name, objects in walk.steps:
        facts = closed(objects)
        assert facts is None or "only some may reach the load balancer" in facts, name


def test_production_and_all_after_it_have_everything_closed(walk):
    names = [name for name, _ in walk.steps]
    for name, objects in walk.steps[names.index("9. Production") : -1]:
        assert closed(objects) >= {
            "internal load balancer", "tokens", "TLS", "only the VPC reaches the pods",
        }, name
    assert closed(walk.steps[-2][1]) >= {"seccomp of its own", "the role of IRSA"}


def test_nothing_that_is_sent_holds_a_placeholder(walk):
    sent = [json.dumps(objects) for _, objects in walk.steps]
    assert any("LOAN_DEFAULT_MODEL" in text for text in sent)
    for text in sent:
        assert not [word for word in PLACEHOLDERS if word in text]


def test_nothing_is_left_behind(walk):
    left = {name: walk.state[name] for name in (
        "buckets", "repositories", "policies", "roles", "cluster", "charts", "objects",
    )}
    assert not any(left.values()), left
    assert not (walk.folder / "kubernetes/site").exists()


def test_no_tracked_file_is_changed(walk):
    def files(folder):
        return {
            path.relative_to(folder): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file() and path.relative_to(folder).parts[0] != "site"
        }

    assert files(walk.folder / "kubernetes") == files(FOLDER)


# Each is a page or a manifest that somebody could write, and what a reader would meet.
MISTAKES = {
    "the table is put where no step reads it": (
        "README.md", "s3://$BUCKET/loan-default/data/credit", "s3://$BUCKET/loan-default/credit",
        "credit_risk_dataset.csv",
    ),
    "the Job reads what no step prepares": (
        "overlays/training-job/job.yaml", "--data-key=loan-default/data", "--data-key=loan-default",
        "loan-default/Xtrain.npy",
    ),
    "the Job trains another model than the one that is served": (
        "overlays/training-job/job.yaml", "--model-name=model.joblib", "--model-name=other",
        "loan-default/models/model.joblib",
    ),
    "the call of /predict names another folder": (
        "README.md", '"data_key": "loan-default/data"', '"data_key": "loan-default"',
        "loan-default/Xtrain.npy",
    ),
    "an update forgets tokens and TLS": (
        "README.md",
        "(the second part of step 3), then:\n\n```sh\nkubectl apply -k kubernetes/site",
        "(the second part of step 3), then:\n\n```sh\nkubectl apply -f kubernetes/deployment.yaml",
        "registry",
    ),
    "IRSA is applied over production": (
        "README.md", "cp kubernetes/site/production-irsa.yaml kubernetes/site/kustomization.yaml",
        "sed -i 's|overlays/production|overlays/irsa|' kubernetes/site/kustomization.yaml",
        "scheme of a load balancer cannot be changed",
    ),
    "the manifests name no model": (
        "base/deployment.yaml", "LOAN_DEFAULT_MODEL", "LOAN_DEFAULT_MODELS", "given no model",
    ),
    "a patch goes past the folder that is applied": (
        "README.md", "echo '  - ../components/seccomp' >>kubernetes/site/kustomization.yaml",
        "kubectl -n loan-default-app patch deployment eks-loan-default-app --patch '{}'",
        "past kubernetes/site",
    ),
    "a call shows no token": (
        "README.md", '-H "Authorization: Bearer $TOKEN" ', "", "401",
    ),
    "a chart has no version": (
        "README.md", " --version 88.5.3", "", "the version is not fixed",
    ),
    "a secret has another name": (
        "README.md", "secret tls loan-default-tls", "secret tls loan-tls", "loan-default-tls",
    ),
    "the bucket of the role is another one": (
        "README.md", "s/loan-default-bucket/$ENV{BUCKET}/g", "1", "AccessDenied",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_ends_the_walk(mistake, tmp_path):
    path, right, wrong, sign = MISTAKES[mistake]

    def edit(kubernetes):
        text = (kubernetes / path).read_text()
        assert right in text
        (kubernetes / path).write_text(text.replace(right, wrong))

    walk = Walk(tmp_path, edit)
    assert walk.code != 0
    # What a Job says is in its log.
    assert sign in walk.errors + walk.output, walk.errors


def test_a_step_that_opens_something_is_found(tmp_path):
    """The rule above can fail: production without tokens applied again by an update."""

    def edit(kubernetes):
        path = kubernetes / "README.md"
        path.write_text(path.read_text().replace(
            "## 11. A seccomp",
            "## 10b\n\n```sh\nperl -pi -e 's|overlays/production-irsa|overlays/open|' "
            "kubernetes/site/kustomization.yaml\nkubectl apply -k kubernetes/site\n```\n\n"
            "## 11. A seccomp",
        ))
        shutil.copytree(kubernetes / "overlays/production-irsa", kubernetes / "overlays/open")
        shutil.copytree(kubernetes / "overlays/production", kubernetes / "overlays/half")
        for name, right, wrong in [
            ("open", "../production", "../half"), ("half", "  - path: deployment.yaml\n", ""),
        ]:
            file = kubernetes / f"overlays/{name}/kustomization.yaml"
            file.write_text(file.read_text().replace(right, wrong))

    assert {("10b", "TLS"), ("10b", "tokens")} <= set(opened_again(Walk(tmp_path, edit)))


@pytest.mark.parametrize("block", BLOCKS)
def test_commands_are_well_formed(block):
    subprocess.run(["bash", "-n"], input=block, text=True, check=True)


def test_the_example_renders_as_it_stands():
    for folder in (FOLDER / "example", FOLDER / "example/training"):
        subprocess.run([kubectl(), "kustomize", folder], check=True, capture_output=True)


def test_links_are_files_of_base():
    for name in FILES:
        link = FOLDER / name
        assert link.is_symlink() and pathlib.Path(os.readlink(link)) == pathlib.Path("base") / name


def test_the_folder_of_the_reader_is_no_part_of_the_repository():
    assert "/kubernetes/site/" in (ROOT / ".gitignore").read_text().splitlines()


def test_the_timetable_of_a_leaving_pod_is_that_of_the_manifests():
    seconds = [int(s) for s in re.findall(r"^\| (\d+) \|", TEXT, re.MULTILINE)]
    pod = list(yaml.safe_load_all((FOLDER / "deployment.yaml").read_text()))[1]["spec"]["template"][
        "spec"
    ]
    stop = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    grace = pod["terminationGracePeriodSeconds"]
    assert seconds == [0, 120, stop, stop + 5, stop + 25, grace]
