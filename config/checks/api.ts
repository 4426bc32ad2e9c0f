import { CORS_ORIGIN, REDIRECT_URL, SIGN_IN_PREFIX } from "../../modules/aws/api-forms";
import type { EnvironmentFile } from "../environment";
import { type Finding, findDuplicates, present, type Salvaged } from "../finding";

/** What API Gateway and Cognito would refuse of an environment's API. */
export function checkApi({ api }: Salvaged<EnvironmentFile>): readonly Finding[] {
  if (!api) return [];
  return [
    ...checkOrigins(api.corsOrigins),
    ...(api.type === "rest" ? checkNoOrigins(api.corsOrigins) : []),
    ...(["callbackUrls", "logoutUrls"] as const).flatMap((list) => checkUrls(list, api[list])),
    ...(api.signInPrefix === undefined ? [] : checkPrefix(api.signInPrefix)),
  ];
}

type Texts = readonly (string | undefined)[] | undefined;

function checkOrigins(origins: Texts): readonly Finding[] {
  return [
    ...present(origins)
      .filter(([, origin]) => !CORS_ORIGIN.fits(origin))
      .map(([index, origin]) => ({
        at: [["api", "corsOrigins", index]] as const,
        problem: "is not an origin as browsers send it",
        allowed: CORS_ORIGIN.allowed,
        mend: `write ${JSON.stringify(originOf(origin) ?? "https://app.example.com")}`,
      })),
    ...findDuplicates(origins, ["api", "corsOrigins"], "the origin"),
  ];
}

/** A REST API wants a token of preflight requests too, which browsers send without one. */
function checkNoOrigins(origins: Texts): readonly Finding[] {
  if (present(origins).length === 0) return [];
  return [
    {
      at: [["api", "corsOrigins"]],
      problem:
        'lists web pages that may call the API, and a REST API answers none of other origins ("api.type" is "rest")',
      allowed: 'an empty list where "api.type" is "rest"',
      mend: 'write "type": "http", or remove "corsOrigins"',
    },
  ];
}

/** The origin of a URL; undefined for what is none that has one. */
function originOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { origin } = new URL(text);
  return CORS_ORIGIN.fits(origin) ? origin : undefined;
}

function checkUrls(list: "callbackUrls" | "logoutUrls", urls: Texts): readonly Finding[] {
  return [
    ...present(urls)
      .filter(([, url]) => !(REDIRECT_URL.fits(url) && URL.canParse(url)))
      .map(([index, url]) => {
        const secure = url.replace(/^http:/, "https:").replace(/#.*$/, "");
        return {
          at: [["api", list, index]] as const,
          problem: "is not a URL that Cognito sends users to",
          allowed: REDIRECT_URL.allowed,
          mend:
            REDIRECT_URL.fits(secure) && URL.canParse(secure)
              ? `write ${JSON.stringify(secure)}`
              : 'write for example "https://app.example.com/"',
        };
      }),
    ...findDuplicates(urls, ["api", list], "the URL"),
  ];
}

function checkPrefix(prefix: string): readonly Finding[] {
  if (SIGN_IN_PREFIX.fits(prefix)) return [];
  return [
    {
      at: [["api", "signInPrefix"]],
      problem: "is not a name that Cognito takes for the domain of its sign-in pages",
      allowed: SIGN_IN_PREFIX.allowed,
      mend: 'write for example "my-company-shop"',
    },
  ];
}
