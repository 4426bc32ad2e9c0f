import { describe, expect, it } from "vitest";
import { resolveVariables } from "./pipeline-variables";

const namespaces = new Map([
  ["Source", { CommitId: "1a2b", CommitMessage: "costs $& and $1" }],
  ["codepipeline", { PipelineExecutionId: "e-1" }],
]);

describe("the variables of a pipeline", () => {
  it("are put into every text of a configuration, as often as they are named", () => {
    expect(
      resolveVariables(
        {
          Link: "https://x/#{Source.CommitId}?again=#{Source.CommitId}",
          Text: "#{codepipeline.PipelineExecutionId}",
          a: "$b",
        },
        namespaces,
      ),
    ).toEqual({ Link: "https://x/1a2b?again=1a2b", Text: "e-1", a: "$b" });
  });

  it("are put in as they are", () => {
    expect(resolveVariables({ a: "#{Source.CommitMessage}" }, namespaces)).toEqual({ a: "costs $& and $1" });
  });

  it.each(["#{Build.TAG}", "#{Source.Tag}", "#{Source.toString}"])("%s, which nobody has made, is refused", (text) => {
    expect(() => resolveVariables({ a: text }, namespaces)).toThrow(
      `there is no variable ${text}; until here there are: #{Source.CommitId}, #{Source.CommitMessage}, #{codepipeline.PipelineExecutionId}`,
    );
  });
});
