# The module with a mock of the provider: terraform init && terraform test

mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws", dns_suffix = "amazonaws.com" }
  }
  mock_data "aws_region" {
    defaults = { region = "eu-west-1" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
}

variables {
  s3_existing_package = { bucket = "packages", key = "authorizer.zip" }
  rest_apis           = { orders = "abc1234567" }
  http_apis           = { mobile = "def1234567" }
  websocket_apis      = { push = "ghi1234567" }
}

run "defaults" {
  assert {
    condition     = aws_api_gateway_authorizer.this["orders"].identity_source == "method.request.header.Approov-Token"
    error_message = "The token header must be the identity source, and not the provider's default."
  }
  assert {
    condition     = aws_api_gateway_authorizer.this["orders"].type == "REQUEST" && aws_api_gateway_authorizer.this["orders"].authorizer_result_ttl_in_seconds == 300
    error_message = "A REST API must have a REQUEST authorizer whose answers are kept for 300 s."
  }
  assert {
    condition     = aws_lambda_function.this[0].environment[0].variables["APPROOV_DENIAL"] == "policy" && length(aws_lambda_function.this[0].environment[0].variables) == 2
    error_message = "Refusals must be a Deny, which every kind of API understands, and an unset setting must have no variable."
  }
  assert {
    condition     = { for name, permission in aws_lambda_permission.this : name => permission.source_arn } == { rest-orders = "arn:aws:execute-api:eu-west-1:123456789012:abc1234567/authorizers/*", http-mobile = "arn:aws:execute-api:eu-west-1:123456789012:def1234567/authorizers/*", websocket-push = "arn:aws:execute-api:eu-west-1:123456789012:ghi1234567/authorizers/*" }
    error_message = "Only the authorizers of the given APIs may invoke the function."
  }
  assert {
    condition     = toset([aws_api_gateway_authorizer.this["orders"].name, aws_apigatewayv2_authorizer.http["mobile"].name, aws_apigatewayv2_authorizer.websocket["push"].name]) == toset(["approov-authorizer"])
    error_message = "An authorizer must be named after its function, because an API takes a name once."
  }
  assert {
    condition     = length(aws_lambda_function.this[0].vpc_config) == 0 && length(aws_lambda_function.this[0].tracing_config) == 0 && !strcontains(aws_iam_role_policy.this[0].policy, "ec2:") && !strcontains(aws_iam_role_policy.this[0].policy, "xray:")
    error_message = "Without a VPC and tracing the function must have no right to them."
  }
}

run "report_only" {
  variables {
    settings = { APPROOV_MODE = "report-only" }
  }
  assert {
    condition     = aws_api_gateway_authorizer.this["orders"].identity_source == "context.identity.sourceIp" && aws_api_gateway_authorizer.this["orders"].authorizer_result_ttl_in_seconds == 0
    error_message = "A REST API must demand no header, and keep no answer."
  }
  assert {
    condition     = length(aws_apigatewayv2_authorizer.http["mobile"].identity_sources) == 0 && aws_apigatewayv2_authorizer.http["mobile"].authorizer_result_ttl_in_seconds == 0
    error_message = "An HTTP API refuses an authorizer without identity source that keeps answers."
  }
}

run "settings_that_are_not_given" {
  variables {
    settings = { APPROOV_BINDING_HEADERS = null, APPROOV_TOKEN_HEADER = null, APPROOV_ISSUER = "none" }
  }
  assert {
    condition     = aws_lambda_function.this[0].environment[0].variables["APPROOV_ISSUER"] == "none" && length(aws_lambda_function.this[0].environment[0].variables) == 3
    error_message = "A setting that is null must have no variable."
  }
  assert {
    condition     = join(",", output.identity_headers) == "Approov-Token"
    error_message = "A setting that is null must have its default."
  }
}

run "keyset_alone" {
  variables {
    settings = { APPROOV_ALGORITHMS = "RS256", APPROOV_KEYSET_JWKS_URI = "https://keys.example.com/jwks.json" }
  }
  assert {
    condition     = length(aws_secretsmanager_secret.this) == 0 && !strcontains(aws_iam_role_policy.this[0].policy, "secretsmanager")
    error_message = "Without HS256 there must be no secret, and no right to read one."
  }
}

run "created_secrets" {
  variables {
    settings = { APPROOV_MESSAGE_SIGNING = "account" }
  }
  assert {
    condition     = toset(jsondecode(aws_iam_role_policy.this[0].policy).Statement[1].Resource) == toset([aws_secretsmanager_secret.this[0].arn, aws_secretsmanager_secret.account_key[0].arn])
    error_message = "The role must read the created secrets."
  }
  assert {
    condition     = output.secret_arn == aws_secretsmanager_secret.this[0].arn && output.account_key_arn == aws_secretsmanager_secret.account_key[0].arn
    error_message = "The outputs must tell which secrets to fill."
  }
}

run "existing_secrets" {
  variables {
    settings            = { APPROOV_MESSAGE_SIGNING = "any" }
    create_secret       = false
    secret_arn          = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:approov-AbCdEf"
    create_account_key  = false
    account_key_arn     = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:account-AbCdEf"
    secrets_kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }
  assert {
    condition     = length(aws_secretsmanager_secret.this) == 0 && length(aws_secretsmanager_secret.account_key) == 0
    error_message = "No secret must be created beside the given one."
  }
  assert {
    condition     = jsondecode(aws_iam_role_policy.this[0].policy).Statement[1].Resource == ["arn:aws:secretsmanager:eu-west-1:123456789012:secret:approov-AbCdEf", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:account-AbCdEf"]
    error_message = "The role must read the given secrets."
  }
  assert {
    condition     = jsondecode(aws_iam_role_policy.this[0].policy).Statement[2].Condition.StringEquals["kms:ViaService"] == "secretsmanager.eu-west-1.amazonaws.com"
    error_message = "The role must decrypt through Secrets Manager alone."
  }
}

run "organisation" {
  variables {
    function_name                  = "shop-approov"
    authorizer_name                = "approov"
    runtime                        = "nodejs26.x"
    architectures                  = ["x86_64"]
    memory_size                    = 256
    reserved_concurrent_executions = 20
    layers                         = ["arn:aws:lambda:eu-west-1:123456789012:layer:agent:1"]
    environment_variables          = { AWS_LAMBDA_EXEC_WRAPPER = "/opt/agent" }
    tracing_mode                   = "Active"
    vpc_subnet_ids                 = ["subnet-1", "subnet-2"]
    vpc_security_group_ids         = ["sg-1"]
    role_name                      = "shop-approov-role"
    role_permissions_boundary      = "arn:aws:iam::123456789012:policy/boundary"
    cors_origin                    = "https://shop.example.com"
  }
  assert {
    condition     = aws_lambda_function.this[0].runtime == "nodejs26.x" && aws_lambda_function.this[0].architectures == tolist(["x86_64"]) && aws_lambda_function.this[0].memory_size == 256 && aws_lambda_function.this[0].reserved_concurrent_executions == 20 && aws_lambda_function.this[0].layers == tolist(["arn:aws:lambda:eu-west-1:123456789012:layer:agent:1"])
    error_message = "The function must have what is asked for."
  }
  assert {
    condition     = aws_lambda_function.this[0].environment[0].variables["AWS_LAMBDA_EXEC_WRAPPER"] == "/opt/agent" && aws_lambda_function.this[0].tracing_config[0].mode == "Active"
    error_message = "The function must have the layer's variables and tracing."
  }
  assert {
    condition     = aws_lambda_function.this[0].vpc_config[0].subnet_ids == toset(["subnet-1", "subnet-2"]) && aws_lambda_function.this[0].vpc_config[0].security_group_ids == toset(["sg-1"])
    error_message = "The function must be in the VPC."
  }
  assert {
    condition     = strcontains(aws_iam_role_policy.this[0].policy, "ec2:CreateNetworkInterface") && strcontains(aws_iam_role_policy.this[0].policy, "xray:PutTraceSegments")
    error_message = "The role must allow network interfaces and traces."
  }
  assert {
    condition     = aws_iam_role.this[0].name == "shop-approov-role" && aws_iam_role.this[0].permissions_boundary == "arn:aws:iam::123456789012:policy/boundary"
    error_message = "The role must have its name and its boundary."
  }
  assert {
    condition     = aws_api_gateway_authorizer.this["orders"].name == "approov" && aws_cloudwatch_dashboard.this[0].dashboard_name == "shop-approov-eu-west-1" && aws_cloudwatch_metric_alarm.this["failure"].alarm_name == "shop-approov-failure"
    error_message = "Names must begin with the function's."
  }
  assert {
    condition     = alltrue([for response in aws_api_gateway_gateway_response.this : response.response_parameters["gatewayresponse.header.Access-Control-Allow-Origin"] == "'https://shop.example.com'"])
    error_message = "A browser must be able to read the REST API's own responses."
  }
}

run "api_with_an_openapi_document" {
  variables {
    create_authorizers       = false
    create_gateway_responses = false
  }
  assert {
    condition     = length(aws_api_gateway_authorizer.this) == 0 && length(aws_apigatewayv2_authorizer.http) == 0 && length(aws_apigatewayv2_authorizer.websocket) == 0 && length(aws_api_gateway_gateway_response.this) == 0 && length(aws_lambda_permission.this) == 3
    error_message = "The APIs must be permitted to invoke the function, and nothing else."
  }
}

run "packages" {
  command = plan
  variables {
    local_existing_package = "main.tf"
  }
  expect_failures = [aws_lambda_function.this]
}

run "subnets_without_security_groups" {
  command = plan
  variables {
    vpc_subnet_ids = ["subnet-1"]
  }
  expect_failures = [aws_lambda_function.this]
}

run "no_secret" {
  command = plan
  variables {
    create_secret = false
  }
  expect_failures = [aws_lambda_function.this]
}

run "secret_beside_the_created_one" {
  command = plan
  variables {
    secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:approov-AbCdEf"
  }
  expect_failures = [aws_lambda_function.this]
}

run "account_key_without_message_signing" {
  command = plan
  variables {
    create_account_key = false
    account_key_arn    = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:account-AbCdEf"
  }
  expect_failures = [aws_lambda_function.this]
}

run "wrong_variables" {
  command = plan
  variables {
    function_name                     = "approov authorizer"
    runtime                           = "nodejs20.x"
    architectures                     = ["arm64", "x86_64"]
    memory_size                       = 127
    reserved_concurrent_executions    = 0
    environment_variables             = { APPROOV_MODE = "report-only" }
    tracing_mode                      = "active"
    cloudwatch_logs_retention_in_days = 31
    cloudwatch_logs_kms_key_id        = "alias/logs"
    secret_arn                        = "approov"
    account_key_arn                   = "account"
    secrets_kms_key_arn               = "alias/secrets"
    rest_apis                         = { "the orders" = "abc1234567" }
    http_apis                         = { "the/app" = "def1234567" }
    websocket_apis                    = { "" = "ghi1234567" }
    authorizer_ttl_seconds            = 3601
    cors_origin                       = "https://shop.example.com/"
    alarm_topic_arn                   = "alarms"
    refusal_alarm_percent             = 0
    settings                          = { APPROOV_MODE = "off" }
  }
  expect_failures = [
    var.function_name, var.runtime, var.architectures, var.memory_size, var.reserved_concurrent_executions, var.environment_variables,
    var.tracing_mode, var.cloudwatch_logs_retention_in_days, var.cloudwatch_logs_kms_key_id, var.secret_arn, var.account_key_arn,
    var.secrets_kms_key_arn, var.rest_apis, var.http_apis, var.websocket_apis, var.authorizer_ttl_seconds, var.cors_origin,
    var.alarm_topic_arn, var.refusal_alarm_percent, var.settings,
  ]
}

run "no_observability" {
  variables {
    create_observability = false
  }
  assert {
    condition     = length(aws_cloudwatch_log_metric_filter.this) == 0 && length(aws_cloudwatch_metric_alarm.this) == 0 && length(aws_cloudwatch_dashboard.this) == 0
    error_message = "create_observability = false must create none of it."
  }
}

run "nothing" {
  variables {
    create = false
  }
  assert {
    condition     = length(aws_lambda_function.this) == 0 && length(aws_api_gateway_authorizer.this) == 0 && length(aws_secretsmanager_secret.this) == 0 && length(aws_cloudwatch_dashboard.this) == 0 && length(aws_api_gateway_gateway_response.this) == 0
    error_message = "create = false must create nothing."
  }
}
