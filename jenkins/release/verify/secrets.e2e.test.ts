import { describe, expect, it } from "vitest";
import { Refusal } from "../testing/fake-aws";
import { fakeCloud } from "../testing/fake-cloud";
import { find } from "../testing/findings";
import { good, wrong } from "./check";
import { checkSecrets } from "./secrets";

describe("the check of the secrets", () => {
  const SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:cart-AbCdEf";
  const PARAMETER = "arn:aws:ssm:us-east-1:123456789012:parameter/";
  const refers = (valueFrom: string) => ({ container: { secrets: [{ name: "KEY", valueFrom }] } });

  it.each([SECRET, `${SECRET}:key::`, `${SECRET}:key:AWSCURRENT:version`])(
    "is good where the secret of %s exists",
    async (valueFrom) => {
      const cloud = await fakeCloud();
      cloud.aws.on("DescribeSecret", () => ({ ARN: SECRET }));
      expect(await find(cloud, checkSecrets, refers(valueFrom))).toEqual([good("secret KEY", SECRET)]);
      expect(cloud.aws.inputs("DescribeSecret")).toEqual([{ SecretId: SECRET }]);
    },
  );

  it.each([
    [
      "does not exist",
      new Refusal("ResourceNotFoundException"),
      `${SECRET} does not exist; make it, or correct secrets in service.json`,
    ],
    [
      "is about to be deleted",
      { ARN: SECRET, DeletedDate: 1_770_000_000 },
      `${SECRET} is about to be deleted; restore it, or name another one`,
    ],
  ])("is wrong where a secret %s", async (_, answer, fault) => {
    const cloud = await fakeCloud();
    cloud.aws.on("DescribeSecret", () => answer);
    expect(await find(cloud, checkSecrets, refers(SECRET))).toEqual([wrong("secret KEY", fault)]);
  });

  it.each([
    ["cart/key by its ARN", `${PARAMETER}cart/key`, ["/cart/key"], "/cart/key"],
    ["one that may be at the top or not, by its ARN", `${PARAMETER}key`, ["/key", "key"], "/key"],
    ["one by its name", "key", ["key"], "key"],
  ])("is good where the parameter exists: %s", async (_, valueFrom, names, shown) => {
    const cloud = await fakeCloud();
    cloud.aws.on("GetParameters", ({ Names }) => ({ Parameters: [{ Name: (Names as string[]).at(-1) }] }));
    expect(await find(cloud, checkSecrets, refers(valueFrom))).toEqual([good("secret KEY", shown)]);
    expect(cloud.aws.inputs("GetParameters")).toEqual([{ Names: names, WithDecryption: false }]);
  });

  it("is wrong where a parameter does not exist", async () => {
    const cloud = await fakeCloud();
    cloud.aws.on("GetParameters", () => ({ Parameters: [], InvalidParameters: ["/cart/key"] }));
    expect(await find(cloud, checkSecrets, refers(`${PARAMETER}cart/key`))).toEqual([
      wrong("secret KEY", "parameter /cart/key does not exist; make it, or correct secrets in service.json"),
    ]);
  });
});
