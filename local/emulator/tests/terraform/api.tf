# The API of the system public-api: routes with scopes, which lead by a VPC link to a load balancer that is internal.

resource "aws_security_group" "link" {
  name        = "${local.name}-link"
  description = "VPC link of the API"
  vpc_id      = aws_vpc.main.id
}

resource "aws_security_group" "internal" {
  name        = "${local.name}-internal"
  description = "load balancer of the API"
  vpc_id      = aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "internal" {
  security_group_id            = aws_security_group.internal.id
  referenced_security_group_id = aws_security_group.link.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_lb" "internal" {
  name               = "${local.name}-api"
  internal           = true
  load_balancer_type = "application"
  subnets            = aws_subnet.private[*].id
  security_groups    = [aws_security_group.internal.id]
}

resource "aws_lb_listener" "internal" {
  load_balancer_arn = aws_lb.internal.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate_validation.main.certificate_arn
  default_action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      status_code  = "404"
    }
  }
}

resource "aws_apigatewayv2_vpc_link" "main" {
  name               = "${local.name}-${var.generation}"
  security_group_ids = [aws_security_group.link.id]
  subnet_ids         = aws_subnet.private[*].id
}

resource "aws_apigatewayv2_api" "main" {
  name                         = local.name
  description                  = "generation ${var.generation}"
  protocol_type                = "HTTP"
  disable_execute_api_endpoint = true
  cors_configuration {
    allow_origins = ["https://app.example.com"]
    allow_methods = var.generation == 1 ? ["GET"] : ["GET", "POST"]
    allow_headers = ["authorization", "content-type"]
    max_age       = 300 * var.generation
  }
}

# Whatever can be left out is.
resource "aws_apigatewayv2_api" "plain" {
  name          = "${local.name}-plain"
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_authorizer" "main" {
  api_id           = aws_apigatewayv2_api.main.id
  name             = "${local.name}-${var.generation}"
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]
  jwt_configuration {
    issuer   = "https://${aws_cognito_user_pool.main.endpoint}"
    audience = [aws_cognito_user_pool_client.main.id]
  }
}

resource "aws_apigatewayv2_integration" "main" {
  api_id                 = aws_apigatewayv2_api.main.id
  description            = "generation ${var.generation}"
  integration_type       = "HTTP_PROXY"
  integration_method     = "ANY"
  integration_uri        = aws_lb_listener.internal.arn
  connection_type        = "VPC_LINK"
  connection_id          = aws_apigatewayv2_vpc_link.main.id
  payload_format_version = "1.0"
  timeout_milliseconds   = 30000 / var.generation
  request_parameters = {
    "overwrite:header.x-generation" = var.generation
  }
  tls_config {
    server_name_to_verify = "app.example.com"
  }
}

resource "aws_apigatewayv2_route" "main" {
  for_each = merge(
    { "GET /finance" = "service-b/read", "GET /usermgmt/user/{username}" = "service-b/read" },
    var.generation == 1 ? { "POST /finance" = "service-a/read" } : { "POST /finance" = "service-b/write", "GET /files/{path+}" = "service-b/read" },
  )
  api_id               = aws_apigatewayv2_api.main.id
  route_key            = each.key
  authorization_type   = "JWT"
  authorizer_id        = aws_apigatewayv2_authorizer.main.id
  authorization_scopes = [each.value]
  target               = "integrations/${aws_apigatewayv2_integration.main.id}"
}

resource "aws_cloudwatch_log_group" "api" {
  for_each          = toset(["http", "rest"])
  name              = "/apigateway/${local.name}-${each.value}"
  retention_in_days = 30
}

resource "aws_apigatewayv2_stage" "main" {
  api_id      = aws_apigatewayv2_api.main.id
  name        = "$default"
  auto_deploy = true
  default_route_settings {
    throttling_rate_limit    = 50 * var.generation
    throttling_burst_limit   = 100
    detailed_metrics_enabled = var.generation == 2
  }
  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.api["http"].arn
    format          = jsonencode({ requestId = "$context.requestId", status = "$context.status", generation = var.generation })
  }
}

resource "aws_apigatewayv2_domain_name" "main" {
  domain_name = "api.example.com"
  domain_name_configuration {
    certificate_arn = aws_acm_certificate_validation.api.certificate_arn
    endpoint_type   = "REGIONAL"
    security_policy = "TLS_1_2"
  }
}

resource "aws_apigatewayv2_api_mapping" "main" {
  api_id          = aws_apigatewayv2_api.main.id
  domain_name     = aws_apigatewayv2_domain_name.main.id
  stage           = aws_apigatewayv2_stage.main.id
  api_mapping_key = var.generation == 1 ? null : "v2"
}

resource "aws_route53_record" "api" {
  zone_id = data.aws_route53_zone.main.zone_id
  name    = aws_apigatewayv2_domain_name.main.domain_name
  type    = "A"
  alias {
    name                   = aws_apigatewayv2_domain_name.main.domain_name_configuration[0].target_domain_name
    zone_id                = aws_apigatewayv2_domain_name.main.domain_name_configuration[0].hosted_zone_id
    evaluate_target_health = false
  }
}

resource "aws_acm_certificate" "api" {
  domain_name               = "api.example.com"
  subject_alternative_names = ["rest.example.com"]
  validation_method         = "DNS"
}

resource "aws_route53_record" "api_validation" {
  for_each = {
    for option in aws_acm_certificate.api.domain_validation_options : option.domain_name => option
  }
  zone_id = data.aws_route53_zone.main.zone_id
  name    = each.value.resource_record_name
  type    = each.value.resource_record_type
  ttl     = 60
  records = [each.value.resource_record_value]
}

resource "aws_acm_certificate_validation" "api" {
  certificate_arn         = aws_acm_certificate.api.arn
  validation_record_fqdns = [for record in aws_route53_record.api_validation : record.fqdn]
}
