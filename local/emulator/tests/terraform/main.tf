# The resources of the systems as their stacks write them: of jenkins-ecs, and of coffee-suppliers what that has besides.
# Applied, planned, changed in place and destroyed against the emulator by test_terraform.py; `generation` is what the change
# in place changes.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

variable "generation" {
  type    = number
  default = 1
}

locals {
  name  = "jenkins-ecs"
  zones = ["us-east-1a", "us-east-1b"]
  user_data = base64encode(<<-EOT
    #!/bin/bash
    echo ECS_CLUSTER=${local.name} >> /etc/ecs/ecs.config
    echo GENERATION=${var.generation} >> /etc/ecs/ecs.config
  EOT
  )
}

provider "aws" {
  region                      = "us-east-1"
  max_retries                 = 2
  skip_credentials_validation = true
  skip_metadata_api_check     = "true"
  s3_use_path_style           = true
  default_tags {
    tags = {
      System      = local.name
      Environment = "local"
      Generation  = var.generation
    }
  }
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_ssm_parameter" "ami" {
  name = "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id"
}
