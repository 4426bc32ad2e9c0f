package runner

import groovy.transform.CompileStatic
import java.nio.file.Files
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING

/** Steps on files of the workspace. Patterns are those of Ant, as in Jenkins. */
@CompileStatic
class FileSteps {
  private final Build build

  FileSteps(Build build) { this.build = build }

  Object run(String name, Map<String, Object> given, Closure body) {
    def agent = (Agent) build.agents.current
    switch (name) {
      case 'dir': return within(agent, text(given.path), body)
      case 'readFile': return read(resolve(agent, given.file), charset(given))
      case 'writeFile': return write(resolve(agent, given.file), text(given.text), charset(given))
      case 'fileExists': return resolve(agent, given.file).exists()
      case 'deleteDir': return agent.folder.deleteDir()
      case 'archiveArtifacts': return archive(agent, given)
      case 'stash': return stash(agent, given)
      case 'unstash': return unstash(agent, text(given.name))
      default: throw new IllegalStateException("no step $name")
    }
  }

  private static Object within(Agent agent, String path, Closure body) {
    agent.folders.add(resolve(agent, path))
    try {
      return body.call()
    } finally {
      agent.folders.remove(agent.folders.size() - 1)
    }
  }

  private static String text(Object value) { value == null ? '' : value.toString() }

  private static String charset(Map<String, Object> given) { (given.encoding ?: 'UTF-8').toString() }

  private static File resolve(Agent agent, Object path) {
    def file = new File(path.toString())
    return file.absolute ? file : new File(agent.folder, path.toString())
  }

  private static String read(File file, String charset) {
    if (!file.file) throw new Failed("readFile: there is no file $file")
    return file.getText(charset)
  }

  private static void write(File file, String text, String charset) {
    file.parentFile.mkdirs()
    file.setText(text, charset)
  }

  private Object archive(Agent agent, Map<String, Object> given) {
    if (given.onlyIfSuccessful && (build.result ?: 'SUCCESS') != 'SUCCESS') return null
    def patterns = text(given.artifacts)
    boolean sensitive = given.caseSensitive != false
    def found = select(agent.folder, patterns, text(given.excludes), given.defaultExcludes != false, sensitive)
    if (!found && !given.allowEmptyArchive)
      throw new Failed("No artifacts found that match the file pattern \"$patterns\". Configuration error?")
    copy(agent.folder, found, new File(build.folder, 'archive'))
    return null
  }

  private Object stash(Agent agent, Map<String, Object> given) {
    def name = text(given.name)
    boolean defaults = given.useDefaultExcludes != false
    def found = select(agent.folder, text(given.includes) ?: '**', text(given.excludes), defaults, true)
    if (!found && !given.allowEmpty) throw new Failed("No files included in stash '$name'")
    def folder = stashed(name)
    folder.deleteDir()
    folder.mkdirs()
    copy(agent.folder, found, folder)
    return null
  }

  private Object unstash(Agent agent, String name) {
    def folder = stashed(name)
    if (!folder.directory) throw new Failed("No such saved stash '$name'")
    copy(folder, select(folder, '**', '', false, true), agent.folder)
    return null
  }

  private File stashed(String name) {
    if (!(name ==~ /[A-Za-z0-9_.-]+/)) throw new Failed("\"$name\" is no name for a stash")
    return new File(build.folder, "stashes/$name")
  }

  private static List<String> select(
    File folder, String includes, String excludes, boolean defaults, boolean sensitive
  ) {
    def left = patterns(excludes) + (defaults ? Glob.DEFAULT_EXCLUDES : (List<String>) [])
    return Glob.files(folder, patterns(includes), left, sensitive)
  }

  private static List<String> patterns(String all) {
    all.split(',').collect { String it -> it.trim() }.findAll { String it -> it }
  }

  private static void copy(File from, List<String> files, File to) {
    files.each { String name ->
      def target = new File(to, name)
      target.parentFile.mkdirs()
      Files.copy(new File(from, name).toPath(), target.toPath(), REPLACE_EXISTING, COPY_ATTRIBUTES)
    }
  }
}
