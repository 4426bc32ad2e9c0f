# Pipelines whose source is on GitHub: one that deploys what is pushed, one that tries what a pull request asks for.

resource "aws_codestarconnections_connection" "main" {
  name          = "${local.name}-star"
  provider_type = "GitHub"
}

resource "aws_codeconnections_connection" "main" {
  name          = "${local.name}-github"
  provider_type = "GitHub"
}

resource "aws_codepipeline" "github" {
  for_each      = { push = aws_codeconnections_connection.main.arn, pull-request = aws_codestarconnections_connection.main.arn }
  name          = "${local.name}-${each.key}"
  pipeline_type = "V2"
  role_arn      = aws_iam_role.pipeline["pipeline"].arn

  artifact_store {
    location = aws_s3_bucket.artifacts.bucket
    type     = "S3"
  }

  trigger {
    provider_type = "CodeStarSourceConnection"
    git_configuration {
      source_action_name = "GitHub"
      dynamic "push" {
        for_each = each.key == "push" ? ["main"] : []
        content {
          branches {
            includes = var.generation == 1 ? [push.value] : [push.value, "release"]
          }
          file_paths {
            includes = ["apps/**"]
          }
        }
      }
      dynamic "pull_request" {
        for_each = each.key == "pull-request" ? ["main"] : []
        content {
          events = var.generation == 1 ? ["OPEN", "UPDATED"] : ["OPEN", "UPDATED", "CLOSED"]
          branches {
            includes = [pull_request.value]
          }
        }
      }
    }
  }

  stage {
    name = "Source"
    action {
      name             = "GitHub"
      category         = "Source"
      owner            = "AWS"
      provider         = "CodeStarSourceConnection"
      version          = "1"
      output_artifacts = ["source"]
      configuration = {
        ConnectionArn        = each.value
        FullRepositoryId     = "example/express-on-ecs"
        BranchName           = "main"
        DetectChanges        = "false"
        OutputArtifactFormat = "CODE_ZIP"
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
      output_artifacts = ["image"]
      configuration = {
        ProjectName = aws_codebuild_project.check.name
      }
    }
  }

  dynamic "stage" {
    for_each = each.key == "push" ? [10 * var.generation] : []
    content {
      name = "Deploy"
      action {
        name            = "Deploy"
        category        = "Deploy"
        owner           = "AWS"
        provider        = "ECS"
        version         = "1"
        input_artifacts = ["image"]
        configuration = {
          ClusterName       = aws_ecs_cluster.main.name
          ServiceName       = "service-b"
          FileName          = "imagedefinitions.json"
          DeploymentTimeout = stage.value
        }
      }
    }
  }
}
