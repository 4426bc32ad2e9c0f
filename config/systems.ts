/** The system of the API that exposed services are reached through, whatever systems they are of. */
export const API_SYSTEM = "public-api";

/** The systems that there are: each is a stack of its own in `stacks/`, which main.ts makes. */
export const SYSTEMS = ["coffee-suppliers", "jenkins-ecs", API_SYSTEM, "user-notifications"] as const;
