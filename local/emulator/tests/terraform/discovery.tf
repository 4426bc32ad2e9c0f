# Services that find each other, in every way that there is; the second generation has each changed to the next way.

locals {
  ways = ["load-balancer", "cloud-map", "service-connect"]
  discovery = {
    for index, way in local.ways : "found-by-${way}" => local.ways[(index + var.generation - 1) % length(local.ways)]
  }
  registered = { for name, way in local.discovery : name => way if way == "cloud-map" }
}

resource "aws_service_discovery_private_dns_namespace" "main" {
  name        = "${local.name}.internal"
  description = "generation ${var.generation}"
  vpc         = aws_vpc.main.id
}

resource "aws_service_discovery_private_dns_namespace" "other" {
  name = "${local.name}-other.internal"
  vpc  = aws_vpc.main.id
}

resource "aws_service_discovery_http_namespace" "main" {
  name        = local.name
  description = "Service Connect without DNS"
}

resource "aws_service_discovery_service" "found" {
  for_each      = local.registered
  name          = each.key
  description   = "tasks of ${each.key}"
  force_destroy = true
  dns_config {
    namespace_id   = aws_service_discovery_private_dns_namespace.main.id
    routing_policy = "MULTIVALUE"
    dns_records {
      type = "A"
      ttl  = 10
    }
  }
  # Without its only argument, which is deprecated, the provider sends no block, finds one, and replaces the service.
  health_check_custom_config {
    failure_threshold = 1
  }
  # Without this Terraform destroys it before the service is changed that names it.
  lifecycle { create_before_destroy = true }
}

resource "aws_service_discovery_service" "ports" {
  name = "ports"
  dns_config {
    namespace_id = aws_service_discovery_private_dns_namespace.other.id
    dns_records {
      type = "SRV"
      ttl  = 10 * var.generation
    }
  }
}

resource "aws_service_discovery_service" "http" {
  name         = "http"
  namespace_id = aws_service_discovery_http_namespace.main.id
}

resource "aws_ecs_task_definition" "found" {
  family                   = "${local.name}-found"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.execution.arn
  container_definitions = jsonencode([{
    name      = "app"
    image     = "app:1"
    essential = true
    portMappings = [{
      name          = "http"
      containerPort = 8096
      hostPort      = 8096
      protocol      = "tcp"
      appProtocol   = "http"
    }]
  }])
}

resource "aws_ecs_service" "found" {
  for_each        = local.discovery
  name            = each.key
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.found.arn
  desired_count   = 1
  launch_type     = "FARGATE"
  network_configuration {
    subnets         = aws_subnet.private[*].id
    security_groups = [aws_security_group.fargate.id]
  }
  dynamic "service_registries" {
    for_each = each.value == "cloud-map" ? [aws_service_discovery_service.found[each.key].arn] : []
    content {
      registry_arn = service_registries.value
    }
  }
  dynamic "service_connect_configuration" {
    for_each = each.value == "service-connect" ? [each.key] : []
    content {
      enabled   = true
      namespace = aws_service_discovery_private_dns_namespace.main.arn
      service {
        port_name      = "http"
        discovery_name = "${service_connect_configuration.value}-connect"
        client_alias {
          dns_name = service_connect_configuration.value
          port     = 8096
        }
      }
      log_configuration {
        log_driver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.service["service-b"].name
          awslogs-region        = "us-east-1"
          awslogs-stream-prefix = "connect"
        }
      }
    }
  }
  depends_on = [aws_ecs_cluster_capacity_providers.main]
}
