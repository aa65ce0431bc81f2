"""API Gateway's resources for the stand-in provider. Where API Gateway is known to refuse what moto accepts, so does this."""

import functools
import uuid

from terraform_shared import ACCOUNT, REGION, Resource, call, client, first, given

rest = functools.partial(call, "apigateway")
v2 = functools.partial(call, "apigatewayv2")


def create_rest_api(state):
    rest = client("apigateway")
    made = rest.create_rest_api(name=state["name"])
    root = rest.get_resources(restApiId=made["id"])["items"][0]["id"]
    arn = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{made['id']}"
    return {"id": made["id"], "root_resource_id": root, "execution_arn": arn}


def of_rest(state, **ids):
    return {"restApiId": state["rest_api_id"], **{name: state[key] for name, key in ids.items()}}


def of_method(state):
    return of_rest(state, resourceId="resource_id", httpMethod="http_method")


def of_stage(state):
    return of_rest(state, stageName="stage_name")


def of_response(state):
    return of_rest(state, responseType="response_type")


def create_method(state):
    authorization = given(authorizationType=state["authorization"], authorizerId=state["authorizer_id"])
    client("apigateway").put_method(**of_method(state), **authorization)
    return {"id": f"agm-{state['resource_id']}-{state['http_method']}"}


def update_method(state, prior):
    # moto can only make the method anew, which loses its integration.
    integration = client("apigateway").get_integration(**of_method(state))
    create_method(state)
    put_integration(state, integration["type"], integration.get("httpMethod"), integration.get("uri"))


def put_integration(state, kind, method, uri):
    client("apigateway").put_integration(
        **of_method(state), type=kind, **given(integrationHttpMethod=method, uri=uri)
    )


def create_integration(state):
    put_integration(state, state["type"], state["integration_http_method"], state["uri"])
    return {"id": f"agi-{state['resource_id']}-{state['http_method']}"}


def put_gateway_response(state):
    client("apigateway").put_gateway_response(
        **of_response(state),
        statusCode=state["status_code"],
        responseTemplates=state["response_templates"],
        responseParameters=state["response_parameters"],
    )
    return {"id": f"aggr-{state['rest_api_id']}-{state['response_type']}"}


def update_stage(state, prior):
    operations = [{"op": "replace", "path": "/deploymentId", "value": state["deployment_id"]}]
    client("apigateway").update_stage(**of_stage(state), patchOperations=operations)


def rest_authorizer(state):
    # The provider's default, and API Gateway's rule.
    source = "method.request.header.Authorization" if state["identity_source"] is None else state["identity_source"]
    ttl = 300 if state["authorizer_result_ttl_in_seconds"] is None else int(state["authorizer_result_ttl_in_seconds"])
    if source == "":
        raise ValueError("BadRequestException: Invalid identity source")
    return {"identitySource": source, "authorizerResultTtlInSeconds": ttl}


def create_rest_authorizer(state):
    made = client("apigateway").create_authorizer(
        restApiId=state["rest_api_id"],
        name=state["name"],
        type=state["type"],
        **given(authorizerUri=state["authorizer_uri"], providerARNs=state["provider_arns"]),
        **rest_authorizer(state),
    )
    return {"id": made["id"]}


def read_rest_authorizer(state):
    found = client("apigateway").get_authorizer(**of_rest(state, authorizerId="id"))
    attributes = {
        "identity_source": found["identitySource"],
        "authorizer_result_ttl_in_seconds": found["authorizerResultTtlInSeconds"],
    }
    # The provider's defaults are no change.
    return {name: value for name, value in attributes.items() if state[name] is not None}


def update_rest_authorizer(state, prior):
    operations = [
        {"op": "replace", "path": f"/{name}", "value": str(value)} for name, value in rest_authorizer(state).items()
    ]
    client("apigateway").update_authorizer(**of_rest(state, authorizerId="id"), patchOperations=operations)


