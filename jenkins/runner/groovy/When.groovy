package runner

/** The `when` section of a stage. */
class When {
  private final Build build
  private final List<Entry> entries
  boolean passed

  When(Build build, List<Entry> entries) {
    this.build = build
    this.entries = entries
    passed = !entries
  }

  /** Whether the stage may go on: not asked yet if the flag is not set. */
  boolean passOrWait(String flag) { entries.any { it.name == flag && it.value } ? pass() : true }

  /** Asked only once, as soon as the stage wants to know. */
  boolean pass() {
    if (!passed) passed = entries.findAll { !(it.name in Known.WHEN_FLAGS) }.every { holds(it) }
    return passed
  }

  private boolean holds(Entry it) {
    if (it.name == 'expression') return it.body.call() as boolean
    if (Known.WHEN_GROUPS.containsKey(it.name)) return group(it.name, Block.read(it.body).entries)
    def given = it.arguments(Known.WHEN_CONDITIONS[it.name])
    switch (it.name) {
      case 'environment': return build.environment.get(given.name.toString()) == given.value.toString()
      case 'equals': return given.expected == given.actual
      case 'branch': return matches(given.pattern, build.config.branch ?: '')
      case 'changeset': return build.config.changedFiles.any { matches(given.pattern, it) }
      default: return build.config.cause == given.cause.toString()
    }
  }

  private boolean group(String name, List<Entry> children) {
    switch (name) {
      case 'not': return !holds(children[0])
      case 'anyOf': return children.any { holds(it) }
      default: return children.every { holds(it) }
    }
  }

  private static boolean matches(Object pattern, Object path) { Glob.matches(pattern.toString(), path.toString()) }
}
