provider "aws" {
  region = var.region
}

# One function for a REST, an HTTP and a WebSocket API. Its users sign in with Cognito, and the authorizer checks them too.
module "approov" {
  source = "../.."

  name                   = "shop-approov"
  local_existing_package = var.package

  rest_apis      = { orders = aws_api_gateway_rest_api.orders.id }
  http_apis      = { mobile = aws_apigatewayv2_api.mobile.id }
  websocket_apis = { push = aws_apigatewayv2_api.push.id }

  user_auth     = "jwt"
  user_issuer   = ["https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_EXAMPLE"]
  user_audience = ["1example23456789"]

  alarm_topic_arn = aws_sns_topic.alarms.arn
  tags            = { team = "mobile" }
}

resource "aws_sns_topic" "alarms" {
  name = "shop-alarms"
}

# REST

resource "aws_api_gateway_rest_api" "orders" {
  name = "orders"
}

resource "aws_api_gateway_method" "orders" {
  rest_api_id   = aws_api_gateway_rest_api.orders.id
  resource_id   = aws_api_gateway_rest_api.orders.root_resource_id
  http_method   = "GET"
  authorization = "CUSTOM"
  authorizer_id = module.approov.rest_authorizer_ids["orders"]
}

resource "aws_api_gateway_integration" "orders" {
  rest_api_id = aws_api_gateway_rest_api.orders.id
  resource_id = aws_api_gateway_rest_api.orders.root_resource_id
  http_method = aws_api_gateway_method.orders.http_method
  type        = "MOCK"
}

resource "aws_api_gateway_deployment" "orders" {
  rest_api_id = aws_api_gateway_rest_api.orders.id

  triggers = {
    redeployment = sha1(jsonencode([
      aws_api_gateway_method.orders,
      aws_api_gateway_integration.orders,
      module.approov.rest_redeployment_triggers["orders"],
    ]))
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "prod" {
  rest_api_id   = aws_api_gateway_rest_api.orders.id
  deployment_id = aws_api_gateway_deployment.orders.id
  stage_name    = "prod"
}

# HTTP

resource "aws_apigatewayv2_api" "mobile" {
  name          = "mobile"
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_integration" "mobile" {
  api_id             = aws_apigatewayv2_api.mobile.id
  integration_type   = "HTTP_PROXY"
  integration_method = "ANY"
  integration_uri    = "https://backend.example.com/{proxy}"
}

resource "aws_apigatewayv2_route" "default" {
  api_id             = aws_apigatewayv2_api.mobile.id
  route_key          = "$default"
  target             = "integrations/${aws_apigatewayv2_integration.mobile.id}"
  authorization_type = "CUSTOM"
  authorizer_id      = module.approov.http_authorizer_ids["mobile"]
}

resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.mobile.id
  name        = "$default"
  auto_deploy = true
}

# WebSocket

resource "aws_apigatewayv2_api" "push" {
  name                       = "push"
  protocol_type              = "WEBSOCKET"
  route_selection_expression = "$request.body.action"
}

resource "aws_apigatewayv2_integration" "push" {
  api_id           = aws_apigatewayv2_api.push.id
  integration_type = "MOCK"
}

resource "aws_apigatewayv2_route" "connect" {
  api_id             = aws_apigatewayv2_api.push.id
  route_key          = "$connect"
  target             = "integrations/${aws_apigatewayv2_integration.push.id}"
  authorization_type = "CUSTOM"
  authorizer_id      = module.approov.websocket_authorizer_ids["push"]
}

resource "aws_apigatewayv2_deployment" "push" {
  api_id = aws_apigatewayv2_api.push.id

  triggers = {
    redeployment = sha1(jsonencode([
      aws_apigatewayv2_integration.push,
      aws_apigatewayv2_route.connect,
      module.approov.websocket_redeployment_triggers["push"],
    ]))
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_apigatewayv2_stage" "push" {
  api_id        = aws_apigatewayv2_api.push.id
  deployment_id = aws_apigatewayv2_deployment.push.id
  name          = "prod"
}
