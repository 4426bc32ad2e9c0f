/**
 * Tag of the image that a service is created with, before the pipeline has released anything. Tags are immutable and the
 * repository's lifecycle never expires this one, so a service that has to be created again finds it.
 */
export const BOOTSTRAP_TAG = "bootstrap";

/**
 * Tag that moves to the image that is to be released next, for services that a pipeline of AWS deploys: the pipeline's
 * source follows one tag. The revision that it deploys names the image by its digest.
 */
export const RELEASE_TAG = "release";
