import { describe, expect, it } from "vitest";
import { container, definition, EVERYTHING, refusal } from "../testing/task-definitions";
import { parseDescribed } from "./task-definition";

const EXPECTED =
  "expected is what `aws ecs describe-task-definition --task-definition FAMILY --include TAGS` prints, or its taskDefinition";

const parse = (document: unknown) => parseDescribed(JSON.stringify(document), "stdin");

describe("a task definition", () => {
  it("is read with its tags from an answer of DescribeTaskDefinition", () => {
    expect(parse(EVERYTHING)).toStrictEqual(EVERYTHING);
  });

  it("is read by itself, without tags", () => {
    expect(parse(EVERYTHING.taskDefinition)).toStrictEqual({ taskDefinition: EVERYTHING.taskDefinition, tags: [] });
  });

  it("is read with its tags from an input of RegisterTaskDefinition", () => {
    const tags = [{ key: "team", value: "shop" }];
    expect(parse(definition([container()], { tags })).tags).toEqual(tags);
  });

  it.each<[string, unknown, string]>([
    ["no object", 7, "$.family is nothing, and has to be the name of a family"],
    ["null", null, "$.family is nothing, and has to be the name of a family"],
    ["a list", [EVERYTHING], "$.family is nothing, and has to be the name of a family"],
    ["a family that is no text", { family: 7 }, "$.family is 7, and has to be the name of a family"],
    ["an empty family", { taskDefinition: { family: "" } }, '$.family is "", and has to be the name of a family'],
    [
      "no containers",
      { family: "shop" },
      "$.containerDefinitions is nothing, and has to be a list of at least one container definition",
    ],
    [
      "an empty list of containers",
      { family: "shop", containerDefinitions: [] },
      "$.containerDefinitions is [], and has to be a list of at least one container definition",
    ],
    [
      "a container that is no object",
      definition([container(), "web" as never]),
      "$.containerDefinitions[1].name is nothing, and has to be the container's name",
    ],
    [
      "a container without an image",
      definition([{ name: "web" } as never]),
      "$.containerDefinitions[0].image is nothing, and has to be the container's image",
    ],
    [
      "an environment that is no list",
      definition([container({ environment: { LEVEL: "info" } as never })]),
      '$.containerDefinitions[0].environment is {"LEVEL":"info"}, and has to be a list of names and values',
    ],
    [
      "a variable without a name",
      definition([container({ environment: [{ value: "info" } as never] })]),
      '$.containerDefinitions[0].environment is [{"value":"info"}], and has to be a list of names and values',
    ],
    [
      "secrets that are no list",
      definition([container({ secrets: "arn" as never })]),
      '$.containerDefinitions[0].secrets is "arn", and has to be a list of names and values',
    ],
    [
      "tags that are no tags",
      definition([container()], { tags: [null] }),
      "$.tags is [null], and has to be a list of keys and values",
    ],
  ])("is refused where it is %s", (_, document, fault) => {
    expect(refusal(() => parse(document))).toEqual({
      message: `stdin is no task definition: ${fault}; ${EXPECTED}`,
      status: 2,
    });
  });

  it("shows the beginning only of what is wrong", () => {
    const family = ["a".repeat(1_000)];
    expect(refusal(() => parse({ family })).message).toContain(`$.family is ["${"a".repeat(58)}, and has to be`);
  });

  it.each(["", "{", "no JSON"])("is refused where %j is no JSON", (text) => {
    const { message, status } = refusal(() => parseDescribed(text, "task.json"));
    // Between the two are the words of the JavaScript engine.
    expect(message.startsWith("task.json is not JSON: ")).toBe(true);
    expect(message.endsWith(`; ${EXPECTED}`)).toBe(true);
    expect(status).toBe(2);
  });
});
