package runner

import groovy.transform.CompileStatic
import java.nio.file.Files
import java.util.regex.Pattern

/** Patterns of Ant, which Jenkins uses for files: `*` and `?` within a name, `**` for any number of folders. */
@CompileStatic
class Glob {
  /** What Ant leaves out unless it is told otherwise, as far as a checkout can hold it. */
  static final List<String> DEFAULT_EXCLUDES = [
    '**/.git', '**/.git/**', '**/.gitattributes', '**/.gitignore', '**/.gitmodules', '**/.svn', '**/.svn/**',
    '**/.DS_Store', '**/*~', '**/#*#', '**/.#*', '**/%*%', '**/._*',
  ]

  static boolean matches(String pattern, String path, boolean sensitive = true) {
    return Pattern.compile(expression(pattern), sensitive ? 0 : Pattern.CASE_INSENSITIVE).matcher(path).matches()
  }

  /** Files below a folder, relative to it, in order. What is behind links to folders is left out. */
  static List<String> files(File folder, List<String> includes, List<String> excludes, boolean sensitive) {
    Set<String> found = new TreeSet<>()
    includes.each { String include ->
      // Only where the pattern can match: a workspace may hold tens of thousands of packages' files.
      candidates(folder, sensitive ? beginning(include) : '').each { String path ->
        if (matches(include, path, sensitive) && !excludes.any { String it -> matches(it, path, sensitive) })
          found.add(path)
      }
    }
    return found.toList()
  }

  /** The folders before the first `*` or `?`, or the whole of a plain path. */
  private static String beginning(String pattern) {
    pattern.split('/').toList().takeWhile { String it -> !it.contains('*') && !it.contains('?') }.join('/')
  }

  private static List<String> candidates(File folder, String path) {
    def file = path ? new File(folder, path) : folder
    if (!file.directory) return file.exists() ? [path] : (List<String>) []
    List<String> all = []
    walk(file, path ? path + '/' : '', all)
    return all
  }

  private static void walk(File folder, String prefix, List<String> found) {
    folder.list().toList().each { String name ->
      def file = new File(folder, name)
      if (!file.directory) found.add(prefix + name)
      else if (!Files.isSymbolicLink(file.toPath())) walk(file, prefix + name + '/', found)
    }
  }

  private static String expression(String pattern) {
    def segments = (pattern.endsWith('/') ? pattern + '**' : pattern).split('/').toList()
    def parts = []
    segments.eachWithIndex { String segment, int index ->
      boolean last = index == segments.size() - 1
      if (segment == '**') parts << (last ? '.*' : '(?:[^/]+/)*')
      else parts << name(segment) + (last ? '' : '/')
    }
    return parts.join('')
  }

  private static String name(String segment) {
    segment.toList().collect { String it -> it == '*' ? '[^/]*' : it == '?' ? '[^/]' : Pattern.quote(it) }.join('')
  }
}
