import { afterAll, beforeAll, describe } from "vitest";
import { forScaling, TIME_SCALE, testScaling } from "./systems/scaling";
import { Systems } from "./testing/systems";

describe("npm start --time-scale", () => {
  let systems: Systems;

  beforeAll(async () => {
    systems = await Systems.start(["--system", "jenkins-ecs", "--time-scale", String(TIME_SCALE)], forScaling);
  });
  afterAll(() => systems?.end());

  testScaling(() => systems);
});
