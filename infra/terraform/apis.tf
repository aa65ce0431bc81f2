locals {
  authorizer_name = var.authorizer_name == null ? var.function_name : var.authorizer_name
  has_authorizers = var.create && var.create_authorizers

  # Every API by the name of its permission.
  apis = merge(
    { for name, id in var.rest_apis : "rest-${name}" => id },
    { for name, id in var.http_apis : "http-${name}" => id },
    { for name, id in var.websocket_apis : "websocket-${name}" => id },
  )
}

# Only the authorizers of the given APIs may invoke the function.
resource "aws_lambda_permission" "this" {
  for_each = { for name, id in local.apis : name => id if var.create }

  statement_id  = "api-gateway-${each.key}"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.this[0].function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "arn:${local.partition}:execute-api:${local.region}:${local.account_id}:${each.value}/authorizers/*"
}

# REST APIs

resource "aws_api_gateway_authorizer" "this" {
  for_each = { for name, id in var.rest_apis : name => id if local.has_authorizers }

  name           = local.authorizer_name
  rest_api_id    = each.value
  type           = "REQUEST"
  authorizer_uri = aws_lambda_function.this[0].invoke_arn
  # The provider replaces a missing value with the Authorization header, and API Gateway refuses an empty one. Every
  # request has a source address.
  identity_source = length(local.identity_headers) == 0 ? "context.identity.sourceIp" : join(",", [
    for header in local.identity_headers : "method.request.header.${header}"
  ])
  authorizer_result_ttl_in_seconds = local.ttl_seconds

  depends_on = [aws_lambda_permission.this]
}

resource "aws_api_gateway_gateway_response" "this" {
  for_each = {
    for pair in setproduct(keys(var.rest_apis), keys(local.gateway_responses)) :
    join("/", pair) => { api = pair[0], type = pair[1] } if var.create && var.create_gateway_responses
  }

  rest_api_id         = var.rest_apis[each.value.api]
  response_type       = each.value.type
  status_code         = local.gateway_responses[each.value.type].status
  response_templates  = { "application/json" = local.gateway_responses[each.value.type].body }
  response_parameters = { "gatewayresponse.header.Access-Control-Allow-Origin" = "'${var.cors_origin}'" }
}

# HTTP APIs

resource "aws_apigatewayv2_authorizer" "http" {
  for_each = { for name, id in var.http_apis : name => id if local.has_authorizers }

  name                              = local.authorizer_name
  api_id                            = each.value
  authorizer_type                   = "REQUEST"
  authorizer_uri                    = aws_lambda_function.this[0].invoke_arn
  authorizer_payload_format_version = "2.0"
  enable_simple_responses           = local.setting.APPROOV_HTTP_API_RESPONSE == "simple"
  identity_sources                  = [for header in local.identity_headers : "$request.header.${header}"]
  authorizer_result_ttl_in_seconds  = local.ttl_seconds

  depends_on = [aws_lambda_permission.this]
}

# WebSocket APIs, which do not cache

resource "aws_apigatewayv2_authorizer" "websocket" {
  for_each = { for name, id in var.websocket_apis : name => id if local.has_authorizers }

  name            = local.authorizer_name
  api_id          = each.value
  authorizer_type = "REQUEST"
  authorizer_uri  = aws_lambda_function.this[0].invoke_arn
  # API Gateway demands every identity source, and a token in the query comes without the header.
  identity_sources = local.setting.APPROOV_TOKEN_QUERY_PARAMETER != null ? [] : [
    for header in local.identity_headers : "route.request.header.${header}"
  ]

  depends_on = [aws_lambda_permission.this]
}
