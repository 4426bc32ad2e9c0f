// Job DSL: a pipeline for each service. The seed job, which runs this file, gives
//   SERVICES        names of the folders of apps/ that hold a service.json
//   REPOSITORY_URL  this repository, as Jenkins clones it
//   BRANCH          what is released: main
//   GIT_CREDENTIALS_ID  id of Jenkins' credentials for it; empty where it needs none
// by `jobDsl targets: 'jenkins/jobs.groovy', additionalParameters: [...]`: see jenkins/README.md.

folder('release') {
  description('Releases services to Amazon ECS: one pipeline for each folder of apps/.')
}

SERVICES.each { service ->
  pipelineJob("release/${service}") {
    description("Takes ${service} from source to a running revision.")
    parameters {
      stringParam('SERVICE', '', 'Service to release: a folder of apps/. Empty: the one that the job is named after.')
      stringParam('ENVIRONMENT', 'dev', 'Where to: a file of config/environments/, without .json.')
      stringParam('IMAGE_TAG', '', 'Image to release. Empty: what the source is now, as BUILD-SERVICE.')
      booleanParam('DRY_RUN', false, 'Build and verify, then tell what a release would change.')
    }
    properties {
      pipelineTriggers {
        triggers {
          // Every service hears of every commit; the pipeline ends early where none of its files has changed.
          pollSCM {
            scmpoll_spec('H/5 * * * *')
          }
        }
      }
    }
    definition {
      cpsScm {
        scm {
          git {
            remote {
              url(REPOSITORY_URL)
              if (GIT_CREDENTIALS_ID) {
                credentials(GIT_CREDENTIALS_ID)
              }
            }
            branch(BRANCH)
          }
        }
        scriptPath('jenkins/Jenkinsfile')
        lightweight(true)
      }
    }
  }
}
