# A pipeline as the system coffee-suppliers has one for each service: CodeCommit and ECR are its sources, CodeBuild checks
# what it deploys, CodeDeploy deploys.

resource "aws_codecommit_repository" "deployment" {
  repository_name = "${local.name}-deployment"
  description     = "what CodeDeploy deploys, generation ${var.generation}"
}

resource "aws_s3_bucket" "artifacts" {
  bucket        = "${local.name}-artifacts-${data.aws_caller_identity.current.account_id}"
  force_destroy = true
}

resource "aws_kms_key" "artifacts" {
  description             = "${local.name} artifacts"
  deletion_window_in_days = 7
}

resource "aws_kms_alias" "artifacts" {
  name          = "alias/${local.name}-artifacts"
  target_key_id = aws_kms_key.artifacts.key_id
}

resource "aws_iam_role" "pipeline" {
  for_each = { pipeline = "codepipeline", build = "codebuild", events = "events" }
  name     = "${local.name}-${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "${each.value}.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "events" {
  role = aws_iam_role.pipeline["events"].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "codepipeline:StartPipelineExecution"
      Resource = aws_codepipeline.service.arn
    }]
  })
}

resource "aws_cloudwatch_log_group" "build" {
  name              = "/aws/codebuild/${local.name}-check"
  retention_in_days = 30
}

resource "aws_codebuild_project" "check" {
  name                   = "${local.name}-check"
  description            = "generation ${var.generation}"
  service_role           = aws_iam_role.pipeline["build"].arn
  encryption_key         = aws_kms_key.artifacts.arn
  build_timeout          = 10 + var.generation
  queued_timeout         = 60
  concurrent_build_limit = 1
  artifacts {
    type = "CODEPIPELINE"
  }
  environment {
    type                        = "ARM_CONTAINER"
    compute_type                = "BUILD_GENERAL1_SMALL"
    image                       = "aws/codebuild/amazonlinux-aarch64-standard:3.0"
    image_pull_credentials_type = "CODEBUILD"
    environment_variable {
      name  = "SYSTEM"
      value = local.name
    }
    environment_variable {
      name  = "GENERATION"
      value = var.generation
    }
  }
  logs_config {
    cloudwatch_logs {
      group_name = aws_cloudwatch_log_group.build.name
    }
  }
  source {
    type      = "CODEPIPELINE"
    buildspec = "version: 0.2\nphases:\n  build:\n    commands:\n      - cat appspec.yaml\n"
  }
}

resource "aws_codepipeline" "service" {
  name           = "${local.name}-service"
  pipeline_type  = "V2"
  execution_mode = "SUPERSEDED"
  role_arn       = aws_iam_role.pipeline["pipeline"].arn

  artifact_store {
    location = aws_s3_bucket.artifacts.bucket
    type     = "S3"
    encryption_key {
      id   = aws_kms_key.artifacts.arn
      type = "KMS"
    }
  }

  stage {
    name = "Source"
    action {
      name             = "Deployment"
      category         = "Source"
      owner            = "AWS"
      provider         = "CodeCommit"
      version          = "1"
      output_artifacts = ["deployment"]
      namespace        = "Deployment"
      configuration = {
        RepositoryName       = aws_codecommit_repository.deployment.repository_name
        BranchName           = "main"
        PollForSourceChanges = "false"
      }
    }
    action {
      name             = "Image"
      category         = "Source"
      owner            = "AWS"
      provider         = "ECR"
      version          = "1"
      output_artifacts = ["image"]
      configuration = {
        RepositoryName = aws_ecr_repository.service["service-a"].name
        ImageTag       = "release-${var.generation}"
      }
    }
  }

  stage {
    name = "Check"
    action {
      name            = "Check"
      category        = "Build"
      owner           = "AWS"
      provider        = "CodeBuild"
      version         = "1"
      input_artifacts = ["deployment"]
      configuration = {
        ProjectName = aws_codebuild_project.check.name
      }
    }
  }

  stage {
    name = "Deploy"
    action {
      name            = "Deploy"
      category        = "Deploy"
      owner           = "AWS"
      provider        = "CodeDeployToECS"
      version         = "1"
      input_artifacts = ["deployment", "image"]
      configuration = {
        ApplicationName                = local.name
        DeploymentGroupName            = "service-a"
        AppSpecTemplateArtifact        = "deployment"
        AppSpecTemplatePath            = "service-a/appspec.yaml"
        TaskDefinitionTemplateArtifact = "deployment"
        TaskDefinitionTemplatePath     = "service-a/taskdef.json"
        Image1ArtifactName             = "image"
        Image1ContainerName            = "IMAGE1_NAME"
      }
    }
  }
}

resource "aws_cloudwatch_event_rule" "release" {
  for_each = {
    image = {
      source      = ["aws.ecr"]
      detail-type = ["ECR Image Action"]
      detail = {
        action-type     = ["PUSH"]
        result          = ["SUCCESS"]
        repository-name = [aws_ecr_repository.service["service-a"].name]
        image-tag       = ["release-${var.generation}"]
      }
    }
    deployment = {
      source      = ["aws.codecommit"]
      detail-type = ["CodeCommit Repository State Change"]
      resources   = [aws_codecommit_repository.deployment.arn]
      detail      = { event = ["referenceCreated", "referenceUpdated"], referenceName = ["main"] }
    }
  }
  name          = "${local.name}-service-${each.key}"
  description   = "starts the pipeline, generation ${var.generation}"
  event_pattern = jsonencode(each.value)
}

resource "aws_cloudwatch_event_target" "release" {
  for_each = aws_cloudwatch_event_rule.release
  rule     = each.value.name
  arn      = aws_codepipeline.service.arn
  role_arn = aws_iam_role.pipeline["events"].arn
}

resource "aws_cloudwatch_event_rule" "failed" {
  name = "${local.name}-failed"
  event_pattern = jsonencode({
    source      = ["aws.codepipeline"]
    detail-type = ["CodePipeline Pipeline Execution State Change"]
    detail      = { state = ["FAILED"], pipeline = [aws_codepipeline.service.name] }
  })
}

resource "aws_cloudwatch_event_target" "failed" {
  rule = aws_cloudwatch_event_rule.failed.name
  arn  = aws_sns_topic.alarms.arn
  input_transformer {
    input_paths    = { pipeline = "$.detail.pipeline", state = "$.detail.state" }
    input_template = "\"the pipeline <pipeline> has <state>\""
  }
}
