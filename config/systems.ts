/** The systems that there are: each is a stack of its own in `stacks/`, which main.ts makes. */
export const SYSTEMS = ["coffee-suppliers", "jenkins-ecs", "user-notifications"] as const;
