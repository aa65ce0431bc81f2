variable "create" {
  description = "Whether to create anything."
  type        = bool
  default     = true
  nullable    = false
}

variable "function_name" {
  description = "Name of the function, and prefix of the names of its resources."
  type        = string
  default     = "approov-authorizer"
  nullable    = false

  validation {
    condition     = length(regexall("^[A-Za-z0-9_-]{1,64}$", var.function_name)) > 0
    error_message = "function_name must be 1 to 64 letters, digits, hyphens and underscores."
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
  description = "Path of the function's package: the release's `authorizer-….zip`, or a zip of dist/authorizer/index.cjs and its notices. Give this or `s3_existing_package`."
  type        = string
  default     = null
}

variable "s3_existing_package" {
  description = "The package in an S3 bucket, which must be in the Region of the provider. A new package needs a new key or version."
  type        = object({ bucket = string, key = string, version_id = optional(string) })
  default     = null
}

variable "runtime" {
  description = "Runtime of the function."
  type        = string
  default     = "nodejs24.x"
  nullable    = false

  validation {
    condition     = length(regexall("^nodejs(2[2-9]|[3-9][0-9])\\.x$", var.runtime)) > 0
    error_message = "runtime must be a Node.js runtime from nodejs22.x on."
  }
}

variable "architectures" {
  description = "Processor of the function. The package runs on both."
  type        = list(string)
  default     = ["arm64"]
  nullable    = false

  validation {
    condition     = contains(["arm64", "x86_64"], join(",", var.architectures))
    error_message = "architectures must be [\"arm64\"] or [\"x86_64\"]."
  }
}

variable "memory_size" {
  description = "Memory of the function in MB, and with it its share of a processor."
  type        = number
  default     = 512
  nullable    = false

  validation {
    condition     = floor(var.memory_size) == var.memory_size && var.memory_size >= 128 && var.memory_size <= 10240
    error_message = "memory_size must be a whole number from 128 to 10240."
  }
}

variable "reserved_concurrent_executions" {
  description = "Environments that the authorizer may have, and no other function. -1: it shares the quota of the account."
  type        = number
  default     = -1
  nullable    = false

  validation {
    condition     = floor(var.reserved_concurrent_executions) == var.reserved_concurrent_executions && (var.reserved_concurrent_executions == -1 || var.reserved_concurrent_executions > 0)
    error_message = "reserved_concurrent_executions must be -1 or a whole number from 1 on: with 0 every request is a 500."
  }
}

variable "layers" {
  description = "ARNs of layers, such as those of a tracing agent."
  type        = list(string)
  default     = null
}

variable "environment_variables" {
  description = "Further environment variables, such as those of a layer. The authorizer's own are in `settings`."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.environment_variables) : !startswith(name, "APPROOV_")])
    error_message = "environment_variables must not name APPROOV_ variables: they belong in settings, where they are checked."
  }
}

variable "tracing_mode" {
  description = "`Active` or `PassThrough`: whether AWS X-Ray samples requests. null: no tracing."
  type        = string
  default     = null

  validation {
    condition     = try(contains(["Active", "PassThrough"], var.tracing_mode), true)
    error_message = "tracing_mode must be Active or PassThrough."
  }
}

variable "vpc_subnet_ids" {
  description = "Subnets of the function. They need a route or an interface endpoint to Secrets Manager, and a way out to a key set's URL."
  type        = list(string)
  default     = null
}

variable "vpc_security_group_ids" {
  description = "Security groups of the function, with `vpc_subnet_ids`. They must let HTTPS out."
  type        = list(string)
  default     = null
}

variable "cloudwatch_logs_retention_in_days" {
  description = "Days that log lines are kept."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653], var.cloudwatch_logs_retention_in_days)
    error_message = "cloudwatch_logs_retention_in_days must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653."
  }
}

