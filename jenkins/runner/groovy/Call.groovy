package runner

import groovy.transform.CompileStatic
import org.codehaus.groovy.ast.ASTNode
import org.codehaus.groovy.ast.expr.ArgumentListExpression
import org.codehaus.groovy.ast.expr.ClosureExpression
import org.codehaus.groovy.ast.expr.ConstantExpression
import org.codehaus.groovy.ast.expr.Expression
import org.codehaus.groovy.ast.expr.ListExpression
import org.codehaus.groovy.ast.expr.MapExpression
import org.codehaus.groovy.ast.expr.MethodCallExpression
import org.codehaus.groovy.ast.expr.TupleExpression
import org.codehaus.groovy.ast.expr.UnaryMinusExpression
import org.codehaus.groovy.ast.stmt.BlockStatement
import org.codehaus.groovy.ast.stmt.EmptyStatement
import org.codehaus.groovy.ast.stmt.ExpressionStatement
import org.codehaus.groovy.ast.stmt.Statement

/** A call without a receiver (`sh 'make'`, `stage('Build') { ... }`) as it stands in a file. */
@CompileStatic
class Call {
  final String name
  final ASTNode node
  final List<Expression> positional = []
  final Map<String, Expression> named = [:]
  /** Whether an argument's name is no plain word, or arguments are spread: then nothing can be said of the names. */
  final boolean computed
  final ClosureExpression body

  private Call(String name, MethodCallExpression call) {
    this.name = name
    node = call
    List<Expression> all = ((TupleExpression) call.arguments).expressions
    ClosureExpression block = null
    boolean unclear = false
    all.eachWithIndex { Expression it, int index ->
      if (it instanceof MapExpression && index == 0) {
        ((MapExpression) it).mapEntryExpressions.each {
          if (it.keyExpression instanceof ConstantExpression) named[it.keyExpression.text] = it.valueExpression
          else unclear = true
        }
      } else if (it instanceof ClosureExpression && index == all.size() - 1) {
        block = (ClosureExpression) it
      } else {
        positional << it
      }
    }
    body = block
    computed = unclear
  }

  /** The call that a statement or an expression is, or null. */
  static Call of(ASTNode node) {
    ASTNode expression = node instanceof ExpressionStatement ? ((ExpressionStatement) node).expression : node
    if (!(expression instanceof MethodCallExpression)) return null
    def call = (MethodCallExpression) expression
    def name = call.method
    if (!call.implicitThis || !(name instanceof ConstantExpression) || !(call.arguments instanceof TupleExpression))
      return null
    return new Call(name.text, call)
  }

  static List<Statement> statements(ClosureExpression closure) { statements(closure.code) }

  static List<Statement> statements(Statement code) {
    def all = code instanceof BlockStatement ? ((BlockStatement) code).statements : [code]
    return all.findAll { !(it instanceof EmptyStatement) }
  }

  static boolean isLiteral(Expression it) {
    if (it instanceof ListExpression) return ((ListExpression) it).expressions.every { Expression e -> isLiteral(e) }
    return it instanceof ConstantExpression || it instanceof UnaryMinusExpression
  }

  static Object literal(Expression it) {
    if (it instanceof ListExpression) return ((ListExpression) it).expressions.collect { Expression e -> literal(e) }
    return it instanceof ConstantExpression ? ((ConstantExpression) it).value : 0
  }

  static ArgumentListExpression arguments(List<Expression> all) { new ArgumentListExpression(all) }
}
