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
    condition     = aws_api_gateway_gateway_response.this["orders"].status_code == "401" && aws_api_gateway_gateway_response.this["orders"].response_templates["application/json"] == "{}"
    error_message = "A REST API must answer a Deny with 401 and an empty object."
  }
  assert {
    condition     = aws_lambda_function.this[0].environment[0].variables["APPROOV_DENIAL"] == "policy"
    error_message = "Refusals must be a Deny, which every kind of API understands."
  }
  assert {
    condition     = !contains(keys(aws_lambda_function.this[0].environment[0].variables), "APPROOV_ISSUER")
    error_message = "An unset setting must have no variable."
  }
  assert {
    condition     = { for name, permission in aws_lambda_permission.this : name => permission.source_arn } == { rest-orders = "arn:aws:execute-api:eu-west-1:123456789012:abc1234567/authorizers/*", http-mobile = "arn:aws:execute-api:eu-west-1:123456789012:def1234567/authorizers/*", websocket-push = "arn:aws:execute-api:eu-west-1:123456789012:ghi1234567/authorizers/*" }
    error_message = "Only the authorizers of the given APIs may invoke the function."
  }
}

run "binding" {
  variables {
    binding_headers = ["Authorization", "X-Session"]
  }
  assert {
    condition     = aws_api_gateway_authorizer.this["orders"].identity_source == "method.request.header.Approov-Token,method.request.header.Authorization,method.request.header.X-Session"
    error_message = "Every bound header must be a part of the cache's key."
  }
  assert {
    condition     = aws_apigatewayv2_authorizer.http["mobile"].identity_sources == toset(["$request.header.Approov-Token", "$request.header.Authorization", "$request.header.X-Session"])
    error_message = "Every bound header must be a part of the cache's key."
  }
}

run "report_only" {
  variables {
    mode = "report-only"
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

run "token_in_the_query" {
  variables {
    token_query_parameter = "approov"
  }
  assert {
    condition     = length(aws_apigatewayv2_authorizer.websocket["push"].identity_sources) == 0
    error_message = "A WebSocket API demands every identity source, so it must have none."
  }
  assert {
    condition     = aws_apigatewayv2_authorizer.http["mobile"].identity_sources == toset(["$request.header.Approov-Token"])
    error_message = "The other APIs must keep theirs."
  }
}

run "keyset_alone" {
  variables {
    algorithms      = ["RS256"]
    keyset_jwks_uri = "https://keys.example.com/jwks.json"
  }
  assert {
    condition     = length(aws_secretsmanager_secret.this) == 0 && !strcontains(aws_iam_role_policy.this[0].policy, "secretsmanager")
    error_message = "Without HS256 there must be no secret, and no right to read one."
  }
}

run "account_key" {
  variables {
    message_signing = "account"
  }
  assert {
    condition     = length(aws_secretsmanager_secret.account_key) == 1 && contains(keys(aws_lambda_function.this[0].environment[0].variables), "APPROOV_ACCOUNT_KEY_ID")
    error_message = "The account message signing key must have a secret."
  }
}

run "existing_secret" {
  variables {
    create_secret = false
    secret_arn    = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:approov-AbCdEf"
    kms_key_arn   = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  }
  assert {
    condition     = length(aws_secretsmanager_secret.this) == 0
    error_message = "No secret must be created beside the given one."
  }
  assert {
    condition     = jsondecode(aws_iam_role_policy.this[0].policy).Statement[1].Resource == ["arn:aws:secretsmanager:eu-west-1:123456789012:secret:approov-AbCdEf"] && jsondecode(aws_iam_role_policy.this[0].policy).Statement[2].Condition.StringEquals["kms:ViaService"] == "secretsmanager.eu-west-1.amazonaws.com"
    error_message = "The role must read the given secret, and decrypt through Secrets Manager alone."
  }
}

run "no_package" {
  command = plan
  variables {
    s3_existing_package = null
  }
  expect_failures = [aws_lambda_function.this]
}

run "two_packages" {
  command = plan
  variables {
    local_existing_package = "main.tf"
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

run "wrong_settings" {
  command = plan
  variables {
    binding                 = "on"
    clock_tolerance_seconds = 61
    context_claims          = []
    algorithms              = ["none"]
    secret_arn              = "approov"
    binding_headers         = ["Authorization, X-Session"]
  }
  expect_failures = [
    var.binding, var.clock_tolerance_seconds, var.context_claims, var.algorithms, var.secret_arn, var.binding_headers,
  ]
}

run "no_observability" {
  variables {
    create_observability = false
  }
  assert {
    condition     = length(aws_cloudwatch_metric_alarm.failure) == 0 && length(aws_cloudwatch_dashboard.this) == 0
    error_message = "create_observability = false must create none of it."
  }
}

run "nothing" {
  variables {
    create = false
  }
  assert {
    condition     = length(aws_lambda_function.this) == 0 && length(aws_api_gateway_authorizer.this) == 0 && length(aws_secretsmanager_secret.this) == 0 && length(aws_cloudwatch_dashboard.this) == 0
    error_message = "create = false must create nothing."
  }
}
