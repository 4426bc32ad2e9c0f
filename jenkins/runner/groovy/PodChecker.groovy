package runner

import org.codehaus.groovy.ast.CodeVisitorSupport
import org.codehaus.groovy.ast.ModuleNode
import org.codehaus.groovy.ast.expr.ConstantExpression
import org.codehaus.groovy.ast.expr.MethodCallExpression

/** Says which containers a pipeline uses that no definition of a pod has. */
class PodChecker {
  static void check(ModuleNode module, File source, Refusals refusals) {
    List<Call> used = []
    List<Call> pods = []
    def visitor = new CodeVisitorSupport() {
      @Override void visitMethodCallExpression(MethodCallExpression it) {
        def call = Call.of(it)
        if (call?.name in ['container', 'defaultContainer']) used << call
        if (call?.name in ['yaml', 'yamlFile']) pods << call
        super.visitMethodCallExpression(it)
      }
    }
    module.statementBlock.visit(visitor)
    module.methods.each { it.code.visit(visitor) }
    def definitions = pods.collect { definition(it, source, refusals) }
    // One that is put together when the pipeline runs may have any container.
    if (!definitions || null in definitions) return
    def containers = definitions.collectMany { Pod.containers(it) }.unique()
    used.findAll { text(it) && !(text(it) in containers) }.each {
      refusals.unknown(it.node, 'container', text(it), 'the definition of the pod', containers)
    }
  }

  private static String definition(Call pod, File source, Refusals refusals) {
    if (pod.name == 'yaml' || !text(pod)) return text(pod)
    def file = new File(source, text(pod))
    if (file.file) return file.getText('UTF-8')
    refusals.add(pod.node, "yamlFile: there is no file \"${text(pod)}\" in the source")
    return null
  }

  private static String text(Call call) {
    def given = call.positional ? call.positional[0] : call.named.values().find()
    return given instanceof ConstantExpression ? given.value : null
  }
}
