# Made by `npm run templates` from infra/terraform/generator/variables.ts. Change it there.

# Module

variable "create" {
  description = "Whether to create anything."
  type        = bool
  default     = true
  nullable    = false
}

variable "name" {
  description = "Name of the function and prefix of the names of its resources."
  type        = string
  default     = "approov-authorizer"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "name must be 1 to 64 letters, digits, hyphens and underscores."
  }
}

variable "tags" {
  description = "Tags of every resource that can have tags."
  type        = map(string)
  default     = {}
  nullable    = false
}

# Function

variable "local_existing_package" {
  description = "Path of the package, a zip of dist/authorizer/index.cjs and its notices. Give this or s3_existing_package."
  type        = string
  default     = null
}

variable "s3_existing_package" {
  description = "The package in an S3 bucket, which must be in the region of the provider. A new package needs a new key or version."

  type = object({
    bucket     = string
    key        = string
    version_id = optional(string)
  })

  default = null
}

variable "memory_megabytes" {
  description = "Memory of the functions. CPU grows with it."
  type        = number
  default     = 512
  nullable    = false

  validation {
    condition     = floor(var.memory_megabytes) == var.memory_megabytes && var.memory_megabytes >= 128 && var.memory_megabytes <= 10240
    error_message = "memory_megabytes must be a whole number from 128 to 10240."
  }
}

variable "architecture" {
  description = "Processor of the functions. The bundles run on both."
  type        = string
  default     = "arm64"
  nullable    = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture must be one of arm64, x86_64."
  }
}

variable "reserved_concurrency" {
  description = "Concurrency reserved for the authorizer. null: it shares the quota of the account."
  type        = number
  default     = null

  validation {
    condition     = var.reserved_concurrency == null ? true : can(regex("^(?:[1-9][0-9]{0,5})$", var.reserved_concurrency))
    error_message = "reserved_concurrency must be a whole number from 1 to 999999."
  }
}

variable "log_retention_days" {
  description = "Days that log lines are kept."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653], var.log_retention_days)
    error_message = "log_retention_days must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653."
  }
}

variable "log_kms_key_arn" {
  description = "KMS key of the log groups; its policy must allow CloudWatch Logs. null: CloudWatch's own."
  type        = string
  default     = null

  validation {
    condition     = var.log_kms_key_arn == null ? true : can(regex("^(?:arn:aws(-[a-z]+)*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+)$", var.log_kms_key_arn))
    error_message = "log_kms_key_arn must be the ARN of a KMS key."
  }
}

# Secrets

variable "create_secret" {
  description = "Whether to create an empty secret, to be filled afterwards. false: the function reads secret_arn."
  type        = bool
  default     = true
  nullable    = false
}

variable "secret_arn" {
  description = "ARN of an existing secret that holds the base64 Approov secret, with create_secret = false."
  type        = string
  default     = null

  validation {
    condition     = var.secret_arn == null ? true : can(regex("^(?:arn:aws(-[a-z]+)*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6})$", var.secret_arn))
    error_message = "secret_arn must be the whole ARN of a Secrets Manager secret, with the six characters at its end."
  }
}

variable "create_account_key" {
  description = "Whether message_signing = \"account\" or \"any\" creates an empty secret for the account message signing key. false: the function reads account_key_arn."
  type        = bool
  default     = true
  nullable    = false
}

variable "account_key_arn" {
  description = "ARN of an existing secret that holds the account message signing key, with create_account_key = false."
  type        = string
  default     = null

  validation {
    condition     = var.account_key_arn == null ? true : can(regex("^(?:arn:aws(-[a-z]+)*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6})$", var.account_key_arn))
    error_message = "account_key_arn must be the whole ARN of a Secrets Manager secret, with the six characters at its end."
  }
}

variable "kms_key_arn" {
  description = "KMS key of the secrets. null: the account's default key."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null ? true : can(regex("^(?:arn:aws(-[a-z]+)*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+)$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a KMS key."
  }
}

# APIs

variable "rest_apis" {
  description = "REST APIs to attach the authorizer to: a map of names of your choice to API ids. Set authorizer_id on each method."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.rest_apis) : can(regex("^[A-Za-z0-9_-]{1,64}$", key))])
    error_message = "The names in rest_apis must be letters, digits, hyphens and underscores."
  }
}

variable "http_apis" {
  description = "HTTP APIs to attach the authorizer to: a map of names of your choice to API ids. Set authorizer_id on each route."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.http_apis) : can(regex("^[A-Za-z0-9_-]{1,64}$", key))])
    error_message = "The names in http_apis must be letters, digits, hyphens and underscores."
  }
}

