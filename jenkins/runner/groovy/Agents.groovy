package runner

/** A machine or pod that runs steps: a workspace and a home of its own. */
class Agent {
  final int number
  final File workspace
  final File home
  final File scripts
  /** Containers of the pod; empty for a machine. */
  final List<String> containers
  final boolean pod
  /** The container around the place where the pipeline is, the innermost last. */
  final List<String> container = []
  /** The folder around that place, the innermost last. */
  final List<File> folders = []

  Agent(int number, File folder, List<String> containers) {
    this.number = number
    this.containers = containers
    pod = containers != null
    workspace = new File(folder, 'workspace')
    home = new File(folder, 'home')
    scripts = new File(folder, 'workspace@tmp')
    [workspace, home, scripts].each { it.mkdirs() }
    folders << workspace
  }

  File getFolder() { folders[-1] }

  String getInnermost() { container ? container[-1] : null }
}

class Agents {
  /** The container that the kubernetes plugin adds to a pod where there is none of this name. */
  private static final String OWN = 'jnlp'

  private final Build build
  private final List<Agent> held = []
  private int count

  Agents(Build build) { this.build = build }

  /** The agent that steps run on, or null. */
  Agent getCurrent() { held ? held[-1] : null }

  Agent required(String step) {
    if (current) return current
    throw new Failed(
      "Required context class hudson.FilePath is missing: \"$step\" needs an agent, and there is none around it")
  }

  /** Runs `body` on the agent of an `agent` section; where there is none, or it says none, where the pipeline is. */
  Object with(Entry section, boolean checkout, Closure body) {
    if (section == null || section.value == 'none') return body.call()
    def kubernetes = section.body ? Block.read(section.body).find('kubernetes') : null
    def agent = kubernetes ? pod(kubernetes) : new Agent(++count, folder(count), null)
    held << agent
    try {
      if (checkout) this.checkout()
      return body.call()
    } finally {
      held.remove(held.size() - 1)
      if (!held) build.shell.sweep()
    }
  }

  private File folder(int number) { new File(build.folder, "agents/$number") }

  private Agent pod(Entry kubernetes) {
    Map<String, Object> keys = Block.read(kubernetes.body).entries.collectEntries { [it.name, it.value] }
    def containers = Pod.containers(definition(keys))
    if (!(OWN in containers)) containers << OWN
    def agent = new Agent(++count, folder(count), containers)
    agent.container << containerOf(agent, (keys.defaultContainer ?: OWN).toString())
    return agent
  }

  private String definition(Map<String, Object> keys) {
    if (keys.yaml) return keys.yaml
    if (!keys.yamlFile) return ''
    def file = new File(build.source, keys.yamlFile.toString())
    if (!file.file) throw new Failed("yamlFile of the agent: there is no file \"$keys.yamlFile\" in the source")
    return file.getText('UTF-8')
  }

  Object inContainer(String name, Closure body) {
    def agent = required('container')
    agent.container << containerOf(agent, name)
    try {
      return body.call()
    } finally {
      agent.container.remove(agent.container.size() - 1)
    }
  }

  private String containerOf(Agent agent, String name) {
    if (!agent.pod) throw new Failed("container \"$name\": the agent is no pod")
    if (!(name in agent.containers))
      throw new Failed("the pod has no container \"$name\"; it has: ${agent.containers.join(', ')}")
    // What no step runs in, an engine beside the others, needs no programs.
    if (name == OWN || build.containers.containsKey(name)) return name
    def known = build.containers.keySet().join(', ') ?: 'none'
    throw new Failed("the runner was not told which programs the container \"$name\" has; it knows: $known")
  }

  void checkout() {
    def agent = required('checkout')
    def environment = build.environment.all() + [SOURCE: build.source.path, PATH: build.path]
    build.timed('checkout', build.checkout) {
      build.shell.run(build.checkout, agent.folder, agent.scripts, environment, false).status
    }
  }

  /** Environment variables of the place where the pipeline is. */
  Map<String, String> environment() {
    def agent = current
    if (!agent) return [:]
    def path = build.containers[agent.innermost] ?: build.path
    return [PATH: path, HOME: agent.home.path, WORKSPACE: agent.workspace.path, WORKSPACE_TMP: agent.scripts.path,
            NODE_NAME: "agent-$agent.number".toString()]
  }
}

/** The little of YAML that the definition of a pod needs here. */
class Pod {
  /** Names in the list `containers:`, in their order. */
  static List<String> containers(String yaml) {
    List<String> names = []
    int list = -1
    int item = -1
    yaml.readLines().findAll { it.trim() && !it.trim().startsWith('#') }.each { line ->
      int indent = line.length() - line.replaceFirst(/^ +/, '').length()
      def text = line.trim()
      if (list >= 0 && (indent < list || (indent == list && !text.startsWith('-')))) list = -1
      if (text == 'containers:') {
        list = indent
        item = -1
      } else if (list >= 0) {
        if (item < 0) item = indent
        def key = indent == item && text.startsWith('- ') ? text.substring(2).trim() : indent == item + 2 ? text : ''
        def found = key =~ /^name:\s*["']?([A-Za-z0-9.-]+)["']?\s*(#.*)?$/
        if (found) names << found.group(1)
      }
    }
    return names
  }
}
