import type { ViewRoute } from "../../cloud/view";
import type { ServedGateway } from "../../gateway/gateways";
import type { ApiRouteState, ApiState, SignInState } from "../state";
import type { PlaceOf } from "./places";

export function apisOf(gateways: readonly ServedGateway[], placeOf: PlaceOf): readonly ApiState[] {
  return gateways
    .filter((one) => one.type === "api")
    .map(({ name, url, api }) => ({
      id: api.id,
      name,
      place: placeOf(name),
      kind: api.kind,
      url,
      routes: api.routes.map(routeOf),
    }));
}

export function signInsOf(gateways: readonly ServedGateway[]): readonly SignInState[] {
  return gateways.filter((one) => one.type === "sign-in").map(({ name, url }) => ({ domain: name, url }));
}

function routeOf({ method, path, authorizer, scopes, target }: ViewRoute): ApiRouteState {
  const token = scopes.length === 0 ? "a token" : `a token with ${scopes.join(" or ")}`;
  return {
    method,
    path,
    needs: authorizer === undefined ? "nothing" : token,
    listener: "listener" in target ? target.listener : undefined,
    url: "url" in target ? target.url : undefined,
  };
}
