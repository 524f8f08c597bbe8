# SPDX-License-Identifier: Apache-2.0
"""Every object against the published schemas of the Kubernetes versions that we promise."""

import kubernetes_validate
import pytest

from manifests import FILES, FOLDER, KUSTOMIZATIONS, documents, rendered

VERSIONS = ["1.34", "1.35"]
# Kinds whose definitions come with an operator, not with Kubernetes. Anything else without a
# schema is a misspelt kind or version.
CUSTOM_RESOURCES = {("monitoring.coreos.com/v1", kind) for kind in ("PodMonitor", "PrometheusRule")}


def check(objects, version):
    assert objects
    for item in objects:
        if (item["apiVersion"], item["kind"]) not in CUSTOM_RESOURCES:
            assert kubernetes_validate.validate(item, version, strict=True) == version


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", KUSTOMIZATIONS)
def test_rendered_objects_fit_the_strict_schemas(name, version):
    check(rendered(KUSTOMIZATIONS[name]), version)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", FILES)
def test_each_documented_file_fits_alone(name, version):
    check(documents(FOLDER / name), version)


def test_base_is_made_of_the_documented_files():
    def names(objects):
        return {(o["kind"], o["metadata"]["name"]) for o in objects}

    files = [o for name in FILES for o in documents(FOLDER / name)]
    generated = [o for o in rendered(FOLDER) if o["kind"] == "ConfigMap"]
    assert names(files) | names(generated) == names(rendered(FOLDER))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_misspelt_field_is_found(version):
    item = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "x"}, "spec": {"portz": []}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(item, version, strict=True)


def test_an_unknown_kind_is_found():
    with pytest.raises(kubernetes_validate.SchemaNotFoundError):
        check([{"apiVersion": "apps/v1", "kind": "Deploiment"}], "1.35")
