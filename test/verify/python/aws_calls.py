"""Makes AWS calls and prints their answers. Standard input is a JSON list of [service, operation, parameters]. A top-level
parameter {"file": PATH} stands for the content of that file."""

import json
import sys

import boto3


def content_of(value):
    if isinstance(value, dict) and value.keys() == {"file"}:
        with open(value["file"], "rb") as file:
            return file.read()
    return value


def answer(service, operation, parameters):
    given = {name: content_of(value) for name, value in parameters.items()}
    result = getattr(boto3.client(service), operation)(**given)
    result.pop("ResponseMetadata", None)
    return result


print(json.dumps([answer(*call) for call in json.load(sys.stdin)], default=str))
