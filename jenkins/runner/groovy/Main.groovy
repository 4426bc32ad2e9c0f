package runner

import groovy.json.JsonSlurper
import org.codehaus.groovy.ast.ModuleNode
import org.codehaus.groovy.control.CompilationUnit
import org.codehaus.groovy.control.CompilerConfiguration
import org.codehaus.groovy.control.MultipleCompilationErrorsException
import org.codehaus.groovy.control.Phases
import org.codehaus.groovy.control.messages.SyntaxErrorMessage
import sun.misc.Signal

/**
 * Reads what to do as one line of JSON from its input: on the command line or in a file, secrets would be seen by others.
 * The input stays open as long as somebody wants the build: when it ends, everything ends.
 */
class Main {
  private static final int REFUSED = 2

  static void main(String[] arguments) {
    def input = new BufferedReader(new InputStreamReader(System.in, 'UTF-8'))
    def config = new JsonSlurper().parseText(input.readLine()) as Map<String, Object>
    def log = new Log(new File(config.folder as String))
    if (config.check) config.check.each { log.record([event: 'refused', refusals: refusalsOf(new File(it), null).all]) }
    else System.exit(run(config, log, input))
    System.exit(0)
  }

  private static int run(Map<String, Object> config, Log log, Reader input) {
    def file = new File(config.jenkinsfile as String)
    def refusals = refusalsOf(file, new File(config.source as String))
    if (refusals.all) return refuse(refusals, log)
    def build = new Build(config, log)
    endWith(input, build)
    def script = parse(file)
    // As a property it would become a variable of the script.
    script.setBuild(build)
    try {
      script.run()
    } catch (BadParameter error) {
      refusals.add(0, error.message)
      return refuse(refusals, log)
    } finally {
      build.shell.sweep()
    }
    log.line("Finished: $build.result")
    def current = build.current
    log.record([event: 'end', result: build.result, description: current.description, displayName: current.displayName])
    return build.result == 'SUCCESS' ? 0 : 1
  }

  private static int refuse(Refusals refusals, Log log) {
    refusals.all.each { log.line(it) }
    log.record([event: 'refused', refusals: refusals.all])
    return REFUSED
  }

  private static void endWith(Reader input, Build build) {
    ['TERM', 'INT'].each { name ->
      Signal.handle(new Signal(name)) { build.interruptions.interrupt(new Interrupted("Aborted by SIG$name")) }
    }
    Thread.startDaemon {
      while (input.read() >= 0) { }
      build.shell.sweep()
      Runtime.runtime.halt(1)
    }
  }

  /** @param source folder of the source, where the definition of a pod is looked for; null: not looked at */
  private static Refusals refusalsOf(File file, File source) {
    def refusals = new Refusals(file.name)
    try {
      def unit = new CompilationUnit()
      unit.addSource(file.name, file.getText('UTF-8'))
      unit.compile(Phases.CONVERSION)
      def module = unit.AST.modules[0] as ModuleNode
      Checker.check(module, refusals)
      if (source) PodChecker.check(module, source, refusals)
    } catch (MultipleCompilationErrorsException error) {
      error.errorCollector.errors.each {
        if (it instanceof SyntaxErrorMessage) refusals.add(it.cause.line, it.cause.originalMessage)
        else refusals.add(0, it.toString())
      }
    }
    return refusals
  }

  private static PipelineScript parse(File file) {
    def configuration = new CompilerConfiguration(scriptBaseClass: PipelineScript.name)
    configuration.addCompilationCustomizers(new Rewriter())
    def shell = new GroovyShell(Main.classLoader, new Binding(), configuration)
    return shell.parse(file.getText('UTF-8'), 'Jenkinsfile.groovy') as PipelineScript
  }
}
