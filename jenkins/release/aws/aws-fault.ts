import { Failure, messageOf } from "../../../tools/failure";
import { EXIT } from "../exit-status";

/** What a call of AWS ended with. */
export class AwsFault extends Failure {
  /** The name that AWS gives the error, such as `ParameterNotFound`, or the system's, such as `ECONNREFUSED`. */
  readonly code: string;

  constructor(
    /** Service and action as IAM writes them, such as `ecs:UpdateService`. */
    readonly action: string,
    cause: unknown,
    endpoint: string | undefined,
  ) {
    super(describe(action, cause, endpoint), EXIT.aws);
    this.code = codeOf(cause);
    this.cause = cause;
  }

  /** Whether it is not known if the call had its effect: the answer was lost. */
  get isAmbiguous(): boolean {
    return isOfTheNetwork(this.cause) || statusOf(this.cause) >= 500;
  }

  /** Whether AWS has refused it for there being too many calls: it had no effect. */
  get isThrottling(): boolean {
    return /Throttl|TooManyRequests/.test(this.code);
  }
}

const NETWORK_CODES =
  /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_|EHOSTUNREACH|ENETUNREACH|TimeoutError|RequestTimeout|UND_ERR|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/;

const CREDENTIALS_HINT =
  "give credentials as for the AWS CLI (in the pipeline: the role of the pod's service account); `aws sts get-caller-identity` shows whose they are";

/** Refusals that credentials are the reason of. Source: "Common error types" of the AWS APIs. */
const CREDENTIALS_CODES =
  /CredentialsProviderError|ExpiredToken|InvalidClientToken|UnrecognizedClient|Signature|MissingAuthenticationToken|IncompleteSignature|AuthFailure/;

function describe(action: string, cause: unknown, endpoint: string | undefined): string {
  const code = codeOf(cause);
  const words = `${code}: ${messageOf(cause)}`;
  if (isOfTheNetwork(cause)) {
    const where = endpoint === undefined ? "" : ` at ${endpoint}`;
    return `AWS cannot be reached for ${action}${where} (${words}); is the network up${endpoint ? ", and is AWS_ENDPOINT_URL right" : ""}?`;
  }
  if (CREDENTIALS_CODES.test(code))
    return `AWS does not take the credentials for ${action} (${words}); ${CREDENTIALS_HINT}`;
  if (/AccessDenied|UnauthorizedOperation|Forbidden/.test(code)) {
    return `AWS does not allow ${action} (${words}); allow it to whoever releases: the list is in jenkins/README.md`;
  }
  return `AWS refused ${action} (${words})`;
}

function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "Error";
  const { code } = cause as { code?: unknown };
  return cause.name === "Error" && typeof code === "string" ? code : cause.name;
}

/** HTTP status of the answer, 0 where there was none. */
function statusOf(cause: unknown): number {
  return (cause as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode ?? 0;
}

function isOfTheNetwork(cause: unknown): boolean {
  const { code, name } = (cause ?? {}) as { code?: unknown; name?: unknown };
  return statusOf(cause) === 0 && (NETWORK_CODES.test(String(code)) || NETWORK_CODES.test(String(name)));
}
