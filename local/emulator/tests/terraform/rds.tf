# MySQL on RDS, its secrets and what watches it, as the system coffee-suppliers has them.

resource "aws_db_subnet_group" "main" {
  name        = local.name
  description = "private subnets"
  subnet_ids  = aws_subnet.private[*].id
}

resource "aws_security_group" "database" {
  name        = "${local.name}-database"
  description = "MySQL"
  vpc_id      = aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "database" {
  security_group_id            = aws_security_group.database.id
  description                  = "MySQL from the tasks"
  ip_protocol                  = "tcp"
  from_port                    = 3306
  to_port                      = 3306
  referenced_security_group_id = aws_security_group.fargate.id
}

resource "aws_db_parameter_group" "main" {
  name        = local.name
  family      = "mysql8.4"
  description = "TLS required, slow queries logged"

  dynamic "parameter" {
    for_each = {
      require_secure_transport = { value = "1", apply_method = "immediate" }
      slow_query_log           = { value = "1", apply_method = "immediate" }
      long_query_time          = { value = tostring(var.generation), apply_method = "immediate" }
      log_output               = { value = "FILE", apply_method = "immediate" }
      max_connections          = { value = "60", apply_method = "immediate" }
      performance_schema       = { value = "1", apply_method = "pending-reboot" }
      tls_version              = { value = "TLSv1.2,TLSv1.3", apply_method = "pending-reboot" }
    }
    content {
      name         = parameter.key
      value        = parameter.value.value
      apply_method = parameter.value.apply_method
    }
  }
}

resource "aws_db_instance" "main" {
  identifier                    = local.name
  engine                        = "mysql"
  engine_version                = "8.4"
  instance_class                = "db.t4g.medium"
  allocated_storage             = 20
  max_allocated_storage         = 100 * var.generation
  storage_type                  = "gp3"
  storage_encrypted             = true
  kms_key_id                    = aws_kms_key.database.arn
  username                      = "admin"
  manage_master_user_password   = true
  master_user_secret_kms_key_id = aws_kms_key.database.key_id
  multi_az                      = true
  db_subnet_group_name          = aws_db_subnet_group.main.name
  vpc_security_group_ids        = [aws_security_group.database.id]
  parameter_group_name          = aws_db_parameter_group.main.name
  publicly_accessible           = false
  # At the creation the provider sets it by a change of its own, for which it waits another 80 s.
  ca_cert_identifier         = var.generation == 1 ? null : "rds-ca-ecc384-g1"
  backup_retention_period    = 6 + var.generation
  backup_window              = "03:00-03:30"
  maintenance_window         = "sun:04:00-sun:04:30"
  auto_minor_version_upgrade = true
  apply_immediately          = true
  copy_tags_to_snapshot      = true
  # Terraform destroys nothing that has it.
  deletion_protection                   = var.generation == 1
  delete_automated_backups              = true
  final_snapshot_identifier             = "${local.name}-final"
  performance_insights_enabled          = true
  performance_insights_kms_key_id       = aws_kms_key.database.arn
  performance_insights_retention_period = 7
  enabled_cloudwatch_logs_exports       = ["error", "slowquery"]
  depends_on                            = [aws_cloudwatch_log_group.database]
}

# A second one: each has an id of its own.
resource "aws_db_instance" "other" {
  identifier                  = "${local.name}-other"
  engine                      = "mysql"
  engine_version              = "8.4"
  instance_class              = "db.t4g.micro"
  allocated_storage           = 20
  storage_type                = "gp3"
  storage_encrypted           = true
  username                    = "admin"
  manage_master_user_password = true
  db_subnet_group_name        = aws_db_subnet_group.main.name
  vpc_security_group_ids      = [aws_security_group.database.id]
  skip_final_snapshot         = true
  apply_immediately           = true
}

resource "aws_cloudwatch_log_group" "database" {
  for_each          = toset(["error", "slowquery"])
  name              = "/aws/rds/instance/${local.name}/${each.key}"
  retention_in_days = 30
}

resource "aws_kms_key" "database" {
  description             = "${local.name} database"
  enable_key_rotation     = true
  deletion_window_in_days = 7
  policy                  = data.aws_iam_policy_document.key.json
}

resource "aws_kms_alias" "database" {
  name          = "alias/${local.name}-database"
  target_key_id = aws_kms_key.database.key_id
}

data "aws_iam_policy_document" "key" {
  statement {
    sid       = "Account"
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root"]
    }
  }
  statement {
    sid       = "Alarms"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey*"]
    resources = ["*"]
    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com", "events.amazonaws.com"]
    }
  }
}

ephemeral "aws_secretsmanager_random_password" "service" {
  password_length     = 40
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret" "service" {
  name                    = "${local.name}/service/database"
  description             = "user of the service, generation ${var.generation}"
  kms_key_id              = aws_kms_key.database.arn
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "service" {
  secret_id = aws_secretsmanager_secret.service.id
  secret_string_wo = jsonencode({
    username = "service"
    password = ephemeral.aws_secretsmanager_random_password.service.random_password
  })
  secret_string_wo_version = var.generation
}

resource "aws_sns_topic" "alarms" {
  name              = "${local.name}-alarms"
  kms_master_key_id = aws_kms_key.database.key_id
}

resource "aws_sns_topic_policy" "alarms" {
  arn = aws_sns_topic.alarms.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = ["cloudwatch.amazonaws.com", "events.amazonaws.com"] }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.alarms.arn
    }]
  })
}

resource "aws_sns_topic_subscription" "alarms" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = "alarms@example.com"
}

resource "aws_cloudwatch_metric_alarm" "database" {
  for_each = {
    CPUUtilization      = { comparison = "GreaterThanThreshold", threshold = 80 }
    FreeStorageSpace    = { comparison = "LessThanThreshold", threshold = 2 * pow(1024, 3) }
    DatabaseConnections = { comparison = "GreaterThanThreshold", threshold = 40 + var.generation }
  }
  alarm_name          = "${local.name}-database-${each.key}"
  alarm_description   = "RDS"
  namespace           = "AWS/RDS"
  metric_name         = each.key
  dimensions          = { DBInstanceIdentifier = aws_db_instance.main.identifier }
  statistic           = "Average"
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}
