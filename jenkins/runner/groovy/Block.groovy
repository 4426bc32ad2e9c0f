package runner

/** A line of a section: `name value`, `name(key: value)`, `name { ... }`, `NAME = value`. */
class Entry {
  final String name
  final Map<String, Object> named
  final List<Object> positional
  final Closure body

  Entry(String name, List<Object> arguments) {
    this.name = name
    def rest = new ArrayList<Object>(arguments)
    named = rest && rest[0] instanceof Map ? rest.remove(0) as Map<String, Object> : [:]
    body = rest && rest[-1] instanceof Closure ? rest.remove(rest.size() - 1) as Closure : null
    positional = rest
  }

  Object getValue() { positional ? positional[0] : null }

  /** The arguments by their names. */
  Map<String, Object> arguments(Signature signature) {
    positional ? [(signature.sole): positional[0]] + named : named
  }
}

/** The lines of a section that holds no code, in their order. */
class Block {
  final List<Entry> entries = []

  static Block read(Closure section) {
    def block = new Block()
    Closure reading = section.clone() as Closure
    reading.delegate = block
    reading.resolveStrategy = Closure.DELEGATE_FIRST
    reading.call()
    return block
  }

  void entry(String name, Object... arguments) { entries << new Entry(name, arguments as List) }

  Entry find(String name) { entries.find { it.name == name } }

  /** The lines of the section of this name; none where there is no such section. */
  List<Entry> section(String name) {
    def found = find(name)
    return found ? read(found.body).entries : []
  }
}

/** `logRotator(...)`, `usernamePassword(...)`, ...: what a call inside an argument describes. */
class Described {
  final String name
  final Map<String, Object> arguments

  Described(String name, Map<String, Object> arguments) {
    this.name = name
    this.arguments = arguments
  }
}
