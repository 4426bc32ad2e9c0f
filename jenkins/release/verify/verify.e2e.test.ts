import { describe, expect, it } from "vitest";
import { Refusal, xmlRefusal } from "../testing/fake-aws";
import { fakeCloud } from "../testing/fake-cloud";
import { find, REPOSITORY } from "../testing/findings";
import { type Check, good, wrong } from "./check";
import { requireGood, verify } from "./verify";

const ARN = "arn:aws:ecs:us-east-1:123456789012";

describe("all checks together", () => {
  const EVERYTHING = {
    networkMode: "awsvpc",
    cpu: "256",
    memory: "512",
    requiresCompatibilities: ["FARGATE"],
    executionRoleArn: "arn:aws:iam::123456789012:role/execution",
    container: {
      secrets: [{ name: "KEY", valueFrom: "key" }],
      logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "/ecs/cart" } },
      portMappings: [{ containerPort: 5001 }],
    },
    service: {
      loadBalancers: [{ targetGroupArn: `${ARN}:targetgroup/t/1`, containerName: "service-b", containerPort: 5001 }],
    },
  };
  const all: Check = (subject) => verify(subject);

  it("say what may not be looked at, and stop nothing by it", async () => {
    const cloud = await fakeCloud();
    for (const action of ["BatchGetImage", "GetParameters", "DescribeLogGroups"]) {
      cloud.aws.on(action, () => new Refusal("AccessDeniedException"));
    }
    for (const action of ["GetRole", "DescribeTargetGroups"]) cloud.aws.on(action, () => xmlRefusal("AccessDenied"));
    const { context, written } = cloud.context();
    const findings = await find(cloud, all, EVERYTHING);
    requireGood(context.output, findings);
    expect(written()).toBe(
      [
        "  ! image: not checked: ecr:BatchGetImage is not allowed",
        "  ✓ size  256 CPU units, 512 MiB",
        "  ! roles: not checked: iam:GetRole is not allowed",
        "  ! secrets: not checked: ssm:GetParameters is not allowed",
        "  ! log groups: not checked: logs:DescribeLogGroups is not allowed",
        "  ! target groups: not checked: elasticloadbalancing:DescribeTargetGroups is not allowed",
        "",
      ].join("\n"),
    );
  });

  it("end with 4 where AWS refuses for another reason", async () => {
    const cloud = await fakeCloud();
    cloud.aws.on("BatchGetImage", () => new Refusal("ValidationException"));
    await expect(find(cloud, all)).rejects.toMatchObject({ status: 4, code: "ValidationException" });
  });

  it("end with 2 and name the one fault, or every fault", async () => {
    const { output } = (await fakeCloud()).context().context;
    const one = wrong("image", "is not there");
    expect(() => requireGood(output, [good("size", ""), one])).toThrow(
      expect.objectContaining({ message: "image: is not there", status: 2 }),
    );
    expect(() => requireGood(output, [one, wrong("size", "is none")])).toThrow(
      expect.objectContaining({ message: "2 faults:\n  image: is not there\n  size: is none", status: 2 }),
    );
  });

  it("come before anything is changed: a fault stops the release", async () => {
    const cloud = await fakeCloud();
    cloud.ecs.serve(cloud.ecs.add());
    cloud.aws.on("BatchGetImage", () => ({ images: [] }));
    expect(await cloud.run("deploy", "--image-tag", "2")).toMatchObject({
      status: 2,
      message: `image: repository ${REPOSITORY} has no image with the tag "2"; push it first\nnothing was changed`,
    });
    expect(cloud.aws.changes).toEqual([]);
  });
});