variable "websocket_apis" {
  description = "WebSocket APIs to attach the authorizer to: a map of names of your choice to API ids. Set authorizer_id on the $connect route."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.websocket_apis) : can(regex("^[A-Za-z0-9_-]{1,64}$", key))])
    error_message = "The names in websocket_apis must be letters, digits, hyphens and underscores."
  }
}

variable "authorizer_name" {
  description = "Name of the authorizer in each API. null: that of the function, so that the module can be used twice on one API."
  type        = string
  default     = null
}

variable "create_gateway_response" {
  description = "Whether to set the gateway response ACCESS_DENIED of the REST APIs to 401. Without it they answer a Deny with 403. An API has one: where the module is used twice, false in the second."
  type        = bool
  default     = true
  nullable    = false
}

variable "authorizer_ttl_seconds" {
  description = "Seconds that API Gateway keeps an answer. 0 where answers must not be kept: with message signing, resource_scope = \"method\", binding = \"if-present\" or mode = \"report-only\"."
  type        = number
  default     = 300
  nullable    = false

  validation {
    condition     = floor(var.authorizer_ttl_seconds) == var.authorizer_ttl_seconds && var.authorizer_ttl_seconds >= 0 && var.authorizer_ttl_seconds <= 3600
    error_message = "authorizer_ttl_seconds must be a whole number from 0 to 3600."
  }
}

# Observability

variable "create_observability" {
  description = "Whether to create metric filters, alarms and a dashboard."
  type        = bool
  default     = true
  nullable    = false
}

variable "alarm_topic_arn" {
  description = "SNS topic that the alarms notify. null: they are only seen."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_topic_arn == null ? true : can(regex("^(?:arn:aws(-[a-z]+)*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256})$", var.alarm_topic_arn))
    error_message = "alarm_topic_arn must be the ARN of an SNS topic."
  }
}

variable "refusal_alarm_percent" {
  description = "Share of refusals over five minutes that raises an alarm."
  type        = number
  default     = 25
  nullable    = false

  validation {
    condition     = floor(var.refusal_alarm_percent) == var.refusal_alarm_percent && var.refusal_alarm_percent >= 1 && var.refusal_alarm_percent <= 100
    error_message = "refusal_alarm_percent must be a whole number from 1 to 100."
  }
}

# Settings of the authorizer

variable "secret_json_key" {
  description = "JSON key of the base64 secret, if the secret's value is a JSON object."
  type        = string
  default     = null

  validation {
    condition     = var.secret_json_key == null ? true : length(var.secret_json_key) > 0
    error_message = "secret_json_key must be text of 1 to 1024 characters without control characters."
  }
}

variable "secret_ttl_seconds" {
  description = "Age at which a cached secret is fetched again."
  type        = number
  default     = 300
  nullable    = false

  validation {
    condition     = floor(var.secret_ttl_seconds) == var.secret_ttl_seconds && var.secret_ttl_seconds >= 0 && var.secret_ttl_seconds <= 86400
    error_message = "secret_ttl_seconds must be a whole number from 0 to 86400."
  }
}

variable "secret_max_stale_seconds" {
  description = "Age up to which the last good secret serves while fetching fails."
  type        = number
  default     = 3600
  nullable    = false

  validation {
    condition     = floor(var.secret_max_stale_seconds) == var.secret_max_stale_seconds && var.secret_max_stale_seconds >= 0 && var.secret_max_stale_seconds <= 604800
    error_message = "secret_max_stale_seconds must be a whole number from 0 to 604800."
  }
}

variable "previous_secret_grace_seconds" {
  description = "Time after a rotation in which the previous secret verifies too. 0: never."
  type        = number
  default     = 900
  nullable    = false

  validation {
    condition     = floor(var.previous_secret_grace_seconds) == var.previous_secret_grace_seconds && var.previous_secret_grace_seconds >= 0 && var.previous_secret_grace_seconds <= 604800
    error_message = "previous_secret_grace_seconds must be a whole number from 0 to 604800."
  }
}

