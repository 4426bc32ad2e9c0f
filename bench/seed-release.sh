#!/bin/sh
# The six steps by which the original pipeline updates a service, with the AWS CLI and jq, in its own order: for the
# benchmark only. It deregisters the running revision before there is a new one, and looks at nothing afterwards.
#
# usage: seed-release.sh CLUSTER SERVICE FAMILY CONFIG IMAGE
set -eu
cluster=$1 service=$2 family=$3 config=$4 image=$5

# 1: each variable from the service's JSON file
environment=$(jq -c '[.environment | to_entries[] | {name: .key, value: .value}]' "$config")

# 2: the current task definition
template=$(aws ecs describe-task-definition --task-definition "$family" --query taskDefinition --output json)

# 3: the running task's revision, which is deregistered
task=$(aws ecs list-tasks --cluster "$cluster" --service-name "$service" --query 'taskArns[0]' --output text)
running=$(aws ecs describe-tasks --cluster "$cluster" --tasks "$task" --query 'tasks[0].taskDefinitionArn' --output text)
aws ecs deregister-task-definition --task-definition "$running" >/dev/null

# 4: the new one, with the image's tag and the variables, without what AWS does not take back
definition=$(printf '%s' "$template" | jq -c --arg image "$image" --argjson environment "$environment" '
  .containerDefinitions[0].image = $image
  | .containerDefinitions[0].environment = ($environment + (.containerDefinitions[0].environment // []) | unique_by(.name))
  | del(.taskDefinitionArn, .revision, .status, .requiresAttributes, .compatibilities, .registeredAt, .registeredBy)')

# 5: registered
aws ecs register-task-definition --cli-input-json "$definition" >/dev/null

# 6: its number, and the service updated to it
revision=$(aws ecs describe-task-definition --task-definition "$family" --query taskDefinition.revision --output text)
aws ecs update-service --cluster "$cluster" --service "$service" --task-definition "$family:$revision" >/dev/null
