# service-c: blue/green with CodeDeploy, two target groups, a production and a test listener.

locals {
  colours = toset(["blue", "green"])
}

resource "aws_lb_target_group" "c" {
  for_each             = local.colours
  name                 = "${local.name}-c-${each.key}"
  vpc_id               = aws_vpc.main.id
  port                 = 8080
  protocol             = "HTTP"
  target_type          = "ip"
  deregistration_delay = 30
  health_check {
    path    = "/healthcheck"
    matcher = "200"
  }
}

resource "aws_lb_listener" "c" {
  for_each          = { production = 8081, test = 8082 }
  load_balancer_arn = aws_lb.main.arn
  port              = each.value
  protocol          = "HTTP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.c["blue"].arn
  }
  lifecycle { ignore_changes = [default_action] }
}

resource "aws_lb_listener_rule" "c" {
  for_each     = aws_lb_listener.c
  listener_arn = each.value.arn
  priority     = 100
  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.c["blue"].arn
  }
  condition {
    path_pattern {
      values = ["/admin", "/admin/*"]
    }
  }
  lifecycle { ignore_changes = [action] }
}

resource "aws_ecs_task_definition" "c" {
  family                   = "${local.name}-service-c"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.execution.arn
  skip_destroy             = true
  container_definitions = jsonencode([{
    name         = "service-c"
    image        = "service-c:${var.generation}"
    essential    = true
    portMappings = [{ containerPort = 8080, protocol = "tcp" }]
  }])
}

resource "aws_ecs_service" "c" {
  name                              = "service-c"
  cluster                           = aws_ecs_cluster.main.id
  task_definition                   = aws_ecs_task_definition.c.arn
  desired_count                     = 1 + var.generation
  enable_ecs_managed_tags           = true
  propagate_tags                    = "SERVICE"
  platform_version                  = "LATEST"
  health_check_grace_period_seconds = 60 * var.generation
  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
    base              = 1
  }
  deployment_controller {
    type = "CODE_DEPLOY"
  }
  network_configuration {
    subnets          = aws_subnet.private[*].id
    security_groups  = [aws_security_group.fargate.id]
    assign_public_ip = false
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.c["blue"].arn
    container_name   = "service-c"
    container_port   = 8080
  }
  depends_on = [aws_lb_listener.c, aws_ecs_cluster_capacity_providers.main]
  lifecycle { ignore_changes = [task_definition, load_balancer] }
}

resource "aws_iam_role" "codedeploy" {
  name = "${local.name}-codedeploy"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "codedeploy.amazonaws.com" }
    }]
  })
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  for_each            = local.colours
  alarm_name          = "${local.name}-c-${each.key}-errors"
  namespace           = "AWS/ApplicationELB"
  metric_name         = "HTTPCode_Target_5XX_Count"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 5
  period              = 60
  evaluation_periods  = 1
  dimensions          = { LoadBalancer = aws_lb.main.arn_suffix }
}

resource "aws_codedeploy_app" "main" {
  name             = local.name
  compute_platform = "ECS"
}

resource "aws_codedeploy_deployment_config" "slow" {
  deployment_config_name = "${local.name}-slow"
  compute_platform       = "ECS"
  traffic_routing_config {
    type = "TimeBasedLinear"
    time_based_linear {
      percentage = 25
      interval   = 2
    }
  }
}

resource "aws_codedeploy_deployment_group" "c" {
  app_name               = aws_codedeploy_app.main.name
  deployment_group_name  = "service-c"
  service_role_arn       = aws_iam_role.codedeploy.arn
  deployment_config_name = var.generation == 1 ? aws_codedeploy_deployment_config.slow.id : "CodeDeployDefault.ECSCanary10Percent5Minutes"
  deployment_style {
    deployment_type   = "BLUE_GREEN"
    deployment_option = "WITH_TRAFFIC_CONTROL"
  }
  blue_green_deployment_config {
    deployment_ready_option {
      action_on_timeout = "CONTINUE_DEPLOYMENT"
    }
    terminate_blue_instances_on_deployment_success {
      action                           = "TERMINATE"
      termination_wait_time_in_minutes = 5 * var.generation
    }
  }
  ecs_service {
    cluster_name = aws_ecs_cluster.main.name
    service_name = aws_ecs_service.c.name
  }
  load_balancer_info {
    target_group_pair_info {
      dynamic "target_group" {
        for_each = local.colours
        content {
          name = aws_lb_target_group.c[target_group.value].name
        }
      }
      prod_traffic_route {
        listener_arns = [aws_lb_listener.c["production"].arn]
      }
      test_traffic_route {
        listener_arns = [aws_lb_listener.c["test"].arn]
      }
    }
  }
  auto_rollback_configuration {
    enabled = true
    events  = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"]
  }
  alarm_configuration {
    enabled = true
    alarms  = var.generation == 1 ? [aws_cloudwatch_metric_alarm.errors["blue"].alarm_name] : values(aws_cloudwatch_metric_alarm.errors)[*].alarm_name
  }
}
