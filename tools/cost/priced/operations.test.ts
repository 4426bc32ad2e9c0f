import { describe, expect, it } from "vitest";
import { costOf, linesOf } from "../cost.fixtures";

const metric = { dimensions: {}, metric_name: "RequestCount", period: 60 };

describe("alarms", () => {
  it("cost by the metrics that they look at", () => {
    const aws_cloudwatch_metric_alarm = {
      one: { metric_name: "CPUUtilization", period: 60 },
      share: {
        metric_query: [
          { id: "result", expression: "a / b" },
          { id: "a", metric },
          { id: "b", metric },
        ],
      },
    };
    expect(linesOf(costOf({ aws_cloudwatch_metric_alarm }))).toEqual(["-: metrics of alarms: 3 × 0.1"]);
  });

  it("of a high resolution are listed without a price", () => {
    const aws_cloudwatch_metric_alarm = { one: { metric_name: "CPUUtilization", period: 10 } };
    expect(costOf({ aws_cloudwatch_metric_alarm }).unknown).toEqual([
      { type: "aws_cloudwatch_metric_alarm", detail: "alarms with a period of 10 s", count: 1 },
    ]);
  });

  it("are two for a policy of target tracking, and none for another", () => {
    const aws_appautoscaling_policy = {
      cpu: { policy_type: "TargetTrackingScaling" },
      step: { policy_type: "StepScaling" },
    };
    expect(linesOf(costOf({ aws_appautoscaling_policy }))).toEqual(["-: alarms of scaling policies: 2 × 0.1"]);
  });
});

describe("a dashboard", () => {
  it("costs by the month", () => {
    expect(linesOf(costOf({ aws_cloudwatch_dashboard: { one: {}, two: {} } }))).toEqual(["-: dashboard: 2 × 3"]);
  });
});

describe("releases", () => {
  const project = (compute_type: string, type = "LINUX_CONTAINER") => ({ environment: { compute_type, type } });

  it("cost the minutes of their pipelines and builds", () => {
    const resources = {
      aws_codepipeline: { web: { pipeline_type: "V2" } },
      aws_codebuild_project: { small: project("BUILD_GENERAL1_SMALL"), medium: project("BUILD_GENERAL1_MEDIUM") },
    };
    expect([...linesOf(costOf(resources))].sort()).toEqual([
      "-: builds: 20 × 5 × 0.005",
      "-: builds: 20 × 5 × 0.01",
      "-: pipeline runs: 20 × 10 × 0.002",
    ]);
  });

  it("on other machines, or by pipelines of type V1, are listed without a price", () => {
    const resources = {
      aws_codepipeline: { web: { pipeline_type: "V1" } },
      aws_codebuild_project: {
        arm: project("BUILD_GENERAL1_SMALL", "ARM_CONTAINER"),
        large: project("BUILD_GENERAL1_LARGE"),
      },
    };
    expect(costOf(resources).unknown.map(({ detail }) => detail)).toEqual([
      "builds on ARM_CONTAINER, BUILD_GENERAL1_SMALL",
      "builds on LINUX_CONTAINER, BUILD_GENERAL1_LARGE",
      "pipelines of type V1",
    ]);
  });
});
