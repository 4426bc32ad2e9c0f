import type { Task } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { wholeNumber } from "./command";
import { taskStarting } from "./tasks";

function task(id: string): Task {
  return { taskArn: `arn:aws:ecs:us-east-1:123456789012:task/cluster/${id}`, group: "service:service-a" };
}

const TASKS = [task("aa11"), task("ab22")];

describe("a task named by the beginning of its id", () => {
  it("is the one that begins so", () => {
    expect(taskStarting(TASKS, "ab")).toBe(TASKS[1]);
  });

  it.each([
    ["several begin so", "a", 'several tasks\' ids begin with "a": aa11 (service-a), ab22 (service-a)'],
    ["none begins so", "b", 'no task\'s id begins with "b"; there are: aa11 (service-a), ab22 (service-a)'],
  ])("is refused where %s", (_, beginning, message) => {
    expect(() => taskStarting(TASKS, beginning)).toThrow(
      expect.objectContaining({ status: 2, message: expect.stringContaining(message) }),
    );
  });
});

describe("a number on the command line", () => {
  it("is a whole number in its range", () => {
    expect(wholeNumber("the number of tasks", "0", 0, 5_000)).toBe(0);
    expect(wholeNumber("the number of tasks", "5000", 0, 5_000)).toBe(5_000);
  });

  it.each(["-1", "5001", "two", "1.5", ""])("is refused when it is %j", (text) => {
    expect(() => wholeNumber("the number of tasks", text, 0, 5_000)).toThrow(
      expect.objectContaining({
        status: 2,
        message: `the number of tasks is "${text}"; it has to be a whole number from 0 to 5000; see npm run local -- --help`,
      }),
    );
  });
});
