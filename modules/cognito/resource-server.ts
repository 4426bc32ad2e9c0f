import { CognitoResourceServer } from "@cdktf/provider-aws/lib/cognito-resource-server";
import { Construct } from "constructs";
import { RESOURCE_SERVER_IDENTIFIER, SCOPE_NAME, USER_POOL_NAME } from "../aws/api-forms";
import { SCOPE_DESCRIPTION_MAX, SCOPES_PER_RESOURCE_SERVER_MAX } from "../aws/limits";
import { PropCheck } from "../prop-check";
import type { UserPool } from "./user-pool";

/** What a token may be good for. */
export interface Scope {
  /** 1 to 256 visible ASCII characters without quotes, slashes and backslashes, such as `read`. */
  readonly name: string;
  /** 1 to 256 characters. */
  readonly description: string;
}

export interface ResourceServerProps {
  /** The user pool that it belongs to. */
  readonly pool: UserPool;
  /** 1 to 256 letters, digits and `. _ -`; unique in the pool. A change replaces the resource server. */
  readonly identifier: string;
  /** 1 to 128 letters, digits, spaces and `_ + = , . @ -`. @default - the identifier */
  readonly name?: string;
  /** 1 to 100, each name once. */
  readonly scopes: readonly Scope[];
}

/**
 * A service whose scopes tokens may have: `<identifier>/<name of the scope>`.
 *
 * ```ts
 * const server = new ResourceServer(this, "Cart", {
 *   pool, identifier: "cart", scopes: [{ name: "read", description: "see carts" }],
 * });
 * server.scopes; // ["cart/read"]
 * ```
 *
 * @see Amazon Cognito Developer Guide, "Scopes, M2M, and resource servers"
 */
export class ResourceServer extends Construct {
  readonly server: CognitoResourceServer;
  readonly identifier: string;
  /** As tokens carry them, in the order of the props. */
  readonly scopes: readonly string[];

  constructor(scope: Construct, id: string, props: ResourceServerProps) {
    super(scope, id);
    this.checkProps(props);
    const { pool, identifier, name = identifier, scopes } = props;
    this.identifier = identifier;
    this.scopes = scopes.map((each) => `${identifier}/${each.name}`);
    this.server = new CognitoResourceServer(this, "Resource", {
      userPoolId: pool.id,
      identifier,
      name,
      scope: scopes.map((each) => ({ scopeName: each.name, scopeDescription: each.description })),
    });
  }

  private checkProps({ identifier, name, scopes }: ResourceServerProps): void {
    const check = new PropCheck(this);
    check.text("identifier", identifier, RESOURCE_SERVER_IDENTIFIER);
    check.text("name", name ?? identifier, USER_POOL_NAME);
    check.atLeast("scopes", scopes, 1, "one scope or more");
    check.atMost("scopes", scopes, SCOPES_PER_RESOURCE_SERVER_MAX);
    check.texts(
      "scopes",
      scopes.map((each) => each.name),
      SCOPE_NAME,
    );
    scopes.forEach(({ description }, index) => {
      const field = `scopes[${index}].description`;
      check.length(field, description, SCOPE_DESCRIPTION_MAX);
      if (description === "") throw check.error(field, "is empty", "what a token with the scope may be used for");
    });
  }
}
