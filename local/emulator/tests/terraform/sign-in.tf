# Who may call the API of the system public-api: a user pool of Cognito, its application, its scopes and its sign-in pages.

resource "aws_cognito_user_pool" "main" {
  name                     = local.name
  deletion_protection      = var.generation == 1 ? "ACTIVE" : "INACTIVE"
  mfa_configuration        = var.generation == 1 ? "OPTIONAL" : "ON"
  username_attributes      = ["email"]
  auto_verified_attributes = ["email"]
  username_configuration {
    case_sensitive = false
  }
  password_policy {
    minimum_length                   = 12 + var.generation
    require_lowercase                = true
    require_uppercase                = true
    require_numbers                  = true
    require_symbols                  = var.generation == 1
    temporary_password_validity_days = 3
    password_history_size            = 0
  }
  software_token_mfa_configuration {
    enabled = true
  }
  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_email"
      priority = 1
    }
  }
  admin_create_user_config {
    allow_admin_create_user_only = true
  }
  user_attribute_update_settings {
    attributes_require_verification_before_update = ["email"]
  }
}

# Whatever can be left out is; sign-in by a password only.
resource "aws_cognito_user_pool" "plain" {
  name = "${local.name}-plain"
}

resource "aws_cognito_resource_server" "main" {
  for_each     = toset(var.generation == 1 ? ["service-a", "service-b"] : ["service-b"])
  user_pool_id = aws_cognito_user_pool.main.id
  identifier   = each.value
  name         = each.value
  scope {
    scope_name        = "read"
    scope_description = "may read, generation ${var.generation}"
  }
  dynamic "scope" {
    for_each = var.generation == 1 ? [] : ["write"]
    content {
      scope_name        = scope.value
      scope_description = "may ${scope.value}"
    }
  }
}

resource "aws_cognito_user_pool_client" "main" {
  name                                 = local.name
  user_pool_id                         = aws_cognito_user_pool.main.id
  generate_secret                      = false
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_flows                  = ["code"]
  # Written out: the provider tells the scope_identifiers of a changed resource server only in the next plan, and this one
  # ends with "Provider produced inconsistent final plan".
  allowed_oauth_scopes = concat(
    ["openid", "email", "service-b/read"],
    var.generation == 1 ? ["service-a/read"] : ["service-b/write"],
  )
  callback_urls                 = ["https://app.example.com/callback", "http://localhost:${8000 + var.generation}/callback"]
  logout_urls                   = ["https://app.example.com/"]
  supported_identity_providers  = ["COGNITO"]
  explicit_auth_flows           = ["ALLOW_REFRESH_TOKEN_AUTH"]
  prevent_user_existence_errors = "ENABLED"
  enable_token_revocation       = true
  access_token_validity         = 60 * var.generation
  id_token_validity             = 60
  refresh_token_validity        = 1
  token_validity_units {
    access_token  = "minutes"
    id_token      = "minutes"
    refresh_token = "days"
  }
  depends_on = [aws_cognito_resource_server.main]
}

resource "aws_cognito_user_pool_client" "plain" {
  name         = "${local.name}-plain"
  user_pool_id = aws_cognito_user_pool.plain.id
}

resource "aws_cognito_user_pool_domain" "main" {
  domain       = "${local.name}-local"
  user_pool_id = aws_cognito_user_pool.main.id
}
