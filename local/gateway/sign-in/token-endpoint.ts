import type { ViewSignIn } from "../../cloud/view";
import type { Codes } from "./codes";
import type { Cognito, Tokens } from "./cognito";

export interface TokenAnswer {
  readonly status: 200 | 400;
  readonly body: Tokens;
}

/**
 * Answers /oauth2/token: tokens for a code or for a refresh token, or what is wrong.
 *
 * Sources: "The token issuer endpoint" (Amazon Cognito), RFC 6749 (5.2).
 * @throws CognitoFault where Cognito can't be asked
 */
export async function answerTokenRequest(
  form: URLSearchParams,
  { pool, clients }: ViewSignIn,
  { codes, cognito }: { readonly codes: Codes; readonly cognito: Cognito },
): Promise<TokenAnswer> {
  const field = (name: string) => form.get(name) ?? "";
  const type = field("grant_type");
  if (type === "") return refusal("invalid_request", "grant_type is missing");
  const client = clients.find(({ id }) => id === field("client_id"));
  if (!client) return refusal("invalid_client", "no app client of this user pool has this client_id");
  if (client.secret) return refusal("invalid_client", "app clients with a secret are not served on this machine");
  if (type === "authorization_code") {
    const missing = ["code", "redirect_uri", "code_verifier"].find((name) => field(name) === "");
    if (missing) return refusal("invalid_request", `${missing} is missing`);
    if (!client.flows.includes("code")) return refusal("unauthorized_client", "the client has no such grant");
    const redemption = { client: client.id, redirectUri: field("redirect_uri"), verifier: field("code_verifier") };
    const grant = codes.redeem(field("code"), redemption);
    if (!grant) return refusal("invalid_grant", "the code is used or too old, or is not for this request");
    return granted(await cognito.tokens({ pool, ...grant }));
  }
  if (type === "refresh_token") {
    if (field("refresh_token") === "") return refusal("invalid_request", "refresh_token is missing");
    return granted(await cognito.refresh(pool, client.id, field("refresh_token")));
  }
  return refusal("unsupported_grant_type", "grant_type has to be authorization_code or refresh_token");
}

function granted(tokens: Tokens | undefined): TokenAnswer {
  return tokens ? { status: 200, body: tokens } : refusal("invalid_grant", "the grant is no longer good");
}

export function refusal(error: string, error_description: string): TokenAnswer {
  return { status: 400, body: { error, error_description } };
}
