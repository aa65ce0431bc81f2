# Made by `npm run templates` from infra/terraform/generator/settingsFile.ts. Change it there.

# tflint-ignore: terraform_standard_module_structure
variable "settings" {
  description = "Settings of the authorizer by their variables, as docs/configuration.md has them. null: not given."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = try(var.settings.APPROOV_SECRET_JSON_KEY == "none" || length(regexall("^(?:[^\\x00-\\x1f\\x7f-\\x9f]+)$", var.settings.APPROOV_SECRET_JSON_KEY)) > 0 && length(var.settings.APPROOV_SECRET_JSON_KEY) <= 1024, true)
    error_message = "APPROOV_SECRET_JSON_KEY must be text of 1 to 1024 characters without control characters."
  }
  validation {
    condition     = try(length(regexall("^(0|[1-9][0-9]{0,9})$", var.settings.APPROOV_SECRET_TTL_SECONDS)) > 0 ? tonumber(var.settings.APPROOV_SECRET_TTL_SECONDS) >= 0 && tonumber(var.settings.APPROOV_SECRET_TTL_SECONDS) <= 86400 : false, true)
    error_message = "APPROOV_SECRET_TTL_SECONDS must be a whole number from 0 to 86400."
  }
  validation {
    condition     = try(length(regexall("^(0|[1-9][0-9]{0,9})$", var.settings.APPROOV_SECRET_MAX_STALE_SECONDS)) > 0 ? tonumber(var.settings.APPROOV_SECRET_MAX_STALE_SECONDS) >= 0 && tonumber(var.settings.APPROOV_SECRET_MAX_STALE_SECONDS) <= 604800 : false, true)
    error_message = "APPROOV_SECRET_MAX_STALE_SECONDS must be a whole number from 0 to 604800."
  }
  validation {
    condition     = try(length(regexall("^(0|[1-9][0-9]{0,9})$", var.settings.APPROOV_PREVIOUS_SECRET_GRACE_SECONDS)) > 0 ? tonumber(var.settings.APPROOV_PREVIOUS_SECRET_GRACE_SECONDS) >= 0 && tonumber(var.settings.APPROOV_PREVIOUS_SECRET_GRACE_SECONDS) <= 604800 : false, true)
    error_message = "APPROOV_PREVIOUS_SECRET_GRACE_SECONDS must be a whole number from 0 to 604800."
  }
  validation {
    condition     = try(alltrue([for item in split(",", var.settings.APPROOV_ALGORITHMS) : length(regexall("^(?:HS256|RS256|RS384|RS512|PS256|PS384|PS512|ES256|ES384|ES512|EdDSA)$", trimspace(item))) > 0]) && length(distinct([for item in split(",", var.settings.APPROOV_ALGORITHMS) : trimspace(item)])) == length(split(",", var.settings.APPROOV_ALGORITHMS)), true)
    error_message = "APPROOV_ALGORITHMS must be comma-separated, without repetition, each one of HS256, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA."
  }
  validation {
    condition     = try(var.settings.APPROOV_KEYSET_JWKS_URI == "none" || length(regexall("^(?:[Hh][Tt][Tt][Pp][Ss]://[^#\\x00-\\x20]+)$", var.settings.APPROOV_KEYSET_JWKS_URI)) > 0 && length(var.settings.APPROOV_KEYSET_JWKS_URI) <= 2048, true)
    error_message = "APPROOV_KEYSET_JWKS_URI must be an https URL of at most 2048 characters, without user and fragment."
  }
  validation {
    condition     = try(var.settings.APPROOV_KEYSET_JWKS == "none" || length(regexall("^(?:\\s*(\\{|-----BEGIN)[\\s\\S]*)$", var.settings.APPROOV_KEYSET_JWKS)) > 0, true)
    error_message = "APPROOV_KEYSET_JWKS must be a JWK Set with a public signature key that has a kid, or one PEM public key."
  }
  validation {
    condition     = try(length(regexall("^(0|[1-9][0-9]{0,9})$", var.settings.APPROOV_KEYSET_TTL_SECONDS)) > 0 ? tonumber(var.settings.APPROOV_KEYSET_TTL_SECONDS) >= 0 && tonumber(var.settings.APPROOV_KEYSET_TTL_SECONDS) <= 86400 : false, true)
    error_message = "APPROOV_KEYSET_TTL_SECONDS must be a whole number from 0 to 86400."
  }
  validation {
    condition     = try(length(regexall("^(0|[1-9][0-9]{0,9})$", var.settings.APPROOV_KEYSET_MAX_STALE_SECONDS)) > 0 ? tonumber(var.settings.APPROOV_KEYSET_MAX_STALE_SECONDS) >= 0 && tonumber(var.settings.APPROOV_KEYSET_MAX_STALE_SECONDS) <= 604800 : false, true)
    error_message = "APPROOV_KEYSET_MAX_STALE_SECONDS must be a whole number from 0 to 604800."
  }
  validation {
    condition     = try(length(regexall("^(?:[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128})$", var.settings.APPROOV_TOKEN_HEADER)) > 0, true)
    error_message = "APPROOV_TOKEN_HEADER must be a header name."
  }
  validation {
    condition     = try(var.settings.APPROOV_TOKEN_PREFIX == "none" || length(regexall("^(?:[!-+.-~-]{1,64})$", var.settings.APPROOV_TOKEN_PREFIX)) > 0, true)
    error_message = "APPROOV_TOKEN_PREFIX must be one word such as Bearer, without comma."
  }
  validation {
    condition     = try(var.settings.APPROOV_TOKEN_QUERY_PARAMETER == "none" || length(regexall("^(?:[A-Za-z0-9._~-]{1,128})$", var.settings.APPROOV_TOKEN_QUERY_PARAMETER)) > 0, true)
    error_message = "APPROOV_TOKEN_QUERY_PARAMETER must be the name of a query parameter: letters, digits, . _ ~ -."
  }
  validation {
    condition     = try(var.settings.APPROOV_BINDING_HEADERS == "none" || alltrue([for item in split(",", var.settings.APPROOV_BINDING_HEADERS) : length(regexall("^(?:[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128})$", trimspace(item))) > 0]) && length(distinct([for item in split(",", var.settings.APPROOV_BINDING_HEADERS) : lower(trimspace(item))])) == length(split(",", var.settings.APPROOV_BINDING_HEADERS)), true)
    error_message = "APPROOV_BINDING_HEADERS must be comma-separated, without repetition, each a header name."
  }
  validation {
    condition     = try(var.settings.APPROOV_BINDING == "none" || length(regexall("^(?:off|if-present|required)$", var.settings.APPROOV_BINDING)) > 0, true)
    error_message = "APPROOV_BINDING must be one of off, if-present, required."
  }
  validation {
    condition     = try(var.settings.APPROOV_ISSUER == "none" || length(regexall("^(?:[^\\x00-\\x1f\\x7f-\\x9f]+)$", var.settings.APPROOV_ISSUER)) > 0 && length(var.settings.APPROOV_ISSUER) <= 1024, true)
    error_message = "APPROOV_ISSUER must be text of 1 to 1024 characters without control characters."
  }
  validation {
    condition     = try(var.settings.APPROOV_AUDIENCE == "none" || alltrue([for item in split(",", var.settings.APPROOV_AUDIENCE) : length(regexall("^(?:[^\\x00-\\x1f\\x7f-\\x9f]+)$", trimspace(item))) > 0 && length(trimspace(item)) <= 1024]) && length(distinct([for item in split(",", var.settings.APPROOV_AUDIENCE) : trimspace(item)])) == length(split(",", var.settings.APPROOV_AUDIENCE)), true)
    error_message = "APPROOV_AUDIENCE must be comma-separated, without repetition, each text of 1 to 1024 characters without control characters."
  }
  validation {
    condition     = try(length(regexall("^(0|[1-9][0-9]{0,9})$", var.settings.APPROOV_CLOCK_TOLERANCE_SECONDS)) > 0 ? tonumber(var.settings.APPROOV_CLOCK_TOLERANCE_SECONDS) >= 0 && tonumber(var.settings.APPROOV_CLOCK_TOLERANCE_SECONDS) <= 60 : false, true)
    error_message = "APPROOV_CLOCK_TOLERANCE_SECONDS must be a whole number from 0 to 60."
  }
  validation {
    condition     = try(length(regexall("^(?:enforce|report-only)$", var.settings.APPROOV_MODE)) > 0, true)
    error_message = "APPROOV_MODE must be one of enforce, report-only."
  }
  validation {
    condition     = try(length(regexall("^(?:unauthorized|policy)$", var.settings.APPROOV_DENIAL)) > 0, true)
    error_message = "APPROOV_DENIAL must be one of unauthorized, policy."
  }
  validation {
    condition     = try(length(regexall("^(?:off|on)$", var.settings.APPROOV_DENIAL_ARC)) > 0, true)
    error_message = "APPROOV_DENIAL_ARC must be one of off, on."
  }
  validation {
    condition     = try(length(regexall("^(?:stage|method)$", var.settings.APPROOV_RESOURCE_SCOPE)) > 0, true)
    error_message = "APPROOV_RESOURCE_SCOPE must be one of stage, method."
  }
  validation {
    condition     = try(length(regexall("^(?:policy|simple)$", var.settings.APPROOV_HTTP_API_RESPONSE)) > 0, true)
    error_message = "APPROOV_HTTP_API_RESPONSE must be one of policy, simple."
  }
  validation {
    condition     = try(alltrue([for item in split(",", var.settings.APPROOV_CONTEXT_CLAIMS) : length(regexall("^(?:[!-+.-~-]{1,128})$", trimspace(item))) > 0]) && length(distinct([for item in split(",", var.settings.APPROOV_CONTEXT_CLAIMS) : trimspace(item)])) == length(split(",", var.settings.APPROOV_CONTEXT_CLAIMS)), true)
    error_message = "APPROOV_CONTEXT_CLAIMS must be comma-separated, without repetition, each a claim name of at most 128 printable ASCII characters, without comma."
  }
  validation {
    condition     = try(length(regexall("^(?:debug|info|warn|error|silent)$", var.settings.APPROOV_LOG_LEVEL)) > 0, true)
    error_message = "APPROOV_LOG_LEVEL must be one of debug, info, warn, error, silent."
  }
  validation {
    condition     = try(length(regexall("^(?:off|install|account|any)$", var.settings.APPROOV_MESSAGE_SIGNING)) > 0, true)
    error_message = "APPROOV_MESSAGE_SIGNING must be one of off, install, account, any."
  }
  validation {
    condition     = try(length(regexall("^(?:enforce|report-only)$", var.settings.APPROOV_MESSAGE_SIGNING_MODE)) > 0, true)
    error_message = "APPROOV_MESSAGE_SIGNING_MODE must be one of enforce, report-only."
  }
  validation {
    condition     = try(length(regexall("^(?:refuse|allow)$", var.settings.APPROOV_MESSAGE_SIGNING_WITHOUT_KEY)) > 0, true)
    error_message = "APPROOV_MESSAGE_SIGNING_WITHOUT_KEY must be one of refuse, allow."
  }
  validation {
    condition     = try(alltrue([for item in split(",", var.settings.APPROOV_SIGNATURE_COMPONENTS) : length(regexall("^(?:@[A-Za-z-]+|[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128})$", trimspace(item))) > 0]) && length(distinct([for item in split(",", var.settings.APPROOV_SIGNATURE_COMPONENTS) : trimspace(item)])) == length(split(",", var.settings.APPROOV_SIGNATURE_COMPONENTS)), true)
    error_message = "APPROOV_SIGNATURE_COMPONENTS must be comma-separated, without repetition, each a header name or one of @method, @target-uri, @authority, @scheme, @request-target, @path, @query."
  }
  validation {
    condition     = try(length(regexall("^(0|[1-9][0-9]{0,9})$", var.settings.APPROOV_SIGNATURE_MAX_AGE_SECONDS)) > 0 ? tonumber(var.settings.APPROOV_SIGNATURE_MAX_AGE_SECONDS) >= 1 && tonumber(var.settings.APPROOV_SIGNATURE_MAX_AGE_SECONDS) <= 3600 : false, true)
    error_message = "APPROOV_SIGNATURE_MAX_AGE_SECONDS must be a whole number from 1 to 3600."
  }
  validation {
    condition     = try(var.settings.APPROOV_PUBLIC_ORIGIN == "none" || length(regexall("^(?:[Hh][Tt][Tt][Pp][Ss]?://[^/?#@\\x00-\\x20]+)$", var.settings.APPROOV_PUBLIC_ORIGIN)) > 0, true)
    error_message = "APPROOV_PUBLIC_ORIGIN must be an origin such as https://api.example.com, without path."
  }
  validation {
    condition     = try(var.settings.APPROOV_PUBLIC_BASE_PATH == "none" || length(regexall("^(?:/|(/[A-Za-z0-9._~!$&'()*+,;=:@%-]+)+)$", var.settings.APPROOV_PUBLIC_BASE_PATH)) > 0, true)
    error_message = "APPROOV_PUBLIC_BASE_PATH must be a path prefix such as /v1 that starts with '/' and does not end with it, or / alone."
  }
  validation {
    condition     = try(length(regexall("^(?:off|jwt)$", var.settings.APPROOV_USER_AUTH)) > 0, true)
    error_message = "APPROOV_USER_AUTH must be one of off, jwt."
  }
  validation {
    condition     = try(var.settings.APPROOV_USER_ISSUER == "none" || alltrue([for item in split(",", var.settings.APPROOV_USER_ISSUER) : length(regexall("^(?:[Hh][Tt][Tt][Pp][Ss]://[!-\"$-~]+)$", trimspace(item))) > 0 && length(trimspace(item)) <= 2048]) && length(distinct([for item in split(",", var.settings.APPROOV_USER_ISSUER) : trimspace(item)])) == length(split(",", var.settings.APPROOV_USER_ISSUER)), true)
    error_message = "APPROOV_USER_ISSUER must be comma-separated, without repetition, each an https URL of at most 2048 characters, without user and fragment."
  }
  validation {
    condition     = try(var.settings.APPROOV_USER_AUDIENCE == "none" || alltrue([for item in split(",", var.settings.APPROOV_USER_AUDIENCE) : length(regexall("^(?:[^\\x00-\\x1f\\x7f-\\x9f]+)$", trimspace(item))) > 0 && length(trimspace(item)) <= 1024]) && length(distinct([for item in split(",", var.settings.APPROOV_USER_AUDIENCE) : trimspace(item)])) == length(split(",", var.settings.APPROOV_USER_AUDIENCE)), true)
    error_message = "APPROOV_USER_AUDIENCE must be comma-separated, without repetition, each text of 1 to 1024 characters without control characters."
  }
  validation {
    condition     = try(var.settings.APPROOV_USER_JWKS_URI == "none" || alltrue([for item in split(",", var.settings.APPROOV_USER_JWKS_URI) : length(regexall("^(?:[Hh][Tt][Tt][Pp][Ss]://[^#\\x00-\\x20]+)$", trimspace(item))) > 0 && length(trimspace(item)) <= 2048]), true)
    error_message = "APPROOV_USER_JWKS_URI must be comma-separated, each an https URL of at most 2048 characters, without user and fragment."
  }
  validation {
    condition     = try(var.settings.APPROOV_USER_ALGORITHMS == "none" ? try(var.settings.APPROOV_USER_AUTH, "off") == "off" : alltrue([for item in split(",", var.settings.APPROOV_USER_ALGORITHMS) : length(regexall("^(?:RS256|RS384|RS512|PS256|PS384|PS512|ES256|ES384|ES512|EdDSA)$", trimspace(item))) > 0]) && length(distinct([for item in split(",", var.settings.APPROOV_USER_ALGORITHMS) : trimspace(item)])) == length(split(",", var.settings.APPROOV_USER_ALGORITHMS)), true)
    error_message = "APPROOV_USER_ALGORITHMS must be comma-separated, without repetition, each one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA."
  }
  validation {
    condition     = try(var.settings.APPROOV_USER_TOKEN_USE == "none" || length(regexall("^(?:access|id)$", var.settings.APPROOV_USER_TOKEN_USE)) > 0, true)
    error_message = "APPROOV_USER_TOKEN_USE must be one of access, id."
  }
  validation {
    condition     = try(var.settings.APPROOV_USER_TOKEN_TYPE == "none" || length(regexall("^(?:[A-Za-z0-9!#$&^_.+/-]{1,127})$", var.settings.APPROOV_USER_TOKEN_TYPE)) > 0, true)
    error_message = "APPROOV_USER_TOKEN_TYPE must be a media type such as at+jwt."
  }
  validation {
    condition     = try(var.settings.APPROOV_USER_SCOPES == "none" || alltrue([for item in split(",", var.settings.APPROOV_USER_SCOPES) : length(regexall("^(?:[!-+.-~-]{1,256})$", trimspace(item))) > 0]) && length(distinct([for item in split(",", var.settings.APPROOV_USER_SCOPES) : trimspace(item)])) == length(split(",", var.settings.APPROOV_USER_SCOPES)), true)
    error_message = "APPROOV_USER_SCOPES must be comma-separated, without repetition, each a scope of at most 256 printable ASCII characters, without comma."
  }
  validation {
    condition     = try(var.settings.APPROOV_USER_HEADER == "none" ? try(var.settings.APPROOV_USER_AUTH, "off") == "off" : length(regexall("^(?:[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128})$", var.settings.APPROOV_USER_HEADER)) > 0, true)
    error_message = "APPROOV_USER_HEADER must be a header name."
  }
  validation {
    condition     = try(var.settings.APPROOV_USER_CONTEXT_CLAIMS == "none" ? try(var.settings.APPROOV_USER_AUTH, "off") == "off" : alltrue([for item in split(",", var.settings.APPROOV_USER_CONTEXT_CLAIMS) : length(regexall("^(?:[!-+.-~-]{1,256})$", trimspace(item))) > 0]) && length(distinct([for item in split(",", var.settings.APPROOV_USER_CONTEXT_CLAIMS) : trimspace(item)])) == length(split(",", var.settings.APPROOV_USER_CONTEXT_CLAIMS)), true)
    error_message = "APPROOV_USER_CONTEXT_CLAIMS must be comma-separated, without repetition, each a claim name of at most 256 printable ASCII characters, without comma."
  }
  validation {
    condition     = try(var.settings.APPROOV_USER_CLOCK_TOLERANCE_SECONDS == "none" ? try(var.settings.APPROOV_USER_AUTH, "off") == "off" : length(regexall("^(0|[1-9][0-9]{0,9})$", var.settings.APPROOV_USER_CLOCK_TOLERANCE_SECONDS)) > 0 ? tonumber(var.settings.APPROOV_USER_CLOCK_TOLERANCE_SECONDS) >= 0 && tonumber(var.settings.APPROOV_USER_CLOCK_TOLERANCE_SECONDS) <= 60 : false, true)
    error_message = "APPROOV_USER_CLOCK_TOLERANCE_SECONDS must be a whole number from 0 to 60."
  }
  validation {
    condition     = try(var.settings.APPROOV_USER_KEYS_TTL_SECONDS == "none" ? try(var.settings.APPROOV_USER_AUTH, "off") == "off" : length(regexall("^(0|[1-9][0-9]{0,9})$", var.settings.APPROOV_USER_KEYS_TTL_SECONDS)) > 0 ? tonumber(var.settings.APPROOV_USER_KEYS_TTL_SECONDS) >= 0 && tonumber(var.settings.APPROOV_USER_KEYS_TTL_SECONDS) <= 86400 : false, true)
    error_message = "APPROOV_USER_KEYS_TTL_SECONDS must be a whole number from 0 to 86400."
  }
  validation {
    condition     = try(var.settings.APPROOV_USER_KEYS_MAX_STALE_SECONDS == "none" ? try(var.settings.APPROOV_USER_AUTH, "off") == "off" : length(regexall("^(0|[1-9][0-9]{0,9})$", var.settings.APPROOV_USER_KEYS_MAX_STALE_SECONDS)) > 0 ? tonumber(var.settings.APPROOV_USER_KEYS_MAX_STALE_SECONDS) >= 0 && tonumber(var.settings.APPROOV_USER_KEYS_MAX_STALE_SECONDS) <= 604800 : false, true)
    error_message = "APPROOV_USER_KEYS_MAX_STALE_SECONDS must be a whole number from 0 to 604800."
  }
}

