import { describe, expect, it } from "vitest";
import { ENVIRONMENT_FILE, faultsOf } from "../testing/project";

describe("Region, account, state and tags", () => {
  it("refuses a Region that is none", () => {
    expect(
      faultsOf({ environment: { region: "virginia", network: { availabilityZones: ["virginiaa", "virginiab"] } } }),
    ).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.region",
        given: '"virginia"',
        problem: "is not the name of a Region",
        allowed: 'a Region as AWS writes it, such as "eu-central-1"',
        mend: 'write "us-east-1", or another Region\'s code',
      },
    ]);
  });

  it("refuses a zone as a Region", () => {
    expect(
      faultsOf({
        environment: { region: "us-east-1a", network: { availabilityZones: ["us-east-1aa", "us-east-1ab"] } },
      }),
    ).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.region",
        given: '"us-east-1a"',
        problem: "is an availability zone, not a Region",
        allowed: 'a Region as AWS writes it, such as "eu-central-1"',
        mend: 'write "us-east-1"',
      },
    ]);
  });

  it("refuses an account number that is too short", () => {
    expect(faultsOf({ environment: { accountId: "1234" } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.accountId",
        given: '"1234"',
        problem: "is not the number of an AWS account",
        allowed: "12 digits, as text",
        mend: 'write for example "123456789012"; the console shows the number with hyphens, leave those out',
      },
    ]);
  });

  it("refuses an account number without quotes", () => {
    expect(faultsOf({ environment: { accountId: 123456789012 } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.accountId",
        given: "123456789012",
        problem: "is a number",
        allowed: "12 digits, as text",
        mend: "write 12 digits, as text",
      },
    ]);
  });

  it("refuses an emulated environment without an account", () => {
    expect(faultsOf({ environment: { emulated: true } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.accountId",
        given: "nothing",
        problem: "an emulated environment without an account",
        allowed: "12 digits, as text, of an account that is not yours",
        mend: 'add "accountId": "123456789012", so that nothing is ever sent to a real account',
      },
    ]);
  });

  it("refuses state in S3 without a bucket", () => {
    expect(faultsOf({ environment: { state: { backend: "s3" } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.state.bucket",
        given: "nothing",
        problem: '"bucket" is missing',
        allowed: "3 to 63 lower-case letters, digits and hyphens",
        mend: 'add "bucket": 3 to 63 lower-case letters, digits and hyphens',
      },
    ]);
  });

  it("refuses a backend that does not exist", () => {
    expect(faultsOf({ environment: { state: { backend: "s4" } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.state.backend",
        given: '"s4"',
        problem: "is none of the words allowed",
        allowed: '"local" or "s3"',
        mend: 'did you mean "s3"?',
      },
    ]);
  });

  it("refuses a missing backend", () => {
    expect(faultsOf({ environment: { state: { backend: undefined } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.state.backend",
        given: "nothing",
        problem: '"backend" is missing',
        allowed: '"local" or "s3"',
        mend: 'add "backend": "local" or "s3"',
      },
    ]);
  });

  it("refuses a bucket's name in capital letters", () => {
    expect(faultsOf({ environment: { state: { backend: "s3", bucket: "My_State" } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.state.bucket",
        given: '"My_State"',
        problem: "is not a name for a bucket",
        allowed:
          "3 to 63 lower-case letters, digits and hyphens, a letter or digit at both ends (no dots: TLS needs none)",
        mend: 'write for example "my-company-ecs-dev-state"; bucket names are unique in the whole of AWS',
      },
    ]);
  });

  it("refuses a bucket's name of 64 characters", () => {
    expect(faultsOf({ environment: { state: { backend: "s3", bucket: "a".repeat(64) } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.state.bucket",
        given: '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"',
        problem: "is not a name for a bucket",
        allowed:
          "3 to 63 lower-case letters, digits and hyphens, a letter or digit at both ends (no dots: TLS needs none)",
        mend: 'write for example "my-company-ecs-dev-state"; bucket names are unique in the whole of AWS',
      },
    ]);
  });

  it("refuses a bucket's name that S3 keeps for itself", () => {
    expect(faultsOf({ environment: { state: { backend: "s3", bucket: "state-s3alias" } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.state.bucket",
        given: '"state-s3alias"',
        problem: "starts or ends with what S3 keeps for itself: -s3alias",
        allowed: "any other beginning and end",
        mend: 'write for example "my-company-ecs-dev-state"',
      },
    ]);
  });

  it("refuses a tag that AWS keeps for itself", () => {
    expect(faultsOf({ environment: { tags: { "aws:name": "x" } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: '$.tags["aws:name"]',
        given: '"x"',
        problem: "is not a tag that AWS takes",
        allowed:
          'a key of 1 to 128 and a value of up to 256 letters, digits, spaces and _ . : / = + - @, the key not starting with "aws:"',
        mend: "shorten it, or leave other characters out",
      },
    ]);
  });

  it("refuses a tag's value of over 256 characters", () => {
    expect(faultsOf({ environment: { tags: { Team: "x".repeat(257) } } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.tags.Team",
        given:
          '"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...',
        problem: "is not a tag that AWS takes",
        allowed:
          'a key of 1 to 128 and a value of up to 256 letters, digits, spaces and _ . : / = + - @, the key not starting with "aws:"',
        mend: "shorten it, or leave other characters out",
      },
    ]);
  });

  it("refuses more tags than a resource may have", () => {
    expect(
      faultsOf({
        environment: { tags: Object.fromEntries(Array.from({ length: 41 }, (_, index) => [`T${index}`, "x"])) },
      }),
    ).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.tags",
        given:
          '{"T0":"x","T1":"x","T2":"x","T3":"x","T4":"x","T5":"x","T6":"x","T7":"x","T8":"x","T9":"x","T10":"x"...',
        problem: "41 tags",
        allowed: "40 at most; the stacks add their own up to AWS's 50",
        mend: "remove 1",
      },
    ]);
  });

  it("refuses days for which CloudWatch cannot keep logs", () => {
    expect(faultsOf({ environment: { logRetentionDays: 45 } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.logRetentionDays",
        given: "45",
        problem: "is none of the values allowed",
        allowed:
          "one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653",
        mend: "write 30, the nearest of them",
      },
    ]);
  });

  it("refuses Container Insights in a word that does not exist", () => {
    expect(faultsOf({ environment: { containerInsights: "enhance" } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.containerInsights",
        given: '"enhance"',
        problem: "is none of the values allowed",
        allowed: '"enhanced", "enabled" or "disabled"',
        mend: 'did you mean "enhanced"?',
      },
    ]);
  });

  it("refuses a removal that does not exist", () => {
    expect(faultsOf({ environment: { removal: "delete" } })).toEqual([
      {
        file: ENVIRONMENT_FILE,
        path: "$.removal",
        given: '"delete"',
        problem: "is none of the values allowed",
        allowed: '"destroy" or "retain"',
        mend: 'write "destroy" or "retain"',
      },
    ]);
  });
});
