import type { AwsLocation, PolicyStatement } from "../iam/policy";

/** What IAM knows the revisions of a family by; without the first, a call that names no revision is refused. */
export function familyArns({ partition, region, accountId }: AwsLocation, family: string): string[] {
  const arn = `arn:${partition}:ecs:${region}:${accountId}:task-definition/${family}`;
  return [arn, `${arn}:*`];
}

/**
 * What it takes to register revisions of families, with their tags. Whoever does it also needs to pass the roles that
 * they name.
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon Elastic Container Service".
 */
export function registerStatements(location: AwsLocation, ...families: readonly string[]): PolicyStatement[] {
  const Resource = families.flatMap((family) => familyArns(location, family));
  return [
    {
      Sid: "RegisterRevision",
      Effect: "Allow",
      Action: ["ecs:RegisterTaskDefinition"],
      Resource,
    },
    {
      Sid: "TagRevision",
      Effect: "Allow",
      Action: ["ecs:TagResource"],
      Resource,
      Condition: { StringEquals: { "ecs:CreateAction": "RegisterTaskDefinition" } },
    },
  ];
}
