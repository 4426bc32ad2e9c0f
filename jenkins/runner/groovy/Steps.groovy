package runner

import java.nio.channels.ClosedByInterruptException
import java.util.concurrent.TimeUnit

/** The steps by their names. */
class Steps {
  private final Build build
  private final FileSteps files

  Steps(Build build) {
    this.build = build
    files = new FileSteps(build)
  }

  Object call(Entry step) {
    def signature = Known.STEPS[step.name]
    def given = step.arguments(signature)
    def missing = signature.required.keySet().find { given[it] == null }
    if (missing) throw new Failed("\"$step.name\" has no \"$missing\"")
    build.interruptions.check()
    if (signature.agent) build.agents.required(step.name)
    // `sh` and `checkout` record themselves, with their exit status; a block is what is in it.
    if (signature.block || step.name in ['sh', 'checkout']) return run(step.name, given, step.body)
    def start = System.nanoTime()
    Integer status = 1
    try {
      def value = run(step.name, given, step.body)
      status = 0
      return value
    } catch (ClosedByInterruptException error) {
      build.interruptions.check()
      throw error
    } finally {
      build.recordStep(step.name, null, status, start)
    }
  }

  private Object run(String name, Map<String, Object> given, Closure body) {
    switch (name) {
      case 'sh': return shell(given)
      case 'echo': return build.log.line(given.message.toString())
      case 'error': throw new Failed(given.message.toString())
      case 'script': return body.call()
      case 'container': return build.agents.inContainer(given.name.toString(), body)
      case 'retry': return retry(given.count as int, body)
      case 'timeout': return build.interruptions.within(milliseconds(given, 'MINUTES'), build.log, body)
      case 'sleep': return build.interruptions.sleep(milliseconds(given, 'SECONDS'))
      case 'withEnv': return build.environment.with(variables(given.overrides as List), body)
      case 'withCredentials': return new Credentials(build).bind(given.bindings as List<Described>, body)
      case 'checkout': return checkout(given.scm)
      case 'catchError': return catchError(given, body)
      case 'unstable': return unstable(given.message.toString())
      case 'input': return answer(ask(given))
      default: return files.run(name, given, body)
    }
  }

  private Object shell(Map<String, Object> given) {
    def agent = build.agents.current
    def script = given.script.toString()
    String printed = null
    int status = build.timed('sh', script, given.returnStatus as boolean) {
      boolean capture = given.returnStdout
      def ended = build.shell.run(script, agent.folder, agent.scripts, build.environment.all(), capture)
      printed = ended.stdout
      ended.status
    }
    return given.returnStatus ? status : given.returnStdout ? printed : null
  }

  /** A time limit inside counts as a failure; what ends the retry itself does not. */
  private Object retry(int count, Closure body) {
    for (int left = count; ; left--) {
      try {
        return body.call()
      } catch (RuntimeException error) {
        if (left <= 1 || (error instanceof Interrupted && isOutside(error))) throw error
        build.complain(error)
        build.log.line('Retrying')
      }
    }
  }

  private boolean isOutside(Interrupted it) { it.limit == null || build.interruptions.isActive(it.limit) }

  private static long milliseconds(Map<String, Object> given, String unit) {
    TimeUnit.valueOf((given.unit ?: unit).toString()).toMillis(given.time as long)
  }

  private static Map<String, String> variables(List pairs) {
    pairs.collectEntries {
      def pair = it.toString()
      int at = pair.indexOf('=')
      if (at < 0) throw new Failed("withEnv takes texts of the form NAME=value; given: $pair")
      [pair.substring(0, at), pair.substring(at + 1)]
    }
  }

  private void checkout(Object scm) {
    if (!(scm instanceof Described) || scm.name != 'scm') throw new Failed('checkout takes nothing but scm here')
    build.agents.checkout()
  }

  private void catchError(Map<String, Object> given, Closure body) {
    try {
      body.call()
    } catch (RuntimeException error) {
      if (error instanceof Interrupted && given.catchInterruptions == false) throw error
      if (given.message) build.log.line(given.message.toString())
      build.complain(error)
      build.worsen((error instanceof Interrupted ? 'ABORTED' : given.buildResult ?: 'FAILURE').toString())
      def ofStage = (given.stageResult ?: 'SUCCESS').toString()
      if (ofStage != 'SUCCESS') build.warn(ofStage)
    }
  }

  private void unstable(String message) {
    build.log.line("WARNING: $message")
    build.worsen('UNSTABLE')
    build.warn('UNSTABLE')
  }

  /** Waits for the answer to an input, and gives the values of its parameters. */
  Map<String, Object> ask(Map<String, Object> given) {
    def config = build.config.input as Map<String, Object>
    def answer = config?.answer
    build.log.line(given.message.toString())
    build.log.record([event: 'input', message: given.message.toString(), ok: given.ok?.toString(), answer: answer,
                      submitter: given.submitter?.toString(), agentHeld: build.agents.current != null])
    if (answer == null) throw new Failed("nobody answers the input \"$given.message\": tell the runner how")
    while (answer == 'wait') build.interruptions.sleep(TimeUnit.DAYS.toMillis(1))
    if (answer == 'abort') throw new Interrupted("Rejected by ${config.submitter ?: 'somebody'}")
    def declared = (given.parameters ?: []) as List<Described>
    def values = Parameters.of(declared, (config.parameters ?: [:]) as Map<String, Object>)
    return given.submitterParameter ? values + [(given.submitterParameter.toString()): config.submitter] : values
  }

  /** Of one value only the value, as Jenkins. */
  private static Object answer(Map<String, Object> values) {
    values.size() == 1 ? values.values().first() : values ?: null
  }
}
