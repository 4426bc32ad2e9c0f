locals {
  services = {
    service-a = { port = 5000, cpu = 256, memory = 512, path = "/medical" }
    service-b = { port = 5001, cpu = 256, memory = 512, path = "/finance" }
  }
}

resource "aws_ecr_repository" "service" {
  for_each             = local.services
  name                 = "${local.name}/${each.key}"
  image_tag_mutability = "IMMUTABLE"
  force_delete         = true
  image_scanning_configuration {
    scan_on_push = true
  }
  encryption_configuration {
    encryption_type = "AES256"
  }
}

resource "aws_ecr_lifecycle_policy" "service" {
  for_each   = local.services
  repository = aws_ecr_repository.service[each.key].name
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "keep the last images"
      selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 20 + var.generation }
      action       = { type = "expire" }
    }]
  })
}

resource "aws_cloudwatch_log_group" "service" {
  for_each          = local.services
  name              = "/${local.name}/${each.key}"
  retention_in_days = var.generation == 1 ? 30 : 60
}

resource "aws_iam_role" "execution" {
  name               = "${local.name}-execution"
  assume_role_policy = data.aws_iam_policy_document.tasks.json
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

resource "aws_iam_role" "task" {
  for_each           = local.services
  name               = "${local.name}-${each.key}"
  assume_role_policy = data.aws_iam_policy_document.tasks.json
}

resource "aws_iam_policy" "exec" {
  name = "${local.name}-exec"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["ssmmessages:CreateControlChannel", "ssmmessages:OpenDataChannel"]
      Resource = "*"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "exec" {
  for_each   = local.services
  role       = aws_iam_role.task[each.key].name
  policy_arn = aws_iam_policy.exec.arn
}

data "aws_iam_policy_document" "tasks" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

resource "aws_ecs_task_definition" "a" {
  family                   = "${local.name}-service-a"
  requires_compatibilities = ["EC2"]
  network_mode             = "bridge"
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task["service-a"].arn
  skip_destroy             = true
  container_definitions    = jsonencode([merge(local.container["service-a"], { cpu = 256 * var.generation })])
}

resource "aws_ecs_task_definition" "b" {
  family                   = "${local.name}-service-b"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task["service-b"].arn
  skip_destroy             = true
  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "X86_64"
  }
  container_definitions = jsonencode([local.container["service-b"]])
}

locals {
  container = {
    for name, service in local.services : name => {
      name                   = name
      image                  = "${aws_ecr_repository.service[name].repository_url}:1.0.0"
      essential              = true
      memory                 = service.memory
      readonlyRootFilesystem = true
      stopTimeout            = 30
      portMappings = [{
        containerPort = service.port
        hostPort      = name == "service-a" ? 0 : service.port
        protocol      = "tcp"
      }]
      environment = [
        { name = "PORT", value = tostring(service.port) },
        { name = "SERVICE_NAME", value = name },
      ]
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.service[name].name
          awslogs-region        = "us-east-1"
          awslogs-stream-prefix = "ecs"
          mode                  = "non-blocking"
          max-buffer-size       = "25m"
        }
      }
    }
  }
}

# bridge network, EC2 capacity: no network_configuration
resource "aws_ecs_service" "a" {
  name                               = "service-a"
  cluster                            = aws_ecs_cluster.main.id
  task_definition                    = aws_ecs_task_definition.a.arn
  desired_count                      = 2
  enable_execute_command             = true
  enable_ecs_managed_tags            = true
  propagate_tags                     = "SERVICE"
  health_check_grace_period_seconds  = 60 * var.generation
  deployment_maximum_percent         = 200
  deployment_minimum_healthy_percent = 100
  availability_zone_rebalancing      = "ENABLED"
  capacity_provider_strategy {
    capacity_provider = aws_ecs_capacity_provider.ec2.name
    weight            = 1
    base              = 1
  }
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
  ordered_placement_strategy {
    type  = "spread"
    field = "attribute:ecs.availability-zone"
  }
  ordered_placement_strategy {
    type  = "binpack"
    field = "memory"
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.instance.arn
    container_name   = "service-a"
    container_port   = 5000
  }
  depends_on = [aws_lb_listener_rule.a, aws_ecs_cluster_capacity_providers.main]
  lifecycle { ignore_changes = [desired_count] }
}

