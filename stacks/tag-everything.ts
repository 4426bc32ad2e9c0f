import { AutoscalingGroup, type AutoscalingGroupTag } from "@cdktf/provider-aws/lib/autoscaling-group";
import { type IAspect, TerraformResource } from "cdktf";
import type { IConstruct } from "constructs";
import { PropCheck } from "../modules/prop-check";

type Tags = Readonly<Record<string, string>>;

interface Taggable extends TerraformResource {
  tags: Tags;
  readonly tagsInput?: Tags;
}

/**
 * Puts tags on every resource that can carry them; a resource's own tags win. Data sources are left alone: there
 * `tags` is a filter, not a label. Tags that AWS would refuse stop the synthesis.
 */
export class TagEverything implements IAspect {
  constructor(private readonly tags: Tags) {}

  visit(node: IConstruct): void {
    if (node instanceof AutoscalingGroup) this.tagGroup(node);
    else if (isTaggable(node)) {
      const tags = { ...this.tags, ...node.tagsInput };
      new PropCheck(node).tags("tags", tags);
      node.tags = tags;
    }
  }

  /** An autoscaling group has blocks instead of a map. Its instances get theirs from the launch template. */
  private tagGroup(group: AutoscalingGroup): void {
    const own = Array.isArray(group.tagInput) ? (group.tagInput as AutoscalingGroupTag[]) : [];
    const ownKeys = new Set(own.map((tag) => tag.key));
    const added = Object.entries(this.tags)
      .filter(([key]) => !ownKeys.has(key))
      .map(([key, value]) => ({ key, value, propagateAtLaunch: false }));
    const all = [...own, ...added];
    new PropCheck(group).tags("tag", Object.fromEntries(all.map(({ key, value }) => [key, value])));
    group.putTag(all);
  }
}

function isTaggable(node: IConstruct): node is Taggable {
  return TerraformResource.isTerraformResource(node) && "tagsInput" in node;
}
