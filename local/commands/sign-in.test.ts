import { describe, expect, it } from "vitest";
import { Failure } from "../../tools/failure";
import { testServer } from "../../tools/testing/test-server";
import { CALLBACK, testSignIn } from "../gateway/testing/sign-in";
import { CLIENT } from "../gateway/testing/tokens";
import { SignInRefused, type SignInRequest, signInByPages } from "./sign-in";

const REQUEST: SignInRequest = {
  pages: "",
  client: { id: CLIENT, redirectUri: CALLBACK },
  scopes: ["service-b-api/read"],
  username: "ada",
  password: "right",
  signal: new AbortController().signal,
};

/** Signs in at the pages of a pool whose one user is ada. */
async function signIn(changes: Partial<SignInRequest> = {}) {
  const { url, asked } = await testSignIn();
  return { done: signInByPages({ ...REQUEST, pages: url, ...changes }), asked };
}

describe("signing in as by a browser", () => {
  it("leads to an access token of these scopes", async () => {
    const { done, asked } = await signIn();
    expect(await done).toBe("for-ada");
    expect(asked).toEqual([expect.objectContaining({ username: "ada", scopes: ["service-b-api/read"] })]);
  });

  it("is refused with a wrong password, with the words of the page", async () => {
    const { done } = await signIn({ password: "wrong" });
    await expect(done).rejects.toThrow(SignInRefused);
    await expect(done).rejects.toThrow("ada is not signed in: Incorrect user name or password.");
  });

  it.each([
    [
      "a scope that the client may not have",
      { scopes: ["other/read"] },
      /^the sign-in pages refuse this: invalid_scope/,
    ],
    [
      "a callback URL that is not the client's",
      { client: { id: CLIENT, redirectUri: "https://elsewhere.test" } },
      /^the sign-in pages answered 400: redirect_mismatch$/,
    ],
  ] as const)("fails with %s", async (_, changes, message) => {
    const { done } = await signIn(changes);
    await expect(done).rejects.toThrow(Failure);
    await expect(done).rejects.toThrow(message);
  });

  it("fails where no page is there", async () => {
    const port = await testServer((_, response) => response.end("nothing"));
    const pages = `http://127.0.0.1:${port}`;
    await expect(signInByPages({ ...REQUEST, pages })).rejects.toThrow("the sign-in pages answered 200");
  });

  it("fails where the pages lead elsewhere, which is not asked", async () => {
    const port = await testServer((_, response) =>
      response.writeHead(302, { location: "http://elsewhere.test/login" }).end(),
    );
    const pages = `http://127.0.0.1:${port}`;
    await expect(signInByPages({ ...REQUEST, pages })).rejects.toThrow("lead to another one: http://elsewhere.test");
  });

  it("takes no code that is for another request", async () => {
    const port = await testServer(({ method, url }, response) => {
      if (method === "POST") response.writeHead(303, { location: `${CALLBACK}?code=stolen&state=other` }).end();
      else if (url?.startsWith("/login")) response.end('<input name="_csrf" value="token">');
      else response.writeHead(302, { location: "/login" }).end();
    });
    const pages = `http://127.0.0.1:${port}`;
    await expect(signInByPages({ ...REQUEST, pages })).rejects.toThrow(
      "the sign-in pages have sent no code for this request",
    );
  });
});
