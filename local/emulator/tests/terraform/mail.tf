# Mail as the system user-notifications sends it: a domain proved by DKIM, and a topic that is told of what did not
# arrive.

locals {
  mail_domain = "mail.example.com"
  dkim_keys   = 3
}

resource "aws_sesv2_email_identity" "main" {
  email_identity         = local.mail_domain
  configuration_set_name = var.generation == 1 ? null : aws_sesv2_configuration_set.main.configuration_set_name
}

resource "aws_route53_record" "dkim" {
  count   = local.dkim_keys
  zone_id = data.aws_route53_zone.main.zone_id
  name    = "${aws_sesv2_email_identity.main.dkim_signing_attributes[0].tokens[count.index]}._domainkey.${local.mail_domain}"
  type    = "CNAME"
  ttl     = 300 * var.generation
  records = ["${aws_sesv2_email_identity.main.dkim_signing_attributes[0].tokens[count.index]}.dkim.amazonses.com"]
}

resource "aws_sesv2_email_identity" "address" {
  email_identity = "owner@example.org"
}

resource "aws_sesv2_configuration_set" "main" {
  configuration_set_name = "${local.name}-mail"
  delivery_options {
    tls_policy = var.generation == 1 ? "OPTIONAL" : "REQUIRE"
  }
  reputation_options {
    reputation_metrics_enabled = true
  }
  sending_options {
    sending_enabled = true
  }
  suppression_options {
    suppressed_reasons = var.generation == 1 ? ["BOUNCE"] : ["BOUNCE", "COMPLAINT"]
  }
}

# Whatever can be left out is.
resource "aws_sesv2_configuration_set" "plain" {
  configuration_set_name = "${local.name}-plain"
}

resource "aws_sesv2_configuration_set_event_destination" "main" {
  configuration_set_name = aws_sesv2_configuration_set.main.configuration_set_name
  event_destination_name = "events"
  event_destination {
    enabled              = true
    matching_event_types = var.generation == 1 ? ["BOUNCE", "COMPLAINT"] : ["BOUNCE", "COMPLAINT", "REJECT"]
    sns_destination {
      topic_arn = aws_sns_topic.mail.arn
    }
  }
  depends_on = [aws_sns_topic_policy.mail]
}

resource "aws_sns_topic" "mail" {
  name              = "${local.name}-mail"
  kms_master_key_id = aws_kms_key.mail.arn
}

resource "aws_sns_topic_policy" "mail" {
  arn = aws_sns_topic.mail.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "MailMayPublish"
      Effect    = "Allow"
      Principal = { Service = "ses.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.mail.arn
      Condition = {
        StringEquals = {
          "aws:SourceAccount" = data.aws_caller_identity.current.account_id
          "aws:SourceArn"     = aws_sesv2_configuration_set.main.arn
        }
      }
    }]
  })
}

resource "aws_sns_topic_subscription" "mail" {
  for_each  = toset(var.generation == 1 ? ["ops@example.com"] : ["ops@example.com", "post@example.com"])
  topic_arn = aws_sns_topic.mail.arn
  protocol  = "email"
  endpoint  = each.value
}

resource "aws_kms_key" "mail" {
  description             = "${local.name} mail events"
  deletion_window_in_days = 7
  policy                  = data.aws_iam_policy_document.mail_key.json
}

data "aws_iam_policy_document" "mail_key" {
  statement {
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root"]
    }
  }
  statement {
    actions   = ["kms:Decrypt", "kms:GenerateDataKey*"]
    resources = ["*"]
    principals {
      type        = "Service"
      identifiers = ["ses.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}
