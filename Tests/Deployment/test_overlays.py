# SPDX-License-Identifier: Apache-2.0
"""What overlays say must hold together: the sums of two, and serving with training."""

import pytest

from manifests import KUSTOMIZATIONS, pod_specs, rendered


def test_irsa_and_production_add_up():
    """production-irsa is production but for the service account, which is that of irsa."""

    def by_name(name):
        return {(o["kind"], o["metadata"]["name"]): o for o in rendered(KUSTOMIZATIONS[name])}

    both, production, irsa = map(by_name, ("production-irsa", "production", "irsa"))
    account = ("ServiceAccount", "loan-default-service-account")
    assert both.pop(account) == irsa[account] != production.pop(account)
    assert both == production


@pytest.mark.parametrize("name", ["base", "irsa", "production", "production-irsa"])
def test_every_pod_serves_the_model_that_the_job_trains(name):
    _, pod = pod_specs(rendered(KUSTOMIZATIONS[name]))[0]
    variables = {v["name"]: v["value"] for v in pod["containers"][0]["env"]}
    model, _, folders = variables["LOAN_DEFAULT_MODEL"].partition("=")
    _, job = pod_specs(rendered(KUSTOMIZATIONS["training-job"]))[0]
    (training,), (preparation,) = job["containers"], job["initContainers"]
    given = dict(a.removeprefix("--").split("=", 1) for a in training["args"][1:])
    bucket = {v["name"]: v["value"] for v in training["env"]}["LOAN_DEFAULT_BUCKET"]
    assert model == given["model-name"]
    assert folders.split(",") == [
        f"s3://{bucket}/{given['model-key']}", f"s3://{bucket}/{given['data-key']}",
    ]
    assert variables["LOAN_DEFAULT_BUCKETS"] == bucket
    prepared = dict(a.removeprefix("--").split("=", 1) for a in preparation["args"][1:])
    assert prepared["key"].rpartition("/")[0] == given["data-key"]
