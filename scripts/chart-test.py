"""The checks of scripts/chart-test.sh; its only argument is a kubeconfig, or nothing."""
import glob
import json
import os
import re
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
    "allowServiceFields": ["externalIPs", "loadBalancerIP", "ExternalName"],
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
    "metrics": {
        "perAccessPoint": True,
        "service": {"annotations": {"a": "b"}},
        "serviceMonitor": {"enabled": True, "labels": {"release": "p"}},
        "prometheusRule": {"enabled": True, "labels": {"release": "p"}},
        "grafanaDashboard": {"enabled": True},
    },
}
# Values that the schema or a template must refuse, and a word of the refusal.
REFUSED = [
    ({"replicas": 3}, "replicas"),
    ({"replicaCount": "2"}, "/replicaCount"),
    ({"logFormat": "xml"}, "/logFormat"),
    ({"gatewayNamespaces": []}, "/gatewayNamespaces"),
    ({"gatewayNamespaces": ["Not a name"]}, "/gatewayNamespaces"),
    ({"allowServiceFields": ["externalIP"]}, "/allowServiceFields"),
    ({"image": {"repository": ""}}, "/image/repository"),
    ({"image": {"digest": "sha256:0"}}, "/image/digest"),
    ({"hubID": "-x"}, "/hubID"),
    ({"admission": {"resumePolicy": {"enable": True}}}, "/admission/resumePolicy"),
    ({"serviceAccount": {"create": False}}, "serviceAccount.name must be set"),
    ({"metrics": {"service": {"port": 0}}}, "/metrics/service/port"),
    ({"metrics": {"serviceMonitor": {"enabled": True, "interval": "soon"}}}, "/metrics/serviceMonitor/interval"),
    ({"metrics": {"enabled": False, "serviceMonitor": {"enabled": True}}}, "needs metrics.enabled"),
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


def arguments(objects):
    """The container of the operator, and its arguments."""
    (deployment,) = [d for (kind, _, _), d in objects.items() if kind == "Deployment"]
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    return container, container["args"]


def check_metrics(plain, full, off):
    container, args = arguments(plain)
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    assert ports == {"health": 8081, "metrics": 8080}, ports
    assert {"--health-address=:8081", "--metrics-address=:8080"} <= set(args), args
    for probe, path in [("livenessProbe", "/healthz"), ("readinessProbe", "/readyz")]:
        assert container[probe]["httpGet"] == {"path": path, "port": "health"}, container[probe]
    (service,) = [d for (kind, _, _), d in plain.items() if kind == "Service"]
    (monitor,) = [d for (kind, _, _), d in full.items() if kind == "ServiceMonitor"]
    labels = service["metadata"]["labels"].items()
    assert monitor["spec"]["selector"]["matchLabels"].items() <= labels, "the ServiceMonitor misses the Service"
    assert "--per-accesspoint-metrics" in arguments(full)[1] and "--per-accesspoint-metrics" not in args
    container, args = arguments(off)
    assert "--metrics-address=0" in args and [p["name"] for p in container["ports"]] == ["health"], args
    extras = {"ServiceMonitor", "PrometheusRule", "ConfigMap"}
    assert not extras & {kind for kind, _, _ in plain}, "made without being asked for"
    assert not (extras | {"Service"}) & {kind for kind, _, _ in off}


def check_names(full):
    """Whatever alerts and dashboard ask for is a metric that docs/metrics.md lists."""
    with open("docs/metrics.md", encoding="utf-8") as file:
        known = set(re.findall(r"^\| `([a-z0-9_]+)`", file.read(), re.MULTILINE))
    (rule,) = [d for (kind, _, _), d in full.items() if kind == "PrometheusRule"]
    (board,) = [d for (kind, _, _), d in full.items() if kind == "ConfigMap"]
    alerts = [alert for group in rule["spec"]["groups"] for alert in group["rules"]]
    assert len(alerts) >= 11 and all(a["annotations"]["summary"] and a["labels"]["severity"] for a in alerts)
    panels = json.loads(board["data"]["accesspoint-operator.json"])["panels"]
    texts = [alert["expr"] for alert in alerts] + [t["expr"] for panel in panels for t in panel["targets"]]
    pattern = r"\b(?:accesspoint|controller_runtime|workqueue|rest_client|leader_election|process)_[a-z0-9_]+"
    for text in texts:
        names = re.findall(pattern, text)
        assert names, f"no metric in: {text}"
        for name in names:
            assert re.sub(r"_(bucket|sum|count)$", "", name) in known, f"{name} does not exist: {text}"


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
    assert kept.count(".accesspoint.io") == len(os.listdir("crds")), f"CRDs after removal of the release: {kept}"


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
        check_metrics(plain, full, render(chart, {"metrics": {"enabled": False}}))
        check_names(full)
        check_refusals(chart)
    if sys.argv[1:2] != [""]:
        check_release(sys.argv[1])
    print("chart: lint, rendering, refusals" + (", release on a real server" if sys.argv[1:2] != [""] else "") + ": passed")


main()
