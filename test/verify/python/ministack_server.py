"""ministack with six additions: it knows two more types of CloudFormation resources, leaves out alarms of metric math,
gives a secret's ARN where a template refers to the secret, knows Fn::Split in the conditions of a template, finds handlers
in .cjs files, and evaluates the whole policy of an authorizer, conditions included, by its own IAM evaluator. Each ends with
an error once ministack has it by itself."""

import sys

from ministack import app
from ministack.core import iam_evaluator, lambda_runtime
from ministack.services import apigateway, apigateway_v1
from ministack.services.cloudformation import engine, provisioners


def made(answer, field):
    status, _headers, body = answer
    if status >= 400:
        raise ValueError(body)
    return apigateway.json.loads(body)[field]


def create_deployment(_logical_id, properties, _stack):
    api_id = properties["ApiId"]
    deployment_id = made(apigateway._create_deployment(api_id, {}), "deploymentId")
    return deployment_id, {"DeploymentId": deployment_id}


def create_route_response(_logical_id, properties, _stack):
    # A Ref of a route is its id behind the API's.
    route_id = properties["RouteId"].rpartition("/")[2]
    data = {"routeResponseKey": properties["RouteResponseKey"]}
    made_id = made(apigateway._create_route_response(properties["ApiId"], route_id, data), "routeResponseId")
    return made_id, {"RouteResponseId": made_id}


ADDED = {
    "AWS::ApiGatewayV2::Deployment": create_deployment,
    "AWS::ApiGatewayV2::RouteResponse": create_route_response,
}
for resource_type, create in ADDED.items():
    if resource_type in provisioners._RESOURCE_HANDLERS:
        raise SystemExit(f"ministack has {resource_type} by now: leave it to ministack")
    # A stack is never deleted here: the server ends with all it holds.
    provisioners._RESOURCE_HANDLERS[resource_type] = {"create": create, "delete": lambda _id, _properties: None}

create_alarm = provisioners._RESOURCE_HANDLERS["AWS::CloudWatch::Alarm"]["create"]


def create_alarm_or_nothing(logical_id, properties, stack):
    if "Metrics" not in properties:
        return create_alarm(logical_id, properties, stack)
    try:
        create_alarm(logical_id, properties, stack)
    except ValueError:
        return f"{stack}-{logical_id}", {}
    raise RuntimeError("ministack has alarms of metric math by now: leave them to ministack")


provisioners._RESOURCE_HANDLERS["AWS::CloudWatch::Alarm"]["create"] = create_alarm_or_nothing

create_secret = provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"]["create"]


def create_secret_with_arn(logical_id, properties, stack):
    reference, attributes = create_secret(logical_id, properties, stack)
    if reference == attributes["Arn"]:
        raise RuntimeError("ministack refers to a secret by its ARN by now: leave it to ministack")
    return attributes["Arn"], attributes


provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"]["create"] = create_secret_with_arn

evaluate_conditions = engine._evaluate_conditions


def split(value, params):
    """A part of a condition, with each Fn::Split of a parameter as its list."""
    if isinstance(value, list):
        return [split(item, params) for item in value]
    if not isinstance(value, dict):
        return value
    if "Fn::Split" in value:
        separator, reference = value["Fn::Split"]
        return params[reference["Ref"]]["Value"].split(separator)
    return {key: split(item, params) for key, item in value.items()}


def evaluate_conditions_with_split(template, params):
    return evaluate_conditions({"Conditions": split(template.get("Conditions", {}), params)}, params)


FIRST_IS_A = {"Fn::Equals": ["a", {"Fn::Select": [0, {"Fn::Split": [",", "a,b"]}]}]}
try:
    evaluate_conditions({"Conditions": {"FirstIsA": FIRST_IS_A}}, {})
except KeyError:
    for module in list(sys.modules.values()):
        if getattr(module, "_evaluate_conditions", None) is evaluate_conditions:
            module._evaluate_conditions = evaluate_conditions_with_split
else:
    raise SystemExit("ministack knows Fn::Split in conditions by now: leave it to ministack")

if ".cjs" in lambda_runtime._NODEJS_WORKER_SCRIPT:
    raise SystemExit("ministack finds .cjs handlers by now: leave it to ministack")
lambda_runtime._NODEJS_WORKER_SCRIPT = (
    'require.extensions[".cjs"] = require.extensions[".js"];\n' + lambda_runtime._NODEJS_WORKER_SCRIPT
)


def evaluate(policy, arn):
    """Allow, Deny or NoMatch, as ministack's two services name it."""
    _arn, _partition, _service, region, account, _resource = arn.split(":", 5)
    context = iam_evaluator.EvalContext(
        principal_arn="*",
        principal_type="Anonymous",
        principal_account=account,
        action="execute-api:Invoke",
        resource_arn=arn,
        region=region,
    )
    decision = iam_evaluator.evaluate(context, [iam_evaluator.parse_policy_document(policy)]).decision
    return "NoMatch" if decision == "ImplicitDeny" else decision


PAST = {
    "Statement": {
        "Effect": "Allow",
        "Action": "execute-api:Invoke",
        "Resource": "*",
        "Condition": {"DateLessThan": {"aws:CurrentTime": "2001-01-01T00:00:00Z"}},
    }
}
ARN = "arn:aws:execute-api:eu-west-1:000000000000:api/stage/GET/path"
if evaluate(PAST, ARN) != "NoMatch":
    raise SystemExit("ministack's IAM evaluator does not evaluate dates")
for module, name in ((apigateway_v1, "_evaluate_policy"), (apigateway, "_evaluate_authorizer_policy")):
    if getattr(module, name)(PAST, ARN) != "Allow":
        raise SystemExit(f"ministack's {name} evaluates conditions by now: leave it to ministack")
    setattr(module, name, evaluate)

# Its own command line has no port: GATEWAY_PORT says it.
sys.argv = ["ministack"]
app.main()
