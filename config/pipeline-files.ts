/** What stands in taskdef.json for the image, between `<` and `>`: CodePipeline puts the image's URI in its place. */
export const IMAGE_PLACEHOLDER = "IMAGE1_NAME";
