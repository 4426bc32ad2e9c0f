import { CodedeployApp } from "@cdktf/provider-aws/lib/codedeploy-app";
import { Construct } from "constructs";
import { CODEDEPLOY_NAME } from "../aws/forms";
import { PropCheck } from "../prop-check";

export interface BlueGreenApplicationProps {
  /** Name of the application: 1 to 100 letters, digits and `._+=,@-`. */
  readonly name: string;
}

/**
 * What CodeDeploy keeps the deployment groups of a system's services in. It is free for ECS.
 *
 * @see AWS CodeDeploy User Guide, "Deployments on an Amazon ECS compute platform"
 */
export class BlueGreenApplication extends Construct {
  readonly application: CodedeployApp;
  readonly name: string;

  constructor(scope: Construct, id: string, { name }: BlueGreenApplicationProps) {
    super(scope, id);
    this.name = name;
    new PropCheck(this).text("name", name, CODEDEPLOY_NAME);
    this.application = new CodedeployApp(this, "Resource", { name, computePlatform: "ECS" });
  }
}
