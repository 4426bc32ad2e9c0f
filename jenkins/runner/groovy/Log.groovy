package runner

import groovy.json.JsonOutput
import groovy.transform.CompileStatic

/** What the build says, with secrets masked, and the record of what it did: a line of JSON for each thing. */
@CompileStatic
class Log {
  private final Writer text
  private final Writer record
  private final List<String> secrets = []

  Log(File folder) {
    text = new FileWriter(new File(folder, 'log.txt'))
    record = new FileWriter(new File(folder, 'record.jsonl'))
  }

  synchronized void line(String words) {
    text.write(mask(words) + '\n')
    text.flush()
  }

  synchronized void record(Map<String, Object> event) {
    record.write(JsonOutput.toJson(event) + '\n')
    record.flush()
  }

  synchronized String mask(String words) {
    // The longest first: a secret may be a part of another one.
    def longestFirst = secrets.toSorted { String it -> -it.length() }
    return longestFirst.inject(words) { String all, String it -> all.replace(it, '****') }
  }

  Object masking(Collection<String> values, Closure body) {
    List<String> added = []
    values.each { String value -> if (value) added.addAll(forms(value)) }
    synchronized (this) { secrets.addAll(added) }
    try {
      return body.call()
    } finally {
      // `secrets -= added` would take away the ones of an outer block as well.
      synchronized (this) { added.each { String it -> secrets.remove((Object) it) } }
    }
  }

  /** As it is, line by line, and as a shell that traces its commands (`-x`) quotes it. */
  private static List<String> forms(String value) {
    def lines = value.readLines().findAll { String it -> it.trim() }
    return ([value] + lines + [value.replace("'", "'\\''"), value.replace("'", "'\"'\"'")]).unique()
  }
}
