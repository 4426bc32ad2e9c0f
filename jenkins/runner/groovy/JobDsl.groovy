package runner

import groovy.json.JsonOutput
import groovy.json.JsonSlurper
import org.codehaus.groovy.control.CompilerConfiguration

/**
 * Runs a Job DSL file (job-dsl plugin) and writes the jobs that it defines as one line of JSON: of each call its name,
 * its arguments, and the calls in its block. Nothing is made of them. A method that is not in {@link JobDsl#METHODS} is
 * refused.
 */
class JobDsl {
  /** Block -> its methods -> the block of each, or how many arguments it takes at least and at most. */
  static final Map<String, Map<String, Object>> METHODS = [
    file: [pipelineJob: 'pipelineJob', folder: 'folder'],
    folder: [description: [1, 1], displayName: [1, 1]],
    pipelineJob: [definition: 'definition', description: [1, 1], disabled: [0, 1], displayName: [1, 1],
                  environmentVariables: 'environmentVariables', keepDependencies: [0, 1], logRotator: 'logRotator',
                  parameters: 'parameters', properties: 'properties', quietPeriod: [1, 1], triggers: 'triggers'],
    parameters: [booleanParam: [1, 3], choiceParam: [2, 3], stringParam: [1, 3], textParam: [1, 3]],
    definition: [cpsScm: 'cpsScm'],
    cpsScm: [lightweight: [0, 1], scm: 'scm', scriptPath: [1, 1]],
    scm: [git: 'git'],
    git: [branch: [1, 1], branches: [1, 99], extensions: 'extensions', remote: 'remote'],
    remote: [credentials: [1, 1], name: [1, 1], refspec: [1, 1], url: [1, 1]],
    extensions: [cleanBeforeCheckout: [0, 0], cloneOptions: 'cloneOptions', localBranch: [0, 1]],
    cloneOptions: [depth: [1, 1], noTags: [0, 1], shallow: [0, 1], timeout: [1, 1]],
    environmentVariables: [env: [2, 2], envs: [1, 1], keepBuildVariables: [1, 1], keepSystemVariables: [1, 1]],
    logRotator: [artifactDaysToKeep: [1, 1], artifactNumToKeep: [1, 1], daysToKeep: [1, 1], numToKeep: [1, 1]],
    properties: [disableConcurrentBuilds: 'disableConcurrentBuilds', disableResume: [0, 0],
                 pipelineTriggers: 'pipelineTriggers'],
    disableConcurrentBuilds: [abortPrevious: [0, 1]],
    pipelineTriggers: [triggers: 'pipelineTrigger'],
    pipelineTrigger: [cron: 'timer', pollSCM: 'pollSCM'],
    timer: [spec: [1, 1]],
    pollSCM: [ignorePostCommitHooks: [0, 1], scmpoll_spec: [1, 1]],
    triggers: [cron: [1, 1], scm: [1, 1], upstream: [1, 2]],
  ]
  /** Methods with a block that a name or values may precede. */
  private static final Map<String, List<Integer>> WITH_BLOCK =
    [pipelineJob: [1, 1], folder: [1, 1], logRotator: [0, 4], git: [0, 2]]
  /** Methods whose block may be left out. */
  private static final List<String> BLOCK_OPTIONAL = ['disableConcurrentBuilds', 'folder', 'git', 'logRotator']

  static void main(String[] arguments) {
    def config = new JsonSlurper().parse(System.in, 'UTF-8') as Map<String, Object>
    def file = new File(config.file as String)
    def configuration = new CompilerConfiguration(scriptBaseClass: JobScript.name)
    def jobs = new Recorder(file.name, 'file', [])
    def script = new GroovyShell(JobDsl.classLoader, new Binding(config.bindings as Map), configuration)
      .parse(file.getText('UTF-8'), file.name) as JobScript
    script.setRecorder(jobs)
    try {
      script.run()
    } catch (Failed error) {
      System.err.println(error.message)
      System.exit(2)
    }
    println JsonOutput.toJson(jobs.calls)
  }
}

/** What a Job DSL file is a script of. */
abstract class JobScript extends Script {
  Recorder recorder

  def methodMissing(String name, Object arguments) { recorder.record(name, arguments as List) }
}

/** Records the calls of one block, and of the blocks in it. */
class Recorder {
  private final String file
  private final String block
  private final List<String> path
  final List<Map<String, Object>> calls = []

  Recorder(String file, String block, List<String> path) {
    this.file = file
    this.block = block
    this.path = path
  }

  def methodMissing(String name, Object arguments) { record(name, arguments as List) }

  void record(String name, List<Object> arguments) {
    def methods = JobDsl.METHODS[block]
    if (!methods.containsKey(name)) fail("unknown method \"$name\"; allowed: ${methods.keySet().toSorted().join(', ')}")
    def body = arguments && arguments[-1] instanceof Closure ? arguments[-1] as Closure : null
    def values = body ? arguments.dropRight(1) : arguments
    check(name, methods[name], values.size(), body)
    def inner = new Recorder(file, methods[name] instanceof String ? methods[name] : null, path + [name])
    if (body) inner.read(body)
    calls << [name: name, arguments: values.collect { it instanceof GString ? it.toString() : it }, body: inner.calls]
  }

  private void check(String name, Object type, int given, Closure body) {
    def bounds = type instanceof List ? type : (JobDsl.WITH_BLOCK[name] ?: [0, 0])
    if (given < bounds[0] || given > bounds[1])
      fail("\"$name\" takes ${bounds.unique(false).join(' to ')} values; given: $given")
    if (type instanceof List && body) fail("\"$name\" takes no block")
    if (type instanceof String && !body && !(name in JobDsl.BLOCK_OPTIONAL)) fail("\"$name\" needs a block")
  }

  private void read(Closure body) {
    def reading = body.clone() as Closure
    reading.delegate = this
    reading.resolveStrategy = Closure.DELEGATE_FIRST
    reading.call()
  }

  private void fail(String message) {
    def line = new Throwable().stackTrace.find { it.fileName == file }?.lineNumber
    throw new Failed("$file:$line: ${path ? path.join('.') + ': ' : ''}$message")
  }
}
