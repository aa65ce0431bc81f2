# Made by `npm run templates` from infra/terraform/generator/settings.ts. Change it there.

# Environment variables of the settings. null: unset.
locals {
  settings = {
    APPROOV_SECRET_JSON_KEY               = var.secret_json_key
    APPROOV_SECRET_TTL_SECONDS            = var.secret_ttl_seconds
    APPROOV_SECRET_MAX_STALE_SECONDS      = var.secret_max_stale_seconds
    APPROOV_PREVIOUS_SECRET_GRACE_SECONDS = var.previous_secret_grace_seconds
    APPROOV_ALGORITHMS                    = length(var.algorithms) == 0 ? null : join(",", var.algorithms)
    APPROOV_KEYSET_JWKS_URI               = var.keyset_jwks_uri
    APPROOV_KEYSET_JWKS                   = var.keyset_jwks
    APPROOV_KEYSET_TTL_SECONDS            = var.keyset_ttl_seconds
    APPROOV_KEYSET_MAX_STALE_SECONDS      = var.keyset_max_stale_seconds
    APPROOV_TOKEN_HEADER                  = var.token_header
    APPROOV_TOKEN_PREFIX                  = var.token_prefix
    APPROOV_TOKEN_QUERY_PARAMETER         = var.token_query_parameter
    APPROOV_BINDING_HEADERS               = length(var.binding_headers) == 0 ? null : join(",", var.binding_headers)
    APPROOV_BINDING                       = var.binding
    APPROOV_ISSUER                        = var.issuer
    APPROOV_AUDIENCE                      = length(var.audience) == 0 ? null : join(",", var.audience)
    APPROOV_CLOCK_TOLERANCE_SECONDS       = var.clock_tolerance_seconds
    APPROOV_MODE                          = var.mode
    APPROOV_DENIAL                        = var.denial
    APPROOV_DENIAL_ARC                    = var.denial_arc
    APPROOV_RESOURCE_SCOPE                = var.resource_scope
    APPROOV_HTTP_API_RESPONSE             = var.http_api_response
    APPROOV_CONTEXT_CLAIMS                = length(var.context_claims) == 0 ? null : join(",", var.context_claims)
    APPROOV_LOG_LEVEL                     = var.log_level
    APPROOV_MESSAGE_SIGNING               = var.message_signing
    APPROOV_MESSAGE_SIGNING_MODE          = var.message_signing_mode
    APPROOV_MESSAGE_SIGNING_WITHOUT_KEY   = var.message_signing_without_key
    APPROOV_SIGNATURE_COMPONENTS          = length(var.signature_components) == 0 ? null : join(",", var.signature_components)
    APPROOV_SIGNATURE_MAX_AGE_SECONDS     = var.signature_max_age_seconds
    APPROOV_PUBLIC_ORIGIN                 = var.public_origin
    APPROOV_PUBLIC_BASE_PATH              = var.public_base_path
    APPROOV_USER_AUTH                     = var.user_auth
    APPROOV_USER_ISSUER                   = length(var.user_issuer) == 0 ? null : join(",", var.user_issuer)
    APPROOV_USER_AUDIENCE                 = length(var.user_audience) == 0 ? null : join(",", var.user_audience)
    APPROOV_USER_JWKS_URI                 = length(var.user_jwks_uri) == 0 ? null : join(",", var.user_jwks_uri)
    APPROOV_USER_ALGORITHMS               = length(var.user_algorithms) == 0 ? null : join(",", var.user_algorithms)
    APPROOV_USER_TOKEN_USE                = var.user_token_use
    APPROOV_USER_TOKEN_TYPE               = var.user_token_type
    APPROOV_USER_SCOPES                   = length(var.user_scopes) == 0 ? null : join(",", var.user_scopes)
    APPROOV_USER_HEADER                   = var.user_header
    APPROOV_USER_CONTEXT_CLAIMS           = length(var.user_context_claims) == 0 ? null : join(",", var.user_context_claims)
    APPROOV_USER_CLOCK_TOLERANCE_SECONDS  = var.user_clock_tolerance_seconds
    APPROOV_USER_KEYS_TTL_SECONDS         = var.user_keys_ttl_seconds
    APPROOV_USER_KEYS_MAX_STALE_SECONDS   = var.user_keys_max_stale_seconds
  }
}

# What the function runs on, what it may do, and the body of the gateway response ACCESS_DENIED.
locals {
  runtime             = "nodejs24.x"
  timeout             = 9
  secret_content      = "Approov token secret, base64"
  account_key_content = "Approov account message signing key, base64"
  access_denied_body  = var.denial_arc == "on" ? { "application/json" = "{\"arc\":\"$context.authorizer.arc\"}" } : { "application/json" = "{}" }

  read_secrets = {
    Effect   = "Allow"
    Action   = "secretsmanager:GetSecretValue"
    Resource = local.secret_arns
  }

  decrypt_secrets = {
    Effect    = "Allow"
    Action    = "kms:Decrypt"
    Resource  = var.kms_key_arn
    Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${data.aws_region.current.region}.${data.aws_partition.current.dns_suffix}" } }
  }
}
