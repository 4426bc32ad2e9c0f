import type { RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect, it } from "vitest";
import { sendRaw, testBalancer } from "./testing/balancer";
import { answerWith, rule } from "./testing/view";

const path = (...Values: string[]): RuleCondition => ({ Field: "path-pattern", PathPatternConfig: { Values } });
const host = (...Values: string[]): RuleCondition => ({ Field: "host-header", HostHeaderConfig: { Values } });
const method = (...Values: string[]): RuleCondition => ({
  Field: "http-request-method",
  HttpRequestMethodConfig: { Values },
});
const header = (HttpHeaderName: string, ...Values: string[]): RuleCondition => ({
  Field: "http-header",
  HttpHeaderConfig: { HttpHeaderName, Values },
});
const source = (...Values: string[]): RuleCondition => ({ Field: "source-ip", SourceIpConfig: { Values } });
const query = (...Values: (string | [key: string, value: string])[]): RuleCondition => ({
  Field: "query-string",
  QueryStringConfig: {
    Values: Values.map((value) => (typeof value === "string" ? { Value: value } : { Key: value[0], Value: value[1] })),
  },
});

type Row = readonly [what: string, conditions: RuleCondition[], request: string, matches: boolean];

const get = (target: string, ...headers: string[]) => [`GET ${target} HTTP/1.1`, ...headers].join("\n");

