package runner

import groovy.transform.CompileStatic

/** The environment variables at the place where the pipeline is. */
@CompileStatic
class Environment {
  /** The build's: what the job gives, the parameters, and what was written to `env`. */
  final Map<String, String> own = [:]
  private final List<Layer> layers = []
  /** What agent, container and stage add. */
  private final Closure<Map<String, String>> place

  Environment(Closure<Map<String, String>> place) { this.place = place }

  /** One block around the place. */
  @CompileStatic
  private static class Layer {
    final Map<String, String> values
    final boolean expanded

    Layer(Map<String, String> values, boolean expanded) {
      this.values = values
      this.expanded = expanded
    }
  }

  Map<String, String> all() {
    Map<String, String> all = new LinkedHashMap<>(place.call())
    all.putAll(own)
    layers.each { Layer layer ->
      layer.values.each { name, value -> add(all, name, layer.expanded ? expand(value, all) : value) }
    }
    return all
  }

  String get(String name) { all()[name] }

  /** As in Jenkins for `environment` and withEnv, each `$NAME` in a value is replaced, single quotes or not. */
  Object with(Map<String, String> values, Closure body) { around(new Layer(values, true), body) }

  /** Secrets are taken as they are. */
  Object withSecrets(Map<String, String> values, Closure body) { around(new Layer(values, false), body) }

  private Object around(Layer layer, Closure body) {
    layers.add(layer)
    try {
      return body.call()
    } finally {
      layers.remove(layers.size() - 1)
    }
  }

  /** `PATH+ANYTHING` is put in front of `PATH`. */
  private static void add(Map<String, String> all, String name, String value) {
    int plus = name.indexOf('+')
    if (plus < 0) {
      all[name] = value
      return
    }
    def list = name.substring(0, plus)
    all[list] = all[list] ? value + File.pathSeparator + all[list] : value
  }

  private static String expand(String value, Map<String, String> all) {
    value.replaceAll(/\$(\$|[A-Za-z_][A-Za-z0-9_]*|\{[A-Za-z0-9_.]+\})/) { List<String> found ->
      def name = found[1].replaceAll(/[{}]/, '')
      name == '$' ? '$' : all.containsKey(name) ? all[name] : found[0]
    }
  }
}

/** What `env` is in a Jenkinsfile. */
@CompileStatic
class EnvironmentView implements GroovyObject {
  private final Environment environment

  EnvironmentView(Environment environment) { this.environment = environment }

  @Override Object getProperty(String name) { environment.get(name) }

  /** Text, whatever it was: `env.X = null` is "null", as in Jenkins. */
  @Override void setProperty(String name, Object value) { environment.own[name] = String.valueOf(value) }
}
