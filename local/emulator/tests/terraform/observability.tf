# What watches the services: alarms on single metrics, on metric math and on percentiles, a dashboard, and mails about
# deployments that fail.

locals {
  watched = { LoadBalancer = "app/${local.name}/50dc6c495c0c9188" }
}

resource "aws_sns_topic" "watch" {
  name = "${local.name}-watch"
}

resource "aws_sns_topic_subscription" "watch" {
  topic_arn = aws_sns_topic.watch.arn
  protocol  = "email"
  endpoint  = "ops@example.com"
}

resource "aws_sns_topic_policy" "watch" {
  arn = aws_sns_topic.watch.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = ["cloudwatch.amazonaws.com", "events.amazonaws.com"] }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.watch.arn
    }]
  })
}

resource "aws_cloudwatch_metric_alarm" "slow" {
  alarm_name          = "${local.name}-slow"
  alarm_description   = "Slow for generation ${var.generation}."
  namespace           = "AWS/ApplicationELB"
  metric_name         = "TargetResponseTime"
  extended_statistic  = "p95"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0.5 * var.generation
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  treat_missing_data  = "notBreaching"
  dimensions          = local.watched
  alarm_actions       = [aws_sns_topic.watch.arn]
  ok_actions          = [aws_sns_topic.watch.arn]
}

resource "aws_cloudwatch_metric_alarm" "error_rate" {
  alarm_name          = "${local.name}-error-rate"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 5
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  actions_enabled     = var.generation == 1
  alarm_actions       = [aws_sns_topic.watch.arn]

  metric_query {
    id          = "rate"
    expression  = "FILL(errors, 0) / requests * 100"
    label       = "Share of errors"
    return_data = true
  }
  metric_query {
    id = "errors"
    metric {
      namespace   = "AWS/ApplicationELB"
      metric_name = "HTTPCode_Target_5XX_Count"
      stat        = "Sum"
      period      = 60
      dimensions  = local.watched
    }
  }
  metric_query {
    id = "requests"
    metric {
      namespace   = "AWS/ApplicationELB"
      metric_name = "RequestCount"
      stat        = "Sum"
      period      = 60
      dimensions  = local.watched
    }
  }
}

resource "aws_cloudwatch_dashboard" "main" {
  dashboard_name = local.name
  dashboard_body = jsonencode({
    widgets = [{
      type   = "metric"
      x      = 0
      y      = 0
      width  = 12
      height = 6
      properties = {
        metrics = [["AWS/ApplicationELB", "RequestCount", "LoadBalancer", local.watched.LoadBalancer]]
        period  = 60 * var.generation
        stat    = "Sum"
        region  = "us-east-1"
        title   = "Requests"
      }
    }]
  })
}

resource "aws_cloudwatch_event_rule" "deployment_failed" {
  name  = "${local.name}-deployment-failed"
  state = var.generation == 1 ? "ENABLED" : "DISABLED"
  event_pattern = jsonencode({
    source      = ["aws.ecs"]
    detail-type = ["ECS Deployment State Change"]
    detail      = { eventName = ["SERVICE_DEPLOYMENT_FAILED"] }
  })
}

resource "aws_cloudwatch_event_target" "deployment_failed" {
  rule = aws_cloudwatch_event_rule.deployment_failed.name
  arn  = aws_sns_topic.watch.arn
  input_transformer {
    input_paths    = { service = "$.resources[0]", reason = "$.detail.reason" }
    input_template = "\"The deployment of <service> has failed: <reason>\""
  }
}
