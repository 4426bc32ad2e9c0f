package runner

/** A given parameter or input that the file does not know: refused, as a fault of the caller. */
class BadParameter extends RuntimeException {
  BadParameter(String message) { super(message) }
}

/** Values of declared parameters: given, or their defaults. */
class Parameters {
  static Map<String, Object> values(List<Entry> declared, Map<String, Object> given) {
    of(described(declared), given)
  }

  static List<Described> described(List<Entry> declared) {
    declared.collect { new Described(it.name, it.arguments(Known.PARAMETERS[it.name])) }
  }

  static Map<String, Object> of(List<Described> declared, Map<String, Object> given) {
    def names = declared*.arguments*.name*.toString()
    given.keySet().findAll { !(it in names) }.each {
      throw new BadParameter("parameter \"$it\" is not declared; declared: ${names.join(', ') ?: 'none'}")
    }
    return declared.collectEntries { [it.arguments.name.toString(), value(it.name, it.arguments, given)] }
  }

  private static Object value(String type, Map<String, Object> it, Map<String, Object> given) {
    def name = it.name.toString()
    def value = given.containsKey(name) ? given[name] : type == 'choice' ? choices(it)[0] : it.defaultValue
    if (type == 'booleanParam') return flag(name, value == null ? false : value)
    def text = value == null ? '' : value.toString()
    if (type == 'choice' && !(text in choices(it))) {
      throw new BadParameter("parameter \"$name\" must be one of ${choices(it).join(', ')}; given: $text")
    }
    return type == 'string' && it.trim ? text.trim() : text
  }

  private static boolean flag(String name, Object value) {
    if (value.toString() in ['true', 'false']) return value.toString() == 'true'
    throw new BadParameter("parameter \"$name\" must be true or false; given: $value")
  }

  private static List<String> choices(Map<String, Object> it) {
    it.choices instanceof List ? it.choices*.toString() : it.choices.toString().readLines()
  }
}
