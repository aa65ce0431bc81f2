# Made by `npm run templates` from infra/terraform/generator/observability.ts. Change it there.

resource "aws_cloudwatch_log_metric_filter" "duration" {
  count = local.create_observability ? 1 : 0

  name           = "${var.name}-duration"
  log_group_name = aws_cloudwatch_log_group.this[0].name
  pattern        = "{ $.durationMs >= 0 }"

  metric_transformation {
    namespace = "Approov/${var.name}"
    name      = "Duration"
    value     = "$.durationMs"
    unit      = "Milliseconds"
  }
}

resource "aws_cloudwatch_log_metric_filter" "refused" {
  count = local.create_observability ? 1 : 0

  name           = "${var.name}-refused"
  log_group_name = aws_cloudwatch_log_group.this[0].name
  pattern        = "{ ($.decision = \"deny\") || ($.decision = \"would-deny\") }"

  metric_transformation {
    namespace     = "Approov/${var.name}"
    name          = "Refused"
    value         = "1"
    unit          = "Count"
    default_value = 0
  }
}

resource "aws_cloudwatch_log_metric_filter" "failures" {
  count = local.create_observability ? 1 : 0

  name           = "${var.name}-failures"
  log_group_name = aws_cloudwatch_log_group.this[0].name
  pattern        = "{ ($.decision = \"error\") || ($.message = \"Invalid configuration*\") || (($.type = \"platform.report\") && (($.record.status = \"timeout\") || ($.record.status = \"failure\"))) }"

  metric_transformation {
    namespace     = "Approov/${var.name}"
    name          = "Failures"
    value         = "1"
    unit          = "Count"
    default_value = 0
  }
}

resource "aws_cloudwatch_log_metric_filter" "decisions_by_reason" {
  count = local.create_observability ? 1 : 0

  name           = "${var.name}-decisions-by-reason"
  log_group_name = aws_cloudwatch_log_group.this[0].name
  pattern        = "{ ($.decision = \"*\") && ($.reason = \"*\") }"

  metric_transformation {
    namespace  = "Approov/${var.name}"
    name       = "DecisionsByReason"
    value      = "1"
    unit       = "Count"
    dimensions = { Decision = "$.decision", Reason = "$.reason" }
  }
}

resource "aws_cloudwatch_log_metric_filter" "decisions_by_api_type" {
  count = local.create_observability ? 1 : 0

  name           = "${var.name}-decisions-by-api-type"
  log_group_name = aws_cloudwatch_log_group.this[0].name
  pattern        = "{ ($.decision = \"*\") && ($.apiType = \"*\") }"

  metric_transformation {
    namespace  = "Approov/${var.name}"
    name       = "DecisionsByApiType"
    value      = "1"
    unit       = "Count"
    dimensions = { ApiType = "$.apiType", Decision = "$.decision" }
  }
}

resource "aws_cloudwatch_log_metric_filter" "secret_events" {
  count = local.create_observability ? 1 : 0

  name           = "${var.name}-secret-events"
  log_group_name = aws_cloudwatch_log_group.this[0].name
  pattern        = "{ ($.message = \"secret refreshed\") || ($.message = \"secret fetch failed*\") || ($.message = \"stale secret in use\") || ($.message = \"keyset refreshed\") || ($.message = \"keyset fetch failed*\") || ($.message = \"stale keyset in use\") || ($.message = \"user keys refreshed\") || ($.message = \"user keys fetch failed*\") || ($.message = \"stale user keys in use\") }"

  metric_transformation {
    namespace  = "Approov/${var.name}"
    name       = "SecretEvents"
    value      = "1"
    unit       = "Count"
    dimensions = { Message = "$.message" }
  }
}

resource "aws_cloudwatch_log_metric_filter" "previous_secret_used" {
  count = local.create_observability ? 1 : 0

  name           = "${var.name}-previous-secret-used"
  log_group_name = aws_cloudwatch_log_group.this[0].name
  pattern        = "{ $.secretVersion = \"previous\" }"

  metric_transformation {
    namespace     = "Approov/${var.name}"
    name          = "PreviousSecretUsed"
    value         = "1"
    unit          = "Count"
    default_value = 0
  }
}

resource "aws_cloudwatch_log_metric_filter" "cold_starts" {
  count = local.create_observability ? 1 : 0

  name           = "${var.name}-cold-starts"
  log_group_name = aws_cloudwatch_log_group.this[0].name
  pattern        = "{ $.coldStart IS TRUE }"

  metric_transformation {
    namespace     = "Approov/${var.name}"
    name          = "ColdStarts"
    value         = "1"
    unit          = "Count"
    default_value = 0
  }
}

resource "aws_cloudwatch_metric_alarm" "failure" {
  count = local.create_observability ? 1 : 0

  alarm_name          = "${var.name}-failure"
  alarm_description   = "Requests got a 500, or in report-only passed unchecked: no secret, no keys, or a fault. See docs/operations.md of the Approov authorizer."
  namespace           = "Approov/${var.name}"
  metric_name         = "Failures"
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions

  tags = var.tags
}

