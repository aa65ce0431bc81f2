output "lambda_function_arn" {
  description = "ARN of the authorizer function."
  value       = try(aws_lambda_function.this[0].arn, null)
}

output "lambda_function_name" {
  description = "Name of the authorizer function."
  value       = try(aws_lambda_function.this[0].function_name, null)
}

output "lambda_role_name" {
  description = "Name of the role of the function."
  value       = try(aws_iam_role.this[0].name, null)
}

output "log_group_name" {
  description = "Name of the log group of the function."
  value       = try(aws_cloudwatch_log_group.this[0].name, null)
}

output "authorizer_uri" {
  description = "What API Gateway calls the authorizer URI, for an authorizer of your own."
  value       = try(aws_lambda_function.this[0].invoke_arn, null)
}

output "identity_headers" {
  description = "Headers that are identity sources with these settings."
  value       = local.identity_headers
}

output "authorizer_ttl_seconds" {
  description = "Seconds that API Gateway keeps an answer with these settings."
  value       = local.ttl_seconds
}

output "secret_arn" {
  description = "ARN of the secret that holds the base64 Approov secret. null: tokens are verified by a keyset alone."
  value       = local.uses_secret ? local.token_secret_arn : null
}

output "account_key_arn" {
  description = "ARN of the secret that holds the account message signing key. null: there is none."
  value       = local.uses_account_key ? local.account_key_arn : null
}

output "rest_authorizer_ids" {
  description = "Id of the authorizer of each REST API, for `aws_api_gateway_method`."
  value       = { for name, authorizer in aws_api_gateway_authorizer.this : name => authorizer.id }
}

output "http_authorizer_ids" {
  description = "Id of the authorizer of each HTTP API, for `aws_apigatewayv2_route`."
  value       = { for name, authorizer in aws_apigatewayv2_authorizer.http : name => authorizer.id }
}

output "websocket_authorizer_ids" {
  description = "Id of the authorizer of each WebSocket API, for the route `$connect`."
  value       = { for name, authorizer in aws_apigatewayv2_authorizer.websocket : name => authorizer.id }
}

output "rest_redeployment_triggers" {
  description = "Text for each REST API that changes when its stage must be deployed again, for `triggers` of `aws_api_gateway_deployment`."
  value = {
    for name, authorizer in aws_api_gateway_authorizer.this :
    name => sha1(jsonencode([authorizer, try(aws_api_gateway_gateway_response.this[name], null)]))
  }
}

output "websocket_redeployment_triggers" {
  description = "The same for each WebSocket API, for `triggers` of `aws_apigatewayv2_deployment`."
  value = {
    for name, authorizer in aws_apigatewayv2_authorizer.websocket : name => sha1(jsonencode(authorizer))
  }
}
