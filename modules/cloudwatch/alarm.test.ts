import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Token } from "cdktf";
import type { Construct } from "constructs";
import { describe, expect, it } from "vitest";
import { refusalOf, synthesise } from "../testing/synth";
import { type AlarmProps, createAlarm } from "./alarm";
import { runbookPage } from "./runbooks";

const given: AlarmProps = {
  name: "queue-age",
  description: "The queue grows.",
  runbook: "latency",
  metric: { namespace: "AWS/SQS", name: "Age", dimensions: { QueueName: "jobs" }, statistic: "Maximum" },
  threshold: 300,
  beyond: "above",
  minutes: 5,
  topicArn: "arn:aws:sns:eu-west-1:123456789012:alarms",
};
const alarm = (scope: Construct, props: Partial<AlarmProps>) => createAlarm(scope, "Alarm", { ...given, ...props });
const made = (props: Partial<AlarmProps> = {}) =>
  synthesise((scope) => alarm(scope, props)).resource(CloudwatchMetricAlarm);

describe("an alarm", () => {
  it("says what it means, and which page says what to do", () => {
    expect(made().alarm_description).toBe(`The queue grows. What to do: ${runbookPage("latency")}`);
  });

  it("has INSUFFICIENT_DATA for its state without data, unless it is told what that means", () => {
    expect(made().treat_missing_data).toBe("missing");
    expect(made({ treatMissingData: "breaching" }).treat_missing_data).toBe("breaching");
  });

  it("rings above or below its threshold", () => {
    expect(made().comparison_operator).toBe("GreaterThanThreshold");
    expect(made({ beyond: "below" }).comparison_operator).toBe("LessThanThreshold");
  });

  it("takes a percentile for what it is", () => {
    const percentile = made({ metric: { namespace: "N", name: "M", dimensions: {}, statistic: "p99" } });
    expect(percentile).toMatchObject({ extended_statistic: "p99", period: 60 });
    expect(percentile).not.toHaveProperty("statistic");
  });

  const refusal = (props: Partial<AlarmProps>) => refusalOf((scope) => alarm(scope, props));

  it("refuses a name that is empty", () => {
    expect(refusal({ name: "" })).toBe('test: "name" is ""; allowed: 1 to 255 visible ASCII characters and spaces');
  });

  it("refuses a description of more than 1024 characters, the path of the page among them", () => {
    const path = " What to do: docs/runbooks/latency.md".length;
    expect(refusal({ description: "d".repeat(1024 - path) })).toBeUndefined();
    expect(refusal({ description: "d".repeat(1025 - path) })).toBe(
      'test: "description" has 1025 characters; allowed: 1024 at most',
    );
  });

  it("takes a name that is known at apply only", () => {
    expect(refusal({ name: Token.asString({ resolve: () => "later" }) })).toBeUndefined();
  });
});
