package runner

import groovy.transform.CompileStatic

/** What one step, option, parameter type or other function of a Jenkinsfile takes. Types: see {@link Known#fits}. */
@CompileStatic
class Signature {
  final Map<String, Object> required
  final Map<String, Object> optional
  /** The argument that may be given without its name. */
  final String sole
  final boolean block
  /** Whether it works on files or processes, and therefore needs an agent. */
  final boolean agent

  Signature(Map<String, Object> given) {
    required = (Map<String, Object>) (given.required ?: [:])
    optional = (Map<String, Object>) (given.optional ?: [:])
    sole = (String) (given.sole ?: (required.size() == 1 ? required.keySet().first() : null))
    block = given.block as boolean
    agent = given.agent as boolean
  }

  List<String> getNames() { (required.keySet() + optional.keySet()) as List<String> }

  Object typeOf(String name) { required.containsKey(name) ? required[name] : optional[name] }
}

/**
 * What a Jenkinsfile may hold. Names and required arguments are those of Jenkins (pipeline-model-definition, pipeline basic
 * steps, kubernetes, credentials-binding); whatever needs another plugin, or has an effect that the runner does not have,
 * is not here and is refused.
 */
@CompileStatic
class Known {
  static final List<String> UNITS =
    ['NANOSECONDS', 'MICROSECONDS', 'MILLISECONDS', 'SECONDS', 'MINUTES', 'HOURS', 'DAYS']
  /** From the best to the worst. */
  static final List<String> RESULTS = ['SUCCESS', 'UNSTABLE', 'FAILURE', 'NOT_BUILT', 'ABORTED']

  static final List<String> PIPELINE_SECTIONS =
    ['agent', 'environment', 'options', 'parameters', 'post', 'stages', 'triggers']
  static final List<String> STAGE_SECTIONS =
    ['agent', 'environment', 'failFast', 'input', 'options', 'parallel', 'post', 'stages', 'steps', 'when']

  /** In the order in which Jenkins runs them: by the ordinals of the BuildCondition classes, not as in the manual. */
  static final List<String> POST_CONDITIONS = [
    'always', 'changed', 'fixed', 'regression', 'aborted', 'success', 'unsuccessful', 'unstable', 'failure', 'notBuilt',
    'cleanup',
  ]

  static final List<String> WHEN_FLAGS = ['beforeAgent', 'beforeInput', 'beforeOptions']
  /** Conditions that hold conditions, and how many: -1 = one or more. */
  static final Map<String, Integer> WHEN_GROUPS = [not: 1, allOf: -1, anyOf: -1]
  static final Map<String, Signature> WHEN_CONDITIONS = signatures(
    environment: [required: [name: 'text', value: 'text']],
    branch: [required: [pattern: 'text']],
    changeset: [required: [pattern: 'text']],
    triggeredBy: [required: [cause: 'text']],
    equals: [required: [expected: 'any', actual: 'any']],
    expression: [block: true],
  )

  static final List<String> BARE_AGENTS = ['none', 'any']
  static final Map<String, Object> KUBERNETES_KEYS = [
    activeDeadlineSeconds: 'number', cloud: 'text', defaultContainer: 'text', idleMinutes: 'number', inheritFrom: 'text',
    instanceCap: 'number', label: 'text', namespace: 'text', nodeSelector: 'text', retries: 'number',
    serviceAccount: 'text', showRawYaml: 'boolean', slaveConnectTimeout: 'number', yaml: 'text', yamlFile: 'text',
  ] as Map<String, Object>

  static final Map<String, Signature> STAGE_OPTIONS = signatures(
    retry: [required: [count: 'number']],
    skipDefaultCheckout: [optional: [value: 'boolean'], sole: 'value'],
    timeout: [required: [time: 'number'], optional: [unit: UNITS]],
    timestamps: [:],
  )
  static final Map<String, Signature> PIPELINE_OPTIONS = STAGE_OPTIONS + signatures(
    buildDiscarder: [required: [strategy: 'logRotator']],
    disableConcurrentBuilds: [optional: [abortPrevious: 'boolean']],
    disableResume: [:],
    parallelsAlwaysFailFast: [:],
    skipStagesAfterUnstable: [:],
  )

  static final Map<String, Signature> PARAMETERS = signatures(
    string: [required: [name: 'text'], optional: [defaultValue: 'text', description: 'text', trim: 'boolean']],
    text: [required: [name: 'text'], optional: [defaultValue: 'text', description: 'text']],
    password: [required: [name: 'text'], optional: [defaultValue: 'text', description: 'text']],
    booleanParam: [required: [name: 'text'], optional: [defaultValue: 'boolean', description: 'text']],
    choice: [required: [name: 'text', choices: 'list'], optional: [description: 'text']],
  )

