import { CodebuildReportGroup } from "@cdktf/provider-aws/lib/codebuild-report-group";
import { Construct } from "constructs";
import { REPORT_GROUP } from "../aws/forms";
import type { ArtifactStore } from "../codepipeline/artifact-store";
import type { PolicyStatement } from "../iam/policy";
import { PropCheck } from "../prop-check";

/** What a group's reports tell: results of tests, or how much of the code they have run. */
export type ReportType = "TEST" | "CODE_COVERAGE";

export interface ReportGroupProps {
  /** Name of the group: 2 to 128 letters, digits, hyphens and underscores. */
  readonly name: string;
  /** What its reports tell: results of tests, or coverage. */
  readonly type: ReportType;
  /**
   * Where the files that reports are made of are kept as well, below `reports/<name>/`.
   * @default - nowhere; CodeBuild itself keeps what it has read of them for 30 days
   */
  readonly exportTo?: ArtifactStore;
  /** Whether the group may be removed with the reports in it. @default false */
  readonly deleteReports?: boolean;
}

/** What puts reports of a type into their group. Source: AWS CodeBuild User Guide, "Test report permissions". */
const WRITES = {
  TEST: { sid: "ReportTests", action: "codebuild:BatchPutTestCases" },
  CODE_COVERAGE: { sid: "ReportCoverage", action: "codebuild:BatchPutCodeCoverages" },
} as const satisfies Record<ReportType, object>;

/**
 * Where builds report to: the results of their tests (JUnit's XML), or their coverage (Clover's or Cobertura's), with how
 * both have gone from build to build. A build specification names the group by its ARN.
 *
 * @see AWS CodeBuild User Guide, "Test reports"
 */
export class ReportGroup extends Construct {
  readonly group: CodebuildReportGroup;
  private readonly type: ReportType;

  constructor(scope: Construct, id: string, { name, type, exportTo, deleteReports = false }: ReportGroupProps) {
    super(scope, id);
    new PropCheck(this).text("name", name, REPORT_GROUP);
    this.type = type;
    this.group = new CodebuildReportGroup(this, "Resource", {
      name,
      type,
      deleteReports,
      exportConfig: exportTo
        ? {
            type: "S3",
            s3Destination: {
              bucket: exportTo.bucket.bucket,
              path: `reports/${name}`,
              packaging: "ZIP",
              encryptionKey: exportTo.key.arn,
            },
          }
        : { type: "NO_EXPORT" },
    });
  }

  get arn(): string {
    return this.group.arn;
  }

  /** What the role of a build needs that reports, beside writing to the store that the files are exported to. */
  writeStatements(): PolicyStatement[] {
    const { sid, action } = WRITES[this.type];
    return [
      {
        Sid: sid,
        Effect: "Allow",
        Action: ["codebuild:CreateReport", "codebuild:UpdateReport", action],
        Resource: this.arn,
      },
    ];
  }
}
