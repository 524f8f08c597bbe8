# SPDX-License-Identifier: Apache-2.0
"""The alerts: valid rules over metrics that the server has, each with an entry in the runbook."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import time
import urllib.request

import pytest
import yaml

from manifests import FOLDER, KUSTOMIZATIONS, NAMESPACE, ROOT, documents, of_kind, rendered

(RULE,) = documents(FOLDER / "components/alerts/prometheusrule.yaml")
ALERTS = [rule for group in RULE["spec"]["groups"] for rule in group["rules"]]
DASHBOARD = (FOLDER / "overlays/production/grafana-dashboard.json").read_text()
RUNBOOK = ROOT / "docs/operations.md"
# Labels that Prometheus adds.
ADDED = {"namespace", "pod"}
CODES = (ROOT / "Sources/LoanRPC/Status/StatusCode.swift").read_text()
PROMTOOL = shutil.which("promtool") or str(ROOT / ".cache/promtool/usr/bin/promtool")
needs_promtool = pytest.mark.skipif(
    not pathlib.Path(PROMTOOL).exists(), reason="there is no promtool; run `.ci/promtool`"
)


def program():
    return pathlib.Path(os.environ["PROGRAM"]).resolve()


def trained(folder):
    """Trains a small model below a folder."""

    def run(*arguments):
        subprocess.run([program(), *arguments], cwd=folder, check=True, capture_output=True)

    run("sample-data", "--rows", "600", "--output", "applications.csv")
    run("data", "--local-path", "applications.csv", "--target-path", "data")
    run(
        "train", "--local-data-path", "data", "--local-model-path", "models", "--model-name", "m",
        "--rounds", "3",
    )


def port(log, server):
    """The port of /metrics, once the model is served."""
    end = time.monotonic() + 120
    while '"message":"model loaded"' not in (text := log.read_text()):
        assert time.monotonic() < end and server.poll() is None, text
        time.sleep(0.02)
    said = r'^.*"message":"health and metrics are listening".*$'
    return json.loads(re.search(said, text, re.MULTILINE).group())["port"]


@pytest.fixture(scope="module")
def exposition(tmp_path_factory):
    """What /metrics of a server with a model says."""
    if "PROGRAM" not in os.environ:
        pytest.skip("PROGRAM is not set; run `make test`")
    folder = tmp_path_factory.mktemp("metrics")
    trained(folder)
    log = folder / "log"
    arguments = [f"--{name}-port=0" for name in ("http", "rpc", "grpc", "metrics")]
    arguments += ["--storage-root", folder, "--model", "m=models,data"]
    with log.open("w") as output:
        server = subprocess.Popen([program(), "serve", *arguments], stderr=output)
    try:
        address = f"http://127.0.0.1:{port(log, server)}/metrics"
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.read().decode()
    finally:
        server.terminate()
        server.wait(60)


def families(exposition):
    return set(re.findall(r"^# HELP (\w+) ", exposition, re.MULTILINE))


def family(metric):
    """The metric that a series of a histogram belongs to."""
    return re.sub(r"_(bucket|sum|count)$", "", metric)


def selectors(expression):
    """(metric, [(label, operator, value)]) of every series that an expression asks for."""
    for metric, labels in re.findall(r"\b([a-z]\w+)\{([^}]*)\}", expression):
        yield metric, re.findall(r'(\w+)\s*(=~|!=|!~|=)\s*"([^"]*)"', labels)


def test_alerts_have_what_a_pager_needs():
    names = [alert["alert"] for alert in ALERTS]
    assert len(names) == len(set(names))
    for alert in ALERTS:
        assert alert["labels"]["severity"] in ("critical", "warning")
        assert alert["annotations"]["summary"].endswith(".")


def test_each_alert_has_an_entry_in_the_runbook_and_the_reverse():
    section = RUNBOOK.read_text().split("\n## Runbook\n")[1].split("\n## ")[0]
    entries = re.findall(r"^### (\w+)$", section, re.MULTILINE)
    assert entries == [alert["alert"] for alert in ALERTS]
    for alert in ALERTS:
        anchor = f"docs/operations.md#{alert['alert'].lower()}"
        assert alert["annotations"]["runbook"] == anchor


def test_objectives_name_alerts():
    section = RUNBOOK.read_text().split("\n## Objectives\n")[1].split("\n## ")[0]
    named = set(re.findall(r"`(LoanDefault\w+)`", section))
    assert named and named <= {alert["alert"] for alert in ALERTS}


def test_alerts_look_at_their_namespace_alone():
    for alert in ALERTS:
        found = list(selectors(alert["expr"]))
        assert found
        for metric, labels in found:
            assert ("namespace", "=", NAMESPACE) in labels, (alert["alert"], metric)


def test_alerts_ask_for_metrics_and_labels_that_exist(exposition):
    known = families(exposition)
    for alert in ALERTS:
        for metric, labels in selectors(alert["expr"]):
            assert metric in known or family(metric) in known, metric
            for label, operator, value in labels:
                if operator == "=~":
                    assert label == "code" and all(f'"{v}"' in CODES for v in value.split("|"))
                elif label not in ADDED:
                    series = rf'^{metric}\{{[^}}]*{label}="{value}"'
                    assert re.search(series, exposition, re.MULTILINE), (metric, label, value)


def test_the_dashboard_and_the_pages_name_metrics_that_exist(exposition):
    known = families(exposition)
    pages = "".join(page.read_text() for page in sorted((ROOT / "docs").rglob("*.md")))
    named = re.findall(r"\b((?:loan_default|nv_inference|process)_\w+)\{", DASHBOARD)
    named += re.findall(r"`((?:loan_default|nv_inference|process)_\w+[a-z])\b", pages)
    assert len(named) > 20
    assert {n for n in named if n not in known and family(n) not in known} == set()


@pytest.mark.parametrize("name", ["production", "production-irsa"])
def test_production_has_the_alerts(name):
    (rule,) = of_kind(rendered(KUSTOMIZATIONS[name]), "PrometheusRule")
    assert rule["spec"] == RULE["spec"]


@needs_promtool
def test_promtool_takes_the_rules_and_they_fire_when_they_should(tmp_path):
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(RULE["spec"]))
    shutil.copy(pathlib.Path(__file__).with_name("alerts.promtool.yaml"), tmp_path / "tests.yaml")
    for command in (["check", "rules", "rules.yaml"], ["test", "rules", "tests.yaml"]):
        done = subprocess.run(
            [PROMTOOL, *command], cwd=tmp_path, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr
