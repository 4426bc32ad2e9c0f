import { Problem } from "@express-on-ecs/kit/problem";
import type { Request } from "express";
import type { z } from "zod";
import { type UserFields, userFields } from "./user";

const MEMBERS = Object.keys(userFields.shape).join(", ");
const NAME_CHARACTERS = 40;

/** What is wrong, and where: a JSON pointer. Source: RFC 9457, 3. */
interface Fault {
  readonly pointer: string;
  readonly detail: string;
}

/** JSON pointer of a member. Source: RFC 6901. */
function pointerTo(member: string): string {
  return `#/${encodeURIComponent(member.replaceAll("~", "~0").replaceAll("/", "~1"))}`;
}

/** The values are not repeated: what is said here is in the log, too. */
function faultsOf(issue: z.core.$ZodIssue): readonly Fault[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      // Half a character of UTF-16, which JSON can have, can't be in a URI.
      const name = [...key.replace(/\p{Cs}/gu, "\ufffd")].slice(0, NAME_CHARACTERS).join("");
      return {
        pointer: pointerTo(name),
        detail: `${JSON.stringify(name)} is not a member of a user; allowed: ${MEMBERS}`,
      };
    });
  }
  const [member] = issue.path;
  if (member === undefined) return [{ pointer: "#", detail: `the body has to be an object with ${MEMBERS}` }];
  return [{ pointer: pointerTo(String(member)), detail: issue.message }];
}

/** The user in the body of a request. @throws Problem (400) with all faults, (415) for a body that is no JSON */
export function bodyOf(request: Request): UserFields {
  if (request.is("application/json") === false) throw new Problem(415, "The body has to be application/json.");
  const read = userFields.safeParse(request.body);
  if (read.success) return read.data;
  const errors = read.error.issues.flatMap(faultsOf);
  throw new Problem(400, errors.map(({ detail }) => detail).join("; "), {}, { errors });
}
