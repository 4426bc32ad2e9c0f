import { describe, expect, it } from "vitest";
import { errorPage, loginPage, pageHeaders } from "./pages";

const PAGE = { domain: "shop.test", query: "client_id=a&state=b", csrfToken: "token", username: "", faults: {} };

describe("the sign-in page", () => {
  it("shows nothing of a person's text or of a request as markup", () => {
    const evil = `"><script>alert('1')</script>&`;
    const page = loginPage({
      ...PAGE,
      domain: evil,
      query: evil,
      username: evil,
      csrfToken: evil,
      faults: { username: evil },
    });
    expect(page).not.toContain("<script");
    expect(page.split("&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;")).toHaveLength(6);
  });

  it("names what is wrong beside its field, which has the cursor", () => {
    const page = loginPage({ ...PAGE, username: "ada", faults: { password: "Incorrect user name or password." } });
    expect(page).toContain('<p class="fault" id="password-fault" role="alert">Incorrect user name or password.</p>');
    expect(page).toMatch(/<input id="password"[^>]* aria-invalid="true" aria-describedby="password-fault" autofocus>/);
    expect(page).toMatch(/<input id="username"[^>]* value="ada">/);
    expect(page).toContain("<title>Sign-in failed</title>");
  });

  it("has the cursor in the first empty field", () => {
    expect(loginPage(PAGE)).toMatch(/<input id="username"[^>]* autofocus>/);
    expect(loginPage({ ...PAGE, username: "ada" })).toMatch(/<input id="password"[^>]* autofocus>/);
    expect(loginPage(PAGE).match(/autofocus/g)).toHaveLength(1);
  });

  it("never holds the password", () => {
    expect(loginPage(PAGE)).not.toMatch(/<input id="password"[^>]*value/);
  });
});

describe("a page", () => {
  it("runs no script, takes nothing from elsewhere, sits in no frame, and sends its form to itself and the app only", () => {
    expect(pageHeaders("https://app.example.test")["content-security-policy"]).toMatch(
      /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; img-src data:; form-action 'self' https:\/\/app\.example\.test; frame-ancestors 'none'; base-uri 'none'$/,
    );
    expect(pageHeaders()["content-security-policy"]).toContain("form-action 'self';");
  });

  it("escapes what it tells of a fault", () => {
    expect(errorPage("Title", "<b>", "<i>")).toContain("<p>&lt;i&gt;</p>");
  });
});
