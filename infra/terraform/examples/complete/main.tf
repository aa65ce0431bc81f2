provider "aws" {
  region = var.region
}

# One function for a REST, an HTTP and a WebSocket API. Its users sign in with Cognito, and the authorizer checks them too.
module "approov" {
  source = "../.."

  function_name          = "shop-approov"
  local_existing_package = var.package

  rest_apis      = { orders = aws_api_gateway_rest_api.orders.id }
  http_apis      = { mobile = aws_apigatewayv2_api.mobile.id }
  websocket_apis = { push = aws_apigatewayv2_api.push.id }

  settings = {
    APPROOV_BINDING_HEADERS = "Authorization"
    APPROOV_USER_AUTH       = "jwt"
    APPROOV_USER_ISSUER     = "https://${aws_cognito_user_pool.shop.endpoint}"
    APPROOV_USER_AUDIENCE   = aws_cognito_user_pool_client.app.id
  }
  cors_origin = "https://shop.example.com"

  memory_size                       = 1024
  reserved_concurrent_executions    = 100
  tracing_mode                      = "Active"
  cloudwatch_logs_retention_in_days = 90
  vpc_subnet_ids                    = var.vpc_subnet_ids
  vpc_security_group_ids            = var.vpc_security_group_ids
  role_permissions_boundary         = var.role_permissions_boundary

  alarm_topic_arn       = aws_sns_topic.alarms.arn
  refusal_alarm_percent = 10
  tags                  = { team = "mobile" }
}

resource "aws_cognito_user_pool" "shop" {
  name = "shop"
}

resource "aws_cognito_user_pool_client" "app" {
  name         = "app"
  user_pool_id = aws_cognito_user_pool.shop.id
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

  # A browser's preflight request carries no token. The API answers it by itself, unless a route with the authorizer takes OPTIONS, as
  # $default and ANY do.
  cors_configuration {
    allow_origins = ["https://shop.example.com"]
    allow_methods = ["GET"]
    allow_headers = module.approov.cors_headers
  }
}

resource "aws_apigatewayv2_integration" "mobile" {
  api_id             = aws_apigatewayv2_api.mobile.id
  integration_type   = "HTTP_PROXY"
  integration_method = "ANY"
  integration_uri    = "https://backend.example.com/{proxy}"
}

resource "aws_apigatewayv2_route" "get" {
  api_id             = aws_apigatewayv2_api.mobile.id
  route_key          = "GET /{proxy+}"
  target             = "integrations/${aws_apigatewayv2_integration.mobile.id}"
  authorization_type = "CUSTOM"
  authorizer_id      = module.approov.http_authorizer_ids["mobile"]
}

# CloudWatch Logs limits the length of the policy that HTTP APIs write their logs by, unless the name begins so.
resource "aws_cloudwatch_log_group" "access" {
  name              = "/aws/vendedlogs/http-api/shop"
  retention_in_days = 30
}

# It deploys each change by itself.
resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.mobile.id
  name        = "$default"
  auto_deploy = true

  # A refusal's reason is here and nowhere else.
  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn

    format = jsonencode({
      httpMethod      = "$context.httpMethod"
      responseLength  = "$context.responseLength"
      routeKey        = "$context.routeKey"
      requestId       = "$context.requestId"
      apiId           = "$context.apiId"
      stage           = "$context.stage"
      requestTime     = "$context.requestTime"
      status          = "$context.status"
      errorType       = "$context.error.responseType"
      authorizerError = "$context.authorizer.error"
      principalId     = "$context.authorizer.principalId"
      reason          = "$context.authorizer.reason"
    })
  }
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
