import { describe, expect, it, vi } from "vitest";
import { CUT, FakeAws, Refusal } from "../testing/fake-aws";
import { fakeCloud } from "../testing/fake-cloud";
import { deploymentArn, revisionArn } from "../testing/fake-ecs";
import { Aws } from "./aws";
import { AwsFault } from "./aws-fault";
import { deregisterRevision, describeRevision, listRevisions } from "./revisions";
import { listServiceDeployments } from "./service-deployments";
import { readService, readTasks } from "./services";

const THROTTLED = new Refusal("ThrottlingException", 400, "Rate exceeded");
const BROKEN = new Refusal("InternalFailure", 500);
const PLACE = { cluster: "jenkins-ecs-local", service: "service-b" };

/** A cloud in which one revision serves, and the clients of a release. */
async function serving() {
  const cloud = await fakeCloud();
  cloud.ecs.serve(cloud.ecs.add());
  const { aws } = cloud.context().context;
  return { cloud, aws };
}

async function faultOf(work: Promise<unknown>): Promise<AwsFault> {
  const fault = await work.then(
    () => undefined,
    (error) => error,
  );
  if (fault instanceof AwsFault) return fault;
  throw fault ?? new Error("nothing went wrong");
}

describe("a call that AWS does not answer well", () => {
  it.each([
    ["throttled", THROTTLED],
    ["throttled by status 429", new Refusal("TooManyRequestsException", 429)],
    ["answered by HTTP 500", BROKEN],
    ["answered by HTTP 503", new Refusal("ServiceUnavailableException", 503)],
    ["cut off", CUT],
  ])("is tried again where it is %s, and goes on", async (_, answer) => {
    const { cloud, aws } = await serving();
    cloud.aws.next("DescribeTaskDefinition", answer, answer, answer);
    expect((await describeRevision(aws, revisionArn(1))).number).toBe(1);
    expect(cloud.aws.count("DescribeTaskDefinition")).toBe(4);
    expect(aws.calls).toBe(1);
  });

  it.each([
    ["throttled", THROTTLED, "AWS refused ecs:DescribeTaskDefinition (ThrottlingException: Rate exceeded)"],
    ["answered by HTTP 500", BROKEN, "AWS refused ecs:DescribeTaskDefinition (InternalFailure: refused by the test)"],
  ])("is given up after six attempts where it is always %s", async (_, answer, message) => {
    const { cloud, aws } = await serving();
    cloud.aws.on("DescribeTaskDefinition", () => answer);
    const fault = await faultOf(describeRevision(aws, revisionArn(1)));
    expect(fault).toMatchObject({ message, status: 4, isAmbiguous: answer === BROKEN });
    expect(cloud.aws.count("DescribeTaskDefinition")).toBe(6);
  });

  it("is given up after six attempts where it is always cut off", async () => {
    const { cloud, aws } = await serving();
    cloud.aws.on("DescribeTaskDefinition", () => CUT);
    const fault = await faultOf(describeRevision(aws, revisionArn(1)));
    expect(fault.message).toMatch(
      new RegExp(
        `^AWS cannot be reached for ecs:DescribeTaskDefinition at ${cloud.aws.url} \\((ECONNRESET|TimeoutError): .*\\); ` +
          "is the network up, and is AWS_ENDPOINT_URL right\\?$",
      ),
    );
    expect(fault).toMatchObject({ status: 4, isAmbiguous: true });
    expect(cloud.aws.count("DescribeTaskDefinition")).toBe(6);
  });

  it("is tried again later each time", async () => {
    const { cloud, aws } = await serving();
    vi.spyOn(Math, "random").mockReturnValue(0.05);
    const at: number[] = [];
    cloud.aws.on("DescribeTaskDefinition", () => {
      at.push(performance.now());
      return THROTTLED;
    });
    await faultOf(describeRevision(aws, revisionArn(1)));
    const gaps = at.slice(1).map((time, index) => time - (at[index] ?? 0));
    // A twentieth of the SDK's backoff, which doubles from 1 s where AWS throttles. A timer may be 1 ms early.
    for (const [index, least] of [50, 100, 200].entries()) expect(gaps[index]).toBeGreaterThan(least - 2);
    expect(gaps).toHaveLength(5);
  });

  it.each([
    [
      "AccessDeniedException",
      "AWS does not allow ecs:DescribeTaskDefinition (AccessDeniedException: refused by the test); allow it to whoever releases: the list is in jenkins/README.md",
    ],
    [
      "ExpiredTokenException",
      "AWS does not take the credentials for ecs:DescribeTaskDefinition (ExpiredTokenException: refused by the test); give credentials as for the AWS CLI (in the pipeline: the role of the pod's service account); `aws sts get-caller-identity` shows whose they are",
    ],
    [
      "UnrecognizedClientException",
      "AWS does not take the credentials for ecs:DescribeTaskDefinition (UnrecognizedClientException: refused by the test); give credentials as for the AWS CLI (in the pipeline: the role of the pod's service account); `aws sts get-caller-identity` shows whose they are",
    ],
    [
      "InvalidSignatureException",
      "AWS does not take the credentials for ecs:DescribeTaskDefinition (InvalidSignatureException: refused by the test); give credentials as for the AWS CLI (in the pipeline: the role of the pod's service account); `aws sts get-caller-identity` shows whose they are",
    ],
    ["ClientException", "AWS refused ecs:DescribeTaskDefinition (ClientException: refused by the test)"],
  ])("is not tried again where it is refused by %s", async (code, message) => {
    const { cloud, aws } = await serving();
    cloud.aws.on("DescribeTaskDefinition", () => new Refusal(code));
    expect(await faultOf(describeRevision(aws, revisionArn(1)))).toMatchObject({
      message,
      code,
      status: 4,
      isAmbiguous: false,
    });
    expect(cloud.aws.count("DescribeTaskDefinition")).toBe(1);
    expect(aws.calls).toBe(0);
  });

  it.each(["127.0.0.1", "localhost"])("says that nobody listens at %s", async (host) => {
    await fakeCloud();
    // A port that was free a moment ago may be somebody's by now; this one is nobody's.
    const endpoint = `http://${host}:1`;
    const aws = new Aws({ ...new FakeAws().settings, endpoint, region: "us-east-1" });
    const fault = await faultOf(listRevisions(aws, "cart"));
    expect(fault.message).toMatch(
      new RegExp(
        `^AWS cannot be reached for ecs:ListTaskDefinitions at ${endpoint} \\(ECONNREFUSED: .*\\); is the network up, and ` +
          "is AWS_ENDPOINT_URL right\\?$",
      ),
    );
    expect(fault).toMatchObject({ status: 4, isAmbiguous: true });
    aws.end();
  });

  it("says that there are no credentials", async () => {
    const cloud = await fakeCloud();
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_SESSION_TOKEN"])
      vi.stubEnv(name, undefined);
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    for (const name of ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"]) vi.stubEnv(name, "/dev/null");
    const aws = new Aws({ endpoint: cloud.aws.url, region: "us-east-1" });
    const { message } = await faultOf(listRevisions(aws, "cart"));
    expect(message).toMatch(
      /^AWS does not take the credentials for ecs:ListTaskDefinitions \(CredentialsProviderError: .*\); give /s,
    );
    expect(cloud.aws.calls).toEqual([]);
    vi.unstubAllEnvs();
    aws.end();
  });
});

describe("what is read page by page", () => {
  it("is a family's revisions, and no other family's that begins alike", async () => {
    const { cloud, aws } = await serving();
    const arn = (name: string) => `arn:aws:ecs:us-east-1:123456789012:task-definition/${name}`;
    cloud.aws.on("ListTaskDefinitions", ({ nextToken }) =>
      nextToken === undefined
        ? { taskDefinitionArns: [arn("cart-admin:9"), arn("cart:3")], nextToken: "more" }
        : { taskDefinitionArns: [arn("cart:2")] },
    );
    expect(await listRevisions(aws, "cart")).toEqual([arn("cart:3"), arn("cart:2")]);
    expect(cloud.aws.inputs("ListTaskDefinitions")).toEqual([
      { familyPrefix: "cart", status: "ACTIVE", sort: "DESC" },
      { familyPrefix: "cart", status: "ACTIVE", sort: "DESC", nextToken: "more" },
    ]);
  });

  it("is a service's tasks, an empty page among them", async () => {
    const { cloud, aws } = await serving();
    const pages: Readonly<Record<string, object>> = {
      "": { taskArns: ["a", "b"], nextToken: "1" },
      1: { taskArns: [], nextToken: "2" },
      2: { taskArns: ["c"] },
    };
    cloud.aws.on("ListTasks", ({ nextToken = "" }) => pages[String(nextToken)] ?? {});
    cloud.aws.on("DescribeTasks", ({ tasks }) => ({ tasks: (tasks as string[]).map((taskArn) => ({ taskArn })) }));
    const found = await readTasks(aws, { cluster: "c", serviceName: "s", desiredStatus: "RUNNING" });
    expect(found.map(({ taskArn }) => taskArn)).toEqual(["a", "b", "c"]);
    expect(cloud.aws.count("DescribeTasks")).toBe(2);
  });
});

describe("what is not deployed", () => {
  it.each([
    ["cluster", new Refusal("ClusterNotFoundException"), "there is no cluster jenkins-ecs-local: deploy it"],
    [
      "service",
      { services: [], failures: [{ reason: "MISSING" }] },
      "there is no service service-b in cluster jenkins-ecs-local: deploy it",
    ],
    [
      "active service",
      { services: [{ status: "INACTIVE" }] },
      "there is no service service-b in cluster jenkins-ecs-local: deploy it",
    ],
  ])("is told where there is no %s", async (_, answer, message) => {
    const { cloud, aws } = await serving();
    cloud.aws.on("DescribeServices", () => answer);
    await expect(readService(aws, PLACE, "deploy it")).rejects.toMatchObject({ message, status: 2 });
  });
});

describe("a revision that is retired", () => {
  it("stays so where the answer was lost", async () => {
    const { cloud, aws } = await serving();
    cloud.aws.loseAnswer("DeregisterTaskDefinition");
    await deregisterRevision(aws, revisionArn(1));
    expect(cloud.aws.count("DeregisterTaskDefinition")).toBe(2);
    expect(cloud.ecs.active).toEqual([]);
  });

  it("is told where AWS refuses it for another reason", async () => {
    const { cloud, aws } = await serving();
    cloud.aws.on("DeregisterTaskDefinition", () => new Refusal("ClientException", 400, "no such revision"));
    await expect(deregisterRevision(aws, revisionArn(1))).rejects.toThrow("no such revision");
  });
});

describe("service deployments", () => {
  it("are told with the revision that each deploys, the newest first, and asked for their revisions once", async () => {
    const { cloud, aws } = await serving();
    cloud.ecs.begin(cloud.ecs.add());
    const expected = [
      { serviceDeploymentArn: deploymentArn(2), status: "IN_PROGRESS", taskDefinition: revisionArn(2) },
      { serviceDeploymentArn: deploymentArn(1), status: "SUCCESSFUL", taskDefinition: revisionArn(1) },
    ];
    expect(await listServiceDeployments(aws, PLACE)).toMatchObject(expected);
    expect(await listServiceDeployments(aws, PLACE)).toMatchObject(expected);
    expect(cloud.aws.count("DescribeServiceRevisions")).toBe(1);
  });

  it.each(["AccessDeniedException", "UnknownOperationException", "UnsupportedFeatureException"])(
    "are not to be had where AWS answers %s",
    async (code) => {
      const { cloud, aws } = await serving();
      cloud.ecs.withoutServiceDeployments(code);
      expect(await listServiceDeployments(aws, PLACE)).toBeUndefined();
    },
  );

  it("are no matter of course where AWS answers anything else", async () => {
    const { cloud, aws } = await serving();
    cloud.ecs.withoutServiceDeployments("InvalidParameterException");
    await expect(listServiceDeployments(aws, PLACE)).rejects.toThrow(
      "AWS refused ecs:ListServiceDeployments (InvalidParameterException",
    );
  });
});
