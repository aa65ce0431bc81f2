# What follows from the settings, here as in the other stacks of this project.

locals {
  given = merge(local.setting_defaults, var.settings)

  # Each setting as it holds. null: unset.
  setting = {
    for name, default in local.setting_defaults :
    name => local.given[name] == null || local.given[name] == "none" ? default : local.given[name]
  }

  algorithms      = [for name in split(",", local.setting.APPROOV_ALGORITHMS) : trimspace(name)]
  binding_headers = local.setting.APPROOV_BINDING_HEADERS == null ? [] : [for name in split(",", local.setting.APPROOV_BINDING_HEADERS) : trimspace(name)]
  binding         = local.setting.APPROOV_BINDING == null ? (length(local.binding_headers) > 0 ? "required" : "off") : local.setting.APPROOV_BINDING
  checks_users    = local.setting.APPROOV_USER_AUTH == "jwt"
  user_issuers    = local.setting.APPROOV_USER_ISSUER == null ? [] : [for issuer in split(",", local.setting.APPROOV_USER_ISSUER) : trimspace(issuer)]
  reports_only    = local.setting.APPROOV_MODE == "report-only"

  # What the function reads

  uses_secret      = contains(local.algorithms, "HS256")
  uses_keyset      = length(setsubtract(local.algorithms, ["HS256"])) > 0
  uses_account_key = contains(["account", "any"], local.setting.APPROOV_MESSAGE_SIGNING)

  # What identifies a request. API Gateway itself refuses one that lacks an identity source, and report-only lets all through.

  approov_headers = local.reports_only ? [] : concat(
    [local.setting.APPROOV_TOKEN_HEADER],
    local.binding == "required" ? local.binding_headers : [],
  )
  user_headers = local.checks_users ? [local.setting.APPROOV_USER_HEADER] : []
  identity_headers = concat(local.approov_headers, [
    for header in local.user_headers : header
    if !contains([for name in local.approov_headers : lower(name)], lower(header))
  ])

  # How long an answer is kept. A cached answer is given without checking the request.

  cache_obstacle = (
    local.setting.APPROOV_MESSAGE_SIGNING != "off" ? "with message signing every request has its own signature to verify" :
    local.setting.APPROOV_RESOURCE_SCOPE == "method" ? "with APPROOV_RESOURCE_SCOPE=method an answer is for one method alone" :
    local.binding == "if-present" ? "with APPROOV_BINDING=if-present the bound headers cannot be identity sources" :
    local.reports_only ? "with APPROOV_MODE=report-only even a request without a token is let through" :
    ""
  )
  ttl_seconds = local.cache_obstacle != "" ? 0 : var.authorizer_ttl_seconds == null ? 300 : var.authorizer_ttl_seconds

  # What a REST API itself answers: to a Deny and a missing token 401, to a failure 500.

  gateway_responses = {
    ACCESS_DENIED                  = { status = "401", body = local.setting.APPROOV_DENIAL_ARC == "on" ? "{\"arc\":\"$context.authorizer.arc\"}" : "{}" }
    UNAUTHORIZED                   = { status = "401", body = "{}" }
    AUTHORIZER_FAILURE             = { status = "500", body = "{}" }
    AUTHORIZER_CONFIGURATION_ERROR = { status = "500", body = "{}" }
  }

  # What a browser may send

  sent_headers = concat(
    ["Content-Type", "Approov-Status", local.setting.APPROOV_TOKEN_HEADER],
    local.binding_headers,
    local.user_headers,
    ["Signature", "Signature-Input", "Content-Digest"],
  )
  cors_headers = [
    for at, header in local.sent_headers : header
    if index([for name in local.sent_headers : lower(name)], lower(header)) == at
  ]

  # The known name that is most like an unknown one: it shares the most pieces of three letters.

  unknown_settings = setsubtract(keys(var.settings), concat(keys(local.setting_defaults), ["APPROOV_SECRET_ID", "APPROOV_ACCOUNT_KEY_ID"]))
  pieces           = { for name in concat(tolist(local.unknown_settings), keys(local.setting_defaults)) : name => toset([for at in range(length(name)) : substr(upper(name), at, 3)]) }
  likeness = {
    for unknown in local.unknown_settings : unknown => {
      for name in keys(local.setting_defaults) :
      name => length(setintersection(local.pieces[unknown], local.pieces[name])) / length(setunion(local.pieces[unknown], local.pieces[name]))
    }
  }
  meant = { for unknown, names in local.likeness : unknown => [for name, likeness in names : name if likeness == max(values(names)...)][0] }
}
