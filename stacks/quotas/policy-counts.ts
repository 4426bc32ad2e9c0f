import { textAt } from "../documents/body";
import { constructPath } from "../documents/documents";
import { type Count, type Counter, Tally } from "./count";
import { knownText } from "./known-text";

/** Characters of a policy as IAM counts them: without white space. */
const charactersOf = (policy: unknown) => knownText(textAt({ policy }, "policy") ?? "").replace(/\s/g, "").length;

/** Counts the characters of policies: of a role's inline ones together, of who may assume it, of managed ones. */
export const countPolicies: Counter = (documents) => {
  const roles = documents.ofType("aws_iam_role");
  const inline = new Tally(roles);
  for (const { stack, body } of documents.ofType("aws_iam_role_policy")) {
    for (const role of documents.referred(stack, body.role, "aws_iam_role")) {
      inline.add(role, charactersOf(body.policy));
    }
  }
  return [
    ...inline.counts("inlinePolicyCharactersPerRole"),
    ...roles.map((role): Count => {
      const used = charactersOf(role.body.assume_role_policy);
      return { quota: "trustPolicyCharacters", scope: constructPath(role), used };
    }),
    ...documents.ofType("aws_iam_policy").map((policy): Count => {
      return { quota: "managedPolicyCharacters", scope: constructPath(policy), used: charactersOf(policy.body.policy) };
    }),
  ];
};
