# SPDX-License-Identifier: Apache-2.0
"""The commands of kubernetes/README.md, as far as they can be tried without an AWS account."""

import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest
import yaml

from manifests import FILES, FOLDER, ROOT, kubectl

TEXT = (FOLDER / "README.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
ACCOUNT, BUCKET, REGION = "444455556666", "loan-default-444455556666", "eu-central-1"
DIGEST = "sha256:" + "5f" * 32


def commands(beginning):
    """The commands, continued lines joined, that begin with these words."""
    lines = "\n".join(BLOCKS).replace("\\\n", " ").splitlines()
    return [line for line in lines if line.startswith(beginning)]


@pytest.mark.parametrize("block", BLOCKS)
def test_commands_are_well_formed(block):
    subprocess.run(["bash", "-n"], input=block, text=True, check=True)


def test_paths_exist():
    for path in re.findall(r"(?<![\w/])kubernetes/[\w./-]+", "\n".join(BLOCKS)):
        assert (ROOT / path.rstrip("/.")).exists() or path.endswith("/"), path


def test_files_are_applied_in_an_order_that_works():
    applied = [command.rpartition("/")[2] for command in commands("kubectl apply -f ")]
    assert applied == FILES


@pytest.fixture(scope="module")
def configured(tmp_path_factory):
    """A copy of the manifests after the steps "Names" and "The image"."""
    folder = tmp_path_factory.mktemp("walk-through")
    shutil.copytree(FOLDER, folder / "kubernetes", symlinks=True)
    environment = dict(
        os.environ, ACCOUNT=ACCOUNT, BUCKET=BUCKET, AWS_REGION=REGION, DIGEST=DIGEST
    )
    replacements = commands("perl ")
    assert len(replacements) == 2
    for command in replacements:
        subprocess.run(["bash", "-c", command], cwd=folder, env=environment, check=True)
    return folder / "kubernetes"


def test_no_placeholder_is_left(configured):
    for path in configured.rglob("*"):
        if path.suffix in (".yaml", ".json") and path.is_file():
            text = path.read_text()
            for placeholder in ("111122223333", "us-east-1", "loan-default-bucket", "0" * 64):
                assert placeholder not in text, f"{path.name}: {placeholder}"


def test_configured_manifests_name_the_image_by_digest(configured):
    for overlay in (".", "overlays/irsa", "overlays/production", "overlays/training-job"):
        text = subprocess.run(
            [kubectl(), "kustomize", configured / overlay],
            check=True, capture_output=True, text=True,
        ).stdout
        image = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/loan-default@{DIGEST}"
        assert f"image: {image}" in text


def test_configured_role_reaches_the_bucket(configured):
    (cluster,) = yaml.safe_load_all((configured / "cluster.yaml").read_text())
    policy = cluster["iam"]["podIdentityAssociations"][0]["permissionPolicy"]
    assert policy == json.loads((configured / "overlays/irsa/policy.json").read_text())
    assert policy["Statement"][1]["Resource"] == f"arn:aws:s3:::{BUCKET}"


def test_links_are_files_of_base():
    for name in FILES:
        link = FOLDER / name
        assert link.is_symlink() and pathlib.Path(os.readlink(link)) == pathlib.Path("base") / name


def bodies():
    """The JSON bodies of the documented calls, by path."""
    found = re.findall(r"curl \"http://\$HOST:8080(/\w+)\".*?-d '(.*?\})'\n", TEXT, re.DOTALL)
    return {path: json.loads(body.replace("'$BUCKET'", BUCKET)) for path, body in found}


def test_calls_name_the_bucket_and_what_the_role_may_touch():
    calls = bodies()
    assert set(calls) == {"/data", "/train", "/predict"}
    for body in calls.values():
        assert body["backend"] == "s3" and body["bucket"] == BUCKET
        for key in {"key", "data_key", "model_key"} & set(body):
            assert (body[key] + "/").startswith("loan-default/")
    assert calls["/train"]["model_key"] == calls["/predict"]["model_key"]
    assert calls["/predict"]["sample"]


def test_what_is_made_is_removed():
    for thing, removal in {
        "eksctl create cluster": "eksctl delete cluster",
        "aws s3 mb": "aws s3 rb",
        "aws ecr create-repository": "aws ecr delete-repository",
        "aws iam create-policy": "aws iam delete-policy",
    }.items():
        assert commands(thing) and commands(removal)


def test_the_timetable_of_a_leaving_pod_is_that_of_the_manifests():
    seconds = [int(s) for s in re.findall(r"^\| (\d+) \|", TEXT, re.MULTILINE)]
    pod = list(yaml.safe_load_all((FOLDER / "deployment.yaml").read_text()))[1]["spec"]["template"][
        "spec"
    ]
    stop = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    grace = pod["terminationGracePeriodSeconds"]
    assert seconds == [0, 120, stop, stop + 5, stop + 25, grace]
