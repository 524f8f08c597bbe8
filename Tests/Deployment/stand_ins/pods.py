# SPDX-License-Identifier: Apache-2.0
"""What the pods of the applied objects can do: read and write the bucket with their role, prepare,
train, be ready."""

import fnmatch

from state import REGISTRY, Refusal, need, option

NAMESPACE = "loan-default-app"
PREPARED = ("Xtrain.npy", "ytrain.npy", "Xtest.npy", "ytest.npy", "preprocessor.sav")


def environment(container):
    return {variable["name"]: variable["value"] for variable in container.get("env", [])}


def statements(state, account):
    """What the role of a service account allows: by IRSA, or by the cluster's Pod Identity."""
    found = state["objects"].get(f"ServiceAccount/{NAMESPACE}/{account}")
    need(found, f"there is no service account {account}")
    arn = found["metadata"].get("annotations", {}).get("eks.amazonaws.com/role-arn")
    if arn:
        role = state["roles"].get(arn)
        need(role and role["account"] == f"{NAMESPACE}/{account}", f"there is no role {arn}")
        return state["policies"][role["policy"]]["Statement"]
    for association in state["cluster"]["iam"]["podIdentityAssociations"]:
        if (association["namespace"], association["serviceAccountName"]) == (NAMESPACE, account):
            return association["permissionPolicy"]["Statement"]
    raise Refusal(f"{account} has no role")


def allowed(state, account, action, bucket, key):
    resource = f"arn:aws:s3:::{bucket}/{key}"
    return any(
        action in statement["Action"] and fnmatch.fnmatchcase(resource, statement["Resource"])
        for statement in statements(state, account)
    )


def read(state, account, bucket, key):
    need(bucket in state["buckets"], f"there is no bucket {bucket}")
    need(allowed(state, account, "s3:GetObject", bucket, key), f"AccessDenied: {bucket}/{key}")
    need(key in state["buckets"][bucket], f"there is no object {bucket}/{key}")


def write(state, account, bucket, key):
    need(bucket in state["buckets"], f"there is no bucket {bucket}")
    need(allowed(state, account, "s3:PutObject", bucket, key), f"AccessDenied: {bucket}/{key}")
    if key not in state["buckets"][bucket]:
        state["buckets"][bucket].append(key)


def prepare(state, account, bucket, key):
    read(state, account, bucket, key)
    folder = key.rpartition("/")[0]
    for name in PREPARED:
        write(state, account, bucket, f"{folder}/{name}")


def train(state, account, bucket, data_key, model_key, name):
    for file in PREPARED:
        read(state, account, bucket, f"{data_key}/{file}")
    write(state, account, bucket, f"{model_key}/{name}")


def check_pod(state, spec):
    """What keeps a pod from starting."""
    for kind, name in [
        (f"ServiceAccount/{NAMESPACE}", spec["serviceAccountName"]),
        ("PriorityClass", spec["priorityClassName"]),
    ]:
        need(f"{kind}/{name}" in state["objects"], f"there is no {kind}/{name}")
    for volume in spec["volumes"]:
        if "secret" in volume:
            secret = f"Secret/{NAMESPACE}/{volume['secret']['secretName']}"
            need(secret in state["objects"], f"there is no {secret}")
    for container in [*spec.get("initContainers", []), *spec["containers"]]:
        image, _, digest = container["image"].partition("@")
        need(image.startswith(REGISTRY), f"the registry of {container['image']} is another one")
        need(digest and digest in state["pushed"].values(), f"no image {container['image']}")
        region = environment(container)["AWS_REGION"]
        need(region == state["cluster"]["metadata"]["region"], f"the region is {region}")


def run_job(state, job):
    """Runs the containers of a job one after the other; the log, and how it ended."""
    spec = job["spec"]["template"]["spec"]
    log = []
    try:
        check_pod(state, spec)
        for container in [*spec.get("initContainers", []), *spec["containers"]]:
            run_container(state, spec["serviceAccountName"], container)
            log.append(f"{container['name']}: done")
    except Refusal as error:
        return {"log": [*log, str(error)], "end": "FailureTarget Failed"}
    return {"log": log, "end": "SuccessCriteriaMet Complete"}


def run_container(state, account, container):
    command, *rest = container["args"]
    bucket = option(rest, "--bucket", environment(container).get("LOAN_DEFAULT_BUCKET"))
    need(option(rest, "--backend") == "s3" and bucket, "the job does not work on S3")
    if command == "data":
        prepare(state, account, bucket, option(rest, "--key"))
    else:
        need(command == "train", f"a job that does {command}")
        train(state, account, bucket, option(rest, "--data-key"), option(rest, "--model-key"),
              option(rest, "--model-name"))


def deployment(state):
    found = state["objects"].get(f"Deployment/{NAMESPACE}/eks-loan-default-app")
    need(found, "there is no deployment eks-loan-default-app")
    return found


def check_ready(state):
    """Refuses unless every pod of the deployment serves the models that it is given."""
    spec = deployment(state)["spec"]["template"]["spec"]
    check_pod(state, spec)
    variables = environment(spec["containers"][0])
    models = variables.get("LOAN_DEFAULT_MODEL", "").split()
    need(models, "the pods are given no model: each one knows only what it was asked to load")
    for model in models:
        name, _, folders = model.partition("=")
        need(folders.count(",") == 1, f"{model} is not NAME=MODEL,PREPROCESSOR")
        for folder, file in zip(folders.split(","), (name, "preprocessor.sav")):
            need(folder.startswith("s3://"), f"{folder} is in one pod only")
            bucket, _, prefix = folder.removeprefix("s3://").partition("/")
            need(bucket in variables["LOAN_DEFAULT_BUCKETS"].split(","), f"{bucket} is forbidden")
            read(state, spec["serviceAccountName"], bucket, f"{prefix}/{file}")
