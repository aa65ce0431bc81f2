"""A stand-in for the AWS provider: terraform_provider.py SCHEMA GENERATED

Serves the schema of the real provider (SCHEMA, a JSON file of providerSchema.ts), and makes the AWS calls of
terraform_resources.py. Terraform finds it by the variable TF_REATTACH_PROVIDERS, whose value is printed. GENERATED is the
folder with protoc's output for plugin.proto. It differs from a provider in that it knows the reasons to replace a
resource only where REPLACED_BY names them, and validates no values."""

import json
import os
import sys
from concurrent import futures

import grpc
import msgpack

schema_file, generated = sys.argv[1:]
sys.path.insert(0, generated)

import plugin_pb2 as protocol  # noqa: E402
import plugin_pb2_grpc as service  # noqa: E402
import terraform_resources as resources  # noqa: E402

with open(schema_file) as file:
    SCHEMA = json.load(file)

UNKNOWN = msgpack.ExtType(0, b"\x00")
NESTING = {"single": 1, "list": 2, "set": 3, "map": 4}
REPLACED_BY = {"aws_api_gateway_deployment": ["triggers"], "aws_apigatewayv2_deployment": ["triggers"]}


def pack(value):
    return protocol.DynamicValue(msgpack=msgpack.packb(value, use_bin_type=True))


def unpack(dynamic):
    if dynamic.json:
        return json.loads(dynamic.json)
    return msgpack.unpackb(dynamic.msgpack, raw=False, strict_map_key=False)


def block_message(block):
    attributes = [
        protocol.Schema.Attribute(
            name=name,
            type=json.dumps(attribute["type"]).encode(),
            required=attribute["required"],
            optional=attribute["optional"],
            computed=attribute["computed"],
        )
        for name, attribute in block["attributes"].items()
    ]
    nested = [
        protocol.Schema.NestedBlock(
            type_name=name,
            block=block_message(inner["block"]),
            nesting=NESTING[inner["nesting"]],
            min_items=inner["min"],
            max_items=inner["max"],
        )
        for name, inner in block["blocks"].items()
    ]
    return protocol.Schema.Block(attributes=attributes, block_types=nested)


def schema_messages(blocks):
    return {name: protocol.Schema(block=block_message(block)) for name, block in blocks.items()}


def with_unknowns(value, config, block):
    """The plan of a create: what the provider computes, and the configuration does not give, is unknown."""
    planned = dict(value)
    for name, attribute in block["attributes"].items():
        if attribute["computed"] and planned.get(name) is None and (config or {}).get(name) is None:
            planned[name] = UNKNOWN
    for name, inner in block["blocks"].items():
        items, given = planned.get(name), (config or {}).get(name)
        if isinstance(items, list):
            pairs = zip(items, given if isinstance(given, list) else [None] * len(items))
            planned[name] = [with_unknowns(item, of_config, inner["block"]) for item, of_config in pairs]
    return planned


def known(value):
    if isinstance(value, msgpack.ExtType):
        return None
    if isinstance(value, dict):
        return {key: known(item) for key, item in value.items()}
    if isinstance(value, list):
        return [known(item) for item in value]
    return value


def failure(response, kind, error):
    return response(diagnostics=[protocol.Diagnostic(severity=1, summary=f"{kind}: {error}")])


class Provider(service.ProviderServicer):
    def GetProviderSchema(self, request, context):
        return protocol.GetProviderSchema.Response(
            provider=protocol.Schema(block=block_message(SCHEMA["provider"])),
            resource_schemas=schema_messages(SCHEMA["resources"]),
            data_source_schemas=schema_messages(SCHEMA["data"]),
        )

    def ValidateProviderConfig(self, request, context):
        return protocol.ValidateProviderConfig.Response()

    def ValidateResourceConfig(self, request, context):
        return protocol.ValidateResourceConfig.Response()

    def ValidateDataResourceConfig(self, request, context):
        return protocol.ValidateDataResourceConfig.Response()

    def UpgradeResourceState(self, request, context):
        return protocol.UpgradeResourceState.Response(upgraded_state=pack(json.loads(request.raw_state.json)))

    def ConfigureProvider(self, request, context):
        return protocol.ConfigureProvider.Response()

    def GetFunctions(self, request, context):
        return protocol.GetFunctions.Response()

    def StopProvider(self, request, context):
        return protocol.StopProvider.Response()

    def ReadResource(self, request, context):
        try:
            state = resources.read(request.type_name, unpack(request.current_state))
        except Exception as error:
            return failure(protocol.ReadResource.Response, request.type_name, error)
        return protocol.ReadResource.Response(new_state=pack(state))

    def PlanResourceChange(self, request, context):
        kind, prior, planned = request.type_name, unpack(request.prior_state), unpack(request.proposed_new_state)
        if planned is not None and prior is None:
            planned = with_unknowns(planned, unpack(request.config), SCHEMA["resources"][kind])
        replaced_by = [
            protocol.AttributePath(steps=[protocol.AttributePath.Step(attribute_name=name)])
            for name in REPLACED_BY.get(kind, [])
            if prior is not None and planned is not None and prior[name] != planned[name]
        ]
        return protocol.PlanResourceChange.Response(planned_state=pack(planned), requires_replace=replaced_by)

    def ApplyResourceChange(self, request, context):
        kind, prior, planned = request.type_name, unpack(request.prior_state), unpack(request.planned_state)
        try:
            if planned is None:
                resources.delete(kind, prior)
                state = None
            elif prior is None:
                state = resources.create(kind, known(planned))
            else:
                state = resources.update(kind, prior, known(planned))
        except Exception as error:
            return failure(protocol.ApplyResourceChange.Response, kind, error)
        return protocol.ApplyResourceChange.Response(new_state=pack(state))

    def ReadDataSource(self, request, context):
        return protocol.ReadDataSource.Response(state=pack(resources.data(request.type_name, unpack(request.config))))


server = grpc.server(futures.ThreadPoolExecutor(max_workers=16), options=[("grpc.max_send_message_length", 64 << 20)])
service.add_ProviderServicer_to_server(Provider(), server)
port = server.add_insecure_port("127.0.0.1:0")
server.start()
reattach = {
    "Protocol": "grpc",
    "ProtocolVersion": 6,
    "Pid": os.getpid(),
    "Test": True,
    "Addr": {"Network": "tcp", "String": f"127.0.0.1:{port}"},
}
addresses = ("registry.terraform.io/hashicorp/aws", "registry.opentofu.org/hashicorp/aws")
print(json.dumps({address: reattach for address in addresses}), flush=True)
server.wait_for_termination()
