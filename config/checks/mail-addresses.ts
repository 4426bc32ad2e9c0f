import { EMAIL_ADDRESS } from "../../modules/aws/forms";
import { type Finding, findDuplicates, present, type Salvaged } from "../finding";
import type { JsonPath } from "../json-path";

/** What is wrong with a list of those whom SNS tells by e-mail. */
export function checkMailAddresses(
  addresses: Salvaged<readonly string[]> | undefined,
  path: JsonPath,
): readonly Finding[] {
  return [
    ...present(addresses)
      .filter(([, address]) => !EMAIL_ADDRESS.fits(address))
      .map(([index]) => ({
        at: [[...path, index]] as const,
        problem: "is not a mail address",
        allowed: EMAIL_ADDRESS.allowed,
        mend: 'write for example "ops@example.com"',
      })),
    ...findDuplicates(addresses, path, "the address"),
  ];
}
