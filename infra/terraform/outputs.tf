output "lambda_function_arn" {
  description = "ARN of the authorizer function."
  value       = one(aws_lambda_function.this[*].arn)
}

output "lambda_function_name" {
  description = "Name of the authorizer function."
  value       = one(aws_lambda_function.this[*].function_name)
}

output "lambda_function_invoke_arn" {
  description = "What API Gateway calls the authorizer URI, for an authorizer of your own."
  value       = one(aws_lambda_function.this[*].invoke_arn)
}

output "lambda_role_arn" {
  description = "ARN of the role of the function."
  value       = one(aws_iam_role.this[*].arn)
}

output "lambda_role_name" {
  description = "Name of the role of the function."
  value       = one(aws_iam_role.this[*].name)
}

output "lambda_cloudwatch_log_group_arn" {
  description = "ARN of the log group of the function."
  value       = one(aws_cloudwatch_log_group.this[*].arn)
}

output "lambda_cloudwatch_log_group_name" {
  description = "Name of the log group of the function."
  value       = one(aws_cloudwatch_log_group.this[*].name)
}

output "secret_arn" {
  description = "ARN of the secret that holds the base64 Approov secret. null: tokens are verified by a keyset alone."
  value       = local.uses_secret ? local.secret_arn : null
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
    for name in keys(var.rest_apis) : name => sha1(jsonencode([
      [for key, authorizer in aws_api_gateway_authorizer.this : authorizer if key == name],
      [for key, response in aws_api_gateway_gateway_response.this : response if startswith(key, "${name}/")],
    ]))
  }
}

output "websocket_redeployment_triggers" {
  description = "The same for each WebSocket API, for `triggers` of `aws_apigatewayv2_deployment`."
  value       = { for name, authorizer in aws_apigatewayv2_authorizer.websocket : name => sha1(jsonencode(authorizer)) }
}

output "identity_headers" {
  description = "Headers that are identity sources with these settings."
  value       = local.identity_headers
}

output "authorizer_ttl_seconds" {
  description = "Seconds that API Gateway keeps an answer with these settings."
  value       = local.ttl_seconds
}

output "cors_headers" {
  description = "Headers that a browser sends with these settings, for `allow_headers` of an API's CORS configuration."
  value       = local.cors_headers
}
