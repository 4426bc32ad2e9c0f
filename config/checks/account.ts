import { REGION, TAG_KEY, TAG_VALUE } from "../../modules/aws/forms";
import { BUCKET_NAME_MAX, TAG_KEY_MAX, TAG_VALUE_MAX } from "../../modules/aws/limits";
import type { EnvironmentFile } from "../environment";
import type { Finding, Salvaged } from "../finding";
import { TAGS_MAX } from "../limits";

/** Source: S3 User Guide, "General purpose bucket naming rules". */
const BUCKET_NAME = new RegExp(`^[a-z0-9][a-z0-9-]{1,${BUCKET_NAME_MAX - 2}}[a-z0-9]$`);
const RESERVED_BUCKET_NAME = /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|--x-s3|--table-s3)$/;

/** Where an environment lives: Region, account, state, tags. */
export function checkAccount(environment: Salvaged<EnvironmentFile>): readonly Finding[] {
  return [
    ...checkRegion(environment),
    ...checkAccountId(environment),
    ...checkBucket(environment),
    ...checkTags(environment),
  ];
}

function checkRegion({ region }: Salvaged<EnvironmentFile>): readonly Finding[] {
  if (region === undefined || REGION.fits(region)) return [];
  const isZone = /^([a-z]{2,4}(-[a-z]+)+-\d)[a-z]$/.exec(region)?.[1];
  return [
    {
      at: [["region"]],
      problem: isZone ? "is an availability zone, not a Region" : "is not the name of a Region",
      allowed: 'a Region as AWS writes it, such as "eu-central-1"',
      mend: `write ${JSON.stringify(isZone ?? "us-east-1")}${isZone ? "" : ", or another Region's code"}`,
    },
  ];
}

function checkAccountId({ accountId, emulated }: Salvaged<EnvironmentFile>): readonly Finding[] {
  const at = [["accountId"]] as const;
  if (accountId === undefined && emulated === true) {
    return [
      {
        at,
        problem: "an emulated environment without an account",
        allowed: "12 digits, as text, of an account that is not yours",
        mend: 'add "accountId": "123456789012", so that nothing is ever sent to a real account',
      },
    ];
  }
  if (accountId === undefined || /^\d{12}$/.test(accountId)) return [];
  return [
    {
      at,
      problem: "is not the number of an AWS account",
      allowed: "12 digits, as text",
      mend: 'write for example "123456789012"; the console shows the number with hyphens, leave those out',
    },
  ];
}

function checkBucket({ state }: Salvaged<EnvironmentFile>): readonly Finding[] {
  const bucket = state && "bucket" in state ? state.bucket : undefined;
  if (bucket === undefined) return [];
  if (!BUCKET_NAME.test(bucket)) {
    return [
      {
        at: [["state", "bucket"]],
        problem: "is not a name for a bucket",
        allowed: `3 to ${BUCKET_NAME_MAX} lower-case letters, digits and hyphens, a letter or digit at both ends (no dots: TLS needs none)`,
        mend: 'write for example "my-company-ecs-dev-state"; bucket names are unique in the whole of AWS',
      },
    ];
  }
  if (!RESERVED_BUCKET_NAME.test(bucket)) return [];
  return [
    {
      at: [["state", "bucket"]],
      problem: `starts or ends with what S3 keeps for itself: ${RESERVED_BUCKET_NAME.exec(bucket)?.[0]}`,
      allowed: "any other beginning and end",
      mend: 'write for example "my-company-ecs-dev-state"',
    },
  ];
}

function checkTags({ tags }: Salvaged<EnvironmentFile>): readonly Finding[] {
  const entries = Object.entries(tags ?? {});
  const tooMany: Finding = {
    at: [["tags"]],
    problem: `${entries.length} tags`,
    allowed: `${TAGS_MAX} at most; the stacks add their own up to AWS's 50`,
    mend: `remove ${entries.length - TAGS_MAX}`,
  };
  return [
    ...(entries.length > TAGS_MAX ? [tooMany] : []),
    ...entries
      .filter(([key, value]) => !isTag(key, value ?? ""))
      .map(([key]) => ({
        at: [["tags", key]] as const,
        problem: "is not a tag that AWS takes",
        allowed: `a key of 1 to ${TAG_KEY_MAX} and a value of up to ${TAG_VALUE_MAX} letters, digits, spaces and _ . : / = + - @, the key not starting with "aws:"`,
        mend: "shorten it, or leave other characters out",
      })),
  ];
}

function isTag(key: string, value: string): boolean {
  return TAG_KEY.fits(key) && TAG_VALUE.fits(value);
}
