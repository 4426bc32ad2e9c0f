package runner

/** One stage that was begun. */
class StageRun {
  final int index
  final String name
  /** The worst that a step said of it without ending it. */
  String warning
  String result

  StageRun(int index, String name) {
    this.index = index
    this.name = name
  }
}

/** The state of one build, and what it was told to run with. */
class Build {
  final File folder
  final File source
  /** Shell command that fills a new workspace from the folder `SOURCE`. */
  final String checkout
  /** The search path of each container by its name. */
  final Map<String, String> containers
  /** The search path where there is no container. */
  final String path
  final Map<String, Object> config
  final Log log
  final Interruptions interruptions = new Interruptions()
  final Shell shell
  final Agents agents = new Agents(this)
  final Environment environment
  final EnvironmentView env
  final Current current = new Current(this)
  final Steps steps = new Steps(this)
  Map<String, Object> parameters = [:]
  /** What the build is as yet; null: nothing was said. */
  String result
  private final List<StageRun> stages = []
  private int begun
  private String post

  Build(Map<String, Object> config, Log log) {
    this.config = config
    this.log = log
    folder = new File(config.folder as String)
    source = new File(config.source as String)
    checkout = config.checkout
    containers = new LinkedHashMap<>(config.containers as Map<String, String>)
    path = config.path
    shell = new Shell(log, interruptions)
    environment = new Environment({ agents.environment() + (stages ? [STAGE_NAME: stages[-1].name] : [:]) })
    env = new EnvironmentView(environment)
    environment.own.putAll(config.environment as Map<String, String>)
  }

  static String worse(String one, String other) {
    Known.RESULTS.indexOf(one) > Known.RESULTS.indexOf(other) ? one : other
  }

  /** The build's result taken together with an error that has not ended it yet. */
  String combined(Throwable error, StageRun stage = null) {
    def ofError = error == null ? (stage?.warning ?: 'SUCCESS') : resultOf(error)
    return worse(result ?: 'SUCCESS', ofError)
  }

  static String resultOf(Throwable error) { error instanceof Interrupted ? 'ABORTED' : 'FAILURE' }

  void worsen(String to) { result = worse(result ?: 'SUCCESS', to) }

  /** A step says that something is wrong with the stages around it, and goes on. */
  void warn(String severity) { stages.each { it.warning = worse(it.warning ?: 'SUCCESS', severity) } }

  Object inStage(String name, Closure body) {
    def run = new StageRun(begun++, name)
    stages << run
    log.line("[Pipeline] stage $name")
    try {
      return body.call(run)
    } finally {
      stages.remove(stages.size() - 1)
      log.record([event: 'stage', index: run.index, name: name, result: run.result ?: run.warning ?: 'SUCCESS'])
    }
  }

  Object inPost(String condition, Closure body) {
    def outer = post
    post = condition
    log.line("[Pipeline] post $condition")
    try {
      return body.call()
    } finally {
      post = outer
    }
  }

  /** Runs a step that gives its exit status, and records it. @throws Failed where the status is not 0 */
  int timed(String step, String script, boolean statusWanted = false, Closure<Integer> body) {
    def start = System.nanoTime()
    Integer status = null
    try {
      status = body.call()
    } finally {
      recordStep(step, script, status, start)
    }
    if (status != 0 && !statusWanted) throw new Failed("script returned exit code $status")
    return status
  }

  void recordStep(String step, String script, Integer status, long start) {
    def agent = agents.current
    log.record([event: 'step', stage: stages ? stages[-1].name : null, post: post,
                agent: agent?.number, container: agent?.innermost, step: step, status: status,
                script: script == null ? null : log.mask(script), ms: (long) ((System.nanoTime() - start) / 1_000_000)])
  }

  /** Says what ended a stage, once. */
  void complain(Throwable error) {
    if (error.is(said)) return
    said = error
    if (error instanceof Failed || error instanceof Interrupted) {
      log.line("ERROR: $error.message")
      return
    }
    log.line("ERROR: ${error.class.name}: $error.message")
    error.printStackTrace()
  }
  private Throwable said
}

/** What `currentBuild` is in a Jenkinsfile. */
class Current {
  private final Build build
  String description
  String displayName

  Current(Build build) { this.build = build }

  String getResult() { build.result }

  /** As in Jenkins, it never gets better. */
  void setResult(String result) {
    if (!(result in Known.RESULTS))
      throw new Failed("currentBuild.result \"$result\" is none of ${Known.RESULTS.join(', ')}")
    build.worsen(result)
  }

  String getCurrentResult() { build.result ?: 'SUCCESS' }

  int getNumber() { build.config.buildNumber as int }

  Map<String, String> getPreviousBuild() {
    build.config.previousResult ? [result: build.config.previousResult as String] : null
  }
}
