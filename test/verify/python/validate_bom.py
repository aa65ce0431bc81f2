"""Checks a bill of materials against the schema of CycloneDX 1.6, which is in the folder of the first argument."""

import json
import pathlib
import sys

from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

folder, bom = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])


def schema(name):
    return json.loads((folder / name).read_text())


others = ("spdx.SNAPSHOT.schema.json", "jsf-0.82.SNAPSHOT.schema.json")
registry = Registry().with_resources(
    (f"http://cyclonedx.org/schema/{name}", Resource(schema(name), DRAFT7)) for name in others
)
Draft7Validator(schema("bom-1.6.SNAPSHOT.schema.json"), registry=registry).validate(json.loads(bom.read_text()))
