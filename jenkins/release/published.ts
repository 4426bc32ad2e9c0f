import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { Failure } from "../../tools/failure";
import { AwsFault } from "./aws/aws-fault";
import { describeRevision, type Revision } from "./aws/revisions";
import type { Context } from "./context";
import { EXIT } from "./exit-status";

/** What a parameter of Terraform's holds: the ARN of a revision; `undefined` where there is none. */
export async function readPublished({ aws }: Context, parameter: string): Promise<string | undefined> {
  const answer = await aws.callUnless(["ParameterNotFound"], "ssm:GetParameter", () =>
    aws.ssm.send(new GetParameterCommand({ Name: parameter })),
  );
  return answer?.Parameter?.Value;
}

/** The revision that a parameter names. @throws Failure with status 2 where it is none */
export async function describePublished(context: Context, parameter: string, arn: string): Promise<Revision> {
  try {
    return await describeRevision(context.aws, arn);
  } catch (error) {
    if (!(error instanceof AwsFault && ["ClientException", "InvalidParameterException"].includes(error.code)))
      throw error;
    throw new Failure(
      `parameter ${parameter} names "${arn.slice(0, 200)}", which is no task definition; ${context.howToDeploy}`,
      EXIT.usage,
    );
  }
}
