# The API of the system public-api of type "rest": methods with a Cognito authoriser, which lead to a load balancer by its
# DNS name.

resource "aws_api_gateway_rest_api" "main" {
  name                         = "${local.name}-rest"
  description                  = "generation ${var.generation}"
  disable_execute_api_endpoint = var.generation == 2
  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

resource "aws_api_gateway_authorizer" "main" {
  rest_api_id     = aws_api_gateway_rest_api.main.id
  name            = "${local.name}-${var.generation}"
  type            = "COGNITO_USER_POOLS"
  provider_arns   = [aws_cognito_user_pool.main.arn]
  identity_source = "method.request.header.Authorization"
}

resource "aws_api_gateway_resource" "users" {
  rest_api_id = aws_api_gateway_rest_api.main.id
  parent_id   = aws_api_gateway_rest_api.main.root_resource_id
  path_part   = "users"
}

resource "aws_api_gateway_resource" "user" {
  rest_api_id = aws_api_gateway_rest_api.main.id
  parent_id   = aws_api_gateway_resource.users.id
  path_part   = "{username}"
}

locals {
  rest_methods = var.generation == 1 ? { GET = "read" } : { GET = "read", POST = "write" }
}

resource "aws_api_gateway_method" "main" {
  for_each             = local.rest_methods
  rest_api_id          = aws_api_gateway_rest_api.main.id
  resource_id          = aws_api_gateway_resource.user.id
  http_method          = each.key
  authorization        = "COGNITO_USER_POOLS"
  authorizer_id        = aws_api_gateway_authorizer.main.id
  authorization_scopes = var.generation == 1 ? ["service-b/${each.value}"] : ["service-b/${each.value}", "email"]
  request_parameters = {
    "method.request.path.username" = true
  }
}

resource "aws_api_gateway_integration" "main" {
  for_each                = aws_api_gateway_method.main
  rest_api_id             = aws_api_gateway_rest_api.main.id
  resource_id             = aws_api_gateway_resource.user.id
  http_method             = each.value.http_method
  type                    = "HTTP_PROXY"
  integration_http_method = each.value.http_method
  uri                     = "https://${aws_lb.main.dns_name}/v${var.generation}/users/{username}"
  timeout_milliseconds    = 29000 / var.generation
  passthrough_behavior    = "WHEN_NO_MATCH"
  request_parameters = {
    "integration.request.path.username" = "method.request.path.username"
  }
}

resource "aws_api_gateway_deployment" "main" {
  rest_api_id = aws_api_gateway_rest_api.main.id
  description = "generation ${var.generation}"
  triggers = {
    redeployment = sha1(jsonencode([local.rest_methods, var.generation]))
  }
  depends_on = [aws_api_gateway_integration.main]
  lifecycle { create_before_destroy = true }
}

resource "aws_api_gateway_stage" "main" {
  rest_api_id   = aws_api_gateway_rest_api.main.id
  deployment_id = aws_api_gateway_deployment.main.id
  stage_name    = "live"
  description   = "generation ${var.generation}"
  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.api["rest"].arn
    format          = jsonencode({ requestId = "$context.requestId", generation = var.generation })
  }
  depends_on = [aws_api_gateway_account.main]
}

resource "aws_api_gateway_method_settings" "main" {
  rest_api_id = aws_api_gateway_rest_api.main.id
  stage_name  = aws_api_gateway_stage.main.stage_name
  method_path = "*/*"
  settings {
    metrics_enabled        = true
    logging_level          = "OFF"
    throttling_rate_limit  = 50 * var.generation
    throttling_burst_limit = 100
  }
}

resource "aws_api_gateway_usage_plan" "main" {
  name        = local.name
  description = "generation ${var.generation}"
  api_stages {
    api_id = aws_api_gateway_rest_api.main.id
    stage  = aws_api_gateway_stage.main.stage_name
  }
  throttle_settings {
    rate_limit  = 50 * var.generation
    burst_limit = 100
  }
  quota_settings {
    limit  = 1000 * var.generation
    period = "DAY"
  }
}

resource "aws_iam_role" "api_logs" {
  name = "${local.name}-api-logs"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "apigateway.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "api_logs" {
  role       = aws_iam_role.api_logs.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
}

resource "aws_api_gateway_account" "main" {
  cloudwatch_role_arn = aws_iam_role.api_logs.arn
  depends_on          = [aws_iam_role_policy_attachment.api_logs]
}

resource "aws_api_gateway_domain_name" "main" {
  domain_name              = "rest.example.com"
  regional_certificate_arn = aws_acm_certificate_validation.api.certificate_arn
  security_policy          = "TLS_1_2"
  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

resource "aws_api_gateway_base_path_mapping" "main" {
  api_id      = aws_api_gateway_rest_api.main.id
  stage_name  = aws_api_gateway_stage.main.stage_name
  domain_name = aws_api_gateway_domain_name.main.domain_name
}
