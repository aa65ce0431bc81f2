"""Resources that moto's CloudFormation lacks although moto has their services. Each is created by the AWS API call that
CloudFormation makes, through boto3, which checks the name and type of every parameter."""

import os

import boto3
from moto.cloudformation import parsing
from moto.core.common_models import CloudFormationModel


def camel(value):
    """CloudFormation writes UpperCamelCase where the older APIs have lowerCamelCase. Keys of maps stay as they are."""
    if isinstance(value, list):
        return [camel(item) for item in value]
    if isinstance(value, dict) and all(key[:1].isupper() for key in value):
        return {key[0].lower() + key[1:]: camel(item) for key, item in value.items()}
    return value


def metric_filter(properties, name):
    call = {**camel(properties), "filterName": properties.get("FilterName", name)}
    for transformation in call["metricTransformations"]:
        if "dimensions" in transformation:
            transformation["dimensions"] = {pair["key"]: pair["value"] for pair in transformation["dimensions"]}
    return call


def account(properties, _name):
    return {
        "patchOperations": [
            {"op": "replace", "path": "/cloudwatchRoleArn", "value": properties["CloudWatchRoleArn"]}
        ]
    }


def as_it_is(properties, _name):
    return properties


def alarm(properties, name):
    return {"AlarmName": name, **properties}


def secret(properties, name):
    return {"Name": name, **properties}


# type: (service, operation, parameters of the call, field of the answer or of the call that is the resource's id)
CALLS = {
    "AWS::ApiGateway::Account": ("apigateway", "update_account", account, "cloudwatchRoleArn"),
    "AWS::ApiGateway::Authorizer": ("apigateway", "create_authorizer", lambda p, _: camel(p), "id"),
    "AWS::ApiGateway::GatewayResponse": ("apigateway", "put_gateway_response", lambda p, _: camel(p), "responseType"),
    "AWS::ApiGatewayV2::Api": ("apigatewayv2", "create_api", as_it_is, "ApiId"),
    "AWS::ApiGatewayV2::Authorizer": ("apigatewayv2", "create_authorizer", as_it_is, "AuthorizerId"),
    "AWS::ApiGatewayV2::Integration": ("apigatewayv2", "create_integration", as_it_is, "IntegrationId"),
    "AWS::ApiGatewayV2::Route": ("apigatewayv2", "create_route", as_it_is, "RouteId"),
    "AWS::ApiGatewayV2::RouteResponse": ("apigatewayv2", "create_route_response", as_it_is, "RouteResponseId"),
    "AWS::ApiGatewayV2::Stage": ("apigatewayv2", "create_stage", as_it_is, "StageName"),
    "AWS::CloudWatch::Alarm": ("cloudwatch", "put_metric_alarm", alarm, "AlarmName"),
    "AWS::Logs::MetricFilter": ("logs", "put_metric_filter", metric_filter, "filterName"),
    "AWS::SecretsManager::Secret": ("secretsmanager", "create_secret", secret, "ARN"),
}


def model_of(cloudformation_type, service, operation, parameters_of, id_field):
    class Resource(CloudFormationModel):
        __module__ = "moto.cloudformation.added"  # moto takes the service from here

        def __init__(self, physical_id, answer):
            self.physical_resource_id = physical_id
            self.answer = answer

        @staticmethod
        def cloudformation_name_type():
            return ""

        @staticmethod
        def cloudformation_type():
            return cloudformation_type

        @classmethod
        def has_cfn_attr(cls, attr):
            return True

        def get_cfn_attribute(self, attribute_name):
            return self.answer[attribute_name]

        @classmethod
        def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
            client = boto3.client(service, region_name=region_name, endpoint_url=os.environ["MOTO_ENDPOINT"])
            call = parameters_of(cloudformation_json.get("Properties", {}), resource_name)
            answer = getattr(client, operation)(**call)
            return cls(str({**call, **answer}[id_field]), answer)

    return Resource


def add_missing_resources():
    """Teaches moto's CloudFormation the types above, and returns their names."""
    models = {model.cloudformation_type(): model for model in CloudFormationModel.__subclasses__()}
    both = models.keys() & CALLS.keys()
    if both:
        raise RuntimeError(f"moto has {', '.join(both)} now: remove them here")
    # moto finds its models among the subclasses of one class, which does not keep them alive.
    parsing.added = [model_of(cloudformation_type, *call) for cloudformation_type, call in CALLS.items()]
    # moto expects fields that a mock integration, such as that of OPTIONS, does not have.
    method = models["AWS::ApiGateway::Method"]
    create = method.create_from_cloudformation_json.__func__

    def create_method(cls, resource_name, cloudformation_json, *rest, **options):
        for field in ("IntegrationHttpMethod", "Uri"):
            cloudformation_json["Properties"]["Integration"].setdefault(field, None)
        return create(cls, resource_name, cloudformation_json, *rest, **options)

    method.create_from_cloudformation_json = classmethod(create_method)
    return list(CALLS)
