package runner

import groovy.transform.CompileStatic

/** A step that could not do its work: the build fails with the message alone. */
@CompileStatic
class Failed extends RuntimeException {
  Failed(String message) { super(message) }
}

/** What ran was ended from outside: by a time limit, an answer to an input, or whoever aborts the build. */
@CompileStatic
class Interrupted extends RuntimeException {
  /** The time limit that ended it; null: the whole build is ended. */
  final Object limit

  Interrupted(String message, Object limit = null) {
    super(message)
    this.limit = limit
  }
}

/** Ends what the build's thread does at the moment, from other threads. */
@CompileStatic
class Interruptions {
  private final Thread worker = Thread.currentThread()
  private final Timer timer = new Timer(true)
  private final List<Object> active = []
  private Interrupted pending

  synchronized void interrupt(Interrupted reason) {
    // A limit that was kept at the last moment interrupts nobody any more.
    if (pending != null || (reason.limit != null && !(reason.limit in active))) return
    pending = reason
    worker.interrupt()
  }

  /** Called where the build's thread can end: once for each interruption. @throws Interrupted */
  synchronized void check() {
    Thread.interrupted()
    if (pending == null) return
    def reason = pending
    pending = null
    throw reason
  }

  boolean isActive(Object limit) { limit in active }

  Object within(long milliseconds, Log log, Closure body) {
    def limit = new Object()
    synchronized (this) { active.add(limit) }
    TimerTask task = new TimerTask() {
      @Override void run() {
        log.line('Cancelling nested steps due to timeout')
        interrupt(new Interrupted('Timeout has been exceeded', limit))
      }
    }
    timer.schedule(task, milliseconds)
    try {
      return body.call()
    } finally {
      task.cancel()
      synchronized (this) {
        active.remove(limit)
        if (pending?.limit.is(limit)) {
          pending = null
          Thread.interrupted()
        }
      }
    }
  }

  /** Waits until it is interrupted, or for so many milliseconds. */
  void sleep(long milliseconds) {
    check()
    try {
      Thread.sleep(milliseconds)
    } catch (InterruptedException ignored) {
      check()
    }
  }
}
