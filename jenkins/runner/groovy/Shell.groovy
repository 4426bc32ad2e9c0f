package runner

import groovy.transform.CompileStatic
import java.nio.charset.StandardCharsets
import java.util.concurrent.TimeUnit

/** Runs scripts, each in a session of its own, and ends all that they started. */
@CompileStatic
class Shell {
  private static final long STOP_BOUND_MS = 2_000
  /** Something that was left in the background may hold the output for ever. */
  private static final long OUTPUT_BOUND_MS = 10_000
  private static final long SWEEP_BOUND_MS = 10_000
  private static final String COOKIE = 'JENKINS_NODE_COOKIE'

  private final Log log
  private final Interruptions interruptions
  private final String cookie = UUID.randomUUID().toString()

  Shell(Log log, Interruptions interruptions) {
    this.log = log
    this.interruptions = interruptions
  }

  @CompileStatic
  static class Ended {
    int status
    String stdout
  }

  /** @param capture whether what is printed is wanted, instead of logged */
  Ended run(String script, File cwd, File scripts, Map<String, String> environment, boolean capture) {
    interruptions.check()
    cwd.mkdirs()
    scripts.mkdirs()
    def file = File.createTempFile('script', '.sh', scripts)
    file.setText(script, 'UTF-8')
    def builder = new ProcessBuilder(command(script, file)).directory(cwd)
    builder.redirectInput(new File('/dev/null'))
    builder.environment().clear()
    builder.environment().putAll(environment)
    builder.environment().put(COOKIE, cookie)
    // What is wanted is read apart from the rest; else both come in the order in which they were written.
    builder.redirectErrorStream(!capture)
    def process = builder.start()
    def printed = new ByteArrayOutputStream()
    def readers = capture
      ? [copy(process.inputStream, printed), logged(process.errorStream)]
      : [logged(process.inputStream)]
    try {
      process.waitFor()
      readers.each { Thread it -> it.join(OUTPUT_BOUND_MS) }
    } catch (InterruptedException ignored) {
      stop(process)
      interruptions.check()
    }
    def ended = new Ended()
    ended.status = process.exitValue()
    ended.stdout = printed.toString('UTF-8')
    return ended
  }

  /** A script that names its interpreter is run by that; others are traced and end at the first command that fails. */
  private static List<String> command(String script, File file) {
    if (!script.startsWith('#!')) return ['setsid', '/bin/sh', '-xe', file.path]
    file.setExecutable(true)
    return ['setsid', file.path]
  }

  private Thread logged(InputStream stream) { reading { stream.eachLine('UTF-8') { String line -> log.line(line) } } }

  private static Thread copy(InputStream stream, ByteArrayOutputStream to) { reading { to << stream } }

  private static Thread reading(Closure body) {
    Thread.startDaemon {
      try {
        body.call()
      } catch (IOException ignored) {
        // The process was ended.
      }
    }
  }

  private static void stop(Process process) {
    signal('TERM', process.pid())
    boolean ended = false
    try {
      ended = process.waitFor(STOP_BOUND_MS, TimeUnit.MILLISECONDS)
    } catch (InterruptedException ignored) {
      // Asked a second time: then at once.
    }
    signal('KILL', process.pid())
    if (!ended) process.onExit().join()
  }

  /** To the whole session: it is a process group too. */
  private static void signal(String name, long pid) { kill(name, ["-$pid".toString()]) }

  private static void kill(String name, List<String> targets) {
    // Not waitFor(): an interruption would end it before it has killed anything.
    new ProcessBuilder(['/bin/sh', '-c', 'kill -s "$0" -- "$@" 2>/dev/null', name] + targets).start().onExit().join()
  }

  /** Ends what scripts left behind, as Jenkins does: by the cookie in its environment. Nothing of it runs any more then. */
  void sweep() {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SWEEP_BOUND_MS)
    // Again: what is being killed ends in its own time, and may have started something since it was looked for.
    for (def left = withCookie(); left && System.nanoTime() < deadline; left = withCookie()) kill('KILL', left)
  }

  private List<String> withCookie() {
    new File('/proc').list().toList().findAll { String it -> it.isLong() && hasCookie(it) }
  }

  private boolean hasCookie(String pid) {
    try {
      return new String(new File("/proc/$pid/environ").bytes, StandardCharsets.ISO_8859_1).contains("$COOKIE=$cookie".toString())
    } catch (IOException ignored) {
      // It has ended, or is somebody else's.
      return false
    }
  }
}
