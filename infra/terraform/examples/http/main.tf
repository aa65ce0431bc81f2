provider "aws" {
  region = var.region
}

module "approov" {
  source = "../.."

  local_existing_package = var.package
  http_apis              = { mobile = aws_apigatewayv2_api.mobile.id }
}

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

# CloudWatch Logs limits the length of the policy that HTTP APIs write their logs by, unless the name begins so.
resource "aws_cloudwatch_log_group" "access" {
  name              = "/aws/vendedlogs/http-api/mobile"
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
