package runner

/**
 * Runs a pipeline in the order of Jenkins' own interpreter (ModelInterpreter of pipeline-model-definition): of a stage
 * first the options, then input, agent, `when` (each of them after `when`, if it says so), environment, steps, post.
 * Parallel stages run one after another.
 */
class Interpreter {
  private final Build build
  private final Block root
  private final Map<String, Entry> options

  Interpreter(Build build, Block root) {
    this.build = build
    this.root = root
    options = root.section('options').collectEntries { [it.name, it] }
  }

  void run() {
    build.parameters = Parameters.values(root.section('parameters'), build.config.parameters as Map<String, Object>)
    build.environment.own.putAll(build.parameters.collectEntries { [it.key, it.value.toString()] })
    Throwable error = null
    boolean posted = false
    try {
      build.agents.with(root.find('agent'), checksOut(options)) {
        withEnvironment(root) {
          within(options.values()) {
            error = sequence(root.section('stages'), null, null, false)
            posted = true
            error = post(root, null, error)
            if (error) throw error
          }
        }
      }
    } catch (Throwable thrown) {
      error = error ?: thrown
    }
    // Where the agent could not be had, there was no place for it yet.
    if (!posted) error = post(root, null, error)
    build.result = build.combined(error)
    if (error) build.complain(error)
  }

  /** @return the first error, of these stages or of an earlier one */
  private Throwable sequence(List<Entry> stages, Throwable earlier, Closure afterwards, boolean skipped) {
    def error = earlier
    stages.each {
      try {
        stage(it, error, skipped)
      } catch (Throwable thrown) {
        error = error ?: thrown
      }
    }
    return afterwards && !skipped ? afterwards(error) : error
  }

  private void stage(Entry entry, Throwable earlier, boolean skippedAbove) {
    def block = Block.read(entry.body)
    build.inStage(entry.value.toString()) { StageRun run ->
      def error = earlier
      boolean skipped = skippedAbove || earlier || (options.skipStagesAfterUnstable && build.result == 'UNSTABLE')
      try {
        if (!skipped) skipped = !execute(block, run)
        if (skipped) skip(block, run, error)
      } catch (Throwable thrown) {
        build.complain(thrown)
        error = error ?: thrown
      }
      if (!skipped && block.find('parallel')) error = post(block, run, error)
      if (skipped) run.result = 'SKIPPED'
      else if (error) run.result = Build.resultOf(error)
      if (error) throw error
    }
  }

  private void skip(Block block, StageRun run, Throwable error) {
    build.log.line("Stage \"$run.name\" skipped")
    sequence(block.section('stages') + block.section('parallel').findAll { it.name == 'stage' }, error, null, true)
  }

  /** @return whether `when` let the stage run */
  private boolean execute(Block block, StageRun run) {
    def options = block.section('options')
    def conditions = new When(build, block.section('when'))
    if (!conditions.passOrWait('beforeOptions')) return false
    within(options) {
      if (!conditions.passOrWait('beforeInput')) return
      withInput(block.section('input')) {
        if (block.find('parallel')) {
          if (conditions.pass()) withEnvironment(block) { parallel(block) }
        } else if (conditions.passOrWait('beforeAgent')) {
          boolean checkout = checksOut(this.options) && checksOut(options.collectEntries { [it.name, it] })
          build.agents.with(block.find('agent'), checkout) {
            if (conditions.pass()) withEnvironment(block) { content(block, run) }
          }
        }
      }
    }
    return conditions.passed
  }

  private void content(Block block, StageRun run) {
    def error = block.find('stages')
      ? sequence(block.section('stages'), null, { post(block, run, it) }, false)
      : steps(block, run)
    if (error) throw error
  }

  private Throwable steps(Block block, StageRun run) {
    Throwable error = null
    try {
      block.find('steps').body.call()
    } catch (Throwable thrown) {
      build.complain(thrown)
      error = thrown
    }
    return post(block, run, error)
  }

  private void parallel(Block block) {
    boolean failFast = block.find('failFast')?.value || options.parallelsAlwaysFailFast
    Throwable error = null
    block.section('parallel').each {
      try {
        if (error && failFast) build.inStage(it.value.toString()) { StageRun run -> run.result = 'ABORTED' }
        else stage(it, null, false)
      } catch (Throwable thrown) {
        error = error ?: thrown
      }
    }
    if (error) throw error
  }

  private static boolean checksOut(Map<String, Entry> options) {
    def skip = options.skipDefaultCheckout
    return !skip || skip.value == false
  }

  /** Puts the options that are steps as well around a body, the first one outermost. */
  private Object within(Collection<Entry> options, Closure body) {
    def wrappers = options.findAll { it.name in ['timeout', 'retry'] } as List<Entry>
    if (!wrappers) return body.call()
    def rest = wrappers.drop(1)
    def arguments = wrappers[0].arguments(Known.STEPS[wrappers[0].name])
    return build.steps.call(new Entry(wrappers[0].name, [arguments, { within(rest, body) }]))
  }

  private Object withInput(List<Entry> fields, Closure body) {
    if (!fields) return body.call()
    def parameters = fields.find { it.name == 'parameters' }
    def described = parameters ? Parameters.described(Block.read(parameters.body).entries) : []
    def given = fields.findAll { it.name != 'parameters' }.collectEntries { [it.name, it.value] }
    def values = build.steps.ask(given + [parameters: described])
    return build.environment.with(values.collectEntries { [it.key, it.value.toString()] }, body)
  }

  private Object withEnvironment(Block block, Closure body) {
    Map<String, String> secrets = [:]
    Map<String, String> values = [:]
    def entries = block.section('environment')
    if (!entries) return body.call()
    def credentials = new Credentials(build)
    List<String> masked = []
    return build.environment.withSecrets(secrets) {
      build.environment.with(values) {
        entries.each {
          def value = it.body.call()
          if (value instanceof Described)
            secrets.putAll(credentials.variable(it.name, value, masked))
          else values[it.name] = String.valueOf(value)
        }
        build.log.masking(masked, body)
      }
    }
  }

  /** Runs what of a `post` section applies. @return the first error, of this section or of what was before it */
  private Throwable post(Block block, StageRun stage, Throwable earlier) {
    def conditions = block.section('post')
    def error = earlier
    Known.POST_CONDITIONS.each { name ->
      def condition = conditions.find { it.name == name }
      def before = build.result
      def logical = build.combined(error, stage)
      if (!condition || !applies(name, logical, build.combined(error))) return
      try {
        build.result = logical
        build.inPost(name) { condition.body.call() }
      } catch (Throwable thrown) {
        build.complain(thrown)
        error = error ?: thrown
      }
      // The steps saw the result as if the build ended here; it is kept only if they changed it.
      if (build.result == logical) build.result = before
    }
    return error
  }

  private boolean applies(String condition, String ofStage, String ofBuild) {
    def previous = build.config.previousResult as String
    switch (condition) {
      case ['always', 'cleanup']: return true
      case 'changed': return previous == null || ofBuild != previous
      case 'fixed': return ofBuild == 'SUCCESS' && previous in ['FAILURE', 'UNSTABLE']
      case 'regression': return previous != null && Build.worse(previous, ofBuild) != previous
      case 'unsuccessful': return ofStage != 'SUCCESS'
      case 'notBuilt': return ofStage == 'NOT_BUILT'
      default: return ofStage == condition.toUpperCase()
    }
  }
}
