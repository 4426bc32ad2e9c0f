package runner

/** What a Jenkinsfile is a script of. Its calls are rewritten by {@link Rewriter}. */
abstract class PipelineScript extends Script {
  Build build

  void pipeline(Closure body) { new Interpreter(build, Block.read(body)).run() }

  Object step(String name, Object... arguments) { build.steps.call(new Entry(name, arguments as List)) }

  Described described(String name, Object... arguments) {
    def entry = new Entry(name, arguments as List)
    return new Described(name, entry.arguments(Known.description(name)))
  }

  /** Jenkins finds environment variables by their bare names as well. */
  @Override Object getProperty(String name) {
    switch (name) {
      case 'env': return build.env
      case 'params': return build.parameters
      case 'currentBuild': return build.current
      case 'scm': return new Described('scm', [:])
    }
    if (name in ['binding', 'metaClass', 'class', 'build'] || binding.hasVariable(name)) return super.getProperty(name)
    def value = build.environment.get(name)
    if (value == null) throw new MissingPropertyException(name, Binding)
    return value
  }
}
