import type { Construct } from "constructs";
import { SystemStack, type SystemStackProps } from "./system-stack";

/** Name of the system, as `system` in service.json says it. */
export const JENKINS_ECS = "jenkins-ecs";

/**
 * Two applications, four paths, on EC2 and on Fargate, released by a Jenkins pipeline: who pushes an image and registers a
 * revision of the task definition is the pipeline; Terraform keeps the shape.
 */
export class JenkinsEcsStack extends SystemStack {
  constructor(scope: Construct, props: SystemStackProps) {
    super(scope, { system: JENKINS_ECS }, props);
  }
}