  static final Map<String, Signature> TRIGGERS = signatures(
    cron: [required: [spec: 'text']],
    pollSCM: [required: [scmpoll_spec: 'text'], optional: [ignorePostCommitHooks: 'boolean']],
    upstream: [required: [upstreamProjects: 'text'], optional: [threshold: 'any']],
  )

  static final Map<String, Object> INPUT_FIELDS =
    [message: 'text', id: 'text', ok: 'text', submitter: 'text', submitterParameter: 'text'] as Map<String, Object>

  /** Bindings of withCredentials. */
  static final Map<String, Signature> BINDINGS = signatures(
    usernamePassword: [required: [credentialsId: 'text', usernameVariable: 'text', passwordVariable: 'text']],
    string: [required: [credentialsId: 'text', variable: 'text']],
    file: [required: [credentialsId: 'text', variable: 'text']],
  )

  /** Functions that only describe something to the option, section or step around them. */
  static final Map<String, Signature> DESCRIPTIONS = signatures(
    logRotator: [optional: [
      numToKeepStr: 'text', daysToKeepStr: 'text', artifactNumToKeepStr: 'text', artifactDaysToKeepStr: 'text']],
    credentials: [required: [credentialsId: 'text']],
  )

  static final Map<String, Signature> STEPS = signatures(
    archiveArtifacts: [required: [artifacts: 'text'], agent: true, optional: [
      allowEmptyArchive: 'boolean', caseSensitive: 'boolean', defaultExcludes: 'boolean', excludes: 'text',
      fingerprint: 'boolean', onlyIfSuccessful: 'boolean']],
    catchError: [block: true, optional: [
      message: 'text', buildResult: RESULTS, stageResult: RESULTS, catchInterruptions: 'boolean']],
    checkout: [required: [scm: 'any'], agent: true],
    container: [required: [name: 'text'], block: true, agent: true],
    deleteDir: [agent: true],
    dir: [required: [path: 'text'], block: true, agent: true],
    echo: [required: [message: 'text']],
    error: [required: [message: 'text']],
    fileExists: [required: [file: 'text'], agent: true],
    input: [required: [message: 'text'], optional: [
      id: 'text', ok: 'text', submitter: 'text', submitterParameter: 'text', parameters: 'list']],
    readFile: [required: [file: 'text'], optional: [encoding: 'text'], agent: true],
    retry: [required: [count: 'number'], block: true],
    script: [block: true],
    sh: [required: [script: 'text'], agent: true,
         optional: [returnStdout: 'boolean', returnStatus: 'boolean', label: 'text', encoding: 'text']],
    sleep: [required: [time: 'number'], optional: [unit: UNITS]],
    stash: [required: [name: 'text'], agent: true,
            optional: [includes: 'text', excludes: 'text', allowEmpty: 'boolean', useDefaultExcludes: 'boolean']],
    timeout: [required: [time: 'number'], optional: [unit: UNITS], block: true],
    unstable: [required: [message: 'text']],
    unstash: [required: [name: 'text'], agent: true],
    withCredentials: [required: [bindings: 'bindings'], block: true],
    withEnv: [required: [overrides: 'list'], block: true],
    writeFile: [required: [file: 'text', text: 'text'], optional: [encoding: 'text'], agent: true],
  )

  /** Steps that declarative Jenkins itself forbids, and what it has instead. */
  static final Map<String, String> FORBIDDEN_STEPS = [
    stage: 'a stage belongs to a "stages" or "parallel" section',
    parallel: 'parallel stages belong to a "parallel" section',
    properties: 'properties belong to the "options", "parameters" and "triggers" sections',
    node: 'an agent belongs to an "agent" section',
  ]

  /** Function that only describes something, by its name; null: it does something. */
  static Signature description(String name) { DESCRIPTIONS[name] ?: PARAMETERS[name] ?: BINDINGS[name] }

  /** Whether a value in the file has a type: text, number, boolean, list, any, bindings, or one of a list of words. */
  static boolean fits(Object value, Object type) {
    if (type instanceof List) return value in (List) type
    switch (type) {
      case 'text': return value instanceof String
      case 'number': return value instanceof Number
      case 'boolean': return value instanceof Boolean
      // Several choices may also be one text with a line for each.
      case 'list': return value instanceof List || value instanceof String
      // A description is a call, never a value.
      case 'logRotator': return false
      case 'bindings': return value instanceof List
      default: return true
    }
  }

  static String words(Object type) {
    if (type instanceof List) return "one of ${((List) type).join(', ')}"
    return type == 'logRotator' ? 'logRotator(...)' : type == 'bindings' ? 'a list of bindings' : type.toString()
  }

  private static Map<String, Signature> signatures(Map given) {
    Map<String, Signature> all = [:]
    given.each { name, it -> all[(String) name] = new Signature((Map<String, Object>) it) }
    return all
  }
}
