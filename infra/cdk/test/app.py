"""The construct in Python: writes a stack's template to the folder of CDK_OUTDIR."""

from aws_cdk import App, Duration, Stack
from aws_cdk.aws_apigateway import MockIntegration, RestApi
from aws_cdk.aws_apigatewayv2 import HttpApi, HttpMethod
from aws_cdk.aws_apigatewayv2_integrations import HttpUrlIntegration
from aws_cdk.aws_secretsmanager import Secret

from approov_apigateway_authorizer_cdk import ApproovAuthorizer, ApproovSettings

app = App()
stack = Stack(app, "Python")
approov = ApproovAuthorizer(
    stack,
    "Approov",
    secret=Secret.from_secret_name_v2(stack, "Secret", "approov/secret"),
    settings=ApproovSettings(
        secret_ttl_seconds=120, binding_headers=["Authorization"], binding="required"
    ),
    results_cache_ttl=Duration.minutes(2),
)
rest = RestApi(stack, "Rest")
rest.root.add_method("GET", MockIntegration(), authorizer=approov.rest_authorizer(rest))
http = HttpApi(stack, "Http", default_authorizer=approov.http_authorizer())
http.add_routes(
    path="/a",
    methods=[HttpMethod.GET],
    integration=HttpUrlIntegration("Backend", "https://backend.example.com"),
)
app.synth()
