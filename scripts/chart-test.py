"""The checks of scripts/chart-test.sh; its only argument is a kubeconfig, or nothing."""
import glob
import os
import sys

from helm_python import HelmError
from helm_python.chart import Chart, lint, values_from_yaml
from helm_python.config import Config

CHART = "charts/accesspoint-operator"
EVERYTHING = {
    "memberRBAC": {"render": True},
    "admission": {"resumePolicy": {"enabled": True}},
    "memberClusters": {"secretNamespaces": ["fleet", "accesspoint-system"]},
    "gatewayNamespaces": ["istio-ingress", "edge"],
    "hubID": "host-1",
    "crds": {"keep": False},
    "nodeSelector": {"a": "b"},
    "tolerations": [{"operator": "Exists"}],
    "topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway"}],
    "extraArgs": ["--allow-loopback-members"],
    "extraEnv": [{"name": "A", "value": "b"}],
    "podLabels": {"a": "b"},
    "podAnnotations": {"a": "b"},
    "commonLabels": {"team": "edge"},
    "imagePullSecrets": [{"name": "pull"}],
    "image": {"registry": "registry.example.com", "digest": "sha256:" + "0" * 64},
}
# Values that the schema or a template must refuse, and a word of the refusal.
REFUSED = [
    ({"replicas": 3}, "replicas"),
    ({"replicaCount": "2"}, "/replicaCount"),
    ({"logFormat": "xml"}, "/logFormat"),
    ({"gatewayNamespaces": []}, "/gatewayNamespaces"),
    ({"gatewayNamespaces": ["Not a name"]}, "/gatewayNamespaces"),
    ({"image": {"repository": ""}}, "/image/repository"),
    ({"image": {"digest": "sha256:0"}}, "/image/digest"),
    ({"hubID": "-x"}, "/hubID"),
    ({"admission": {"resumePolicy": {"enable": True}}}, "/admission/resumePolicy"),
    ({"serviceAccount": {"create": False}}, "serviceAccount.name must be set"),
]


def documents(text):
    parts = ("\n" + text).split("\n---")
    return [d for d in (values_from_yaml(part) for part in parts if part.strip()) if d.get("kind")]


def render(chart, values=None):
    """The objects of a release by (kind, namespace, name); two of the same name are an error."""
    result = {}
    for path, text in chart.render(values, name="ap", namespace="accesspoint-system").items():
        if path.endswith(".txt"):
            continue
        for document in documents(text):
            meta = document["metadata"]
            key = (document["kind"], meta.get("namespace", ""), meta["name"])
            assert key not in result, f"twice: {key}"
            result[key] = document
    return result


def bare(document):
    """The object without what a release adds to it."""
    meta = {k: v for k, v in document["metadata"].items() if k != "labels"}
    if "annotations" in meta:
        meta["annotations"] = {k: v for k, v in meta["annotations"].items() if not k.startswith("helm.sh/")}
        if not meta["annotations"]:
            del meta["annotations"]
    return {**document, "metadata": meta}


def check_lint():
    for version in ["v1.20.2", "v1.36.0"]:
        for values in [None, EVERYTHING]:
            report = lint(CHART, values, strict=True, kube_version=version)
            bad = [m for m in report["messages"] if m["severity"] >= 2] + report["errors"]
            assert not bad, f"lint for {version}: {bad}"


def check_crds(objects):
    for path in glob.glob("crds/*.yaml"):
        with open(path, encoding="utf-8") as file:
            crd = values_from_yaml(file.read())
        assert bare(objects[("CustomResourceDefinition", "", crd["metadata"]["name"])]) == crd, path


def check_rbac(objects):
    for (kind, _, name), document in objects.items():
        for rule in document.get("rules", []):
            assert "*" not in str(rule), f"wildcard in {kind} {name}"
            if "secrets" in rule.get("resources", []):
                assert kind == "Role", f"{kind} {name} reads Secrets everywhere"
    with open("samples/member-rbac.yaml", encoding="utf-8") as file:
        sample = [d for d in documents(file.read()) if d["kind"] != "Namespace"]
    for document in sample:
        meta = document["metadata"]
        found = objects[(document["kind"], meta.get("namespace", ""), meta["name"])]
        assert bare(found) == document, f"member RBAC differs from the sample: {document['kind']} {meta['name']}"


def check_refusals(chart):
    for values, word in REFUSED:
        try:
            chart.render(values)
        except HelmError as error:
            assert word in str(error), f"{values}: {error}"
        else:
            raise AssertionError(f"accepted: {values}")


def check_release(kubeconfig):
    with Config(kubeconfig_path=kubeconfig, namespace="accesspoint-system") as config:
        config.install(CHART, name="ap", values={"memberClusters": {"secretNamespaces": ["default"]}})
        config.upgrade(CHART, name="ap", values={"replicaCount": 3})
        releases = config.list()
        assert [(r["name"], r["status"], r["revision"]) for r in releases] == [("ap", "deployed", 2)], releases
        config.uninstall("ap")
        assert not config.list()
    kubectl = f"{os.environ['KUBEBUILDER_ASSETS']}/kubectl --kubeconfig {kubeconfig}"
    kept = os.popen(f"{kubectl} get crd -o name").read()
    assert kept.count(".accesspoint.io") == 3, f"CRDs after removal of the release: {kept}"


def main():
    check_lint()
    with Chart.load(CHART) as chart:
        plain, full = render(chart), render(chart, EVERYTHING)
        kinds = {kind for kind, _, _ in full}
        assert {"ValidatingAdmissionPolicy", "PodDisruptionBudget", "Deployment"} <= kinds, kinds
        assert "ValidatingAdmissionPolicy" not in {kind for kind, _, _ in plain}
        for objects in (plain, full):
            check_crds(objects)
        check_rbac(full)
        check_refusals(chart)
    if sys.argv[1:2] != [""]:
        check_release(sys.argv[1])
    print("chart: lint, rendering, refusals" + (", release on a real server" if sys.argv[1:2] != [""] else "") + ": passed")


main()