resource "aws_cloudwatch_metric_alarm" "refusal" {
  count = local.create_observability ? 1 : 0

  alarm_name          = "${var.name}-refusal"
  alarm_description   = "An unusual share of requests is refused: an attack, a bad release, a wrong secret. See docs/operations.md of the Approov authorizer."
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.refusal_alarm_percent
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions

  tags = var.tags

  metric_query {
    id          = "share"
    expression  = "IF(decisions >= 20, 100 * refused / decisions, 0)"
    label       = "Refused, % of decisions"
    return_data = true
  }

  metric_query {
    id          = "decisions"
    return_data = false

    metric {
      namespace   = "Approov/${var.name}"
      metric_name = "Duration"
      period      = 300
      stat        = "SampleCount"
    }
  }

  metric_query {
    id          = "refused"
    return_data = false

    metric {
      namespace   = "Approov/${var.name}"
      metric_name = "Refused"
      period      = 300
      stat        = "Sum"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "stale_secret" {
  count = local.create_observability ? 1 : 0

  alarm_name          = "${var.name}-stale-secret"
  alarm_description   = "Secrets Manager cannot be reached, and the last good secret serves past its time. See docs/operations.md of the Approov authorizer."
  namespace           = "Approov/${var.name}"
  metric_name         = "SecretEvents"
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
  dimensions          = { Message = "stale secret in use" }

  tags = var.tags
}

resource "aws_cloudwatch_metric_alarm" "stale_keyset" {
  count = local.create_observability ? 1 : 0

  alarm_name          = "${var.name}-stale-keyset"
  alarm_description   = "The keyset cannot be fetched, and the last good one serves past its time. See docs/operations.md of the Approov authorizer."
  namespace           = "Approov/${var.name}"
  metric_name         = "SecretEvents"
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
  dimensions          = { Message = "stale keyset in use" }

  tags = var.tags
}

resource "aws_cloudwatch_metric_alarm" "stale_user_keys" {
  count = local.create_observability ? 1 : 0

  alarm_name          = "${var.name}-stale-user-keys"
  alarm_description   = "The keys of the users' issuer cannot be fetched, and the last good ones serve past their time. See docs/operations.md of the Approov authorizer."
  namespace           = "Approov/${var.name}"
  metric_name         = "SecretEvents"
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
  dimensions          = { Message = "stale user keys in use" }

  tags = var.tags
}

resource "aws_cloudwatch_metric_alarm" "throttle" {
  count = local.create_observability ? 1 : 0

  alarm_name          = "${var.name}-throttle"
  alarm_description   = "Lambda throttles the authorizer: those requests get a 500. See docs/operations.md of the Approov authorizer."
  namespace           = "AWS/Lambda"
  metric_name         = "Throttles"
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
  dimensions          = { FunctionName = aws_lambda_function.this[0].function_name }

  tags = var.tags
}

resource "aws_cloudwatch_dashboard" "this" {
  count = local.create_observability ? 1 : 0

  dashboard_name = "${var.name}-${data.aws_region.current.region}"
  dashboard_body = <<-JSON
  {"widgets":[
   {"type":"metric", "x":0,"y":0,"width":12,"height":6,
    "properties":{"title":"Decisions by kind of API", "view":"timeSeries","region":"${data.aws_region.current.region}","period":300,"stat":"Sum","stacked":true,
     "metrics":[
      [{"expression":"SEARCH('{\"Approov/${var.name}\",ApiType,Decision} MetricName=\"DecisionsByApiType\"', 'Sum', 300)","id":"found","label":""}]]}},
   {"type":"metric", "x":12,"y":0,"width":12,"height":6,
    "properties":{"title":"Refusals and failures by reason", "view":"timeSeries","region":"${data.aws_region.current.region}","period":300,"stat":"Sum","stacked":true,
     "metrics":[
      [{"expression":"SEARCH('{\"Approov/${var.name}\",Decision,Reason} MetricName=\"DecisionsByReason\"', 'Sum', 300)","id":"found","label":""}]]}},
   {"type":"metric", "x":0,"y":6,"width":12,"height":6,
    "properties":{"title":"Failures: requests without a decision", "view":"timeSeries","region":"${data.aws_region.current.region}","period":300,"stat":"Sum",
     "metrics":[
      ["Approov/${var.name}","Failures",{"label":"Failures"}]]}},
   {"type":"metric", "x":12,"y":6,"width":12,"height":6,
    "properties":{"title":"Secret and keyset", "view":"timeSeries","region":"${data.aws_region.current.region}","period":300,"stat":"Sum",
     "metrics":[
      [{"expression":"SEARCH('{\"Approov/${var.name}\",Message} MetricName=\"SecretEvents\"', 'Sum', 300)","id":"found","label":""}],
      ["Approov/${var.name}","PreviousSecretUsed",{"label":"PreviousSecretUsed"}]]}},
   {"type":"metric", "x":0,"y":12,"width":12,"height":6,
    "properties":{"title":"Time in the authorizer, ms", "view":"timeSeries","region":"${data.aws_region.current.region}","period":300,"stat":"Sum",
     "metrics":[
      ["Approov/${var.name}","Duration",{"label":"median","stat":"p50"}],
      ["Approov/${var.name}","Duration",{"label":"99th percentile","stat":"p99"}],
      ["Approov/${var.name}","ColdStarts",{"label":"cold starts","yAxis":"right"}]]}},
   {"type":"log", "x":0,"y":18,"width":24,"height":8,
    "properties":{"title":"Latest refusals", "view":"table","region":"${data.aws_region.current.region}",
     "query":"SOURCE '${aws_cloudwatch_log_group.this[0].name}' | filter decision in [\"deny\", \"would-deny\"] | fields @timestamp, reason, apiType, route, clientStatus, unverifiedArc, requestId | sort @timestamp desc | limit 50"}}]}
  JSON
}
