package runner

import org.codehaus.groovy.ast.ASTNode
import org.codehaus.groovy.ast.ModuleNode
import org.codehaus.groovy.ast.expr.BinaryExpression
import org.codehaus.groovy.ast.expr.ClosureExpression
import org.codehaus.groovy.ast.expr.ConstantExpression
import org.codehaus.groovy.ast.expr.Expression
import org.codehaus.groovy.ast.expr.GStringExpression
import org.codehaus.groovy.ast.expr.VariableExpression
import org.codehaus.groovy.ast.stmt.ExpressionStatement
import org.codehaus.groovy.ast.stmt.Statement

/** Reads the structure of a declarative pipeline, executing nothing of it, and says what Jenkins would refuse. */
class Checker {
  private static final String VARIABLE_VALUE = 'must be text in quotes, such texts joined by +, or a call'

  private final CodeChecker code
  private final Refusals refusals

  private Checker(ModuleNode module, Refusals refusals) {
    this.refusals = refusals
    code = new CodeChecker(module, refusals)
  }

  static void check(ModuleNode module, Refusals refusals) {
    def pipelines = module.statementBlock.statements.findAll { Call.of(it)?.name == 'pipeline' }
    if (pipelines.size() != 1) {
      def at = pipelines ? pipelines[1] : module
      refusals.add(at, "there are ${pipelines.size()} pipeline blocks; a Jenkinsfile has one")
      return
    }
    def checker = new Checker(module, refusals)
    checker.code.checkAll(module.statementBlock.statements - pipelines)
    module.methods.each { checker.code.check(it.code) }
    checker.pipeline(Call.of(pipelines[0]))
  }

  private void pipeline(Call call) {
    def all = sections(call, 'pipeline', Known.PIPELINE_SECTIONS)
    def missing = ['agent', 'stages'] - all.keySet()
    missing.each { refusals.add(call.node, "pipeline has no \"$it\" section") }
    commonSections(all, 'pipeline', Known.PIPELINE_OPTIONS)
    if (all.parameters) described(all.parameters, 'parameters', 'parameter type', Known.PARAMETERS)
    if (all.triggers) described(all.triggers, 'triggers', 'trigger', Known.TRIGGERS)
    if (all.stages) stages(all.stages, 'stages', false)
  }

  private void stage(Call call, boolean parallel) {
    def name = call.positional.size() == 1 && call.named.isEmpty() ? call.positional[0] : null
    if (!(name instanceof ConstantExpression) || !(name.value instanceof String) || !call.body) {
      refusals.add(call.node, 'a stage needs a name in quotes and a block: stage(\'Build\') { ... }')
      return
    }
    def where = "stage \"${name.value}\""
    def all = sections(call, where, Known.STAGE_SECTIONS)
    def content = all.keySet().findAll { it in ['steps', 'stages', 'parallel'] }
    if (content.size() != 1) {
      def given = content ? "has ${content.join(' and ')}" : 'has none of them'
      refusals.add(call.node, "$where needs exactly one of steps, stages, parallel, and $given")
    }
    if (all.parallel && all.agent)
      refusals.add(all.agent.node, "$where has parallel stages, so it can have no agent: give each of them one")
    if (all.parallel && parallel)
      refusals.add(all.parallel.node, "$where is parallel itself, so it can hold no parallel stages")
    if (all.failFast && !all.parallel) refusals.add(all.failFast.node, "$where has failFast without parallel stages")
    if (all.failFast) single(all.failFast, where, 'boolean')
    commonSections(all, where, Known.STAGE_OPTIONS)
    if (all.when) conditions(all.when, "when of $where", true)
    if (all.input) input(all.input, where)
    if (all.stages) stages(all.stages, "stages of $where", parallel)
    if (all.parallel) stages(all.parallel, "parallel of $where", true)
    if (all.steps) steps(all.steps, where)
  }

