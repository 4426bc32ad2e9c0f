# A pipeline as the system user-notifications has one for each service: CodeCommit starts it, CodeBuild tests and builds
# with reports, deploys and checks; before production a person is asked by mail.

resource "aws_codebuild_report_group" "main" {
  for_each       = { tests = "TEST", coverage = "CODE_COVERAGE" }
  name           = "${local.name}-${each.key}"
  type           = each.value
  delete_reports = true
  export_config {
    type = var.generation == 1 ? "NO_EXPORT" : "S3"
    dynamic "s3_destination" {
      for_each = var.generation == 1 ? [] : ["reports/${each.key}"]
      content {
        bucket         = aws_s3_bucket.artifacts.bucket
        path           = s3_destination.value
        packaging      = "ZIP"
        encryption_key = aws_kms_key.artifacts.arn
      }
    }
  }
}

resource "aws_codebuild_project" "step" {
  for_each     = toset(["build", "deploy", "smoke", "deploy-prod"])
  name         = "${local.name}-${each.value}"
  description  = "${each.value}, generation ${var.generation}"
  service_role = aws_iam_role.pipeline["build"].arn
  artifacts {
    type = "CODEPIPELINE"
  }
  environment {
    type            = "LINUX_CONTAINER"
    compute_type    = "BUILD_GENERAL1_SMALL"
    image           = "aws/codebuild/amazonlinux-x86_64-standard:5.0"
    privileged_mode = each.value == "build"
    environment_variable {
      name  = "SERVICE"
      value = "service-a"
    }
    environment_variable {
      name  = "REVISION"
      type  = "PARAMETER_STORE"
      value = aws_ssm_parameter.revision["service-a"].name
    }
  }
  source {
    type      = "CODEPIPELINE"
    buildspec = jsonencode({ version = 0.2, phases = { build = { commands = ["echo ${each.value}"] } } })
  }
}

resource "aws_sns_topic" "approval" {
  name = "${local.name}-approval"
}

resource "aws_sns_topic_subscription" "approval" {
  topic_arn = aws_sns_topic.approval.arn
  protocol  = "email"
  endpoint  = "approver@example.com"
}

resource "aws_codepipeline" "promotion" {
  name           = "${local.name}-promotion"
  pipeline_type  = "V2"
  execution_mode = var.generation == 1 ? "SUPERSEDED" : "QUEUED"
  role_arn       = aws_iam_role.pipeline["pipeline"].arn

  artifact_store {
    location = aws_s3_bucket.artifacts.bucket
    type     = "S3"
  }

  stage {
    name = "Source"
    action {
      name             = "Source"
      category         = "Source"
      owner            = "AWS"
      provider         = "CodeCommit"
      version          = "1"
      output_artifacts = ["source"]
      namespace        = "Source"
      configuration = {
        RepositoryName       = aws_codecommit_repository.deployment.repository_name
        BranchName           = "main"
        PollForSourceChanges = "false"
        OutputArtifactFormat = "CODEBUILD_CLONE_REF"
      }
    }
  }

  stage {
    name = "Build"
    action {
      name             = "Build"
      category         = "Build"
      owner            = "AWS"
      provider         = "CodeBuild"
      version          = "1"
      input_artifacts  = ["source"]
      output_artifacts = ["release"]
      configuration = {
        ProjectName          = aws_codebuild_project.step["build"].name
        EnvironmentVariables = jsonencode([{ name = "IMAGE_TAG", value = "#{Source.CommitId}", type = "PLAINTEXT" }])
      }
    }
  }

  stage {
    name = "Development"
    action {
      name            = "Deploy"
      category        = "Build"
      owner           = "AWS"
      provider        = "CodeBuild"
      version         = "1"
      input_artifacts = ["release"]
      configuration   = { ProjectName = aws_codebuild_project.step["deploy"].name }
    }
  }

  stage {
    name = "Check"
    action {
      name            = "Smoke"
      category        = "Test"
      owner           = "AWS"
      provider        = "CodeBuild"
      version         = "1"
      input_artifacts = ["release"]
      configuration   = { ProjectName = aws_codebuild_project.step["smoke"].name }
    }
  }

  stage {
    name = "Approval"
    action {
      name     = "Approve"
      category = "Approval"
      owner    = "AWS"
      provider = "Manual"
      version  = "1"
      configuration = {
        NotificationArn    = aws_sns_topic.approval.arn
        CustomData         = "#{Source.CommitId}, generation ${var.generation}"
        ExternalEntityLink = "https://app.example.com/"
      }
    }
  }

  stage {
    name = "Production"
    action {
      name            = "Deploy"
      category        = "Build"
      owner           = "AWS"
      provider        = "CodeBuild"
      version         = "1"
      input_artifacts = ["release"]
      configuration   = { ProjectName = aws_codebuild_project.step["deploy-prod"].name }
    }
  }
}

resource "aws_cloudwatch_event_rule" "promotion" {
  name = "${local.name}-promotion"
  event_pattern = jsonencode({
    source      = ["aws.codecommit"]
    detail-type = ["CodeCommit Repository State Change"]
    resources   = [aws_codecommit_repository.deployment.arn]
    detail      = { event = ["referenceCreated", "referenceUpdated"], referenceType = ["branch"], referenceName = ["main"] }
  })
}

resource "aws_cloudwatch_event_target" "promotion" {
  rule     = aws_cloudwatch_event_rule.promotion.name
  arn      = aws_codepipeline.promotion.arn
  role_arn = aws_iam_role.pipeline["events"].arn
}
