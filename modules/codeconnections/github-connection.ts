import { CodeconnectionsConnection } from "@cdktf/provider-aws/lib/codeconnections-connection";
import { Construct } from "constructs";
import { form } from "../aws/forms";
import { CONNECTION_NAME_MAX } from "../aws/limits";
import type { AwsLocation } from "../iam/policy";
import { PropCheck } from "../prop-check";

const CONNECTION_NAME = form(
  new RegExp(`^[A-Za-z0-9._-]{1,${CONNECTION_NAME_MAX}}$`),
  `1 to ${CONNECTION_NAME_MAX} letters, digits and . _ -`,
);

export interface GithubConnectionProps {
  /** Name of the connection: 1 to 32 letters, digits and `._-`. */
  readonly name: string;
  /** Partition, Region and account: what ARNs are made of. */
  readonly location: AwsLocation;
}

/**
 * By which pipelines of the account reach repositories on GitHub: AWS's app there, and no token of a person.
 *
 * **A person has to confirm it once**: it is made PENDING, and no API completes it. Open `confirmationUrl`, choose the
 * connection, "Update pending connection", and let the app into the repository, as its owner. Until then each source action
 * fails, and no push or pull request starts anything. A pipeline that was made before has been seen not to be started by
 * pushes after either (pulumi-aws#2167): start it once by hand, and where the next push does not start it, apply a change of
 * the pipeline.
 *
 * Its ARN is of the service `codeconnections`; connections made before its renaming (July 2024) are of
 * `codestar-connections`. Policies have to name actions of the ARN's own service.
 *
 * Cost: none.
 *
 * @see Developer Tools console User Guide, "Update a pending connection"
 * @see Developer Tools console User Guide, "Connections rename"
 */
export class GithubConnection extends Construct {
  readonly connection: CodeconnectionsConnection;
  /** The page of AWS's console where a pending connection is confirmed. */
  readonly confirmationUrl: string;

  constructor(scope: Construct, id: string, { name, location }: GithubConnectionProps) {
    super(scope, id);
    new PropCheck(this).text("name", name, CONNECTION_NAME);
    this.connection = new CodeconnectionsConnection(this, "Resource", { name, providerType: "GitHub" });
    this.confirmationUrl = `https://${location.region}.console.aws.amazon.com/codesuite/settings/connections?region=${location.region}`;
  }

  get arn(): string {
    return this.connection.arn;
  }
}
