import { CognitoUserPoolDomain } from "@cdktf/provider-aws/lib/cognito-user-pool-domain";
import { Construct } from "constructs";
import { SIGN_IN_PREFIX } from "../aws/api-forms";
import { REGION } from "../aws/forms";
import { PropCheck } from "../prop-check";
import type { UserPool } from "./user-pool";

export interface PoolDomainProps {
  /** The user pool that it belongs to. */
  readonly pool: UserPool;
  /**
   * 1 to 63 lower-case letters, digits and hyphens, without the words aws, amazon and cognito; no other pool of the
   * Region, of whatever account, may have it. A change replaces the domain.
   */
  readonly prefix: string;
  /** Region of the pool, such as `eu-central-1`. */
  readonly region: string;
}

/**
 * Where users of a pool sign in, and applications get tokens: Cognito's pages and its OAuth 2.0 endpoints, such as
 * `/oauth2/authorize` and `/oauth2/token`. A pool has one domain of this kind.
 *
 * ```ts
 * new PoolDomain(this, "Domain", { pool, prefix: "shop-prod", region: "eu-central-1" }).url;
 * // https://shop-prod.auth.eu-central-1.amazoncognito.com
 * ```
 *
 * @see Amazon Cognito Developer Guide, "Configuring a user pool domain"
 */
export class PoolDomain extends Construct {
  readonly domain: CognitoUserPoolDomain;
  /** `https://<prefix>.auth.<region>.amazoncognito.com`. */
  readonly url: string;

  constructor(scope: Construct, id: string, { pool, prefix, region }: PoolDomainProps) {
    super(scope, id);
    const check = new PropCheck(this);
    check.text("prefix", prefix, SIGN_IN_PREFIX);
    check.text("region", region, REGION);
    this.url = `https://${prefix}.auth.${region}.amazoncognito.com`;
    this.domain = new CognitoUserPoolDomain(this, "Resource", { userPoolId: pool.id, domain: prefix });
  }
}