variable "algorithms" {
  description = "Algorithms that tokens may be signed with. All but HS256 need a keyset."
  type        = list(string)
  default     = ["HS256"]
  nullable    = false

  validation {
    condition     = length(var.algorithms) > 0 && alltrue([for item in var.algorithms : contains(["HS256", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"], item)])
    error_message = "algorithms must be a list without repetition, each one of HS256, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA."
  }
}

variable "keyset_jwks_uri" {
  description = "https URL of the keyset."
  type        = string
  default     = null

  validation {
    condition     = var.keyset_jwks_uri == null ? true : length(var.keyset_jwks_uri) > 0
    error_message = "keyset_jwks_uri must be an https URL of at most 2048 characters, without user and fragment."
  }
}

variable "keyset_jwks" {
  description = "The keyset itself: a JWK Set, or one PEM public key."
  type        = string
  default     = null

  validation {
    condition     = var.keyset_jwks == null ? true : length(var.keyset_jwks) > 0
    error_message = "keyset_jwks must be a JWK Set with a public signature key that has a kid, or one PEM public key."
  }
}

variable "keyset_ttl_seconds" {
  description = "Age at which a cached keyset is fetched again."
  type        = number
  default     = 3600
  nullable    = false

  validation {
    condition     = floor(var.keyset_ttl_seconds) == var.keyset_ttl_seconds && var.keyset_ttl_seconds >= 0 && var.keyset_ttl_seconds <= 86400
    error_message = "keyset_ttl_seconds must be a whole number from 0 to 86400."
  }
}

variable "keyset_max_stale_seconds" {
  description = "Age up to which the last good keyset serves while fetching fails."
  type        = number
  default     = 86400
  nullable    = false

  validation {
    condition     = floor(var.keyset_max_stale_seconds) == var.keyset_max_stale_seconds && var.keyset_max_stale_seconds >= 0 && var.keyset_max_stale_seconds <= 604800
    error_message = "keyset_max_stale_seconds must be a whole number from 0 to 604800."
  }
}

variable "token_header" {
  description = "Header that carries the token."
  type        = string
  default     = "Approov-Token"
  nullable    = false

  validation {
    condition     = can(regex("^(?:[A-Za-z0-9._-]{1,128})$", var.token_header))
    error_message = "token_header must be a header name of letters, digits, ., _ and -, because it is an identity source."
  }
}

variable "token_prefix" {
  description = "Word before the token in that header, such as Bearer."
  type        = string
  default     = null

  validation {
    condition     = var.token_prefix == null ? true : length(var.token_prefix) > 0
    error_message = "token_prefix must be one word such as Bearer, without comma."
  }
}

variable "token_query_parameter" {
  description = "Query parameter with the token of a WebSocket handshake without that header."
  type        = string
  default     = null

  validation {
    condition     = var.token_query_parameter == null ? true : length(var.token_query_parameter) > 0
    error_message = "token_query_parameter must be the name of a query parameter: letters, digits, . _ ~ -."
  }
}

variable "binding_headers" {
  description = "Headers that the token is bound to, in order."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for item in var.binding_headers : can(regex("^[^, ]([^,]*[^, ])?$", item))])
    error_message = "binding_headers must be a list without repetition, each a header name."
  }
}

variable "binding" {
  description = "Whether a token must be bound. null: required with binding headers, else off."
  type        = string
  default     = null

  validation {
    condition     = var.binding == null ? true : contains(["off", "if-present", "required"], var.binding)
    error_message = "binding must be one of off, if-present, required."
  }
}

variable "issuer" {
  description = "What iss must equal."
  type        = string
  default     = null

  validation {
    condition     = var.issuer == null ? true : length(var.issuer) > 0
    error_message = "issuer must be text of 1 to 1024 characters without control characters."
  }
}

variable "audience" {
  description = "What aud must equal or contain."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for item in var.audience : can(regex("^[^, ]([^,]*[^, ])?$", item))])
    error_message = "audience must be a list without repetition, each text of 1 to 1024 characters without control characters."
  }
}

variable "clock_tolerance_seconds" {
  description = "Difference of clocks that is tolerated."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = floor(var.clock_tolerance_seconds) == var.clock_tolerance_seconds && var.clock_tolerance_seconds >= 0 && var.clock_tolerance_seconds <= 60
    error_message = "clock_tolerance_seconds must be a whole number from 0 to 60."
  }
}

variable "mode" {
  description = "report-only lets every request through and logs what would have been refused."
  type        = string
  default     = "enforce"
  nullable    = false

  validation {
    condition     = contains(["enforce", "report-only"], var.mode)
    error_message = "mode must be one of enforce, report-only."
  }
}

variable "denial" {
  description = "Answer to a refusal: a Deny, or a thrown Unauthorized."
  type        = string
  default     = "policy"
  nullable    = false

  validation {
    condition     = contains(["unauthorized", "policy"], var.denial)
    error_message = "denial must be one of unauthorized, policy."
  }
}