  private void commonSections(Map<String, Call> all, String where, Map<String, Signature> options) {
    if (all.agent) agent(all.agent, where)
    if (all.environment) environment(all.environment, where)
    if (all.options) described(all.options, "options of $where", 'option', options)
    if (all.post) post(all.post, where)
  }

  /** The sections of a block by name. */
  private Map<String, Call> sections(Call block, String where, List<String> allowed) {
    Map<String, Call> found = [:]
    calls(block, where).each {
      if (!(it.name in allowed)) refusals.unknown(it.node, 'section', it.name, where, allowed)
      else if (found.containsKey(it.name)) refusals.add(it.node, "$where has the section \"$it.name\" twice")
      else if (!it.body && !(it.name in ['agent', 'failFast']))
        refusals.add(it.node, "\"$it.name\" of $where needs a block")
      else found[it.name] = it
    }
    return found
  }

  private List<Call> calls(Call block, String where) {
    def all = Call.statements(block.body)
    if (!all) refusals.add(block.node, "$where is empty: write something into it or remove it")
    return all.collect { Statement it ->
      def call = Call.of(it)
      if (!call) refusals.add(it, "this can't stand in $where, outside of steps: $it.text")
      call
    }.findAll { it != null }
  }

  private void stages(Call block, String where, boolean parallel) {
    Set<String> names = []
    calls(block, where).each {
      if (it.name != 'stage') {
        refusals.unknown(it.node, 'section', it.name, where, ['stage'])
        return
      }
      stage(it, parallel)
      def name = it.positional ? it.positional[0].text : null
      if (name && !names.add(name)) refusals.add(it.node, "duplicate stage name \"$name\" in $where")
    }
  }

  private void steps(Call block, String where) { code.steps(block.body, block.node, "steps of $where") }

  private void post(Call block, String where) {
    Set<String> seen = []
    calls(block, "post of $where").each {
      if (!(it.name in Known.POST_CONDITIONS))
        refusals.unknown(it.node, 'condition', it.name, "post of $where", Known.POST_CONDITIONS)
      else if (!seen.add(it.name)) refusals.add(it.node, "post of $where has the condition \"$it.name\" twice")
      else if (!it.body) refusals.add(it.node, "\"$it.name\" in post of $where needs a block")
      else code.steps(it.body, it.node, "\"$it.name\" in post of $where")
    }
  }

  private void agent(Call call, String where) {
    def allowed = Known.BARE_AGENTS + ['kubernetes { ... }']
    def at = "agent of $where"
    if (!call.body) {
      def type = call.positional.size() == 1 ? call.positional[0] : null
      if (!(type instanceof VariableExpression) || !(type.name in Known.BARE_AGENTS)) {
        refusals.unknown(call.node, 'agent type', type?.text ?: 'nothing', at, allowed)
      }
      return
    }
    def types = calls(call, at)
    if (types.size() > 1) refusals.add(types[1].node, "$at has more than one type")
    types.each {
      if (it.name != 'kubernetes' || !it.body) refusals.unknown(it.node, 'agent type', it.name, at, allowed)
      else kubernetes(it, at)
    }
  }

  private void kubernetes(Call block, String at) {
    def keys = fields(block, "kubernetes in $at", Known.KUBERNETES_KEYS)
    if (keys.yaml && keys.yamlFile)
      refusals.add(keys.yaml.node, "kubernetes in $at has yaml and yamlFile; give one of them")
  }

  private void input(Call block, String where) {
    def fields = fields(block, "input of $where", Known.INPUT_FIELDS + [parameters: 'block'])
    if (!fields.message) refusals.add(block.node, "input of $where has no message")
    if (fields.parameters)
      described(fields.parameters, "parameters of the input of $where", 'parameter type', Known.PARAMETERS)
  }

  /** Lines of the form `key value`. */
  private Map<String, Call> fields(Call block, String where, Map<String, Object> allowed) {
    Map<String, Call> found = [:]
    calls(block, where).each {
      if (!allowed.containsKey(it.name)) refusals.unknown(it.node, 'key', it.name, where, allowed.keySet() as List)
      else if (found.containsKey(it.name)) refusals.add(it.node, "$where has the key \"$it.name\" twice")
      else if (single(it, where, allowed[it.name])) found[it.name] = it
    }
    return found
  }

