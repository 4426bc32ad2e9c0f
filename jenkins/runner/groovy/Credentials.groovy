package runner

/** Credentials of the job: `{ type, username, password }`, `{ type, secret }` or `{ type, content }` by their ids. */
class Credentials {
  private final Build build

  Credentials(Build build) { this.build = build }

  Object bind(List<Described> bindings, Closure body) {
    Map<String, String> values = [:]
    List<String> masked = []
    List<File> files = []
    bindings.each { values.putAll(bound(it, masked, files)) }
    try {
      return build.log.masking(masked) { build.environment.withSecrets(values, body) }
    } finally {
      files.each { it.delete() }
    }
  }

  private Map<String, String> bound(Described it, List<String> masked, List<File> files) {
    def given = find(it.arguments.credentialsId.toString(), it.name)
    switch (it.name) {
      case 'usernamePassword':
        masked << given.password
        return [(it.arguments.usernameVariable.toString()): given.username,
                (it.arguments.passwordVariable.toString()): given.password]
      case 'string':
        masked << given.secret
        return [(it.arguments.variable.toString()): given.secret]
      default:
        def file = secretFile(given.content)
        files << file
        return [(it.arguments.variable.toString()): file.path]
    }
  }

  private File secretFile(String content) {
    def agent = build.agents.required('withCredentials with a file')
    def file = File.createTempFile('secret', '', agent.scripts)
    // Before there is anything to read in it.
    file.setReadable(false, false)
    file.setReadable(true, true)
    file.setText(content, 'UTF-8')
    return file
  }

  /** What `NAME = credentials('id')` sets. */
  Map<String, String> variable(String name, Described described, List<String> masked) {
    def id = described.arguments.credentialsId.toString()
    def given = find(id, null)
    if (given.type == 'string') {
      masked << given.secret
      return [(name): given.secret]
    }
    if (given.type == 'file') throw new Failed("credentials(\"$id\"): a file is bound by withCredentials here")
    def both = "$given.username:$given.password".toString()
    masked.addAll([given.password, both])
    return [(name): both, (name + '_USR'): given.username, (name + '_PSW'): given.password]
  }

  private Map<String, String> find(String id, String type) {
    def given = build.config.credentials[id] as Map<String, String>
    if (!given) throw new Failed("Could not find credentials entry with ID '$id'")
    if (type && given.type != type)
      throw new Failed("Credentials '$id' is of type '$given.type' where '$type' was expected")
    return given
  }
}