variable "denial_arc" {
  description = "on: the Deny of a token whose signature does not verify shows its Attestation Response Code."
  type        = string
  default     = "off"
  nullable    = false

  validation {
    condition     = contains(["off", "on"], var.denial_arc)
    error_message = "denial_arc must be one of off, on."
  }
}

variable "resource_scope" {
  description = "What a policy covers. method needs authorizer_ttl_seconds = 0."
  type        = string
  default     = "stage"
  nullable    = false

  validation {
    condition     = contains(["stage", "method"], var.resource_scope)
    error_message = "resource_scope must be one of stage, method."
  }
}

variable "http_api_response" {
  description = "Answer to an HTTP API with payload version 2.0."
  type        = string
  default     = "policy"
  nullable    = false

  validation {
    condition     = contains(["policy", "simple"], var.http_api_response)
    error_message = "http_api_response must be one of policy, simple."
  }
}

variable "context_claims" {
  description = "Claims that the backend gets."
  type        = list(string)
  default     = ["exp", "iss", "aud", "sub", "did", "ip", "arc", "anno"]
  nullable    = false

  validation {
    condition     = length(var.context_claims) > 0 && alltrue([for item in var.context_claims : can(regex("^[^, ]([^,]*[^, ])?$", item))])
    error_message = "context_claims must be a list without repetition, each a claim name of at most 128 printable ASCII characters, without comma."
  }
}

variable "log_level" {
  description = "Least level that is logged. Metrics and alarms need info."
  type        = string
  default     = "info"
  nullable    = false

  validation {
    condition     = contains(["debug", "info", "warn", "error", "silent"], var.log_level)
    error_message = "log_level must be one of debug, info, warn, error, silent."
  }
}

variable "message_signing" {
  description = "Message signature that must verify."
  type        = string
  default     = "off"
  nullable    = false

  validation {
    condition     = contains(["off", "install", "account", "any"], var.message_signing)
    error_message = "message_signing must be one of off, install, account, any."
  }
}

variable "message_signing_mode" {
  description = "report-only lets a request with a bad message signature through, and logs it."
  type        = string
  default     = "enforce"
  nullable    = false

  validation {
    condition     = contains(["enforce", "report-only"], var.message_signing_mode)
    error_message = "message_signing_mode must be one of enforce, report-only."
  }
}

variable "message_signing_without_key" {
  description = "A token without a message signing key."
  type        = string
  default     = "refuse"
  nullable    = false

  validation {
    condition     = contains(["refuse", "allow"], var.message_signing_without_key)
    error_message = "message_signing_without_key must be one of refuse, allow."
  }
}

variable "signature_components" {
  description = "Components that a signature must cover."
  type        = list(string)
  default     = ["@method", "@target-uri", "approov-token"]
  nullable    = false

  validation {
    condition     = length(var.signature_components) > 0 && alltrue([for item in var.signature_components : can(regex("^[^, ]([^,]*[^, ])?$", item))])
    error_message = "signature_components must be a list without repetition, each a header name or one of @method, @target-uri, @authority, @scheme, @request-target, @path, @query."
  }
}

variable "signature_max_age_seconds" {
  description = "Age of a signature that is still accepted."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = floor(var.signature_max_age_seconds) == var.signature_max_age_seconds && var.signature_max_age_seconds >= 1 && var.signature_max_age_seconds <= 3600
    error_message = "signature_max_age_seconds must be a whole number from 1 to 3600."
  }
}

variable "public_origin" {
  description = "Scheme and host that clients see, such as https://api.example.com. null: https and the domain name of the event."
  type        = string
  default     = null

  validation {
    condition     = var.public_origin == null ? true : length(var.public_origin) > 0
    error_message = "public_origin must be an origin such as https://api.example.com, without path."
  }
}

variable "public_base_path" {
  description = "Path prefix that clients see in place of the stage or base path, such as /v1. null: as the event says."
  type        = string
  default     = null

  validation {
    condition     = var.public_base_path == null ? true : length(var.public_base_path) > 0
    error_message = "public_base_path must be a path prefix such as /v1 that starts with '/' and does not end with it, or / alone."
  }
}

variable "user_auth" {
  description = "jwt: the user's token is checked too. The other user parameters are for that."
  type        = string
  default     = "off"
  nullable    = false

  validation {
    condition     = contains(["off", "jwt"], var.user_auth)
    error_message = "user_auth must be one of off, jwt."
  }
}