  private boolean single(Call call, String where, Object type) {
    if (type == 'block') {
      if (!call.body) refusals.add(call.node, "\"$call.name\" of $where needs a block")
      return call.body
    }
    if (call.positional.size() != 1 || call.named || call.body) {
      refusals.add(call.node, "\"$call.name\" of $where needs one value")
      return false
    }
    return code.value(call.positional[0], type, "\"$call.name\" of $where")
  }

  /** Options, parameters and triggers: calls with arguments, each once but for parameters. */
  private void described(Call block, String where, String kind, Map<String, Signature> known) {
    Set<String> seen = []
    calls(block, where).each {
      if (!known.containsKey(it.name)) {
        refusals.unknown(it.node, kind, it.name, where, known.keySet() as List)
        return
      }
      def key = kind == 'parameter type' ? it.named.name?.text : it.name
      if (key && !seen.add(key)) refusals.add(it.node, "$where has \"$key\" twice")
      code.arguments(it, known[it.name], "\"$it.name\" in $where", false)
    }
  }

  private void environment(Call block, String where) {
    def at = "environment of $where"
    Set<String> seen = []
    def all = Call.statements(block.body)
    if (!all) refusals.add(block.node, "$at is empty: write something into it or remove it")
    all.each { Statement it ->
      def pair = it instanceof ExpressionStatement && it.expression instanceof BinaryExpression ? it.expression : null
      if (pair?.operation?.text != '=' || !(pair.leftExpression instanceof VariableExpression)) {
        refusals.add(it, "$at holds lines of the form NAME = 'value'; given: $it.text")
        return
      }
      def name = pair.leftExpression.name
      if (!seen.add(name)) refusals.add(it, "$at has \"$name\" twice")
      if (isVariableValue(pair.rightExpression)) code.check(pair.rightExpression)
      else refusals.add(it, "\"$name\" in $at $VARIABLE_VALUE; given: $pair.rightExpression.text")
    }
  }

  private static boolean isVariableValue(Expression it) {
    if (it instanceof BinaryExpression) {
      return it.operation.text == '+' && isVariableValue(it.leftExpression) && isVariableValue(it.rightExpression)
    }
    return it instanceof ConstantExpression || it instanceof GStringExpression || Call.of((ASTNode) it) != null
  }

  private void conditions(Call block, String where, boolean top) {
    calls(block, where).each { if (!(top && flag(it, where))) condition(it, where) }
  }

  private boolean flag(Call call, String where) {
    if (!(call.name in Known.WHEN_FLAGS)) return false
    single(call, where, 'boolean')
    return true
  }

  private void condition(Call call, String where) {
    def allowed = (Known.WHEN_CONDITIONS.keySet() + Known.WHEN_GROUPS.keySet()) as List<String>
    if (Known.WHEN_GROUPS.containsKey(call.name)) {
      def count = Known.WHEN_GROUPS[call.name]
      if (!call.body) refusals.add(call.node, "\"$call.name\" in $where needs a block")
      else if (count > 0 && Call.statements(call.body).size() != count)
        refusals.add(call.node, "\"$call.name\" in $where needs exactly $count condition")
      else conditions(call, "\"$call.name\" in $where", false)
    } else if (call.name == 'expression') {
      if (call.body) code.check(call.body.code)
      else refusals.add(call.node, "\"expression\" in $where needs a block")
    } else if (Known.WHEN_CONDITIONS.containsKey(call.name)) {
      code.arguments(call, Known.WHEN_CONDITIONS[call.name], "\"$call.name\" in $where", false)
    } else {
      def flags = where.startsWith('when') ? Known.WHEN_FLAGS : []
      refusals.unknown(call.node, 'condition', call.name, where, allowed + flags)
    }
  }
}
