data "aws_partition" "current" {}
data "aws_region" "current" {}
data "aws_caller_identity" "current" {}

locals {
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.region
  account_id = data.aws_caller_identity.current.account_id

  creates_secret      = var.create && local.uses_secret && var.create_secret
  creates_account_key = var.create && local.uses_account_key && var.create_account_key
  secret_arn          = local.creates_secret ? one(aws_secretsmanager_secret.this[*].arn) : var.secret_arn
  account_key_arn     = local.creates_account_key ? one(aws_secretsmanager_secret.account_key[*].arn) : var.account_key_arn
  secret_arns = concat(
    local.uses_secret ? [local.secret_arn] : [],
    local.uses_account_key ? [local.account_key_arn] : [],
  )
}

# Function

resource "aws_lambda_function" "this" {
  count = var.create ? 1 : 0

  function_name = var.function_name
  description   = "Checks Approov tokens for Amazon API Gateway"
  role          = aws_iam_role.this[0].arn
  handler       = "index.handler"
  runtime       = var.runtime
  architectures = var.architectures
  layers        = var.layers
  memory_size   = var.memory_size
  timeout       = 9 # An HTTP API waits 10 s for its authorizer.

  reserved_concurrent_executions = var.reserved_concurrent_executions

  filename          = var.local_existing_package
  source_code_hash  = var.local_existing_package == null ? null : filebase64sha256(var.local_existing_package)
  s3_bucket         = try(var.s3_existing_package.bucket, null)
  s3_key            = try(var.s3_existing_package.key, null)
  s3_object_version = try(var.s3_existing_package.version_id, null)

  environment {
    variables = merge(
      var.environment_variables,
      { APPROOV_DENIAL = local.setting_defaults.APPROOV_DENIAL },
      { for name, value in var.settings : name => value if value != null },
      local.uses_secret ? { APPROOV_SECRET_ID = local.secret_arn } : {},
      local.uses_account_key ? { APPROOV_ACCOUNT_KEY_ID = local.account_key_arn } : {},
    )
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.this[0].name
  }

  dynamic "vpc_config" {
    for_each = var.vpc_subnet_ids == null ? [] : [true]

    content {
      subnet_ids         = var.vpc_subnet_ids
      security_group_ids = var.vpc_security_group_ids
    }
  }

  dynamic "tracing_config" {
    for_each = var.tracing_mode == null ? [] : [true]

    content {
      mode = var.tracing_mode
    }
  }

  tags = var.tags

  # Settings that contradict each other fail the function's start. Here they fail the plan.
  lifecycle {
    precondition {
      condition     = (var.local_existing_package == null) != (var.s3_existing_package == null)
      error_message = "Give either local_existing_package or s3_existing_package."
    }
    precondition {
      condition     = (var.vpc_subnet_ids == null) == (var.vpc_security_group_ids == null)
      error_message = "Give vpc_subnet_ids and vpc_security_group_ids together."
    }
    precondition {
      condition     = local.uses_secret ? var.create_secret == (var.secret_arn == null) : var.secret_arn == null
      error_message = "secret_arn goes with create_secret = false, and with APPROOV_ALGORITHMS that has HS256."
    }
    precondition {
      condition     = local.uses_account_key ? var.create_account_key == (var.account_key_arn == null) : var.account_key_arn == null
      error_message = "account_key_arn goes with create_account_key = false, and with APPROOV_MESSAGE_SIGNING account or any."
    }
    precondition {
      condition     = !contains(keys(var.settings), "APPROOV_SECRET_ID")
      error_message = "APPROOV_SECRET_ID cannot be given: secret_arn takes the secret, and gives the function the right to read it."
    }
    precondition {
      condition     = !contains(keys(var.settings), "APPROOV_ACCOUNT_KEY_ID")
      error_message = "APPROOV_ACCOUNT_KEY_ID cannot be given: account_key_arn takes the secret, and gives the function the right to read it."
    }
    precondition {
      condition     = length(local.unknown_settings) == 0
      error_message = join(" ", [for unknown, name in local.meant : "${unknown} is not known: did you mean ${name}?"])
    }
    precondition {
      condition     = length(regexall("[^A-Za-z0-9._-]", join("", local.identity_headers))) == 0
      error_message = "${join(" ", [for header in local.identity_headers : header if length(regexall("[^A-Za-z0-9._-]", header)) > 0])} cannot be an identity source: API Gateway takes letters, digits, '.', '_' and '-' alone."
    }
    precondition {
      condition     = local.cache_obstacle == "" || var.authorizer_ttl_seconds == null || var.authorizer_ttl_seconds == 0
      error_message = "authorizer_ttl_seconds must be 0: ${local.cache_obstacle}."
    }
    precondition {
      condition     = local.uses_secret || local.setting.APPROOV_SECRET_JSON_KEY == null
      error_message = "APPROOV_SECRET_JSON_KEY has no effect unless APPROOV_ALGORITHMS has HS256."
    }
    precondition {
      condition     = !local.uses_keyset || (local.setting.APPROOV_KEYSET_JWKS_URI == null) != (local.setting.APPROOV_KEYSET_JWKS == null)
      error_message = "APPROOV_ALGORITHMS has an asymmetric algorithm, which needs either APPROOV_KEYSET_JWKS_URI or APPROOV_KEYSET_JWKS."
    }
    precondition {
      condition     = local.uses_keyset || local.setting.APPROOV_KEYSET_JWKS_URI == null && local.setting.APPROOV_KEYSET_JWKS == null
      error_message = "APPROOV_KEYSET_JWKS_URI and APPROOV_KEYSET_JWKS have no effect unless APPROOV_ALGORITHMS has an asymmetric algorithm."
    }
    precondition {
      condition     = local.binding == "off" || length(local.binding_headers) > 0
      error_message = "APPROOV_BINDING asks for token binding, which needs APPROOV_BINDING_HEADERS."
    }
    precondition {
      condition     = !contains([for name in local.binding_headers : lower(name)], lower(local.setting.APPROOV_TOKEN_HEADER))
      error_message = "APPROOV_BINDING_HEADERS must not name the header of the token itself."
    }
    precondition {
      condition     = local.setting.APPROOV_DENIAL_ARC == "off" || local.setting.APPROOV_DENIAL == "policy"
      error_message = "APPROOV_DENIAL_ARC is on, which needs APPROOV_DENIAL=policy."
    }
    precondition {
      condition     = local.setting.APPROOV_MESSAGE_SIGNING_MODE == "enforce" || local.setting.APPROOV_MESSAGE_SIGNING != "off"
      error_message = "APPROOV_MESSAGE_SIGNING_MODE is report-only, but APPROOV_MESSAGE_SIGNING is off."
    }
    precondition {
      condition     = local.checks_users || alltrue([for name, value in var.settings : value == null || value == "none" || name == "APPROOV_USER_AUTH" || !startswith(name, "APPROOV_USER_")])
      error_message = "The settings APPROOV_USER_… have no effect unless APPROOV_USER_AUTH is jwt."
    }
    precondition {
      condition     = !local.checks_users || local.setting.APPROOV_USER_ISSUER != null && local.setting.APPROOV_USER_AUDIENCE != null
      error_message = "APPROOV_USER_ISSUER and APPROOV_USER_AUDIENCE are required to check users."
    }
    precondition {
      condition     = local.setting.APPROOV_USER_JWKS_URI != null || alltrue([for issuer in local.user_issuers : length(regexall("^https://(issuer-)?cognito-idp(-fips)?[.][a-z0-9-]+[.]amazonaws[.](com|com[.]cn|eu)/[a-z0-9-]+_[A-Za-z0-9]+$", issuer)) > 0])
      error_message = "APPROOV_USER_JWKS_URI is required unless every issuer is an Amazon Cognito user pool."
    }
    precondition {
      condition     = local.setting.APPROOV_USER_JWKS_URI == null ? true : length(local.user_issuers) == length(split(",", local.setting.APPROOV_USER_JWKS_URI))
      error_message = "APPROOV_USER_JWKS_URI must have as many URLs as APPROOV_USER_ISSUER has issuers, in their order."
    }
    precondition {
      condition     = !local.checks_users || local.setting.APPROOV_HTTP_API_RESPONSE == "policy"
      error_message = "APPROOV_HTTP_API_RESPONSE must be policy where users are checked: a simple response outlives the user's token."
    }
    precondition {
      condition     = !local.checks_users || lower(local.setting.APPROOV_USER_HEADER) != lower(local.setting.APPROOV_TOKEN_HEADER)
      error_message = "APPROOV_USER_HEADER must not name the header of the Approov token."
    }
  }

  depends_on = [aws_iam_role_policy.this]
}