# What holds where a setting is not given. null: unset.
locals {
  setting_defaults = {
    APPROOV_SECRET_JSON_KEY               = null
    APPROOV_SECRET_TTL_SECONDS            = "300"
    APPROOV_SECRET_MAX_STALE_SECONDS      = "3600"
    APPROOV_PREVIOUS_SECRET_GRACE_SECONDS = "900"
    APPROOV_ALGORITHMS                    = "HS256"
    APPROOV_KEYSET_JWKS_URI               = null
    APPROOV_KEYSET_JWKS                   = null
    APPROOV_KEYSET_TTL_SECONDS            = "3600"
    APPROOV_KEYSET_MAX_STALE_SECONDS      = "86400"
    APPROOV_TOKEN_HEADER                  = "Approov-Token"
    APPROOV_TOKEN_PREFIX                  = null
    APPROOV_TOKEN_QUERY_PARAMETER         = null
    APPROOV_BINDING_HEADERS               = null
    APPROOV_BINDING                       = null
    APPROOV_ISSUER                        = null
    APPROOV_AUDIENCE                      = null
    APPROOV_CLOCK_TOLERANCE_SECONDS       = "0"
    APPROOV_MODE                          = "enforce"
    APPROOV_DENIAL                        = "policy"
    APPROOV_DENIAL_ARC                    = "off"
    APPROOV_RESOURCE_SCOPE                = "stage"
    APPROOV_HTTP_API_RESPONSE             = "policy"
    APPROOV_CONTEXT_CLAIMS                = "exp,iss,aud,sub,did,ip,arc,anno"
    APPROOV_LOG_LEVEL                     = "info"
    APPROOV_MESSAGE_SIGNING               = "off"
    APPROOV_MESSAGE_SIGNING_MODE          = "enforce"
    APPROOV_MESSAGE_SIGNING_WITHOUT_KEY   = "refuse"
    APPROOV_SIGNATURE_COMPONENTS          = "@method,@target-uri,approov-token"
    APPROOV_SIGNATURE_MAX_AGE_SECONDS     = "60"
    APPROOV_PUBLIC_ORIGIN                 = null
    APPROOV_PUBLIC_BASE_PATH              = null
    APPROOV_USER_AUTH                     = "off"
    APPROOV_USER_ISSUER                   = null
    APPROOV_USER_AUDIENCE                 = null
    APPROOV_USER_JWKS_URI                 = null
    APPROOV_USER_ALGORITHMS               = "RS256"
    APPROOV_USER_TOKEN_USE                = null
    APPROOV_USER_TOKEN_TYPE               = null
    APPROOV_USER_SCOPES                   = null
    APPROOV_USER_HEADER                   = "Authorization"
    APPROOV_USER_CONTEXT_CLAIMS           = "sub,exp,scope,client_id"
    APPROOV_USER_CLOCK_TOLERANCE_SECONDS  = "0"
    APPROOV_USER_KEYS_TTL_SECONDS         = "3600"
    APPROOV_USER_KEYS_MAX_STALE_SECONDS   = "7200"
  }
}