variable "cloudwatch_logs_kms_key_id" {
  description = "ARN of the KMS key of the log group; its policy must allow CloudWatch Logs. null: CloudWatch's own."
  type        = string
  default     = null

  validation {
    condition     = try(length(regexall("^arn:aws(-[a-z]+)*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.cloudwatch_logs_kms_key_id)) > 0, true)
    error_message = "cloudwatch_logs_kms_key_id must be the ARN of a KMS key."
  }
}

# Role

variable "role_name" {
  description = "Name of the function's role. null: the function's name and a random suffix."
  type        = string
  default     = null
}

variable "role_permissions_boundary" {
  description = "ARN of the permissions boundary of the role."
  type        = string
  default     = null
}

# Secrets

variable "create_secret" {
  description = "Whether to create an empty secret, to be filled afterwards. false: the function reads `secret_arn`."
  type        = bool
  default     = true
  nullable    = false
}

variable "secret_arn" {
  description = "ARN of an existing secret that holds the base64 Approov secret, with `create_secret = false`."
  type        = string
  default     = null

  validation {
    condition     = try(length(regexall("^arn:aws(-[a-z]+)*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$", var.secret_arn)) > 0, true)
    error_message = "secret_arn must be the whole ARN of a Secrets Manager secret, with the six characters at its end."
  }
}

variable "create_account_key" {
  description = "Whether `APPROOV_MESSAGE_SIGNING` `account` or `any` creates an empty secret for the account message signing key. false: the function reads `account_key_arn`."
  type        = bool
  default     = true
  nullable    = false
}

variable "account_key_arn" {
  description = "ARN of an existing secret that holds the account message signing key, with `create_account_key = false`."
  type        = string
  default     = null

  validation {
    condition     = try(length(regexall("^arn:aws(-[a-z]+)*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$", var.account_key_arn)) > 0, true)
    error_message = "account_key_arn must be the whole ARN of a Secrets Manager secret, with the six characters at its end."
  }
}

variable "secrets_kms_key_arn" {
  description = "ARN of the KMS key of the secrets, created or existing. null: the account's default key."
  type        = string
  default     = null

  validation {
    condition     = try(length(regexall("^arn:aws(-[a-z]+)*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.secrets_kms_key_arn)) > 0, true)
    error_message = "secrets_kms_key_arn must be the ARN of a KMS key."
  }
}

# APIs

variable "rest_apis" {
  description = "REST APIs to attach the authorizer to: a map of names of your choice to API ids. Set `authorizer_id` on each method."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.rest_apis) : length(regexall("^[A-Za-z0-9_-]{1,64}$", name)) > 0])
    error_message = "The names in rest_apis must be letters, digits, hyphens and underscores."
  }
}

variable "http_apis" {
  description = "HTTP APIs to attach the authorizer to: a map of names of your choice to API ids. Set `authorizer_id` on each route."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.http_apis) : length(regexall("^[A-Za-z0-9_-]{1,64}$", name)) > 0])
    error_message = "The names in http_apis must be letters, digits, hyphens and underscores."
  }
}

variable "websocket_apis" {
  description = "WebSocket APIs to attach the authorizer to: a map of names of your choice to API ids. Set `authorizer_id` on the route `$connect`."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.websocket_apis) : length(regexall("^[A-Za-z0-9_-]{1,64}$", name)) > 0])
    error_message = "The names in websocket_apis must be letters, digits, hyphens and underscores."
  }
}

variable "create_authorizers" {
  description = "Whether to create the authorizers. false: the APIs may invoke the function, and define the authorizer themselves, such as in an OpenAPI document."
  type        = bool
  default     = true
  nullable    = false
}

variable "authorizer_name" {
  description = "Name of the authorizer in each API, which takes a name once. null: the function's name."
  type        = string
  default     = null
}

variable "authorizer_ttl_seconds" {
  description = "Seconds that API Gateway keeps an answer. null: 300, or 0 where answers must not be kept."
  type        = number
  default     = null

  validation {
    condition     = try(floor(var.authorizer_ttl_seconds) == var.authorizer_ttl_seconds && var.authorizer_ttl_seconds >= 0 && var.authorizer_ttl_seconds <= 3600, true)
    error_message = "authorizer_ttl_seconds must be a whole number from 0 to 3600."
  }
}

variable "create_gateway_responses" {
  description = "Whether to set the REST APIs' own responses to refusals and failures. An API has one of each: where the module is used twice on it, false in the second."
  type        = bool
  default     = true
  nullable    = false
}

variable "cors_origin" {
  description = "Origin of web pages that may read those responses. *: any."
  type        = string
  default     = "*"
  nullable    = false

  validation {
    condition     = length(regexall("^(\\*|https?://[a-z0-9.:-]+)$", var.cors_origin)) > 0
    error_message = "cors_origin must be * or one origin such as https://app.example.com."
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
  description = "ARN of the SNS topic that the alarms notify. null: they are only seen."
  type        = string
  default     = null

  validation {
    condition     = try(length(regexall("^arn:aws(-[a-z]+)*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$", var.alarm_topic_arn)) > 0, true)
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
