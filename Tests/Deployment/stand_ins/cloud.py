# SPDX-License-Identifier: Apache-2.0
"""Stand-ins for aws, eksctl, helm, docker and git."""

import json
import pathlib

from state import ACCOUNT, DIGEST, REGISTRY, Refusal, need, option


def place(address):
    """(bucket, key) of s3://BUCKET/KEY."""
    need(address.startswith("s3://"), f"{address} is no address in S3")
    bucket, _, key = address.removeprefix("s3://").partition("/")
    return bucket, key


def aws(state, arguments, text):
    service, action, *rest = arguments
    name = f"{service} {action}"
    found = AWS.get(name)
    need(found, f"no stand-in for aws {name}")
    return found(state, rest)


def make_bucket(state, rest):
    bucket, _ = place(rest[0])
    need(bucket not in state["buckets"], f"bucket {bucket} exists")
    state["buckets"][bucket] = []


def configure_bucket(state, rest):
    need(option(rest, "--bucket") in state["buckets"], "no such bucket")
    lifecycle = option(rest, "--lifecycle-configuration")
    if lifecycle:
        json.loads(lifecycle)


def copy_object(state, rest):
    source, (bucket, key) = pathlib.Path(rest[0]), place(rest[1])
    need(source.is_file(), f"{source} does not exist")
    need(bucket in state["buckets"], f"no such bucket: {bucket}")
    state["buckets"][bucket].append(key)


def remove_bucket(state, rest):
    bucket, _ = place(rest[0])
    need("--force" in rest or not state["buckets"][bucket], "the bucket is not empty")
    del state["buckets"][bucket]


def create_repository(state, rest):
    state["repositories"].append(option(rest, "--repository-name"))


def delete_repository(state, rest):
    state["repositories"].remove(option(rest, "--repository-name"))


def describe_images(state, rest):
    tag = option(rest, "--image-ids").removeprefix("imageTag=")
    repository = option(rest, "--repository-name")
    need(f"{REGISTRY}/{repository}:{tag}" in state["pushed"], f"no image {repository}:{tag}")
    return DIGEST


def create_policy(state, rest):
    name = option(rest, "--policy-name")
    path = pathlib.Path(option(rest, "--policy-document").removeprefix("file://"))
    state["policies"][f"arn:aws:iam::{ACCOUNT}:policy/{name}"] = json.loads(path.read_text())


def delete_policy(state, rest):
    need(state["policies"].pop(option(rest, "--policy-arn"), None), "no such policy")


def cluster_vpc(state, rest):
    need(state["cluster"], "no such cluster")
    need(option(rest, "--name") == state["cluster"]["metadata"]["name"], "no such cluster")
    return "vpc-0a1b2c3d"


AWS = {
    "sts get-caller-identity": lambda state, rest: ACCOUNT,
    "s3 mb": make_bucket,
    "s3 cp": copy_object,
    "s3 rb": remove_bucket,
    "s3api put-public-access-block": configure_bucket,
    "s3api put-bucket-lifecycle-configuration": configure_bucket,
    "ecr create-repository": create_repository,
    "ecr delete-repository": delete_repository,
    "ecr get-login-password": lambda state, rest: "password",
    "ecr describe-images": describe_images,
    "eks describe-cluster": cluster_vpc,
    "iam create-policy": create_policy,
    "iam delete-policy": delete_policy,
    "logs delete-log-group": lambda state, rest: None,
}


def docker(state, arguments, text):
    action, *rest = arguments
    if action == "login":
        need(text.strip() == "password" and rest[-1] == REGISTRY, "cannot log in")
    elif action == "build":
        need(rest[-1] == ".", "the context is not the repository")
        state["built"].append(option(rest, "--tag"))
    elif action == "push":
        need(rest[0] in state["built"], f"no image {rest[0]}")
        repository = rest[0].removeprefix(REGISTRY + "/").partition(":")[0]
        need(repository in state["repositories"], f"no repository {repository}")
        state["pushed"][rest[0]] = DIGEST
    else:
        raise Refusal(f"no stand-in for docker {action}")


def eksctl(state, arguments, text):
    action, kind, *rest = arguments
    if (action, kind) == ("create", "cluster"):
        import yaml
        need(not state["cluster"], "the cluster exists")
        (state["cluster"],) = yaml.safe_load_all(pathlib.Path(option(rest, "-f")).read_text())
    elif (action, kind) == ("delete", "cluster"):
        need(state["cluster"] and pathlib.Path(option(rest, "-f")).is_file(), "no such cluster")
        state.update(cluster=None, objects={}, charts={}, roles={})
    elif (action, kind) == ("create", "iamserviceaccount"):
        need(state["cluster"]["iam"]["withOIDC"], "the cluster has no OIDC provider")
        policy = option(rest, "--attach-policy-arn")
        need(policy in state["policies"], f"no policy {policy}")
        role = f"arn:aws:iam::{ACCOUNT}:role/{option(rest, '--role-name')}"
        account = f"{option(rest, '--namespace')}/{option(rest, '--name')}"
        state["roles"][role] = {"policy": policy, "account": account}
    else:
        raise Refusal(f"no stand-in for eksctl {action} {kind}")


def helm(state, arguments, text):
    action, *rest = arguments
    if action == "repo":
        state["chart_repositories"].append(rest[1])
    elif action == "install":
        need(state["cluster"], "there is no cluster")
        name, chart = rest[:2]
        need(chart.partition("/")[0] in state["chart_repositories"], f"no repository of {chart}")
        need(option(rest, "--version"), f"{chart}: the version is not fixed")
        values = option(rest, "--values")
        need(not values or pathlib.Path(values).is_file(), f"{values} does not exist")
        need("=" + "," not in " ".join(rest) and not any(r.endswith("=") for r in rest),
             "a value is empty")
        state["charts"][f"{option(rest, '--namespace')}/{name}"] = chart
    elif action == "uninstall":
        name = f"{option(rest, '--namespace')}/{rest[0]}"
        found = state["charts"].pop(name, None)
        need(found or "--ignore-not-found" in rest, f"no release {name}")
    else:
        raise Refusal(f"no stand-in for helm {action}")


def git(state, arguments, text):
    need(arguments[0] == "rev-parse", f"no stand-in for git {arguments[0]}")
    return "5888f70"
