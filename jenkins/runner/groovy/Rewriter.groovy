package runner

import groovy.transform.CompileStatic
import org.codehaus.groovy.ast.ClassCodeExpressionTransformer
import org.codehaus.groovy.ast.ClassNode
import org.codehaus.groovy.ast.ModuleNode
import org.codehaus.groovy.ast.Parameter
import org.codehaus.groovy.ast.VariableScope
import org.codehaus.groovy.ast.expr.BinaryExpression
import org.codehaus.groovy.ast.expr.ClosureExpression
import org.codehaus.groovy.ast.expr.ConstantExpression
import org.codehaus.groovy.ast.expr.Expression
import org.codehaus.groovy.ast.expr.MapExpression
import org.codehaus.groovy.ast.expr.MethodCallExpression
import org.codehaus.groovy.ast.expr.NamedArgumentListExpression
import org.codehaus.groovy.ast.expr.TupleExpression
import org.codehaus.groovy.ast.expr.VariableExpression
import org.codehaus.groovy.ast.stmt.ExpressionStatement
import org.codehaus.groovy.ast.stmt.Statement
import org.codehaus.groovy.classgen.GeneratorContext
import org.codehaus.groovy.control.CompilePhase
import org.codehaus.groovy.control.SourceUnit
import org.codehaus.groovy.control.customizers.CompilationCustomizer

/**
 * Turns what a checked Jenkinsfile says into calls of ours. A step becomes `this.step('sh', ...)`: Groovy gives every
 * object methods of its own, some with the names of steps (`sleep`), and takes those first. A line of a section becomes
 * `entry('agent', ...)` of the {@link Block} that reads the section.
 */
@CompileStatic
class Rewriter extends CompilationCustomizer {
  /** Sections that hold code, not further sections. */
  private static final List<String> CODE = ['steps', 'expression']

  Rewriter() { super(CompilePhase.CONVERSION) }

  @Override void call(SourceUnit source, GeneratorContext context, ClassNode classNode) {
    if (!classNode.script) return
    def module = source.getAST()
    def code = new CodeRewriter(source, module)
    module.methods.each { code.rewrite(it.code) }
    module.statementBlock.statements.each { Statement it ->
      def call = Call.of(it)
      if (call?.name == 'pipeline') structure(call.body, 'pipeline', code)
      else code.rewrite(it)
    }
  }

  private static void structure(ClosureExpression block, String name, CodeRewriter code) {
    Call.statements(block).each { Statement it ->
      def statement = (ExpressionStatement) it
      def call = Call.of(it)
      statement.expression = call ? line(call, name, code) : assignment((BinaryExpression) statement.expression, code)
    }
  }

  private static Expression line(Call call, String section, CodeRewriter code) {
    if (call.body) {
      if (section == 'post' || call.name in CODE) code.rewrite(call.body.code)
      else structure(call.body, call.name, code)
    }
    def bare = call.name == 'agent' && call.positional && call.positional[0] instanceof VariableExpression
    def values = bare
      ? [(Expression) new ConstantExpression(call.positional[0].text)]
      : call.positional.collect { code.transform(it) }
    return entry(call, values, code)
  }

  private static Expression entry(Call call, List<Expression> values, CodeRewriter code) {
    List<Expression> all = [(Expression) new ConstantExpression(call.name)]
    if (call.named) {
      def map = new MapExpression()
      call.named.each { name, value -> map.addMapEntryExpression(new ConstantExpression(name), code.transform(value)) }
      all << map
    }
    all.addAll(values)
    if (call.body) all << call.body
    def changed = new MethodCallExpression(new VariableExpression('this'), 'entry', Call.arguments(all))
    changed.implicitThis = true
    changed.sourcePosition = call.node
    return changed
  }

  /** The value of a variable of an `environment` section is asked for when the section's turn has come. */
  private static Expression assignment(BinaryExpression pair, CodeRewriter code) {
    def statement = new ExpressionStatement(code.transform(pair.rightExpression))
    def value = new ClosureExpression(Parameter.EMPTY_ARRAY, statement)
    value.variableScope = new VariableScope()
    def name = (Expression) new ConstantExpression(pair.leftExpression.text)
    def call = new MethodCallExpression(new VariableExpression('this'), 'entry', Call.arguments([name, value]))
    call.implicitThis = true
    return call
  }
}

@CompileStatic
class CodeRewriter extends ClassCodeExpressionTransformer {
  private final SourceUnit source
  private final Set<String> functions

  CodeRewriter(SourceUnit source, ModuleNode module) {
    this.source = source
    functions = module.methods*.name as Set<String>
  }

  @Override protected SourceUnit getSourceUnit() { source }

  void rewrite(Statement code) { code.visit(this) }

  @Override Expression transform(Expression it) {
    if (it instanceof ClosureExpression) {
      ((ClosureExpression) it).code.visit(this)
      return it
    }
    if (it == null) return null
    Call call = Call.of(it)
    if (!call || call.name in functions) return it.transformExpression(this)
    if (Known.STEPS.containsKey(call.name)) return ours('step', it)
    if (Known.description(call.name)) return ours('described', it)
    return it.transformExpression(this)
  }

  private Expression ours(String method, Expression original) {
    def call = (MethodCallExpression) original.transformExpression(this)
    def name = (Expression) new ConstantExpression(call.methodAsString)
    List<Expression> values = [name]
    ((TupleExpression) call.arguments).expressions.each { values << plain(it) }
    def changed = new MethodCallExpression(new VariableExpression('this'), method, Call.arguments(values))
    changed.implicitThis = false
    changed.sourcePosition = original
    return changed
  }

  /** `a: 1` without brackets is a kind of its own, which only stands alone. */
  private static Expression plain(Expression it) {
    if (!(it instanceof NamedArgumentListExpression)) return it
    return new MapExpression(((NamedArgumentListExpression) it).mapEntryExpressions)
  }
}
