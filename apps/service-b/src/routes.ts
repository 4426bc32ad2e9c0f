import { labelledRoute } from "@express-on-ecs/kit/labelled-routes";

/** Everything the load balancer may send here; the router is built from it. */
export const publicRoutes = [labelledRoute("finance"), labelledRoute("payment")];
