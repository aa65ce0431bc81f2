"""What the stand-in provider's resources share: clients, and the shape of a resource."""

import functools
import uuid

import boto3

ACCOUNT, REGION = "123456789012", "eu-west-1"


@functools.cache
def client(name):
    return boto3.client(name)


def given(**fields):
    return {name: value for name, value in fields.items() if value not in (None, [], {}, "")}


def first(blocks):
    return blocks[0] if blocks else {}


def name_of(state):
    return state["name"] or state["name_prefix"] + uuid.uuid4().hex[:10]


def tag_list(state):
    return [{"Key": key, "Value": value} for key, value in (state["tags"] or {}).items()]


class Resource:
    """What Terraform does with one kind of resource. `read` gives attributes as AWS has them."""

    def __init__(self, create, read, delete, update=None):
        self.create, self.read, self.delete, self.update = create, read, delete, update


def found_in(items, attributes):
    """The attributes of the item that was asked for; nothing where it is gone."""
    return attributes(items[0]) if items else None


def call(service, operation, parameters, attributes=lambda found: {}):
    """A call with parameters made of the state."""
    return lambda state: attributes(getattr(client(service), operation)(**parameters(state)))
