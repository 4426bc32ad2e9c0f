import { describe, expect, it } from "vitest";
import { DeployProgress } from "./deploy-progress";

function read(text: string): DeployProgress {
  const progress = new DeployProgress(["registry", "jenkins-ecs"]);
  for (const line of text.split("\n")) progress.read(line);
  return progress;
}

describe("the progress of cdktf deploy", () => {
  it("is planning at first", () => {
    expect(String(read(""))).toBe("registry planning, jenkins-ecs planning");
  });

  it("counts what is created, by the stack that each piece of output belongs to", () => {
    const progress = read(`
registry     Plan: 1 to add, 0 to change, 0 to destroy.
jenkins-ecs  Terraform used the selected providers.

             Plan: 3 to add, 0 to change, 0 to destroy.
registry     aws_ecr_repository.a (a): Creating...
             aws_ecr_repository.a (a): Creation complete after 0s [id=a]
jenkins-ecs  aws_lb.a (a): Still creating... [10s elapsed]
jenkins-ecs  aws_lb.a (a): Creation complete after 1m0s [id=arn]
registry     Apply complete! Resources: 1 added, 0 changed, 0 destroyed.`);
    expect(String(progress)).toBe("jenkins-ecs 1/3");
    expect(progress.stacks.get("registry")).toEqual({ planned: 1, created: 1, done: true });
    expect(progress.errors).toBe("");
  });

  it("is planned once it is known of every stack what is to be created", () => {
    expect(read("registry     Plan: 1 to add, 0 to change, 0 to destroy.").isPlanned).toBe(false);
    const plans = "registry     Plan: 1 to add.\njenkins-ecs  Plan: 3 to add.";
    expect(read(plans).isPlanned).toBe(true);
  });

  it("is done with every stack when the CLI has ended well", () => {
    const progress = read("registry     Plan: 1 to add, 0 to change, 0 to destroy.");
    progress.end();
    expect(String(progress)).toBe("");
    expect(progress.isPlanned).toBe(true);
  });

  it("takes no error of the CLI's own for one of a stack", () => {
    expect(read("Error: ENOENT: no such file or directory").errors).toBe("");
  });

  it("collects Terraform's errors, whole and with their stack", () => {
    const progress = read(`jenkins-ecs  aws_lb.lb (lb): Creating...
jenkins-ecs  Error: the load balancer exists already

               with aws_lb.lb (lb),
               on cdk.tf.json line 44
registry     aws_ecr_repository.a (a): Creation complete after 0s [id=a]
registry     Error: the repository is locked


1 Stack deploying     1 Stack done     0 Stacks waiting
Invoking Terraform CLI failed with exit code 1`);
    expect(progress.errors).toBe(
      `jenkins-ecs: Error: the load balancer exists already

  with aws_lb.lb (lb),
  on cdk.tf.json line 44
registry: Error: the repository is locked`,
    );
  });
});