/** What AWS documents of its rules ("Condition types for listener rules"), and what follows from it. */
const TABLE: readonly Row[] = [
  ["a path is compared from end to end", [path("/medical")], get("/medical"), true],
  ["the case of a path counts", [path("/medical")], get("/Medical"), false],
  ["a trailing slash is another path", [path("/medical")], get("/medical/"), false],
  ["a pattern's trailing slash counts", [path("/medical/")], get("/medical"), false],
  ["`/` is the root alone", [path("/")], get("/a"), false],
  ["`/*` is everything", [path("/*")], get("/"), true],
  ["the pattern of AWS's example", [path("/img/*")], get("/img/picture.jpg"), true],
  ["every character that AWS allows in a pattern", [path("/_-.$~\"'@:+&")], get("/_-.$~\"'@:+&"), true],
  ["`/*` wants the slash", [path("/medical/*")], get("/medical"), false],
  ["`*` is no character", [path("/medical/*")], get("/medical/"), true],
  ["`*` is any characters, slashes too", [path("/medical/*")], get("/medical/a/b.c"), true],
  ["`/*` is not the start of a longer word", [path("/medical/*")], get("/medicalx"), false],
  ["`*` in the middle", [path("/img/*/pics")], get("/img/a/b/pics"), true],
  ["`*` in the middle, another end", [path("/img/*/pics")], get("/img/a/pics/1"), false],
  ["`?` is one character", [path("/v?/x")], get("/v2/x"), true],
  ["`?` is not none", [path("/v?/x")], get("/v/x"), false],
  ["`?` is not two", [path("/v?/x")], get("/v10/x"), false],
  ["one of several paths", [path("/a", "/b")], get("/b"), true],
  ["none of several paths", [path("/a", "/b")], get("/c"), false],
  ["the query is no part of the path", [path("/a")], get("/a?b=/c"), true],
  ["a pattern does not reach into the query", [path("*secret*")], get("/a?secret"), false],
  ["an encoded slash is no slash", [path("/a/b")], get("/a%2Fb"), false],
  ["an encoded slash is three characters", [path("/a???b")], get("/a%2Fb"), true],
  ["an encoded slash is matched by `*`", [path("/a*b")], get("/a%2Fb"), true],
  ["an encoded slash does not end a segment", [path("/b")], get("/a%2F../b"), false],
  ["the case of an encoding does not count", [path("/a*Fb")], get("/a%2fb"), true],
  ["an encoded percent sign is not decoded twice", [path("/admin")], get("/%2561dmin"), false],
  ["an encoded letter is that letter", [path("/admin")], get("/%61dmin"), true],
  ["an encoded letter keeps its case", [path("/admin")], get("/%41dmin"), false],
  ["an encoded `*` in a request is no `*`", [path("/a/*")], get("/%2A"), false],
  ["what is no encoding stays", [path("/100*")], get("/100%"), true],
  ["a double slash stays", [path("/a/b")], get("/a//b"), false],
  ["a double slash at the start stays", [path("/a")], get("//a"), false],
  ["a double slash is matched by `*`", [path("/a/*")], get("/a//b"), true],
  ["dot segments are resolved", [path("/b")], get("/a/../b"), true],
  ["dot segments are not matched", [path("/a/*")], get("/a/../b"), false],
  ["dot segments do not leave the root", [path("/b")], get("/../../b"), true],
  ["encoded dot segments are resolved", [path("/b")], get("/a/%2E%2e/b"), true],
  ["dot segments at the end leave a slash", [path("/a/")], get("/a/b/.."), true],
  ["a single dot is resolved", [path("/a")], get("/./a"), true],
  ["a single dot at the end leaves a slash", [path("/a/")], get("/a/."), true],
  ["a name that begins with dots stays", [path("/.well-known/*")], get("/.well-known/..a"), true],
  ["a regular expression's characters mean themselves", [path("/a.b+(c)")], get("/a.b+(c)"), true],
  ["a dot is a dot", [path("/a.b")], get("/axb"), false],
  ["a backslash in a path is a character", [path("/a\\*")], get("/a\\b"), true],

  ["a host", [host("app.example.com")], get("/", "Host: app.example.com"), true],
  ["the case of a host does not count", [host("App.Example.com")], get("/", "Host: aPP.example.COM"), true],
  ["the port is no part of the host", [host("app.example.com")], get("/", "Host: app.example.com:8080"), true],
  ["a host with an empty port", [host("app.example.com")], get("/", "Host: app.example.com:"), true],
  ["a pattern has no port", [host("app.example.com:8080")], get("/", "Host: app.example.com:8080"), false],
  ["one of several hosts", [host("a.example.com", "b.example.com")], get("/", "Host: b.example.com"), true],
  ["`*` and a port", [host("*.example.com")], get("/", "Host: test.example.com:443"), true],
  ["`?` in a host is not the dot's neighbour", [host("app?.example.com")], get("/", "Host: app.example.com"), false],
  ["a host of HTTP/1.0 may be missing", [host("*.example.com")], "GET / HTTP/1.0", false],
  ["another host", [host("app.example.com")], get("/", "Host: app.example.org"), false],
  ["`*` in a host", [host("*.example.com")], get("/", "Host: a.b.example.com"), true],
  ["`*.` wants the dot", [host("*.example.com")], get("/", "Host: example.com"), false],
  ["`?` in a host", [host("app?.example.com")], get("/", "Host: app1.example.com"), true],
  ["a host that only ends alike", [host("example.com")], get("/", "Host: notexample.com"), false],
  ["X-Forwarded-Host is not the host", [host("a.example.com")], get("/", "X-Forwarded-Host: a.example.com"), false],

  ["a method", [method("POST")], "POST / HTTP/1.1\nContent-Length: 0", true],
  ["another method", [method("POST")], get("/"), false],
  ["one of several methods", [method("PUT", "GET")], get("/"), true],
  ["the case of a method counts", [method("get")], get("/"), false],
  ["`*` in a method is no wildcard", [method("G*")], get("/"), false],
  ["HEAD is not GET", [method("GET")], "HEAD / HTTP/1.1", false],

  ["a header", [header("X-Canary", "yes")], get("/", "X-Canary: yes"), true],
  ["the case of a header's name does not count", [header("X-Canary", "yes")], get("/", "x-CANARY: yes"), true],
  ["the case of a header's value does not count", [header("X-Canary", "Yes")], get("/", "X-Canary: yES"), true],
  ["one of several values", [header("User-Agent", "*Chrome*", "*Safari*")], get("/", "User-Agent: Safari"), true],
  ["two conditions on headers", [header("A", "1"), header("B", "2")], get("/", "A: 1"), false],
  ["two conditions on headers, both met", [header("A", "1"), header("B", "2")], get("/", "B: 2", "A: 1"), true],
  ["X-Forwarded-For as a header", [header("X-Forwarded-For", "10.*")], get("/", "X-Forwarded-For: 10.1.2.3"), true],
  ["a header that is not there", [header("X-Canary", "*")], get("/"), false],
  ["`*` in a header's value", [header("User-Agent", "*Chrome*")], get("/", "User-Agent: Mozilla Chrome/1"), true],
  ["`?` in a header's value", [header("X-Canary", "v?")], get("/", "X-Canary: v"), false],
  ["a header's value from end to end", [header("X-Canary", "yes")], get("/", "X-Canary: yes, no"), false],
  ["any of a repeated header", [header("X-Canary", "b")], get("/", "X-Canary: a", "X-Canary: b"), true],
  ["no wildcard in a header's name", [header("X-*", "yes")], get("/", "X-Canary: yes"), false],
  ["a header's value is not a name", [header("yes", "*")], get("/", "X-Canary: yes", "a: b"), false],

  ["a key and its value", [query(["version", "v1"])], get("/?version=v1"), true],
  ["the key and value of another pair", [query(["version", "v1"])], get("/?a=v1&version=v2"), false],
  ["any pair", [query(["version", "v1"])], get("/?a=b&version=v1&c=d"), true],
  ["the case of keys and values does not count", [query(["Version", "V1"])], get("/?vERSION=v1"), true],
  ["a value of any key", [query("*example*")], get("/?a=my-example-1"), true],
  ["AWS's example, by the key and value", [query(["version", "v1"], "*example*")], get("/?version=v1"), true],
  ["AWS's example, by the value", [query(["version", "v1"], "*example*")], get("/?version=v2&a=example"), true],
  ["`*` in a key", [query(["ver*", "v1"])], get("/?version=v1"), true],
  ["a value from end to end", [query(["version", "v1"])], get("/?version=v10"), false],
  ["a key with an empty value", [query(["a", "*"])], get("/?a="), true],
  ["an encoding in a query is not decoded", [query(["v", "a b"])], get("/?v=a%20b"), false],
  ["a second `?` is a character", [query(["v", "a\\?b"])], get("/?v=a?b"), true],
  ["a key is not a value", [query("example")], get("/?example=1"), false],
  ["`?` in a value", [query(["v", "1?"])], get("/?v=12"), true],
  ["an escaped `*`", [query(["v", "a\\*"])], get("/?v=a*"), true],
  ["an escaped `*` is no wildcard", [query(["v", "a\\*"])], get("/?v=ab"), false],
  ["an escaped `?`", [query(["v", "a\\?"])], get("/?v=a?"), true],
  ["an escaped `?` is no wildcard", [query(["v", "a\\?"])], get("/?v=ab"), false],
  ["a value with `=`", [query(["v", "a=b"])], get("/?v=a=b"), true],
  ["no query", [query("*")], get("/"), false],
  ["an empty query", [query("*")], get("/?"), false],
  ["one of several pairs", [query(["a", "1"], ["b", "2"])], get("/?b=2"), true],
  ["two conditions on the query", [query(["a", "1"]), query(["b", "2"])], get("/?b=2"), false],
  ["two conditions on the query, both met", [query(["a", "1"]), query(["b", "2"])], get("/?b=2&a=1"), true],

  ["the source address", [source("127.0.0.0/8")], get("/"), true],
  ["another source address", [source("10.0.0.0/8")], get("/"), false],
  ["one of several ranges", [source("10.0.0.0/8", "127.0.0.1/32")], get("/"), true],
  ["a range of IPv6", [source("::/0")], get("/"), false],
  ["X-Forwarded-For is not the source", [source("10.0.0.0/8")], get("/", "X-Forwarded-For: 10.1.2.3"), false],

  ["every condition", [path("/a"), host("a.example.com")], get("/a", "Host: a.example.com"), true],
  ["not every condition", [path("/a"), host("a.example.com")], get("/a", "Host: b.example.com"), false],
];

