#!/usr/bin/env python3
"""Writes the fields of Istio's CustomResourceDefinitions, one a line, for the tests of our schemas.

    scripts/istio-schema-digest.py path/to/istio > Tests/TrafficModelTests/Fixtures/istio-fields.txt

The argument is a clone of github.com/istio/istio; its HEAD is read, and named in the first lines. Needs PyYAML.
"""
import subprocess
import sys

import yaml

FILE = "manifests/charts/base/files/crd-all.gen.yaml"
KINDS = {
    "AuthorizationPolicy", "DestinationRule", "Gateway", "PeerAuthentication", "RequestAuthentication", "ServiceEntry",
    "Sidecar", "VirtualService", "WorkloadEntry",
}


def git(clone, *words):
    return subprocess.run(["git", "-C", clone, *words], check=True, capture_output=True, text=True).stdout


def type_of(schema):
    """The type in one word; a string that is checked as a time is a duration."""
    checks = " ".join(check["rule"] for check in schema.get("x-kubernetes-validations", []))
    kind = schema["type"]
    if kind == "string":
        return "duration" if "duration(self)" in checks else "bytes" if schema.get("format") == "byte" else "string"
    if kind == "array":
        return "list"
    return "map" if isinstance(schema.get("additionalProperties"), dict) else kind


def bounds(schema):
    """The least and the greatest number, length or count, as far as there are any."""
    for ends in ("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems"), ("minProperties", "maxProperties"):
        least, greatest = (schema.get(end) for end in ends)
        if least is not None or greatest is not None:
            return f"within {least if least is not None else ''}...{greatest if greatest is not None else ''}"
    return None


def exclusive(schema):
    """The groups of members of which one may be there; in a group, none of them is a branch of its own."""
    for group in [schema, *schema.get("allOf", [])]:
        branches = group.get("oneOf", [])
        names = [branch["required"][0] for branch in branches if "required" in branch]
        if len(names) > 1:
            yield names


def lines(prefix, path, schema, required):
    words = [prefix, path, type_of(schema)]
    if required:
        words.append("required")
    if "enum" in schema:
        words.append("of " + "|".join(sorted(schema["enum"])))
    if bounds(schema):
        words.append(bounds(schema))
    if path:
        yield " ".join(words)
    for names in exclusive(schema):
        yield " ".join([prefix, path or ".", "has one of", *sorted(names)])
    for name, member in schema.get("properties", {}).items():
        yield from lines(prefix, f"{path}.{name}" if path else name, member, name in schema.get("required", []))
    if "items" in schema:
        yield from lines(prefix, path + "[]", schema["items"], False)
    if type_of(schema) == "map":
        yield from lines(prefix, path + "{}", schema["additionalProperties"], False)


def main():
    clone = sys.argv[1]
    commit, day = git(clone, "log", "-1", "--format=%H %cs").split()
    found = []
    for document in yaml.safe_load_all(git(clone, "show", f"HEAD:{FILE}")):
        if not document or document["spec"]["names"]["kind"] not in KINDS:
            continue
        version = next(version for version in document["spec"]["versions"] if version["storage"])
        spec = version["schema"]["openAPIV3Schema"]["properties"]["spec"]
        found += lines(document["spec"]["names"]["kind"], "", spec, False)
    print(f"# The fields of {FILE}")
    print(f"# of github.com/istio/istio at {commit} ({day}), licensed under the Apache License 2.0.")
    print("# Written by scripts/istio-schema-digest.py.")
    print("\n".join(sorted(found)))


main()