def create_api(state):
    cors = first(state["cors_configuration"])
    made = client("apigatewayv2").create_api(
        **given(
            Name=state["name"],
            ProtocolType=state["protocol_type"],
            RouteSelectionExpression=state["route_selection_expression"],
            CorsConfiguration=given(
                AllowOrigins=cors.get("allow_origins"),
                AllowMethods=cors.get("allow_methods"),
                AllowHeaders=cors.get("allow_headers"),
            ),
        )
    )
    return {"id": made["ApiId"], "api_endpoint": made["ApiEndpoint"]}


def of_api(state, **ids):
    return {"ApiId": state["api_id"], **{name: state[key] for name, key in ids.items()}}


def create_api_integration(state):
    made = client("apigatewayv2").create_integration(
        **of_api(state),
        **given(
            IntegrationType=state["integration_type"],
            IntegrationMethod=state["integration_method"],
            IntegrationUri=state["integration_uri"],
        ),
    )
    return {"id": made["IntegrationId"]}


def route_fields(state):
    return of_api(state) | given(
        RouteKey=state["route_key"],
        Target=state["target"],
        AuthorizationType=state["authorization_type"],
        AuthorizerId=state["authorizer_id"],
    )


def create_route(state):
    return {"id": client("apigatewayv2").create_route(**route_fields(state))["RouteId"]}


def update_route(state, prior):
    # With the type NONE API Gateway forgets the authorizer. moto has to be told.
    authorizer = {"AuthorizerId": ""} if state["authorization_type"] == "NONE" else {}
    client("apigatewayv2").update_route(RouteId=state["id"], **route_fields(state) | authorizer)


def delete_api_authorizer(state):
    # As API Gateway does, and moto does not: https://github.com/hashicorp/terraform-provider-aws/pull/37732
    for route in client("apigatewayv2").get_routes(**of_api(state))["Items"]:
        if route.get("AuthorizerId") == state["id"]:
            name, key = state["name"], route["RouteKey"]
            raise ValueError(
                f"ConflictException: Cannot delete authorizer '{name}', is referenced in route: {key}"
            )
    client("apigatewayv2").delete_authorizer(**of_api(state, AuthorizerId="id"))


def create_api_stage(state):
    log = first(state["access_log_settings"])
    client("apigatewayv2").create_stage(
        **of_api(state, StageName="name"),
        **given(
            DeploymentId=state["deployment_id"],
            AutoDeploy=state["auto_deploy"],
            AccessLogSettings=given(DestinationArn=log.get("destination_arn"), Format=log.get("format")),
        ),
    )
    return {"id": state["name"]}


def create_api_authorizer(state):
    sources, ttl = state["identity_sources"] or [], state["authorizer_result_ttl_in_seconds"]
    is_http = client("apigatewayv2").get_api(ApiId=state["api_id"])["ProtocolType"] == "HTTP"
    jwt = first(state["jwt_configuration"])
    if ttl is None and is_http and sources and not jwt:
        ttl = 300
    if is_http and ttl and not sources:
        raise ValueError("BadRequestException: a TTL greater than 0 needs an identity source")
    if ttl is not None and not is_http:
        raise ValueError("BadRequestException: a WebSocket API has no authorizer cache")
    made = client("apigatewayv2").create_authorizer(
        **of_api(state),
        Name=state["name"],
        AuthorizerType=state["authorizer_type"],
        IdentitySource=sources,
        **given(
            AuthorizerUri=state["authorizer_uri"],
            JwtConfiguration=given(Issuer=jwt.get("issuer"), Audience=jwt.get("audience")),
            AuthorizerPayloadFormatVersion=state["authorizer_payload_format_version"],
            EnableSimpleResponses=state["enable_simple_responses"] or None,
        ),
        **({} if ttl is None else {"AuthorizerResultTtlInSeconds": int(ttl)}),
    )
    return {"id": made["AuthorizerId"], "authorizer_result_ttl_in_seconds": ttl or 0}


def read_api_authorizer(state):
    found = client("apigatewayv2").get_authorizer(**of_api(state, AuthorizerId="id"))
    return {
        "identity_sources": sorted(found.get("IdentitySource", [])),
        "authorizer_payload_format_version": found.get("AuthorizerPayloadFormatVersion"),
        "authorizer_result_ttl_in_seconds": found.get("AuthorizerResultTtlInSeconds", 0),
    }


