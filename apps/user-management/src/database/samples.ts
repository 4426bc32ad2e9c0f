import type { Samples } from "@express-on-ecs/kit/database/seed";

/** Users to try the service with. They are past the outbox: nobody gets a mail of them, and nobody has the addresses. */
export const samples: Samples = {
  table: "users",
  columns: ["username", "email", "firstname", "lastname"],
  rows: [
    ["ada", "ada@example.com", "Ada", "Lovelace"],
    ["alan", "alan@example.com", "Alan", "Turing"],
    ["grace", "grace@example.com", "Grace", "Hopper"],
    ["josé", "jose@example.com", "José", "Núñez"],
    ["radia", "radia@example.com", "Radia", "Perlman"],
  ],
};