variable "user_issuer" {
  description = "Issuers of users' tokens, such as the URL of a Cognito user pool."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for item in var.user_issuer : can(regex("^[^, ]([^,]*[^, ])?$", item))])
    error_message = "user_issuer must be a list without repetition, each an https URL of at most 2048 characters, without user and fragment."
  }
}

variable "user_audience" {
  description = "Audiences or app client IDs, one of which must match."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for item in var.user_audience : can(regex("^[^, ]([^,]*[^, ])?$", item))])
    error_message = "user_audience must be a list without repetition, each text of 1 to 1024 characters without control characters."
  }
}

variable "user_jwks_uri" {
  description = "https URLs of the issuers' keys, in their order. Empty: those of the Cognito user pools."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for item in var.user_jwks_uri : can(regex("^[^, ]([^,]*[^, ])?$", item))])
    error_message = "user_jwks_uri must be a list each an https URL of at most 2048 characters, without user and fragment."
  }
}

variable "user_algorithms" {
  description = "Algorithms that users' tokens may be signed with. Empty: RS256."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for item in var.user_algorithms : contains(["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"], item)])
    error_message = "user_algorithms must be a list without repetition, each one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA."
  }
}

variable "user_token_use" {
  description = "What token_use must equal. null: access for a Cognito user pool."
  type        = string
  default     = null

  validation {
    condition     = var.user_token_use == null ? true : contains(["access", "id"], var.user_token_use)
    error_message = "user_token_use must be one of access, id."
  }
}

variable "user_token_type" {
  description = "What typ in the header must equal, such as at+jwt."
  type        = string
  default     = null

  validation {
    condition     = var.user_token_type == null ? true : length(var.user_token_type) > 0
    error_message = "user_token_type must be a media type such as at+jwt."
  }
}

variable "user_scopes" {
  description = "Scopes, one of which the token must have."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for item in var.user_scopes : can(regex("^[^, ]([^,]*[^, ])?$", item))])
    error_message = "user_scopes must be a list without repetition, each a scope of at most 256 printable ASCII characters, without comma."
  }
}

variable "user_header" {
  description = "Header that carries the user's token. null: Authorization. Where it is bound too, name it first in binding_headers."
  type        = string
  default     = null

  validation {
    condition     = var.user_header == null ? true : can(regex("^(?:[A-Za-z0-9._-]{1,128})$", var.user_header))
    error_message = "user_header must be a header name of letters, digits, ., _ and -, because it is an identity source."
  }
}

variable "user_context_claims" {
  description = "Claims of the user that the backend gets. Empty: sub,exp,scope,client_id."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for item in var.user_context_claims : can(regex("^[^, ]([^,]*[^, ])?$", item))])
    error_message = "user_context_claims must be a list without repetition, each a claim name of at most 256 printable ASCII characters, without comma."
  }
}

variable "user_clock_tolerance_seconds" {
  description = "Difference of the clocks that is tolerated for users' tokens. null: 0."
  type        = number
  default     = null

  validation {
    condition     = var.user_clock_tolerance_seconds == null ? true : floor(var.user_clock_tolerance_seconds) == var.user_clock_tolerance_seconds && var.user_clock_tolerance_seconds >= 0 && var.user_clock_tolerance_seconds <= 60
    error_message = "user_clock_tolerance_seconds must be a whole number from 0 to 60."
  }
}

variable "user_keys_ttl_seconds" {
  description = "Age at which the issuer's cached keys are fetched again. null: 3600."
  type        = number
  default     = null

  validation {
    condition     = var.user_keys_ttl_seconds == null ? true : floor(var.user_keys_ttl_seconds) == var.user_keys_ttl_seconds && var.user_keys_ttl_seconds >= 0 && var.user_keys_ttl_seconds <= 86400
    error_message = "user_keys_ttl_seconds must be a whole number from 0 to 86400."
  }
}

variable "user_keys_max_stale_seconds" {
  description = "Age up to which the issuer's last good keys serve while fetching fails. null: 7200."
  type        = number
  default     = null

  validation {
    condition     = var.user_keys_max_stale_seconds == null ? true : floor(var.user_keys_max_stale_seconds) == var.user_keys_max_stale_seconds && var.user_keys_max_stale_seconds >= 0 && var.user_keys_max_stale_seconds <= 604800
    error_message = "user_keys_max_stale_seconds must be a whole number from 0 to 604800."
  }
}