# awsvpc network, Fargate capacity; task definition and desired count left to others
resource "aws_ecs_service" "b" {
  name                              = "service-b"
  cluster                           = aws_ecs_cluster.main.id
  task_definition                   = aws_ecs_task_definition.b.arn
  desired_count                     = 2
  enable_execute_command            = true
  enable_ecs_managed_tags           = true
  propagate_tags                    = "SERVICE"
  platform_version                  = "LATEST"
  health_check_grace_period_seconds = 60
  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    weight            = 1
    base              = 1
  }
  capacity_provider_strategy {
    capacity_provider = "FARGATE_SPOT"
    weight            = 1
  }
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
  network_configuration {
    subnets          = aws_subnet.private[*].id
    security_groups  = [aws_security_group.fargate.id]
    assign_public_ip = false
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.ip.arn
    container_name   = "service-b"
    container_port   = 5001
  }
  depends_on = [aws_lb_listener_rule.b, aws_ecs_cluster_capacity_providers.main]
  lifecycle { ignore_changes = [desired_count, task_definition] }
}

resource "aws_ssm_parameter" "revision" {
  for_each = { service-a = aws_ecs_task_definition.a.arn, service-b = aws_ecs_task_definition.b.arn }
  name     = "/${local.name}/${each.key}/task-definition"
  type     = "String"
  value    = each.value
}

resource "aws_appautoscaling_target" "service" {
  for_each           = { service-a = aws_ecs_service.a.name, service-b = aws_ecs_service.b.name }
  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.main.name}/${each.value}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = 1
  max_capacity       = 2 + var.generation
}

resource "aws_appautoscaling_policy" "cpu" {
  for_each           = aws_appautoscaling_target.service
  name               = "cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = each.value.service_namespace
  resource_id        = each.value.resource_id
  scalable_dimension = each.value.scalable_dimension
  target_tracking_scaling_policy_configuration {
    target_value       = 75
    scale_out_cooldown = 60
    scale_in_cooldown  = 300 * var.generation
    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}

resource "aws_appautoscaling_policy" "memory" {
  for_each           = aws_appautoscaling_target.service
  name               = "memory"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = each.value.service_namespace
  resource_id        = each.value.resource_id
  scalable_dimension = each.value.scalable_dimension
  target_tracking_scaling_policy_configuration {
    target_value       = 75
    scale_out_cooldown = 60
    scale_in_cooldown  = 300
    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageMemoryUtilization"
    }
  }
}

resource "aws_appautoscaling_policy" "requests" {
  name               = "requests"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.service["service-b"].service_namespace
  resource_id        = aws_appautoscaling_target.service["service-b"].resource_id
  scalable_dimension = aws_appautoscaling_target.service["service-b"].scalable_dimension
  target_tracking_scaling_policy_configuration {
    target_value = 1000
    predefined_metric_specification {
      predefined_metric_type = "ALBRequestCountPerTarget"
      resource_label         = "${aws_lb.main.arn_suffix}/${aws_lb_target_group.ip.arn_suffix}"
    }
  }
}

resource "aws_appautoscaling_scheduled_action" "night" {
  name               = "night"
  service_namespace  = aws_appautoscaling_target.service["service-b"].service_namespace
  resource_id        = aws_appautoscaling_target.service["service-b"].resource_id
  scalable_dimension = aws_appautoscaling_target.service["service-b"].scalable_dimension
  schedule           = "cron(0 22 * * ? *)"
  timezone           = "UTC"
  scalable_target_action {
    min_capacity = 1
    max_capacity = 1
  }
}
