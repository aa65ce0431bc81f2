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

# It deploys each change by itself.
resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.mobile.id
  name        = "$default"
  auto_deploy = true
}
