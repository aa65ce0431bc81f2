"""Makes AWS calls and prints their answers. Standard input: a JSON list of [service, operation, parameters]."""

import json
import sys

import boto3


def answer(service, operation, parameters):
    result = getattr(boto3.client(service), operation)(**parameters)
    result.pop("ResponseMetadata", None)
    return result


print(json.dumps([answer(*call) for call in json.load(sys.stdin)], default=str))
