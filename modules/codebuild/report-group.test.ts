import { CodebuildReportGroup } from "@cdktf/provider-aws/lib/codebuild-report-group";
import { describe, expect, it } from "vitest";
import { artifactStore, location } from "../codepipeline/release.fixtures";
import { TaskRole } from "../iam/task-role";
import { permissionsOf } from "../testing/policies";
import { refusalOf, synthesise } from "../testing/synth";
import { ReportGroup, type ReportGroupProps } from "./report-group";

const group = (props: Partial<ReportGroupProps> = {}) =>
  synthesise((scope) => {
    new ReportGroup(scope, "Reports", { name: "shop-dev-cart-tests", type: "TEST", ...props });
  });

describe("a report group", () => {
  it("is one group, whose reports CodeBuild alone keeps", () => {
    const stack = group();
    expect(stack.counts()).toEqual({ aws_codebuild_report_group: 1 });
    expect(stack.resource(CodebuildReportGroup)).toMatchObject({
      name: "shop-dev-cart-tests",
      type: "TEST",
      delete_reports: false,
      export_config: { type: "NO_EXPORT" },
    });
  });

  it("has the files that reports are made of kept in the artifact store, encrypted, where asked to", () => {
    const stack = synthesise((scope) => {
      const exportTo = artifactStore(scope);
      new ReportGroup(scope, "Reports", { name: "coverage", type: "CODE_COVERAGE", exportTo, deleteReports: true });
    });
    expect(stack.resource(CodebuildReportGroup)).toMatchObject({
      type: "CODE_COVERAGE",
      delete_reports: true,
      export_config: {
        type: "S3",
        s3_destination: {
          bucket: expect.stringMatching(/^\$\{aws_s3_bucket\./),
          path: "reports/coverage",
          packaging: "ZIP",
          encryption_key: expect.stringMatching(/^\$\{aws_kms_key\./),
        },
      },
    });
  });

  it.each([
    ["TEST", "ReportTests", "codebuild:BatchPutTestCases"],
    ["CODE_COVERAGE", "ReportCoverage", "codebuild:BatchPutCodeCoverages"],
  ] as const)("lets a build write reports of the type %s, into this group alone", (type, Sid, action) => {
    const stack = synthesise((scope) => {
      const statements = new ReportGroup(scope, "Reports", { name: "reports", type }).writeStatements();
      new TaskRole(scope, "Role", { name: "build", location, statements });
    });
    expect(permissionsOf(stack, "build")).toEqual([
      {
        Sid,
        Effect: "Allow",
        Action: ["codebuild:CreateReport", "codebuild:UpdateReport", action],
        Resource: expect.stringMatching(/^\$\{aws_codebuild_report_group\.Reports_\w+\.arn\}$/),
      },
    ]);
  });

  const refusal = (name: string) => refusalOf((scope) => new ReportGroup(scope, "Reports", { name, type: "TEST" }));

  it.each(["r", "-reports", "my reports", "r".repeat(129)])("refuses the name %j", (name) => {
    expect(refusal(name)).toBe(
      `test/Reports: "name" is ${JSON.stringify(name)}; allowed: 2 to 128 letters, digits, hyphens and underscores, a letter or digit first`,
    );
  });

  it("takes names at both ends of the limit", () => {
    expect(refusal("rr")).toBeUndefined();
    expect(refusal("r".repeat(128))).toBeUndefined();
  });
});