API_RESOURCES = {
    "aws_api_gateway_rest_api": Resource(
        create_rest_api,
        rest("get_rest_api", lambda s: {"restApiId": s["id"]}),
        rest("delete_rest_api", lambda s: {"restApiId": s["id"]}),
    ),
    "aws_api_gateway_resource": Resource(
        rest(
            "create_resource",
            lambda s: of_rest(s, parentId="parent_id", pathPart="path_part"),
            lambda made: {"id": made["id"], "path": made["path"]},
        ),
        rest("get_resource", lambda s: of_rest(s, resourceId="id")),
        rest("delete_resource", lambda s: of_rest(s, resourceId="id")),
    ),
    "aws_api_gateway_method": Resource(
        create_method,
        rest(
            "get_method",
            of_method,
            lambda found: {"authorization": found["authorizationType"], "authorizer_id": found.get("authorizerId")},
        ),
        rest("delete_method", of_method),
        update_method,
    ),
    "aws_api_gateway_integration": Resource(
        create_integration, rest("get_integration", of_method), rest("delete_integration", of_method)
    ),
    "aws_api_gateway_deployment": Resource(
        rest("create_deployment", of_rest, lambda made: {"id": made["id"]}),
        rest("get_deployment", lambda s: of_rest(s, deploymentId="id")),
        rest("delete_deployment", lambda s: of_rest(s, deploymentId="id")),
    ),
    "aws_api_gateway_stage": Resource(
        rest(
            "create_stage",
            lambda s: of_stage(s) | {"deploymentId": s["deployment_id"]},
            lambda made: {"id": f"ags-{made['stageName']}"},
        ),
        rest("get_stage", of_stage, lambda found: {"deployment_id": found["deploymentId"]}),
        rest("delete_stage", of_stage),
        update_stage,
    ),
    "aws_api_gateway_authorizer": Resource(
        create_rest_authorizer,
        read_rest_authorizer,
        rest("delete_authorizer", lambda s: of_rest(s, authorizerId="id")),
        update_rest_authorizer,
    ),
    "aws_api_gateway_gateway_response": Resource(
        put_gateway_response,
        rest(
            "get_gateway_response",
            of_response,
            lambda found: {"status_code": found["statusCode"], "response_templates": found["responseTemplates"]},
        ),
        rest("delete_gateway_response", of_response),
    ),
    "aws_apigatewayv2_api": Resource(
        create_api,
        v2("get_api", lambda s: {"ApiId": s["id"]}),
        v2("delete_api", lambda s: {"ApiId": s["id"]}),
    ),
    "aws_apigatewayv2_integration": Resource(
        create_api_integration,
        v2("get_integration", lambda s: of_api(s, IntegrationId="id")),
        v2("delete_integration", lambda s: of_api(s, IntegrationId="id")),
    ),
    "aws_apigatewayv2_route": Resource(
        create_route,
        v2(
            "get_route",
            lambda s: of_api(s, RouteId="id"),
            lambda found: {
                "authorization_type": found["AuthorizationType"],
                "authorizer_id": found.get("AuthorizerId") or None,
            },
        ),
        v2("delete_route", lambda s: of_api(s, RouteId="id")),
        update_route,
    ),
    "aws_apigatewayv2_authorizer": Resource(
        create_api_authorizer,
        read_api_authorizer,
        delete_api_authorizer,
    ),
    "aws_apigatewayv2_stage": Resource(
        create_api_stage,
        v2("get_stage", lambda s: of_api(s, StageName="name")),
        v2("delete_stage", lambda s: of_api(s, StageName="name")),
        lambda s, prior: None,
    ),
    # moto has no deployments of HTTP and WebSocket APIs, so a stage has none to change.
    "aws_apigatewayv2_deployment": Resource(
        lambda s: {"id": uuid.uuid4().hex[:10]}, lambda s: {}, lambda s: {}
    ),
}
