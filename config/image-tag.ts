/**
 * Tag of the image that a service is created with, before the pipeline has released anything. Tags are immutable and the
 * repository's lifecycle never expires this one, so a service that has to be created again finds it.
 */
export const BOOTSTRAP_TAG = "bootstrap";

/** What a tag may be. Source: Docker, "docker image tag". */
export const IMAGE_TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
