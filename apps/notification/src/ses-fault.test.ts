import { SESv2ServiceException } from "@aws-sdk/client-sesv2";
import { describe, expect, it } from "vitest";
import { sesFault } from "./ses-fault";

function answer(name: string, status: number, message = "about ann@example.com") {
  return new SESv2ServiceException({ name, $fault: "client", message, $metadata: { httpStatusCode: status } });
}

const named = (name: string, code?: string) => Object.assign(new Error("to ann@example.com"), { name, code });

describe("a fault of SES", () => {
  it.each([
    ["TooManyRequestsException", 429],
    ["LimitExceededException", 400],
    ["ThrottlingException", 400],
    ["InternalServiceErrorException", 500],
    ["ServiceUnavailable", 503],
    ["RequestTimeout", 408],
  ])("passes: %s", (name, status) => {
    expect(sesFault(answer(name, status))).toEqual({
      kind: "passing",
      reason: `${name} (${status})`,
      unanswered: false,
    });
  });

  it.each([
    ["AccountSuspendedException", 400],
    ["SendingPausedException", 400],
    ["MailFromDomainNotVerifiedException", 400],
    ["NotFoundException", 404],
    ["AccessDeniedException", 403],
    ["ExpiredTokenException", 403],
  ])("is for somebody to mend: %s", (name, status) => {
    expect(sesFault(answer(name, status))).toMatchObject({ kind: "setup" });
  });

  it("is for somebody to mend where an address is not verified yet, whosever it is", () => {
    const message =
      "Email address is not verified. The following identities failed the check in region EU-WEST-1: a@b.test";
    expect(sesFault(answer("MessageRejected", 400, message))).toMatchObject({ kind: "setup" });
  });

  it.each(["MessageRejected", "BadRequestException"])("is the mail's own: %s", (name) => {
    expect(sesFault(answer(name, 400))).toMatchObject({ kind: "refused" });
  });

  it("is for somebody to mend where there are no credentials", () => {
    const fault = { kind: "setup", reason: "CredentialsProviderError", unanswered: false };
    expect(sesFault(named("CredentialsProviderError"))).toEqual(fault);
  });

  it("without an answer leaves open whether the mail was taken", () => {
    for (const error of [named("AbortError"), named("TimeoutError"), named("SyntaxError"), "odd"]) {
      expect(sesFault(error)).toMatchObject({ kind: "passing", unanswered: true });
    }
    expect(sesFault(named("Error", "ECONNRESET"))).toEqual({ kind: "passing", reason: "ECONNRESET", unanswered: true });
  });

  it.each(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH"])("before a connection does not: %s", (code) => {
    expect(sesFault(named("Error", code))).toEqual({ kind: "passing", reason: code, unanswered: false });
  });

  it("is told without SES's message, which may name addresses", () => {
    for (const error of [answer("MessageRejected", 400), answer("Odd", 418), named("AbortError")]) {
      expect(JSON.stringify(sesFault(error))).not.toContain("@");
    }
  });
});
