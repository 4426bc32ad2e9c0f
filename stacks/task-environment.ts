import { LOAD_BALANCER_IDLE_TIMEOUT_SECONDS } from "../config/limits";
import type { Service } from "../config/service";

/**
 * The plain environment of a service's tasks: what it says itself, and what follows from where it runs. An application
 * is told the load balancer's idle timeout, for it has to keep idle connections open for longer.
 */
export function taskEnvironment(service: Service, environmentName: string): Record<string, string> {
  return {
    ...service.environment,
    NODE_ENV: "production",
    ENVIRONMENT: environmentName,
    SERVICE_NAME: service.name,
    LAUNCH_TYPE: service.launchType,
    PORT: String(service.port),
    LOAD_BALANCER_IDLE_TIMEOUT_SECONDS: String(LOAD_BALANCER_IDLE_TIMEOUT_SECONDS),
    STOP_TIMEOUT_SECONDS: String(service.stopTimeoutSeconds),
  };
}
