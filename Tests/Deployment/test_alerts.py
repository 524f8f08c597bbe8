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
RULES = [rule for group in RULE["spec"]["groups"] for rule in group["rules"]]
ALERTS = [rule for rule in RULES if "alert" in rule]
RECORDS = [rule["record"] for rule in RULES if "record" in rule]
DASHBOARD = (FOLDER / "overlays/production/grafana-dashboard.json").read_text()
RUNBOOK = ROOT / "docs/operations.md"
APPLICATION = {
    "person_age": 22, "person_income": 59000, "person_home_ownership": "RENT",
    "person_emp_length": 3, "loan_intent": "PERSONAL", "loan_grade": "D", "loan_amnt": 35000,
    "loan_int_rate": 16.02, "loan_percent_income": 0.59, "cb_person_default_on_file": "Y",
    "cb_person_cred_hist_length": 3,
}
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
    for name in ("m", "challenger"):
        run(
            "train", "--local-data-path", "data", "--local-model-path", "models", "--model-name",
            name, "--rounds", "3",
        )


def ports(log, server):
    """The ports of HTTP and of /metrics, once the models are served."""
    end = time.monotonic() + 120
    while (text := log.read_text()).count('"message":"model loaded"') < 2:
        assert time.monotonic() < end and server.poll() is None, text
        time.sleep(0.02)
    for what in ("HTTP is", "health and metrics are"):
        said = rf'^.*"message":"{what} listening".*$'
        yield json.loads(re.search(said, text, re.MULTILINE).group())["port"]


def challenge(port, **challenger):
    """Sets a challenger against the model, and predicts."""
    for method, path, body in (
        ("PUT", "/models/m/challenger", {"model": "challenger", **challenger}),
        ("POST", "/v1/models/m:predict", {"instances": [APPLICATION]}),
    ):
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}{path}", json.dumps(body).encode(),
            {"Content-Type": "application/json"}, method=method,
        )
        urllib.request.urlopen(request, timeout=30).close()


def metrics_with(name, port):
    """What /metrics says once a metric is there."""
    end, text = time.monotonic() + 60, ""
    while f"{name}{{" not in text:
        assert time.monotonic() < end, text
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
            text = answer.read().decode()
    return text


@pytest.fixture(scope="module")
def exposition(tmp_path_factory):
    """What /metrics of a server with a model says."""
    if "PROGRAM" not in os.environ:
        pytest.skip("PROGRAM is not set; run `make test`")
    folder = tmp_path_factory.mktemp("metrics")
    (folder / "storage").mkdir()
    trained(folder / "storage")
    log = folder / "log"
    arguments = [f"--{name}-port=0" for name in ("http", "rpc", "grpc", "metrics")]
    arguments += ["--storage-root", folder / "storage", "--record", folder / "record"]
    arguments += [f"--model={name}=models,data" for name in ("m", "challenger")]
    with log.open("w") as output:
        server = subprocess.Popen([program(), "serve", *arguments], stderr=output)
    try:
        http, metrics = ports(log, server)
        challenge(http, mode="shadow")
        # It scores after the answer.
        metrics_with("loan_default_challenger_decisions_total", metrics)
        challenge(http, mode="canary", share=1)
        return metrics_with("loan_default_challenger_calls_total", metrics)
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


def test_rules_look_at_their_namespace_alone():
    for rule in RULES:
        recorded = re.findall(r"\bloan_default:\w+:\w+", rule["expr"])
        assert set(recorded) <= set(RECORDS)
        found = list(selectors(rule["expr"]))
        assert found or recorded
        for metric, labels in found:
            assert ("namespace", "=", NAMESPACE) in labels, (rule, metric)


def test_each_record_is_read():
    expressions = " ".join(rule["expr"] for rule in RULES) + DASHBOARD
    assert len(RECORDS) == len(set(RECORDS)) and all(name in expressions for name in RECORDS)


def test_rules_ask_for_metrics_and_labels_that_exist(exposition):
    known = families(exposition)
    for rule in RULES:
        for metric, labels in selectors(rule["expr"]):
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
