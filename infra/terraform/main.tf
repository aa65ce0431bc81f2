data "aws_partition" "current" {}
data "aws_region" "current" {}
data "aws_caller_identity" "current" {}

locals {
  uses_secret          = contains(var.algorithms, "HS256")
  uses_account_key     = contains(["account", "any"], var.message_signing)
  creates_secret       = var.create && local.uses_secret && var.create_secret
  creates_account_key  = var.create && local.uses_account_key && var.create_account_key
  create_observability = var.create && var.create_observability
  alarm_actions        = var.alarm_topic_arn == null ? [] : [var.alarm_topic_arn]

  token_secret_arn = local.creates_secret ? try(aws_secretsmanager_secret.this[0].arn, null) : var.secret_arn
  account_key_arn  = local.creates_account_key ? try(aws_secretsmanager_secret.account_key[0].arn, null) : var.account_key_arn
  secret_arns = concat(
    local.uses_secret ? [local.token_secret_arn] : [],
    local.uses_account_key ? [local.account_key_arn] : [],
  )

  # API Gateway takes each name once in an API.
  authorizer_name = coalesce(var.authorizer_name, var.name)

  # Every API by the name of its permission.
  apis = merge(
    { for name, id in var.rest_apis : "rest-${name}" => id },
    { for name, id in var.http_apis : "http-${name}" => id },
    { for name, id in var.websocket_apis : "websocket-${name}" => id },
  )
}

# What API Gateway may cache, and by which headers

locals {
  binding      = coalesce(var.binding, length(var.binding_headers) > 0 ? "required" : "off")
  reports_only = var.mode == "report-only"

  # A cached answer is given without checking the request.
  answers_vary = (
    local.reports_only || local.binding == "if-present" ||
    var.resource_scope == "method" || var.message_signing != "off"
  )
  ttl_seconds = local.answers_vary ? 0 : var.authorizer_ttl_seconds

  # API Gateway itself refuses a request that lacks an identity source, and report-only lets every request through.
  approov_headers = local.reports_only ? [] : concat(
    [var.token_header],
    local.binding == "required" ? var.binding_headers : [],
  )
  user_headers = var.user_auth == "jwt" ? [coalesce(var.user_header, "Authorization")] : []
  identity_headers = concat(local.approov_headers, [
    for header in local.user_headers : header
    if !contains([for name in local.approov_headers : lower(name)], lower(header))
  ])
}

# Function

resource "aws_lambda_function" "this" {
  count = var.create ? 1 : 0

  function_name = var.name
  description   = "Checks Approov tokens for Amazon API Gateway"
  role          = aws_iam_role.this[0].arn
  handler       = "index.handler"
  runtime       = local.runtime
  architectures = [var.architecture]
  memory_size   = var.memory_megabytes
  timeout       = local.timeout

  reserved_concurrent_executions = var.reserved_concurrency

  filename          = var.local_existing_package
  source_code_hash  = var.local_existing_package == null ? null : filebase64sha256(var.local_existing_package)
  s3_bucket         = try(var.s3_existing_package.bucket, null)
  s3_key            = try(var.s3_existing_package.key, null)
  s3_object_version = try(var.s3_existing_package.version_id, null)

  environment {
    variables = merge(
      { for name, value in local.settings : name => value if value != null },
      local.uses_secret ? { APPROOV_SECRET_ID = local.token_secret_arn } : {},
      local.uses_account_key ? { APPROOV_ACCOUNT_KEY_ID = local.account_key_arn } : {},
    )
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.this[0].name
  }

  tags = var.tags

  lifecycle {
    precondition {
      condition     = (var.local_existing_package == null) != (var.s3_existing_package == null)
      error_message = "Give either local_existing_package or s3_existing_package."
    }
    precondition {
      condition     = !local.uses_secret || var.create_secret || var.secret_arn != null
      error_message = "create_secret = false needs secret_arn."
    }
    precondition {
      condition     = !local.uses_account_key || var.create_account_key || var.account_key_arn != null
      error_message = "create_account_key = false needs account_key_arn."
    }
  }

  depends_on = [aws_iam_role_policy.this]
}

resource "aws_cloudwatch_log_group" "this" {
  count = var.create ? 1 : 0

  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.log_kms_key_arn
  tags              = var.tags
}

# Only the authorizers of the given APIs may invoke the function.
resource "aws_lambda_permission" "this" {
  for_each = { for name, id in local.apis : name => id if var.create }

  statement_id  = "api-gateway-${each.key}"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.this[0].function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "arn:${data.aws_partition.current.partition}:execute-api:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:${each.value}/authorizers/*"
}

# Role: it may write to its own log group, and read the secrets in use.

resource "aws_iam_role" "this" {
  count = var.create ? 1 : 0

  name_prefix = "${substr(var.name, 0, 37)}-"
  tags        = var.tags

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "this" {
  count = var.create ? 1 : 0

  name = "write-its-logs-and-read-the-secret"
  role = aws_iam_role.this[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.this[0].arn}:*"
      }],
      length(local.secret_arns) == 0 ? [] : [local.read_secrets],
      var.kms_key_arn == null ? [] : [local.decrypt_secrets],
    )
  })
}

# Secrets, empty: their values are never in Terraform's state.

resource "aws_secretsmanager_secret" "this" {
  count = local.creates_secret ? 1 : 0

  name_prefix = "${var.name}-"
  description = local.secret_content
  kms_key_id  = var.kms_key_arn
  tags        = var.tags
}

resource "aws_secretsmanager_secret" "account_key" {
  count = local.creates_account_key ? 1 : 0

  name_prefix = "${var.name}-account-key-"
  description = local.account_key_content
  kms_key_id  = var.kms_key_arn
  tags        = var.tags
}

# REST APIs

resource "aws_api_gateway_authorizer" "this" {
  for_each = { for name, id in var.rest_apis : name => id if var.create }

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

# A refusal is a Deny, which a REST API answers with 403 by default.
resource "aws_api_gateway_gateway_response" "this" {
  for_each = { for name, id in var.rest_apis : name => id if var.create && var.create_gateway_response }

  rest_api_id        = each.value
  response_type      = "ACCESS_DENIED"
  status_code        = "401"
  response_templates = local.access_denied_body
}

# HTTP APIs

resource "aws_apigatewayv2_authorizer" "http" {
  for_each = { for name, id in var.http_apis : name => id if var.create }

  name                              = local.authorizer_name
  api_id                            = each.value
  authorizer_type                   = "REQUEST"
  authorizer_uri                    = aws_lambda_function.this[0].invoke_arn
  authorizer_payload_format_version = "2.0"
  enable_simple_responses           = var.http_api_response == "simple"
  identity_sources                  = [for header in local.identity_headers : "$request.header.${header}"]
  authorizer_result_ttl_in_seconds  = local.ttl_seconds

  depends_on = [aws_lambda_permission.this]
}

# WebSocket APIs, which do not cache

resource "aws_apigatewayv2_authorizer" "websocket" {
  for_each = { for name, id in var.websocket_apis : name => id if var.create }

  name            = local.authorizer_name
  api_id          = each.value
  authorizer_type = "REQUEST"
  authorizer_uri  = aws_lambda_function.this[0].invoke_arn
  # API Gateway demands every identity source, and a token in the query comes without the header.
  identity_sources = var.token_query_parameter != null ? [] : [
    for header in local.identity_headers : "route.request.header.${header}"
  ]

  depends_on = [aws_lambda_permission.this]
}