/** The bytes of a request, for a connection of its own. */
function bytesOf(request: string): string {
  const withHost = /^host:|HTTP\/1\.0/im.test(request) ? request : `${request}\nHost: balancer.test`;
  return `${withHost}\nConnection: close`.replaceAll("\n", "\r\n").concat("\r\n\r\n");
}

describe("the rule of a request", () => {
  const defaults = { action: answerWith("default") };

  it("is found for each row of the table, by the bytes that were sent", async () => {
    const balancer = await testBalancer(defaults);
    const wrong: string[] = [];
    for (const [what, conditions, request, matches] of TABLE) {
      await balancer.update({ ...defaults, rules: [rule(1, conditions, answerWith("rule"))] });
      await sendRaw(balancer.port, bytesOf(request));
      const { ruleArn } = balancer.requests.at(-1) ?? {};
      if (ruleArn !== (matches ? "rule-1" : "default")) wrong.push(`${what}: ${ruleArn}`);
    }
    expect(wrong).toEqual([]);
    expect(balancer.requests).toHaveLength(TABLE.length);
  });

  it("is the matching one of the lowest priority, whatever order the rules come in", async () => {
    const { port, update } = await testBalancer(defaults);
    const rules = [
      rule(30, [path("/a")], answerWith("30")),
      rule(4, [path("/*")], answerWith("4")),
      rule(200, [path("/*")], answerWith("200")),
    ];
    await update({ ...defaults, rules });
    expect(await sendRaw(port, bytesOf(get("/a")))).toMatch(/\r\n\r\n4$/);
    await update({ ...defaults, rules: rules.slice(0, 1) });
    expect(await sendRaw(port, bytesOf(get("/a")))).toMatch(/\r\n\r\n30$/);
    expect(await sendRaw(port, bytesOf(get("/b")))).toMatch(/\r\n\r\ndefault$/);
  });
});
