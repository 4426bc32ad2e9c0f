import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { ECRServiceException } from "@aws-sdk/client-ecr";
import { messageOf } from "../../tools/failure";

/** The HTTP status of each error. Source: OCI Distribution Specification, "Error Codes"; the last two are our own. */
const STATUS = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 416,
  BLOB_UPLOAD_UNKNOWN: 404,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 400,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  SIZE_INVALID: 413,
  TAG_INVALID: 400,
  UNAUTHORIZED: 401,
  UNSUPPORTED: 405,
  UNAVAILABLE: 503,
  UNKNOWN: 500,
} as const;

type Code = keyof typeof STATUS;

/** What ECR's own refusals are in the words of the registry. */
const CODES: Readonly<Record<string, Code>> = {
  ImageDigestDoesNotMatchException: "DIGEST_INVALID",
  ImageTagAlreadyExistsException: "TAG_INVALID",
  InvalidParameterException: "MANIFEST_INVALID",
  ReferencedImagesNotFoundException: "MANIFEST_BLOB_UNKNOWN",
  RepositoryNotFoundException: "NAME_UNKNOWN",
};

/** An answer other than success. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;

  /**
   * @param detail what the refusal is about, for programs
   * @param headers of the answer, beside the usual ones
   */
  constructor(
    readonly code: Code,
    message: string,
    readonly detail: unknown = null,
    readonly headers: OutgoingHttpHeaders = {},
  ) {
    super(message);
    this.status = STATUS[code];
  }
}

/** Answers with an error. A client that is gone, or has already got half an answer, is cut off. */
export function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const { code, message, detail, status, headers } = refusalOf(error);
  const body = Buffer.from(JSON.stringify({ errors: [{ code, message, detail }] }));
  response.writeHead(status, { ...headers, "content-type": "application/json", "content-length": body.length });
  response.end(body);
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (!(error instanceof ECRServiceException)) return new Refusal("UNKNOWN", messageOf(error));
  return new Refusal(CODES[error.name] ?? "UNKNOWN", error.message);
}
