package runner

import org.codehaus.groovy.ast.ASTNode
import org.codehaus.groovy.ast.CodeVisitorSupport
import org.codehaus.groovy.ast.ModuleNode
import org.codehaus.groovy.ast.expr.ClosureExpression
import org.codehaus.groovy.ast.expr.DeclarationExpression
import org.codehaus.groovy.ast.expr.Expression
import org.codehaus.groovy.ast.expr.ListExpression
import org.codehaus.groovy.ast.expr.MethodCallExpression
import org.codehaus.groovy.ast.expr.VariableExpression
import org.codehaus.groovy.ast.stmt.ForStatement
import org.codehaus.groovy.ast.stmt.Statement

/** Says what is wrong with steps, and with calls of steps in `script` blocks and functions. */
class CodeChecker {
  /** What Groovy itself gives a script. */
  private static final List<String> GROOVY = ['println', 'print', 'sprintf']

  private final Refusals refusals
  private final Set<String> functions
  private final Set<String> variables = []
  /** Calls that were looked at as a part of what is around them. */
  private final Set<ASTNode> seen = Collections.newSetFromMap(new IdentityHashMap<ASTNode, Boolean>())

  CodeChecker(ModuleNode module, Refusals refusals) {
    this.refusals = refusals
    functions = module.methods*.name as Set
    def declared = new CodeVisitorSupport() {
      @Override void visitDeclarationExpression(DeclarationExpression it) {
        if (it.multipleAssignmentDeclaration) variables.addAll(it.tupleExpression.expressions*.name)
        else variables << it.variableExpression.name
        super.visitDeclarationExpression(it)
      }

      @Override void visitForLoop(ForStatement it) {
        variables << it.variable.name
        super.visitForLoop(it)
      }

      @Override void visitClosureExpression(ClosureExpression it) {
        it.parameters?.each { variables << it.name }
        super.visitClosureExpression(it)
      }
    }
    module.statementBlock.visit(declared)
    module.methods.each {
      it.parameters.each { variables << it.name }
      it.code.visit(declared)
    }
  }

  /** A block of steps: nothing but steps and functions, as everything else needs a `script` block. */
  void steps(ClosureExpression block, ASTNode at, String where) {
    def all = Call.statements(block)
    if (!all) refusals.add(at, "$where is empty: write a step into it or remove it")
    all.each { Statement it ->
      def call = Call.of(it)
      if (!call)
        refusals.add(it, "this is no step, and $where holds nothing else; put it into script { ... }: $it.text")
      else if (Known.FORBIDDEN_STEPS.containsKey(call.name))
        refusals.add(it, "step \"$call.name\" is not allowed in $where: ${Known.FORBIDDEN_STEPS[call.name]}")
      else if (Known.STEPS.containsKey(call.name) && !(call.name in functions)) step(call, where)
      else if (call.name in functions) check(it)
      else unknownStep(it, call.name, where)
    }
  }

  private void step(Call call, String where) {
    def at = "\"$call.name\" in $where"
    arguments(call, Known.STEPS[call.name], at, true)
    if (!call.body) return
    if (call.name == 'script') check(call.body.code)
    else steps(call.body, call.node, at)
  }

  private void unknownStep(ASTNode at, String name, String where) {
    def steps = "steps: ${Known.STEPS.keySet().toSorted().join(', ')}"
    def ours = functions ? "; functions of this file: ${functions.toSorted().join(', ')}" : ''
    refusals.add(at, "unknown step or function \"$name\" in $where; $steps$ours")
  }

  void checkAll(List<Statement> statements) { statements.each { check(it) } }

  /** Any Groovy code. */
  void check(ASTNode code) {
    code.visit(new CodeVisitorSupport() {
      @Override void visitMethodCallExpression(MethodCallExpression it) {
        def call = Call.of(it)
        if (call) inCode(call)
        super.visitMethodCallExpression(it)
      }
    })
  }

  private void inCode(Call call) {
    if (call.node in seen || call.name in functions || call.name in variables || call.name in GROOVY) return
    def signature = signatureOf(call)
    if (signature) arguments(call, signature, "\"$call.name\"", Known.STEPS.containsKey(call.name), false)
    else unknownStep(call.node, call.name, 'Groovy code')
  }

  private static Signature signatureOf(Call call) {
    if (call.named.containsKey('credentialsId') && Known.BINDINGS[call.name]) return Known.BINDINGS[call.name]
    return Known.STEPS[call.name] ?: Known.description(call.name)
  }

  /**
   * @param deep whether code in the arguments is to be looked at as well
   */
  void arguments(Call call, Signature signature, String at, boolean block, boolean deep = true) {
    if (call.body && !signature.block) refusals.add(call.node, "$at takes no block")
    if (!call.body && signature.block && block) refusals.add(call.node, "$at needs a block")
    if (!call.computed) argumentsByName(call, signature, at)
    if (deep) (call.positional + call.named.values()).each { check(it) }
  }

  private void argumentsByName(Call call, Signature signature, String at) {
    if (call.positional && call.named) {
      refusals.add(call.node, "$at mixes arguments with and without names")
    } else if (call.positional.size() > 1 || (call.positional && !signature.sole)) {
      refusals.add(call.node, "$at takes arguments with names: ${describe(signature)}")
    } else if (call.positional) {
      value(call.positional[0], signature.typeOf(signature.sole), at)
    } else {
      named(call, signature, at)
    }
  }

  private void named(Call call, Signature signature, String at) {
    call.named.each { name, it ->
      if (name in signature.names) value(it, signature.typeOf(name), "\"$name\" of $at")
      else refusals.unknown(it, 'argument', name, at, signature.names)
    }
    def missing = signature.required.keySet() - call.named.keySet()
    missing.each { refusals.add(call.node, "$at has no \"$it\"; it takes: ${describe(signature)}") }
  }

  private static String describe(Signature signature) {
    def words = signature.required.keySet().collect { "$it (required)" } + signature.optional.keySet().collect { it }
    return words ? words.join(', ') : 'none'
  }

  /** Whether a value that stands in the file as it is has its type. */
  boolean value(Expression it, Object type, String at) {
    if (type instanceof String && Known.DESCRIPTIONS.containsKey(type)) {
      if (Call.of((ASTNode) it)?.name == type) return true
    } else {
      if (type == 'bindings' && it instanceof ListExpression) bindings(it, at)
      // A variable or a joined text is known only when the pipeline runs.
      if (!Call.isLiteral(it) || Known.fits(Call.literal(it), type)) return true
    }
    refusals.add(it, "$at must be ${Known.words(type)}; given: $it.text")
    return false
  }

  private void bindings(ListExpression list, String at) {
    list.expressions.each {
      def call = Call.of((ASTNode) it)
      if (call) seen << call.node
      if (call && Known.BINDINGS.containsKey(call.name))
        arguments(call, Known.BINDINGS[call.name], "\"$call.name\" in $at", false)
      else if (call) refusals.unknown(it, 'binding', call.name, at, Known.BINDINGS.keySet() as List)
    }
  }
}
