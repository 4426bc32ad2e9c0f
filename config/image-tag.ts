/**
 * Tag of the image that a service is created with, before the pipeline has released anything. Tags are immutable and the
 * repository's lifecycle never expires this one, so a service that has to be created again finds it.
 */
export const BOOTSTRAP_TAG = "bootstrap";
