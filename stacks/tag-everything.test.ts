import { AutoscalingGroup } from "@cdktf/provider-aws/lib/autoscaling-group";
import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { Aspects, Testing } from "cdktf";
import { describe, expect, it } from "vitest";
import { refusalOf } from "../modules/testing/synth";
import { TagEverything } from "./tag-everything";

const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, "v"]));

const refusal = (own: Record<string, string>, added: Record<string, string> = {}) =>
  refusalOf((stack) => {
    new EcsCluster(stack, "Cluster", { name: "shop", tags: own });
    Aspects.of(stack).add(new TagEverything(added));
    Testing.synth(stack);
  });

describe("the tags of a resource", () => {
  it("are refused when they come to more than 50 with those of the environment", () => {
    expect(refusal(many(49), { Environment: "dev", Stack: "shop" })).toBe(
      'test/Cluster: "tags" has 51 tags; allowed: 50 at most',
    );
  });

  it("are refused when a key starts with aws:", () => {
    expect(refusal({ "aws:team": "shop" })).toBe(
      'test/Cluster: "a key of tags" is "aws:team"; allowed: 1 to 128 letters, digits, spaces and _ . : / = + - @, not starting with aws:',
    );
  });

  it("are refused on an autoscaling group, too", () => {
    expect(
      refusalOf((stack) => {
        new AutoscalingGroup(stack, "Group", { minSize: 0, maxSize: 1 });
        Aspects.of(stack).add(new TagEverything({ Team: "a?" }));
        Testing.synth(stack);
      }),
    ).toBe('test/Group: "tag.Team" is "a?"; allowed: up to 256 letters, digits, spaces and _ . : / = + - @');
  });

  it("may be 50", () => {
    expect(refusal(many(48), { Environment: "dev", Stack: "shop" })).toBeUndefined();
  });
});
