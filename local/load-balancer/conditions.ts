import type { QueryStringKeyValuePair, RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import ipaddr from "ipaddr.js";
import { compilePattern } from "../../config/path-pattern";
import { Failure } from "../../tools/failure";
import { hostName } from "../http/headers";
import { normalPath } from "../http/normal-path";

/** What of a request decides which rule it takes. */
export interface Routable {
  readonly method: string;
  /** The Host header, with or without a port. */
  readonly host: string;
  /** The path as it was sent, without its query. */
  readonly path: string;
  /** What follows the first `?`, as it was sent. */
  readonly query: string;
  /** Names and values in turn, as they were sent. */
  readonly rawHeaders: readonly string[];
  readonly sourceIp: string;
}

/** Whether a request meets a condition. */
export type Test = (request: Routable) => boolean;

/**
 * A rule's condition as a test. Of its values one has to match.
 *
 * Source: "Condition types for listener rules"; Elastic Load Balancing API, "RuleCondition".
 * @throws Failure for a condition that is not served on this machine
 */
export function readCondition(condition: RuleCondition): Test {
  const { Field: field, Values: values = [] } = condition;
  switch (field) {
    case "path-pattern":
      return pathTest(condition.PathPatternConfig?.Values ?? values);
    case "host-header":
      return hostTest(condition.HostHeaderConfig?.Values ?? values);
    case "http-header":
      return headerTest(condition.HttpHeaderConfig?.HttpHeaderName ?? "", condition.HttpHeaderConfig?.Values ?? []);
    case "http-request-method":
      return methodTest(condition.HttpRequestMethodConfig?.Values ?? values);
    case "query-string":
      return queryTest(condition.QueryStringConfig?.Values ?? []);
    case "source-ip":
      return sourceTest(condition.SourceIpConfig?.Values ?? values);
    default:
      throw new Failure(`conditions on ${field} are not served on this machine`);
  }
}

function pathTest(values: readonly string[]): Test {
  const patterns = values.map((value) => compilePattern(value));
  return ({ path }) => {
    const normal = normalPath(path);
    return patterns.some((matches) => matches(normal));
  };
}

function hostTest(values: readonly string[]): Test {
  const patterns = values.map((value) => compilePattern(value.toLowerCase()));
  return ({ host }) => {
    const name = hostName(host);
    return patterns.some((matches) => matches(name));
  };
}

/** The case of neither name nor value counts; of a header that was sent several times, each value is compared. */
function headerTest(name: string, values: readonly string[]): Test {
  const wanted = name.toLowerCase();
  const patterns = values.map((value) => compilePattern(value.toLowerCase()));
  return ({ rawHeaders }) =>
    rawHeaders.some((text, index) => {
      if (index % 2 === 1 || text.toLowerCase() !== wanted) return false;
      const value = rawHeaders[index + 1]?.toLowerCase() ?? "";
      return patterns.some((matches) => matches(value));
    });
}

function methodTest(values: readonly string[]): Test {
  return ({ method }) => values.includes(method);
}

/** The case of neither key nor value counts; without a key, the value of any key is compared. */
function queryTest(values: readonly QueryStringKeyValuePair[]): Test {
  const pattern = (text: string) => compilePattern(text.toLowerCase(), { escapes: true });
  const pairs = values.map(({ Key = "*", Value = "" }) => ({ key: pattern(Key), value: pattern(Value) }));
  return ({ query }) =>
    query !== "" &&
    query.split("&").some((piece) => {
      const [key = "", value = ""] = piece.toLowerCase().split(/=(.*)/s);
      return pairs.some((pair) => pair.key(key) && pair.value(value));
    });
}

/** The address of the connection counts: what X-Forwarded-For says, anybody could write. */
function sourceTest(values: readonly string[]): Test {
  const ranges = values.map((value) => ipaddr.parseCIDR(value));
  return ({ sourceIp }) => {
    const ip = ipaddr.process(sourceIp);
    return ranges.some(([range, bits]) => ip.kind() === range.kind() && ip.match(range, bits));
  };
}