resource "aws_cloudwatch_log_group" "this" {
  count = var.create ? 1 : 0

  name              = "/aws/lambda/${var.function_name}"
  retention_in_days = var.cloudwatch_logs_retention_in_days
  kms_key_id        = var.cloudwatch_logs_kms_key_id
  tags              = var.tags
}

# Role: it may write to its own log group, read the secrets in use, and what a VPC and tracing need.

resource "aws_iam_role" "this" {
  count = var.create ? 1 : 0

  name                 = var.role_name
  name_prefix          = var.role_name == null ? "${substr(var.function_name, 0, 37)}-" : null
  permissions_boundary = var.role_permissions_boundary
  tags                 = var.tags

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
        Resource = "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:/aws/lambda/${var.function_name}:*"
      }],
      length(local.secret_arns) == 0 ? [] : [{
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = local.secret_arns
      }],
      var.secrets_kms_key_arn == null ? [] : [{
        Effect    = "Allow"
        Action    = "kms:Decrypt"
        Resource  = var.secrets_kms_key_arn
        Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${local.region}.${data.aws_partition.current.dns_suffix}" } }
      }],
      # As AWS's own policy AWSLambdaVPCAccessExecutionRole.
      var.vpc_subnet_ids == null ? [] : [{
        Effect = "Allow"
        Action = [
          "ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
          "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
        ]
        Resource = "*"
      }],
      var.tracing_mode == null ? [] : [{
        Effect   = "Allow"
        Action   = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
        Resource = "*"
      }],
    )
  })
}

# Secrets, empty: their values are never in Terraform's state.

resource "aws_secretsmanager_secret" "this" {
  count = local.creates_secret ? 1 : 0

  name_prefix = "${var.function_name}-"
  description = "Approov token secret, base64. Fill it with: npm run secret"
  kms_key_id  = var.secrets_kms_key_arn
  tags        = var.tags
}

resource "aws_secretsmanager_secret" "account_key" {
  count = local.creates_account_key ? 1 : 0

  name_prefix = "${var.function_name}-account-key-"
  description = "Approov account message signing key, base64. Fill it with: npm run secret"
  kms_key_id  = var.secrets_kms_key_arn
  tags        = var.tags
}
