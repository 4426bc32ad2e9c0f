import { HEALTH_CHECK_PATH, STATUS_CODES } from "../../modules/aws/forms";
import { HEALTH_CHECK_PATH_MAX, HEALTH_CHECK_STATUS } from "../../modules/aws/limits";
import type { Finding, Salvaged } from "../finding";
import type { Service } from "../service";

/** Source: "Health checks for Application Load Balancer target groups". */
export function checkHealthCheck(service: Salvaged<Service>): readonly Finding[] {
  const { path, matcher, timeoutSeconds, intervalSeconds } = service.healthCheck ?? {};
  return [
    ...(path === undefined ? [] : checkPath(path)),
    ...(matcher === undefined ? [] : checkMatcher(matcher)),
    ...checkTimes(timeoutSeconds, intervalSeconds),
  ];
}

function checkTimes(timeout: number | undefined, interval: number | undefined): readonly Finding[] {
  if (timeout === undefined || interval === undefined || timeout < interval) return [];
  return [
    {
      at: [
        ["healthCheck", "timeoutSeconds"],
        ["healthCheck", "intervalSeconds"],
      ],
      problem: `the timeout (${timeout} s) is not shorter than the interval (${interval} s)`,
      allowed: "a timeout shorter than the interval",
      mend: `lower "timeoutSeconds" below ${interval}, or raise "intervalSeconds" above ${timeout}`,
    },
  ];
}

function checkPath(path: string): readonly Finding[] {
  const { allowed } = HEALTH_CHECK_PATH;
  const problem = path.startsWith("/") ? "holds a space, or a character that is not ASCII" : 'does not start with "/"';
  if (path.length > HEALTH_CHECK_PATH_MAX) {
    return [
      { at: [["healthCheck", "path"]], problem: `has ${path.length} characters`, allowed, mend: "give a shorter path" },
    ];
  }
  if (HEALTH_CHECK_PATH.fits(path)) return [];
  return [{ at: [["healthCheck", "path"]], problem, allowed, mend: 'write for example "/healthcheck"' }];
}

function checkMatcher(matcher: string): readonly Finding[] {
  const { min, max } = HEALTH_CHECK_STATUS;
  if (STATUS_CODES.fits(matcher)) return [];
  return [
    {
      at: [["healthCheck", "matcher"]],
      problem: `is no list of HTTP status codes from ${min} to ${max}`,
      allowed: 'codes and ranges of codes, such as "200", "200,202" or "200-299"',
      mend: 'write for example "200-299"',
    },
  ];
}
