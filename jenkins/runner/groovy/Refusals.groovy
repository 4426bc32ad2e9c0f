package runner

import groovy.transform.CompileStatic
import org.codehaus.groovy.ast.ASTNode

/** What is wrong with a file, in the order in which it was found. */
@CompileStatic
class Refusals {
  final String file
  final List<String> all = []

  Refusals(String file) { this.file = file }

  void add(ASTNode at, String message) { add(at.lineNumber, message) }

  void add(int line, String message) { all << (line > 0 ? "$file:$line: $message" : "$file: $message").toString() }

  void unknown(ASTNode at, String kind, String given, String where, List<String> allowed) {
    add(at, "unknown $kind \"$given\" in $where; allowed: ${allowed.toSorted().join(', ')}")
  }
}
