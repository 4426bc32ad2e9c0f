import { Failure } from "../../../tools/failure";
import type { Context } from "../context";
import { Unsuccessful } from "../unsuccessful";
import { requireGood, verifyRelease } from "../verify/verify";
import { readNextRevision } from "./next-revision";

/** Looks at everything that a release of an image needs. Changes nothing. @throws Failure with status 2 for what is wrong */
export async function verifyImage(context: Context, imageTag: string): Promise<void> {
  const { lifetime, output, place } = context;
  const next = await lifetime.until(readNextRevision(context, imageTag));
  const findings = await lifetime.until(verifyRelease(context, next));
  const result = { service: place.service, imageTag, findings };
  try {
    requireGood(output, findings);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Unsuccessful(error.message, error.status, { outcome: "error", ...result });
  }
  output.result(result);
}
