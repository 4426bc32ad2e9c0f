import { Construct } from "constructs";
import { TargetGroup, type TargetGroupProps } from "./target-group";

/**
 * Two target groups that are alike but for their name tags (`<displayName>-blue`, `-green`): a blue/green deployment
 * moves the requests from one to the other and back. The service is created with blue; after the first release either
 * may be the one in use.
 *
 * @see AWS CodeDeploy User Guide, "Before you begin an Amazon ECS deployment"
 */
export class TargetGroupPair extends Construct {
  readonly blue: TargetGroup;
  readonly green: TargetGroup;

  constructor(scope: Construct, id: string, props: TargetGroupProps) {
    super(scope, id);
    this.blue = new TargetGroup(this, "Blue", { ...props, displayName: `${props.displayName}-blue` });
    this.green = new TargetGroup(this, "Green", { ...props, displayName: `${props.displayName}-green` });
  }
}
