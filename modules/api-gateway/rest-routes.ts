import {
  ApiGatewayIntegration,
  type ApiGatewayIntegrationConfig,
} from "@cdktf/provider-aws/lib/api-gateway-integration";
import { ApiGatewayMethod, type ApiGatewayMethodConfig } from "@cdktf/provider-aws/lib/api-gateway-method";
import { ApiGatewayResource } from "@cdktf/provider-aws/lib/api-gateway-resource";
import type { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { REST_API_TIMEOUT_MS } from "../aws/limits";
import { type ApiRoute, matchedPath, parameterOf, partsOf } from "./route";

export interface RestRoutesProps {
  /** The API that they belong to. */
  readonly api: ApiGatewayRestApi;
  /** Methods and paths; a part of a path that several have is made once. */
  readonly routes: readonly ApiRoute[];
  /** Id of the authoriser that checks the tokens. */
  readonly authorizerId: string;
  /** What paths are added to, without a slash at the end. */
  readonly url: string;
  /** Whether a request needs the key of a usage plan besides its token. */
  readonly keyRequired: boolean;
}

/**
 * The methods of a REST API, each with its integration, on the tree of resources that their paths make: `/a/{b}` is a
 * resource for `a`, and one for `{b}` below it.
 */
export class RestRoutes extends Construct {
  /** What a deployment has to wait for, or it has no methods. */
  readonly dependables: ITerraformDependable[] = [];
  /** All that a deployment is made of but `url`, for telling when there has to be another. */
  readonly made: object[] = [];
  private readonly resources = new Map<string, ApiGatewayResource>();

  constructor(
    scope: Construct,
    id: string,
    private readonly props: RestRoutesProps,
  ) {
    super(scope, id);
    for (const route of props.routes) this.createMethod(route);
  }

  private createMethod(route: ApiRoute): void {
    const { api, url, authorizerId, keyRequired } = this.props;
    const { method, path, scope } = route;
    const parts = partsOf(path);
    const parameters = parts.flatMap((part) => parameterOf(part) ?? []);
    const common = { restApiId: api.id, resourceId: this.resourceId(parts), httpMethod: method };
    const methodConfig: ApiGatewayMethodConfig = {
      ...common,
      authorization: "COGNITO_USER_POOLS",
      authorizerId,
      authorizationScopes: [scope],
      apiKeyRequired: keyRequired,
      ...(parameters.length > 0 && {
        requestParameters: pathParameters(parameters, (name) => [requested(name), true]),
      }),
    };
    // A greedy part is written without its plus here.
    const target = path.replace("+}", "}");
    const integrationConfig: ApiGatewayIntegrationConfig = {
      ...common,
      type: "HTTP_PROXY",
      integrationHttpMethod: method,
      uri: url + target,
      timeoutMilliseconds: REST_API_TIMEOUT_MS,
      ...(parameters.length > 0 && {
        requestParameters: pathParameters(parameters, (name) => [`integration.request.path.${name}`, requested(name)]),
      }),
    };
    const made = new ApiGatewayMethod(this, `Method-${method}-${idOf(path)}`, methodConfig);
    const integration = new ApiGatewayIntegration(this, `Integration-${method}-${idOf(path)}`, {
      ...integrationConfig,
      // AWS wants the method first, and nothing of it is named here: "NotFoundException: Invalid Method identifier".
      dependsOn: [made],
    });
    this.dependables.push(made, integration);
    this.made.push(methodConfig, { ...integrationConfig, uri: target });
  }

  /** The resource of a path, made with those above it where they are not there yet. */
  private resourceId(parts: readonly string[]): string {
    const last = parts.at(-1);
    if (last === undefined) return this.props.api.rootResourceId;
    const path = parts.join("/");
    const known = this.resources.get(path);
    if (known) return known.id;
    const made = new ApiGatewayResource(this, `Resource-${idOf(path)}`, {
      restApiId: this.props.api.id,
      parentId: this.resourceId(parts.slice(0, -1)),
      pathPart: last,
    });
    this.resources.set(path, made);
    return made.id;
  }
}

/** One part of paths that begin alike may stand for others, greedy or not, so a plus tells nothing apart either. */
const idOf = (path: string) => matchedPath(path).replaceAll("{+}", "{}");

const requested = (name: string) => `method.request.path.${name}`;

const pathParameters = <Value>(names: readonly string[], entry: (name: string) => [string, Value]) =>
  Object.fromEntries(names.map(entry));
