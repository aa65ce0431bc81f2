# What operators see of the authorizer. The metrics, alarms and the dashboard are those of every stack of this project, made by
# `npm run templates`.

locals {
  observability = jsondecode(templatefile("${path.module}/observability.json.tftpl", {
    function_name   = var.function_name
    refusal_percent = var.refusal_alarm_percent
  }))
  creates_observability = var.create && var.create_observability
  alarm_actions         = var.alarm_topic_arn == null ? [] : [var.alarm_topic_arn]
}

resource "aws_cloudwatch_log_metric_filter" "this" {
  for_each = { for name, metric in local.observability.metrics : name => metric if local.creates_observability }

  name           = "${var.function_name}-${each.key}"
  log_group_name = aws_cloudwatch_log_group.this[0].name
  pattern        = each.value.pattern

  metric_transformation {
    namespace  = "Approov/${var.function_name}"
    name       = each.value.name
    value      = each.value.value
    unit       = each.value.unit
    dimensions = try(each.value.dimensions, null)
    # Zero where lines are written and none of them matches. A duration has no such zero.
    default_value = each.value.unit == "Count" && !can(each.value.dimensions) ? 0 : null
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = { for name, alarm in local.observability.alarms : name => alarm if local.creates_observability }

  alarm_name          = "${var.function_name}-${each.key}"
  alarm_description   = each.value.AlarmDescription
  namespace           = try(each.value.Namespace, null)
  metric_name         = try(each.value.MetricName, null)
  dimensions          = try({ for dimension in each.value.Dimensions : dimension.Name => dimension.Value }, null)
  statistic           = try(each.value.Statistic, null)
  period              = try(each.value.Period, null)
  evaluation_periods  = each.value.EvaluationPeriods
  datapoints_to_alarm = try(each.value.DatapointsToAlarm, null)
  comparison_operator = each.value.ComparisonOperator
  threshold           = each.value.Threshold
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
  tags                = var.tags

  dynamic "metric_query" {
    for_each = try(each.value.Metrics, [])

    content {
      id          = metric_query.value.Id
      expression  = try(metric_query.value.Expression, null)
      label       = try(metric_query.value.Label, null)
      return_data = try(metric_query.value.ReturnData, true)

      dynamic "metric" {
        for_each = can(metric_query.value.MetricStat) ? [metric_query.value.MetricStat] : []

        content {
          namespace   = metric.value.Metric.Namespace
          metric_name = metric.value.Metric.MetricName
          period      = metric.value.Period
          stat        = metric.value.Stat
        }
      }
    }
  }
}

resource "aws_cloudwatch_dashboard" "this" {
  count = local.creates_observability ? 1 : 0

  # The names of dashboards are unique in an account, across its Regions.
  dashboard_name = "${var.function_name}-${local.region}"
  dashboard_body = templatefile("${path.module}/dashboard.json.tftpl", {
    function_name  = var.function_name
    log_group_name = aws_cloudwatch_log_group.this[0].name
    region         = local.region
  })
}
